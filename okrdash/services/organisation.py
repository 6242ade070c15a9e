"""Who there is and when: people, teams, memberships, cycles, settings."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from okrdash.domain.columns import Row
from okrdash.domain.errors import Conflict, Invalid, Problem
from okrdash.domain.people import email_fault
from okrdash.domain.quarters import next_quarter
from okrdash.domain.tables import TABLES
from okrdash.services.company import company, today
from okrdash.services.editing import check_references, clean, event, found
from okrdash.services.organisation_rules import (
    admins,
    check_cycle,
    check_settings,
    check_team,
    check_username,
    check_windows,
    keep_an_admin,
    live,
    refuse_taken,
)
from okrdash.services.people import Actor, allow
from okrdash.store.store import RepeatedError, utc_now

_LISTS = ("people", "teams", "memberships", "cycles", "settings")


def listed(actor: Actor, table: str) -> list[Row]:
    """All rows of people, teams, memberships, cycles or settings with their `version`, inactive ones included."""
    with company().read() as reader:
        allow(reader, actor, "read")
        if table not in _LISTS:
            raise Invalid(Problem("table", f"{table} is no such list."))
        return reader.rows(f'SELECT * FROM "{table}" ORDER BY "position"')  # noqa: S608


def add_person(actor: Actor, values: Mapping[str, Any], *, request_key: str = "") -> None:
    """Adds a person; they sign in once they have a password. Raises Forbidden, Invalid."""
    with suppress(RepeatedError), company().write(event(actor, "add person", request_key=request_key)) as tx:
        allow(tx, actor, "manage people")
        row = clean("people", TABLES["people"].row(**values))
        check_username(tx, row["username"])
        _check_email(row)
        tx.insert("people", row)


def edit_person(
    actor: Actor,
    username: str,
    changes: Mapping[str, Any],
    *,
    version: int | None = None,
    request_key: str = "",
) -> None:
    """Changes a person's name, e-mail, role, or whether they are active; the username stays.

    Who is disabled is signed out everywhere. The last active admin stays one, and so does the last who can sign in.
    Raises Forbidden, NotFound, Invalid, Conflict.
    """
    with suppress(RepeatedError), company().write(event(actor, "edit person", request_key=request_key)) as tx:
        allow(tx, actor, "manage people")
        found(tx, "people", username)
        cleaned = clean("people", changes)
        if cleaned.pop("username", username) != username:
            raise Invalid(Problem("username", "stays what it is: everything the person wrote is signed with it."))
        _check_email(cleaned)
        before = admins(tx)
        tx.update("people", (username,), cleaned, version)
        if cleaned.get("active") is False:
            tx.run("UPDATE sessions SET ended_at = $1 WHERE username = $2 AND ended_at IS NULL", utc_now(), username)
        keep_an_admin(tx, before, "active" if cleaned.get("active") is False else "role")


def add_team(actor: Actor, values: Mapping[str, Any], *, request_key: str = "") -> None:
    """Adds the company, a function or a team. Raises Forbidden, Invalid."""
    with suppress(RepeatedError), company().write(event(actor, "add team", request_key=request_key)) as tx:
        allow(tx, actor, "organise")
        row = clean("teams", TABLES["teams"].row(**values))
        refuse_taken(tx, "teams", row["team"])
        check_team(tx, row)
        tx.insert("teams", row)


def edit_team(
    actor: Actor, team: str, changes: Mapping[str, Any], *, version: int | None = None, request_key: str = ""
) -> None:
    """Changes a team's name (everywhere), parent, kind, cadence, description, or whether it is active.

    A team with live objectives or teams below cannot be made inactive. Raises Forbidden, NotFound, Invalid, Conflict.
    """
    with suppress(RepeatedError), company().write(event(actor, "edit team", request_key=request_key)) as tx:
        allow(tx, actor, "organise")
        row = found(tx, "teams", team)
        cleaned = clean("teams", changes)
        name = cleaned.pop("team", team)
        refuse_taken(tx, "teams", name, was=team)
        after = row | cleaned | {"team": name}
        check_team(tx, after, was=row)
        if not after["active"] and row["active"] and (what := live(tx, row)):
            raise Invalid(Problem("active", f"{team} still has {what}. Move or drop that first."))
        tx.update("teams", (team,), cleaned, version)
        if name != team:
            tx.rename("teams", team, name)


def set_membership(
    actor: Actor, person: str, team: str, *, member: bool = True, leads: bool = False, request_key: str = ""
) -> None:
    """Puts a person into a team, as its lead or not, or takes them out (`member=False`)."""
    with (
        suppress(RepeatedError),
        company().write(event(actor, "change membership", request_key=request_key)) as tx,
    ):
        allow(tx, actor, "organise")
        row = clean("memberships", TABLES["memberships"].row(person=person, team=team, leads=leads))
        person, team = row["person"], row["team"]
        check_references(tx, "memberships", row)
        if not member:
            tx.remove("memberships", (person, team))
        elif tx.get("memberships", person, team):
            tx.update("memberships", (person, team), {"leads": row["leads"]})
        else:
            tx.insert("memberships", row)


def next_cycle(actor: Actor) -> Row:
    """The quarter that comes next, by the fiscal year, as a row to be added. Raises Forbidden."""
    with company().read() as reader:
        allow(reader, actor, "organise")
        settings = reader.settings()
        return next_quarter(reader.table("cycles"), settings.fiscal_year_start, today(settings))


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands in a cycle, confidential objectives included."""

    agreed: int
    """Objectives that are agreed on."""
    drafts: int
    """Drafts and proposals."""
    key_results: int
    """Active ones of the agreed objectives."""
    unscored: int
    """Of these those that are due by its end and have no score."""
    later: int
    """Of these those that are due after its end."""


def contents(actor: Actor, cycle: str) -> Contents:
    """What stands in a cycle, so that who opens or closes it knows. Raises Forbidden, NotFound."""
    with company().read() as reader:
        allow(reader, actor, "organise")
        end = found(reader, "cycles", cycle)["end"]
        objectives = reader.rows("SELECT id, state FROM objectives WHERE cycle = $1", cycle)
        key_results = reader.rows(
            "SELECT k.due, k.score FROM key_results k JOIN objectives o ON o.id = k.objective"
            " WHERE o.cycle = $1 AND o.state = 'active' AND k.state = 'active'",
            cycle,
        )
        later = [row for row in key_results if row["due"] and row["due"] > end]
        return Contents(
            agreed=sum(row["state"] == "active" for row in objectives),
            drafts=sum(row["state"] in ("draft", "proposed") for row in objectives),
            key_results=len(key_results),
            unscored=sum(row["score"] is None for row in key_results if row not in later),
            later=len(later),
        )


def add_cycle(actor: Actor, values: Mapping[str, Any], *, request_key: str = "") -> None:
    """Adds a cycle; without a state it is planning until it begins, then active. Raises Forbidden, Invalid."""
    with suppress(RepeatedError), company().write(event(actor, "add cycle", request_key=request_key)) as tx:
        allow(tx, actor, "organise")
        row = clean("cycles", TABLES["cycles"].row(**values))
        refuse_taken(tx, "cycles", row["cycle"])
        check_cycle(tx, row)
        tx.insert("cycles", row)


def edit_cycle(
    actor: Actor,
    cycle: str,
    changes: Mapping[str, Any],
    *,
    version: int | None = None,
    reason: str = "",
    request_key: str = "",
) -> None:
    """Changes a cycle's name (everywhere), days or state.

    Key results without days of their own run from its first day to its last: other days of a cycle in which some have
    begun need a reason. Raises Forbidden, NotFound, Invalid, Conflict.
    """
    with suppress(RepeatedError), company().write(event(actor, "edit cycle", reason, request_key)) as tx:
        allow(tx, actor, "organise")
        row = found(tx, "cycles", cycle)
        cleaned = clean("cycles", changes)
        name = cleaned.pop("cycle", cycle)
        refuse_taken(tx, "cycles", name, was=cycle)
        after = row | cleaned
        check_cycle(tx, after)
        check_windows(tx, row, after, reason)
        tx.update("cycles", (cycle,), {column: after[column] for column in cleaned}, version)
        if name != cycle:
            tx.rename("cycles", cycle, name)


def change_settings(
    actor: Actor,
    values: Mapping[str, str],
    *,
    versions: Mapping[str, int] | None = None,
    request_key: str = "",
) -> None:
    """Changes settings, given as the texts that a file would hold; a blank one is its default again.

    With `versions` (0 for a setting that was not stated), only what nobody else changed since these were read.
    Raises Forbidden, Conflict, and Invalid whose `where` is the setting's name.
    """
    with (
        suppress(RepeatedError),
        company().write(event(actor, "change settings", request_key=request_key)) as tx,
    ):
        allow(tx, actor, "manage settings")
        known = {row["name"]: row for row in tx.rows('SELECT * FROM "settings" ORDER BY "position"')}
        texts = {name: str(text).strip() for name, text in values.items()}
        check_settings(tx, texts)
        for name, text in texts.items():
            version = None if versions is None else versions.get(name, 0)
            if name in known:
                tx.update("settings", (name,), {"value": text} if text else {}, version)
                if not text:
                    tx.remove("settings", (name,))
            elif version:
                raise Conflict(f"{name} was put back to its default meanwhile. What you typed is kept; save it again.")
            elif text:
                tx.insert("settings", TABLES["settings"].row(name=name, value=text))


def _check_email(row: Row) -> None:
    if fault := email_fault(row.get("email", "")):
        raise Invalid(Problem("email", fault))
