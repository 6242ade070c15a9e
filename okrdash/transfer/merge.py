"""A bundle laid over what is known: which rows it creates and which it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from okrdash.domain.columns import Key, Row
from okrdash.domain.errors import Problem
from okrdash.domain.tables import TABLES
from okrdash.transfer.bundle import Bundle, Rows


def adopt(bundle: Bundle, known: Mapping[str, Sequence[Row]], *, history: bool = False) -> Bundle:
    """The bundle as this company takes it, with a warning for what is taken otherwise than it is written.

    A company has one name: a document's company is the known one, whatever it is called there. Events are left out
    unless the database has no `history` of its own yet.
    """
    warnings = list(bundle.warnings)
    rows = dict(bundle.rows)
    if rows.get("events") and not history:
        del rows["events"]
        warnings.append(Problem("events", "are left out: only an empty database takes over another's history"))
    adopted = replace(bundle, rows=rows, warnings=warnings, problems=list(bundle.problems))
    names = _other_name(rows, known)
    return _renamed(adopted, *names) if names else adopted


def merge(bundle: Bundle, known: Mapping[str, Sequence[Row]]) -> Rows:
    """The full rows that the bundle creates or changes, by table in its order; rows that say nothing new are left out.

    A column that the bundle lacks keeps its value in a known row. The bundle is what `adopt` gives.
    """
    merged: Rows = {}
    for name, table in TABLES.items():
        if not bundle.rows.get(name):
            continue
        before = {table.key_of(row): row for row in known.get(name, ())}
        kept = [column for column in table.names if column not in bundle.given[name] and column not in table.key]
        changed = []
        for read in bundle.rows[name]:
            old = before.get(table.key_of(read))
            row = read if old is None else read | {column: old[column] for column in kept}
            if old and name == "cycles" and not row["state"]:
                row = row | {"state": old["state"]}  # a blank one is a new cycle's to be told from its days
            if row != old:
                changed.append(row)
        if changed:
            merged[name] = changed
    return merged


def _other_name(rows: Rows, known: Mapping[str, Sequence[Row]]) -> tuple[str, str] | None:
    """What the bundle calls the company and what it is called here, if that differs and is meant."""
    ours = [row["team"] for row in known.get("teams", ()) if row["kind"] == "company"]
    theirs = [row["team"] for row in rows.get("teams", ()) if row["kind"] == "company"]
    if len(ours) != 1 or len(theirs) != 1 or ours == theirs:
        return None
    # A function or team here that the bundle makes the company is a contradiction, not another name.
    return None if any(row["team"] == theirs[0] for row in known["teams"]) else (theirs[0], ours[0])


def _renamed(bundle: Bundle, theirs: str, ours: str) -> Bundle:
    rows: Rows = {}
    places: dict[tuple[str, Key], str] = dict(bundle.places)
    for name, content in bundle.rows.items():
        table = TABLES[name]
        columns = [c.name for c in table.columns if "teams" in c.refers or (name, c.name) == ("teams", "team")]
        seen: dict[Key, Row] = {}
        for read in content:
            row = read | {column: ours for column in columns if read[column] == theirs}
            key, place = table.key_of(row), bundle.places.get((name, table.key_of(read)), name)
            if key in seen:
                first = places[name, key]
                message = f"is {', '.join(map(str, key))} again, as {first} is, since {theirs!r} is {ours!r}"
                bundle.problems.append(Problem(place, message + "; keep one of them"))
                continue
            seen[key] = row
            places[name, key] = place
        rows[name] = list(seen.values())
    where = bundle.places.get(("teams", (theirs,)), "teams")
    bundle.warnings.append(Problem(f"{where}, column team", f"{theirs!r} is taken as the company, {ours!r}"))
    return replace(bundle, rows=rows, places=places)
