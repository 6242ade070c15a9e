"""Forgetting a person: a pseudonym takes their place everywhere; what was done stays, who did it is gone for good."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from okrdash.domain.cells import folded
from okrdash.domain.columns import Row, Table
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.forgetting import Forgotten, pseudonym
from okrdash.domain.tables import TABLES
from okrdash.services.company import company
from okrdash.services.editing import event, found
from okrdash.services.people import Actor, allow
from okrdash.store import log
from okrdash.store.reader import Reader
from okrdash.store.transaction import Writer

_OWN = ("credentials", "sessions", "sign_in_links", "drafts", "visits", "preferences", "messages")
"""Tables outside the bundle whose rows of a person (column username) are theirs alone, and go with them."""


@dataclass(frozen=True, slots=True)
class Touched:
    """In how many rows a person is found."""

    written: int
    """Check-ins, comments, thanks and decisions that they wrote."""
    owned: int
    """Objectives, key results and decisions that are theirs."""
    events: int
    """Changes that they made, or that tell of them."""


def touched(actor: Actor, username: str) -> Touched:
    """What forgetting a person would reach. Raises Forbidden, NotFound."""
    with company().read() as reader:
        allow(reader, actor, "manage people")
        found(reader, "people", username)
        written = sum(_count(reader, table, "author", username) for table in ("check_ins", "comments", "kudos"))
        written += sum(_count(reader, table, "author", username) for table in ("decisions", "invitations", "reviews"))
        owned = sum(_count(reader, table, "owner", username) for table in ("objectives", "key_results", "decisions"))
        about = reader.one(
            "SELECT count(*) AS number FROM events WHERE actor = $1"
            ' OR ("table" = \'people\' AND "row" = $1)'
            " OR (\"table\" IN ('memberships', 'absences') AND substr(\"row\", 1, $2) = $3)",
            username,
            len(_beginning(username)),
            _beginning(username),
        )
        return Touched(written, owned, about["number"] if about else 0)


def anonymise(actor: Actor, username: str, typed: str) -> str:
    """Forgets a person and returns the pseudonym by which their username is replaced. This cannot be taken back.

    Their username, name and e-mail address are replaced in every table, in texts, mentions and the event log too;
    password, sessions, links, drafts, preferences and messages to them are gone. First names and nicknames in texts
    stay. `typed` is their username, typed to confirm. Raises Forbidden, NotFound, and Invalid for a person who is
    active, for the last admin, and where something else was typed.
    """
    with company().write(event(actor, log.FORGETTING)) as tx:
        allow(tx, actor, "manage people")
        row = found(tx, "people", username)
        _check(tx, row, typed)
        by, called = pseudonym(lambda name: tx.get("people", name) is not None, lambda: secrets.token_hex(4))
        same = [one for one in tx.table("people") if folded(one["name"]) == folded(row["name"])]
        forgotten = Forgotten(username, row["name"] if len(same) == 1 else "", row["email"], by, called)
        for table in _OWN:
            tx.run(f'DELETE FROM "{table}" WHERE username = $1', username)  # noqa: S608
        # A subject is a word ("user", "forgotten") and whose it is.
        tx.run(
            "DELETE FROM sign_in_failures WHERE lower(substr(subject, strpos(subject, ' ') + 1)) = lower($1)", username
        )
        for definition in TABLES.values():
            if definition.name != "events":
                _replace(tx, definition, forgotten)
        _replace_in_events(tx, forgotten)
        _replace_elsewhere(tx, forgotten)
        tx.restate("people", (by,), "name")
    return by


def _check(reader: Reader, row: Row, typed: str) -> None:
    if row["active"]:
        raise Invalid(
            Problem("username", f"{row['username']} is active. Disable them first; then they can be forgotten.")
        )
    if row["role"] == "admin" and not reader.one("SELECT 1 FROM people WHERE active AND role = 'admin'"):
        raise Invalid(Problem("username", f"{row['username']} is the last admin. Make somebody else one first."))
    if typed.strip() != row["username"]:
        raise Invalid(Problem("typed", f"is not {row['username']}. Type the username to confirm; nothing was changed."))


def _beginning(username: str) -> str:
    """How the log names a row whose key begins with a person."""
    return json.dumps([username], ensure_ascii=False)[:-1]


def _count(reader: Reader, table: str, column: str, username: str) -> int:
    row = reader.one(f'SELECT count(*) AS number FROM "{table}" WHERE "{column}" = $1', username)  # noqa: S608
    return int(row["number"]) if row else 0


def _suspects(reader: Reader, table: str, columns: list[str], forgotten: Forgotten) -> list[Row]:
    """The rows in whose columns a trace of the person is found."""
    together = " || ' ' || ".join(f"coalesce(\"{column}\", '')" for column in columns)
    places = " OR ".join(f"strpos(lower({together}), ${n}) > 0" for n in range(1, len(forgotten.traces) + 1))
    return reader.rows(f'SELECT * FROM "{table}" WHERE {places}', *forgotten.traces)  # noqa: S608


def _replace(tx: Writer, table: Table, forgotten: Forgotten) -> None:
    columns = [column.name for column in table.columns if column.type in ("text", "refs")]
    for row in _suspects(tx, table.name, columns, forgotten):
        if table.name == "people" and row["username"] != forgotten.username:
            continue
        after = forgotten.row(table, row)
        if after and not table.append_only:
            after["version"] = row["version"] + 1  # a form that is open elsewhere learns of it
        _write(tx, table.name, dict(zip(table.key, table.key_of(row), strict=True)), after)


def _replace_in_events(tx: Writer, forgotten: Forgotten) -> None:
    columns = ["actor", "reason", "row", "before", "after", "request_key"]
    for row in _suspects(tx, "events", columns, forgotten):
        about = TABLES.get(row["table"])
        after = {
            "actor": forgotten.pseudonym if row["actor"] == forgotten.username else row["actor"],
            "reason": forgotten.text(row["reason"]),
            "row": _row_name(about, row["row"], forgotten),
            "before": _side(about, row, "before", forgotten),
            "after": _side(about, row, "after", forgotten),
            "request_key": _request_key(row["request_key"], forgotten),
        }
        changed = {name: value for name, value in after.items() if value != row[name]}
        _write(tx, "events", {"revision": row["revision"], "number": row["number"]}, changed)


def _side(table: Table | None, row: Row, side: str, forgotten: Forgotten) -> str:
    """What an event says of a row, without the person; a person's own row is told by the event's `row`."""
    values = _parsed(row[side])
    if table is None or not isinstance(values, dict) or not values.keys() <= {*table.names, log.PLACE}:
        return forgotten.text(row[side])  # of another company's log: nothing here can read it
    if table.name != "people" or row["row"] == forgotten.username:
        values |= forgotten.row(table, values)
    return json.dumps(values, ensure_ascii=False)


def _row_name(table: Table | None, name: str, forgotten: Forgotten) -> str:
    if table is None or len(table.key) == 1:
        return forgotten.pseudonym if table and table.name == "people" and name == forgotten.username else name
    key = _parsed(name)
    if not isinstance(key, list) or len(key) != len(table.key):
        return forgotten.text(name)
    parts = [forgotten.value(table.column(column), part) for column, part in zip(table.key, key, strict=True)]
    return json.dumps(parts, ensure_ascii=False)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _request_key(key: str | None, forgotten: Forgotten) -> str | None:
    """Requests are the actor's own, by their username."""
    begins = f"{forgotten.username} "
    return f"{forgotten.pseudonym} {key.removeprefix(begins)}" if key and key.startswith(begins) else key


def _replace_elsewhere(tx: Writer, forgotten: Forgotten) -> None:
    """In the tables outside the bundle, whichever there are: what others' rows still say of the person."""
    columns: dict[str, list[str]] = {}
    for row in tx.rows(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND data_type IN ('VARCHAR', 'character varying', 'text')"
    ):
        if row["table_name"] not in TABLES:
            columns.setdefault(row["table_name"], []).append(row["column_name"])
    for table, names in columns.items():
        for row in _suspects(tx, table, names, forgotten):
            texts = {name: row[name] for name in names if row[name]}
            after = {
                name: forgotten.pseudonym if text == forgotten.username else forgotten.text(text)
                for name, text in texts.items()
            }
            _write(tx, table, row, {name: text for name, text in after.items() if text != texts[name]})


def _write(tx: Writer, table: str, key: Row, changes: Mapping[str, object]) -> None:
    """Writes past the event log, which tells nothing of whom it forgets; `key` tells the row from all others."""
    if not changes:
        return
    stated = {name: value for name, value in key.items() if value is not None}
    places = ", ".join(f'"{name}" = ${n}' for n, name in enumerate(changes, 1))
    where = " AND ".join(f'"{name}" = ${n}' for n, name in enumerate(stated, len(changes) + 1))
    tx.run(f'UPDATE "{table}" SET {places} WHERE {where}', *changes.values(), *stated.values())  # noqa: S608
