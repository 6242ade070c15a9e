"""What people, teams, cycles and settings must be like to go together; asked inside the write that changes them."""

from __future__ import annotations

from zoneinfo import available_timezones

from okrdash import config
from okrdash.domain import settings as domain_settings
from okrdash.domain.cells import read_cell
from okrdash.domain.columns import NAME, Column, Row
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.people import username_fault
from okrdash.domain.tables import TABLES
from okrdash.domain.validate import cycle_problems, key_result_problems
from okrdash.services.company import today
from okrdash.services.editing import check_references
from okrdash.services.people import above
from okrdash.store.reader import Reader


def refuse_taken(reader: Reader, table: str, name: str, was: str = "") -> None:
    """Raises Invalid when another row has the name, be it in other letters' case."""
    column = TABLES[table].key[0]
    for row in reader.table(table):
        if row[column] != was and row[column].casefold() == name.casefold():
            raise Invalid(Problem(column, f"{row[column]!r} exists already. Choose another name."))


def admins(reader: Reader, *, but: str = "") -> tuple[bool, bool]:
    """Whether there is an active admin, not counting `but`, and whether one can sign in: by password or company."""
    settings = config.load()
    rows = reader.rows(
        "SELECT p.email, c.username FROM people p LEFT JOIN credentials c ON c.username = p.username"
        " WHERE p.active AND p.role = 'admin' AND p.username <> $1",
        but,
    )
    by_password = settings.passwords != "off" and any(row["username"] for row in rows)
    return bool(rows), by_password or (settings.company_sign_in and any(row["email"] for row in rows))


def keep_an_admin(reader: Reader, before: tuple[bool, bool], where: str) -> None:
    """Raises Invalid, at the field `where`, when a change takes away the last of what `admins` gave before it."""
    if any(was and not still for was, still in zip(before, admins(reader), strict=True)):
        raise Invalid(Problem(where, "This is the last active admin who can sign in. Make somebody else one first."))


def check_username(reader: Reader, username: str) -> None:
    """Raises Invalid for a new person's username that may not be, or that somebody has."""
    if fault := username_fault(username):
        raise Invalid(Problem("username", fault))
    refuse_taken(reader, "people", username)


def check_team(reader: Reader, row: Row, was: Row | None = None) -> None:
    """Raises Invalid when the team, as it would be, does not fit into the tree; `was` is the row that it replaces."""
    name, before = row["team"], was["team"] if was else ""
    teams = {t["team"]: t for t in reader.table("teams") if t["team"] != before}
    if ";" in name:
        raise Invalid(Problem("team", "may not hold a semicolon."))
    if row["cadence_weeks"] not in (None, 1, 2, 4):
        raise Invalid(Problem("cadence_weeks", f"is {row['cadence_weeks']}, but must be 1, 2 or 4, or left blank."))
    if row["kind"] == "company":
        _check_company(row, teams)
    else:
        _check_place(reader, row, teams, was)


def _check_company(row: Row, teams: dict[str, Row]) -> None:
    if any(t["kind"] == "company" for t in teams.values()):
        raise Invalid(Problem("kind", "There is one company; make this a function or a team."))
    if row["parent"]:
        raise Invalid(Problem("parent", "The company stands under nothing."))
    if not row["active"]:
        raise Invalid(Problem("active", "The company cannot be archived: everything stands under it."))


def _check_place(reader: Reader, row: Row, teams: dict[str, Row], was: Row | None) -> None:
    name, before = row["team"], was["team"] if was else ""
    if was and was["kind"] == "company":
        raise Invalid(Problem("kind", "This is the company, under which everything stands. It stays that."))
    functions = [t["team"] for t in teams.values() if t["parent"] == before and t["kind"] == "function"]
    if row["kind"] == "team" and was and functions:
        raise Invalid(Problem("kind", f"The function {functions[0]} stands under it, so it cannot be a team."))
    check_references(reader, "teams", {"parent": row["parent"]})
    if not row["parent"]:
        return
    way = above(row["parent"], teams | ({before: row} if was else {name: row}))
    if {name, before}.intersection(way):
        path = " → ".join([name, *way[: next(n for n, team in enumerate(way) if team in (name, before))], name])
        raise Invalid(Problem("parent", f"This would go round in a circle: {path}. Choose another."))
    over = teams[row["parent"]]
    if row["kind"] == "function" and over["kind"] == "team":
        raise Invalid(Problem("parent", "A function stands under the company or a function, not under a team."))
    placed_anew = was is None or any(was[column] != row[column] for column in ("parent", "active"))
    if row["active"] and not over["active"] and placed_anew:
        raise Invalid(Problem("parent", f"{row['parent']} is archived. Bring that back first, or choose another."))


def check_cycle(reader: Reader, row: Row) -> None:
    """Raises Invalid when its days are wrong; fills in a state that is not stated."""
    if problems := cycle_problems(row):
        raise Invalid(*problems)
    row["state"] = row["state"] or ("planning" if row["start"] > today(reader.settings()) else "active")


def check_windows(reader: Reader, before: Row, after: Row, reason: str) -> None:
    """Raises Invalid when other days of a cycle leave a key result without a window, or move begun ones unexplained."""
    moved = {"start": before["start"] != after["start"], "due": before["end"] != after["end"]}
    if not any(moved.values()):
        return
    rows = reader.rows(
        "SELECT k.* FROM key_results k JOIN objectives o ON o.id = k.objective"
        " WHERE o.cycle = $1 AND o.state <> 'dropped' AND k.state = 'active'",
        before["cycle"],
    )
    rows = [row for row in rows if any(moved[name] and row[name] is None for name in moved)]
    phases: dict[str, list[Row]] = {}
    for phase in reader.table("phases") if rows else ():
        phases.setdefault(phase["key_result"], []).append(phase)
    field = "end" if moved["due"] else "start"
    for row in rows:
        window = (after["start"], after["end"])
        problems = key_result_problems(row, phases=phases.get(row["id"], ()), cycle=window)
        if problems := [p for p in problems if p.where in ("start", "due", "phases")]:
            raise Invalid(Problem(field, f"This does not go with “{row['title'][:60]}”: {problems[0].message}"))
    day = today(reader.settings())
    begun = [row for row in rows if (row["start"] or before["start"]) <= day]
    if begun and not reason.strip():
        count = "1 key result that has" if len(begun) == 1 else f"{len(begun)} key results that have"
        raise Invalid(Problem("reason", f"is missing: this changes the days of {count} begun, so say why."))


def check_settings(reader: Reader, texts: dict[str, str]) -> None:
    """Raises Invalid for settings, over those that are stated, that cannot be read or are out of range."""
    if problems := [Problem(name, why) for name, text in texts.items() if text and (why := _unreadable(name, text))]:
        raise Invalid(*problems)
    stated = {row["name"]: row["value"] for row in reader.table("settings")} | texts
    try:
        domain_settings.parse([{"name": n, "value": v} for n, v in stated.items() if v or n not in texts])
    except Invalid as fault:
        raise Invalid(*(Problem(p.where.removeprefix("setting "), p.message) for p in fault.problems)) from None


def _unreadable(name: str, text: str) -> str:
    """What is wrong with the text of a setting as such, before its range is asked; "" when nothing is."""
    default = getattr(domain_settings.Settings(), name, None)
    if name == "time_zone" and text not in available_timezones():
        return f"{text!r} is no time zone; use a name such as Europe/Berlin or UTC."
    try:
        if isinstance(default, tuple):
            for part in filter(None, map(str.strip, text.split(";"))):
                read_cell(Column(name, "day"), part)
        elif isinstance(default, str):
            read_cell(Column(name, longest=NAME), text)
        elif default is not None:
            read_cell(Column(name, "number" if isinstance(default, float) else "count"), text)
    except ValueError as fault:
        return f"{fault}."
    return ""


def live(reader: Reader, team: Row) -> str:
    """What keeps a team from being archived, in words; "" when nothing does."""
    name = team["team"]
    objectives = reader.table("objectives", "team = $1 AND state IN ('draft', 'proposed', 'active')", name)
    key_results = reader.rows(
        "SELECT k.title FROM key_results k JOIN objectives o ON o.id = k.objective"
        " WHERE k.team = $1 AND k.state = 'active' AND o.state IN ('draft', 'proposed', 'active')",
        name,
    )
    below = reader.table("teams", "parent = $1 AND active", name)
    counts = ((len(objectives), "live objective"), (len(key_results), "live key result"), (len(below), "team"))
    words = [f"{n} {what}{'s' if n > 1 else ''}" for n, what in counts if n]
    if below:
        words[-1] += " below it"
    return ", ".join(words)
