"""From files to a plan of what an import would do, and from the plan to the database: all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from okrdash.domain.columns import Key, Row
from okrdash.domain.consistency.check import problems
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.tables import TABLES
from okrdash.services import exchange
from okrdash.services.exchange import Note
from okrdash.services.people import Actor
from okrdash.transfer.bundle import Bundle, looks_like_bundle, read_bundle, read_bundle_bytes
from okrdash.transfer.containers import read_file
from okrdash.transfer.delimited import decoded
from okrdash.transfer.merge import adopt, merge
from okrdash.transfer.outline import read_outline

_OUTLINES = (".md", ".markdown", ".txt")
LARGEST = 20 * 1024 * 1024
"""Bytes of an outline at most."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the person who imports says about an outline's cycle."""

    cycle: str = ""
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. With problems it cannot be carried out."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    """New and changed rows by table."""
    created: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    """What was guessed or is missing, for a look afterwards."""
    gone: list[str] = field(default_factory=list)
    """What a document no longer has; it stays."""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    revision: int = 0
    """The revision that the plan was made against."""

    def as_json(self) -> dict[str, Any]:
        """The plan as plain data, for `import --json`."""
        return {
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "problems": [{"where": p.where, "message": p.message} for p in self.problems],
            "warnings": [{"where": p.where, "message": p.message} for p in self.warnings],
            "guessed": [{"about": n.about, "field": n.field, "note": n.note} for n in self.notes],
            "gone": self.gone,
        }


def plan_import(
    actor: Actor, sources: Sequence[tuple[str, Path | bytes | Bundle]], options: Options = Options()
) -> Plan:
    """What importing these files, in this order, would create, change and leave alone, and every problem.

    A source is a name and a path (a folder too), the bytes of an upload, or what was read of one. Raises Forbidden.
    """
    known, revision = exchange.everything(actor)
    today = exchange.organisation_day(actor)
    plan = Plan(revision=revision)
    places: dict[tuple[str, Key], str] = {}
    total: dict[str, dict[Key, Row]] = {name: {} for name in TABLES}
    for name, source in sources:
        there = _laid_over(known, total)  # what a file says may refer to the files before it
        if isinstance(source, Bundle):
            bundle = source
        elif _is_outline(name, source):
            bundle = _outline(name, source, there, today, options, plan)
        else:
            bundle = read_bundle(source) if isinstance(source, Path) else read_bundle_bytes(name, source)
        bundle = adopt(bundle, there, history=not any(known.values()) and not total["events"])
        plan.problems.extend(bundle.problems)
        plan.warnings.extend(bundle.warnings)
        places.update(bundle.places)
        merged = merge(bundle, there)
        for table, rows in merged.items():
            total[table] |= {TABLES[table].key_of(row): row for row in rows}
        for table, rows in bundle.rows.items():
            plan.unchanged[table] = plan.unchanged.get(table, 0) + len(rows) - len(merged.get(table, ()))
    laid = {table: list(found.values()) for table, found in total.items() if found}
    _settle_states(laid, today)
    if not any(problem.where in {name for name, _ in sources} for problem in plan.problems):  # a file was not read
        plan.problems.extend(problems(laid, known, places, today))
    for table, new_rows in laid.items():
        before = {TABLES[table].key_of(row) for row in known.get(table, ())}
        new = sum(TABLES[table].key_of(row) not in before for row in new_rows)
        plan.created[table], plan.changed[table] = new, len(new_rows) - new
    return replace(plan, rows=laid)


def carry_out(actor: Actor, plan: Plan) -> None:
    """Does what the plan says. Raises Invalid with its problems, or when something was changed since it was made."""
    if plan.problems:
        raise Invalid(*plan.problems)
    exchange.import_rows(actor, plan.rows, notes=plan.notes, expected=plan.revision)


def _is_outline(name: str, source: Path | bytes) -> bool:
    if isinstance(source, Path) and (source.is_dir() or looks_like_bundle(source)):
        return False
    return Path(name).suffix.lower() in _OUTLINES


def _outline(
    name: str, source: Path | bytes, known: Mapping[str, Sequence[Row]], today: date, options: Options, plan: Plan
) -> Bundle:
    """An outline read as the bundle that it comes to."""
    try:
        data = read_file(source) if isinstance(source, Path) else source
        if len(data) > LARGEST:
            raise Invalid(Problem(name, f"is larger than {LARGEST // 2**20} MiB; import it in parts"))
        text = decoded(name, data)
    except Invalid as fault:
        return Bundle(problems=list(fault.problems))
    read = read_outline(
        text,
        name=Path(name).name,
        today=today,
        cycle=options.cycle or None,
        start=options.start,
        end=options.end,
        known=known,
    )
    plan.notes.extend(Note(guess.about, guess.field, guess.note) for guess in read.guesses)
    plan.gone.extend(read.gone)
    places = {
        (table, TABLES[table].key_of(row)): f"{name} line {read.lines[row['id']]}"
        for table, rows in read.rows.items()
        for row in rows
        if row.get("id") in read.lines
    }
    return Bundle(read.rows, {t: set(TABLES[t].names) for t in read.rows}, places, list(read.problems))


def _laid_over(known: Mapping[str, Sequence[Row]], new: Mapping[str, Mapping[Key, Row]]) -> dict[str, list[Row]]:
    return {
        name: list(({table.key_of(row): row for row in known.get(name, ())} | dict(new[name])).values())
        for name, table in TABLES.items()
    }


def _settle_states(rows: Mapping[str, list[Row]], today: date) -> None:
    """A cycle without a state is planning when it starts after today, else active."""
    for row in rows.get("cycles", ()):
        row["state"] = row["state"] or ("planning" if row["start"] and row["start"] > today else "active")
