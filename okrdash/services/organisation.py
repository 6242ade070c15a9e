"""Who there is and when: people, teams, memberships, cycles, settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from okrdash.domain import settings as domain_settings
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.tables import TABLES, Row
from okrdash.domain.validate import cycle_problems
from okrdash.services.company import company
from okrdash.services.editing import check_references, clean, found
from okrdash.services.people import Actor, above, allow
from okrdash.store.transaction import Event, Reader, Writer

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]*", re.IGNORECASE)
_LISTS = {"people": "manage people", "teams": "organise", "memberships": "organise", "cycles": "organise"}


def listed(actor: Actor, table: str) -> list[Row]:
    """All rows of people, teams, memberships or cycles with their `version`, inactive ones included."""
    with company().read() as reader:
        allow(reader, actor, "read")
        if table not in _LISTS:
            raise Invalid(Problem("table", f"{table} is no such list."))
        return reader.rows(f'SELECT * FROM "{table}" ORDER BY "position"')  # noqa: S608


def add_person(actor: Actor, values: Mapping[str, Any]) -> None:
    """Adds a person; they sign in once they have a password. Raises Forbidden, Invalid."""
    with company().write(Event(actor.username, "add person")) as tx:
        allow(tx, actor, "manage people")
        row = clean("people", TABLES["people"].row(**values))
        if not _USERNAME.fullmatch(row["username"]) or row["username"].casefold() == "console":
            raise Invalid(Problem("username", "may hold letters, digits and . _ @ - only, and not be 'console'."))
        if tx.one("SELECT username FROM people WHERE lower(username) = lower($1)", row["username"]):
            raise Invalid(Problem("username", f"{row['username']!r} is taken. Choose another."))
        tx.insert("people", row)


def edit_person(actor: Actor, username: str, changes: Mapping[str, Any], *, version: int | None = None) -> None:
    """Changes a person's name, e-mail, role, or whether they are active. The last active admin stays one."""
    with company().write(Event(actor.username, "edit person")) as tx:
        allow(tx, actor, "manage people")
        before = found(tx, "people", username)
        tx.update("people", (username,), clean("people", changes), version)
        if changes.get("active") is False:
            tx.run("UPDATE sessions SET ended_at = now() WHERE username = $1 AND ended_at IS NULL", username)
        was_admin = before["active"] and before["role"] == "admin"
        if was_admin and not tx.one("SELECT 1 AS found FROM people WHERE active AND role = 'admin'"):
            raise Invalid(Problem("role", "This is the last active admin. Make somebody else one first."))


def add_team(actor: Actor, values: Mapping[str, Any]) -> None:
    """Adds the company, a function or a team. Raises Forbidden, Invalid."""
    with company().write(Event(actor.username, "add team")) as tx:
        allow(tx, actor, "organise")
        row = clean("teams", TABLES["teams"].row(**values))
        if tx.get("teams", row["team"]):
            raise Invalid(Problem("team", f"{row['team']!r} exists. Choose another name."))
        _check_team(tx, row)
        tx.insert("teams", row)


def edit_team(actor: Actor, team: str, changes: Mapping[str, Any], *, version: int | None = None) -> None:
    """Changes a team's name, parent, kind, cadence, description, or whether it is active.

    A team with live objectives cannot be made inactive. Raises Forbidden, NotFound, Invalid, Conflict.
    """
    with company().write(Event(actor.username, "edit team")) as tx:
        allow(tx, actor, "organise")
        row = found(tx, "teams", team)
        cleaned = clean("teams", changes)
        after = row | cleaned
        _check_team(tx, after, was=team)
        if not after["active"] and (live := _live(tx, team)):
            raise Invalid(Problem("active", f"{team} still has {live}. Move or drop that first."))
        name = cleaned.pop("team", team)
        tx.update("teams", (team,), cleaned, version)
        if name != team:
            if tx.get("teams", name):
                raise Invalid(Problem("team", f"{name!r} exists. Choose another name."))
            tx.rename("teams", team, name)


def set_membership(actor: Actor, person: str, team: str, *, member: bool = True, leads: bool = False) -> None:
    """Puts a person into a team, as its lead or not, or takes them out (`member=False`)."""
    with company().write(Event(actor.username, "change membership")) as tx:
        allow(tx, actor, "organise")
        row = clean("memberships", TABLES["memberships"].row(person=person, team=team, leads=leads))
        check_references(tx, "memberships", row)
        if not member:
            tx.remove("memberships", (person, team))
        elif tx.get("memberships", person, team):
            tx.update("memberships", (person, team), {"leads": leads})
        else:
            tx.insert("memberships", row)


def add_cycle(actor: Actor, values: Mapping[str, Any]) -> None:
    """Adds a cycle; without a state it is planning. Raises Forbidden, Invalid."""
    with company().write(Event(actor.username, "add cycle")) as tx:
        allow(tx, actor, "organise")
        row = clean("cycles", TABLES["cycles"].row(**{"state": "planning", **values}))
        if tx.get("cycles", row["cycle"]):
            raise Invalid(Problem("cycle", f"{row['cycle']!r} exists. Choose another name."))
        _check_cycle(row)
        tx.insert("cycles", row)


def edit_cycle(actor: Actor, cycle: str, changes: Mapping[str, Any], *, version: int | None = None) -> None:
    """Changes a cycle's name, days or state. Raises Forbidden, NotFound, Invalid, Conflict."""
    with company().write(Event(actor.username, "edit cycle")) as tx:
        allow(tx, actor, "organise")
        row = found(tx, "cycles", cycle)
        cleaned = clean("cycles", changes)
        _check_cycle(row | cleaned)
        name = cleaned.pop("cycle", cycle)
        tx.update("cycles", (cycle,), cleaned, version)
        if name != cycle:
            if tx.get("cycles", name):
                raise Invalid(Problem("cycle", f"{name!r} exists. Choose another name."))
            tx.rename("cycles", cycle, name)


def change_settings(actor: Actor, values: Mapping[str, str]) -> None:
    """Changes settings, given as the texts that a file would hold. Raises Forbidden, Invalid."""
    with company().write(Event(actor.username, "change settings")) as tx:
        allow(tx, actor, "manage settings")
        known = {row["name"]: row["value"] for row in tx.table("settings")}
        domain_settings.parse([{"name": n, "value": v} for n, v in {**known, **values}.items()])
        for name, value in values.items():
            if name in known:
                tx.update("settings", (name,), {"value": value})
            else:
                tx.insert("settings", TABLES["settings"].row(name=name, value=value))


def _check_team(reader: Reader, row: Row, was: str = "") -> None:
    teams = {t["team"]: t for t in reader.table("teams") if t["team"] != was}
    if ";" in row["team"]:
        raise Invalid(Problem("team", "may not hold a semicolon."))
    if row["kind"] == "company":
        if any(t["kind"] == "company" for t in teams.values()):
            raise Invalid(Problem("kind", "There is one company; make this a function or a team."))
        if row["parent"]:
            raise Invalid(Problem("parent", "The company stands under nothing."))
        return
    check_references(reader, "teams", {"parent": row["parent"]})
    if row["parent"] in (row["team"], was) or (was and was in above(row["parent"], teams | {was: row})):
        raise Invalid(Problem("parent", f"{row['parent']} stands below {row['team']} already. Choose another."))
    if row["kind"] == "function" and row["parent"] and teams[row["parent"]]["kind"] == "team":
        raise Invalid(Problem("parent", "A function stands under the company or a function, not under a team."))


def _check_cycle(row: Row) -> None:
    if problems := cycle_problems(row):
        raise Invalid(*problems)


def _live(tx: Writer, team: str) -> str:
    objectives = tx.table("objectives", "team = $1 AND state IN ('draft', 'proposed', 'active')", team)
    key_results = tx.rows(
        "SELECT k.title FROM key_results k JOIN objectives o ON o.id = k.objective"
        " WHERE k.team = $1 AND k.state = 'active' AND o.state IN ('draft', 'proposed', 'active')",
        team,
    )
    below = tx.table("teams", "parent = $1 AND active", team)
    counts = ((len(objectives), "live objectives"), (len(key_results), "live key results"), (len(below), "teams below"))
    return ", ".join(f"{n} {what}" for n, what in counts if n)
