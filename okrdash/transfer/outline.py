"""An OKR document in Markdown, as teams keep it in a handbook or a wiki, as rows of the bundle's tables.

What the database already knows is matched by cycle, unit and words and stays as it is: only what is new in the
document is added. Everything that was guessed is told.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from okrdash.domain.columns import ID, NAME, TEXT, TITLE, Row, join_refs, refs
from okrdash.domain.errors import Problem
from okrdash.domain.tables import TABLES

from .days import Due, due_day
from .draft import DRAFTED, Draft, Guess, slug
from .headings import Kind
from .numbers import without_asides
from .outline_cycle import find_cycle
from .readings import Reading, read_result
from .results import Results
from .structure import Goal, Statement, Structure, read_structure
from .ties import ties
from .words import same_words, without_hidden


@dataclass(frozen=True, slots=True)
class Outline:
    """What a document says, as full rows; with problems nothing can be imported and there are no rows.

    `lines` tells where each objective and key result stands; `gone` are the titles that are known but no longer
    in the document.
    """

    rows: dict[str, list[Row]]
    guesses: list[Guess]
    problems: list[Problem]
    lines: dict[str, int]
    gone: list[str]


def read_outline(
    text: str,
    *,
    name: str,
    today: date,
    cycle: str | None = None,
    start: date | None = None,
    end: date | None = None,
    company: str | None = None,
    known: Mapping[str, Sequence[Row]] | None = None,
) -> Outline:
    """Reads a document named `name`. `cycle`, `start` and `end` win over what it says; `known` are the rows there."""
    reader = _Reader(name, today, known or {})
    return reader.read(text, cycle, start, end, company)


@dataclass(slots=True)
class _Wanted:
    """A key result with every statement of it, under every objective."""

    statements: list[tuple[Goal, Statement]] = field(default_factory=list)


class _Reader:
    def __init__(self, name: str, today: date, known: Mapping[str, Sequence[Row]]) -> None:
        self.draft = draft = Draft(name, today, known)
        self.known, self.rows, self.lines = draft.known, draft.rows, draft.lines
        self.results = Results(draft)
        self.names: dict[int, str] = {}
        self.goal_rows: dict[int, Row] = {}
        self.objective_by_id = {row["id"]: row for row in self.known["objectives"]}

    def read(self, text: str, cycle: str | None, start: date | None, end: date | None, company: str | None) -> Outline:
        found = read_structure(text, company=self._company(company), known=self._known_units())
        find_cycle(self.draft, found, cycle, start, end)
        self._units(found)
        self._objectives(found.goals)
        wanted = self._key_results(found.goals)
        self.rows["alignment"] = ties(self.rows, self.known, self.draft.cycle.name)
        gone = self._gone(found, wanted)
        for stray in found.stray:
            self.draft.problem(stray.line, "this key result stands under no objective: put it under one")
        if not found.goals and not found.stray:
            hint = "put each objective under a heading as a list item, and its key results as items below it"
            self.draft.problem(1, f"no objective was found: {hint}")
        if self.draft.problems:
            return Outline({table: [] for table in DRAFTED}, self.draft.guesses, self.draft.problems, self.lines, [])
        return Outline(self.rows, self.draft.guesses, [], self.lines, gone)

    # Units

    def _company(self, company: str | None) -> str:
        there = next((row["team"] for row in self.known["teams"] if row["kind"] == "company"), "")
        return there or unicodedata.normalize("NFC", " ".join((company or "").split()))

    def _known_units(self) -> dict[str, tuple[str, Kind]]:
        return {same_words(row["team"]): (row["team"], row["kind"]) for row in self.known["teams"]}

    def _units(self, found: Structure) -> None:
        known = {same_words(row["team"]): row for row in self.known["teams"]}
        for unit in found.units:
            there = known.get(same_words(unit.name))
            self.names[id(unit)] = unit.name if there is None else there["team"]
            if there is not None:
                self.rows["teams"].append(there)
            elif len(unit.name) > NAME or ";" in unit.name or not unit.name:
                fault = f"a unit's name has 1 to {NAME} characters and no semicolon"
                self.draft.problem(unit.line, f'"{unit.name[:60]}" cannot be a unit: {fault}')
            else:
                parent = self.names[id(unit.parent)] if unit.parent else ""
                self.rows["teams"].append(TABLES["teams"].row(team=unit.name, kind=unit.kind, parent=parent))
        company = self.names[id(found.company)]
        other = found.company_heading and same_words(found.company_heading) != same_words(company)
        if other or not any(row["kind"] == "company" for row in self.known["teams"]):
            self.draft.guess(
                company, "company", f'The document\'s company is taken as "{company}".', found.company.line
            )

    # Objectives

    def _objectives(self, goals: list[Goal]) -> None:
        known = {
            (same_words(row["team"]), same_words(row["title"])): row
            for row in reversed(self.known["objectives"])
            if row["cycle"] == self.draft.cycle.name
        }
        for goal in goals:
            key = (same_words(self.names[id(goal.unit)]), same_words(goal.title))
            if there := known.get(key):
                if there["id"] not in self.lines:
                    self.rows["objectives"].append(there)
                    self.lines[there["id"]] = goal.line
                self.goal_rows[id(goal)] = there
                continue
            why = "\n\n".join(goal.why)
            self._check(goal.title, goal.line, "an objective")
            if len(why) > TEXT:
                self.draft.problem(goal.line, f"the why has {len(why)} characters: at most {TEXT} can be kept")
            prefix = f"{slug(self.names[id(goal.unit)], 24)}-{slug(self.draft.cycle.name, 16)}-o"
            row = TABLES["objectives"].row(
                id=self.draft.new_id(prefix),
                cycle=self.draft.cycle.name,
                team=self.names[id(goal.unit)],
                title=goal.title,
                why=why,
            )
            known[key] = self.goal_rows[id(goal)] = self.objective_by_id[row["id"]] = row
            self.rows["objectives"].append(row)
            self.lines[row["id"]] = goal.line
            if goal.named:
                self.draft.guess(
                    row["id"], "team", f'"{goal.named}:" before the title is taken as its unit.', goal.line
                )

    def _check(self, title: str, line: int, what: str) -> None:
        if not title:
            self.draft.problem(line, f"{what} without words: write what it is, or take the line out")
        elif len(title) > TITLE:
            self.draft.problem(line, f"{what} of {len(title)} characters: shorten it to {TITLE} at most")

    # Key results

    def _key_results(self, goals: list[Goal]) -> dict[str, _Wanted]:
        """Enters each key result once: its home is the first unit's below the company, it stands under the others."""
        wanted: dict[str, _Wanted] = {}
        for goal in goals:
            for statement in goal.key_results:
                title = without_hidden(statement.text)
                self._check(title, statement.line, "a key result")
                wanted.setdefault(same_words(title), _Wanted()).statements.append((goal, statement))
        known = self._known_key_results()
        for words, one in wanted.items():
            stated = sorted(one.statements, key=lambda pair: pair[0].unit.kind == "company")
            rows = [self.goal_rows[id(goal)] for goal, _ in stated]
            there = next((known[key] for row in rows if (key := (row["team"], words)) in known), None)
            reading, due = self._reading(stated[0][1])
            if there is not None:
                row = self._known_row(there, rows, stated[0][1])
            else:
                row = self._new_row(stated[0][1], rows, reading, due)
                self._unused_details(row, reading, [s for _, s in stated])
            self.rows["key_results"].append(row)
            self.lines[row["id"]] = min(statement.line for _, statement in stated)
            self.results.enter(row, [s for _, s in stated], reading, new=there is None)
        return wanted

    def _known_key_results(self) -> dict[tuple[str, str], Row]:
        found: dict[tuple[str, str], Row] = {}
        for row in self.known["key_results"]:
            under = [self.objective_by_id.get(id_) for id_ in (row["objective"], *refs(row["also"]))]
            if under[0] is None or under[0]["cycle"] != self.draft.cycle.name:
                continue
            for team in (*(o["team"] for o in under if o), row["team"]):
                found.setdefault((team, same_words(row["title"])), row)
        return found

    def _known_row(self, there: Row, rows: list[Row], statement: Statement) -> Row:
        """The known row as it is, but also under the objectives where the document newly states it."""
        also = refs(there["also"])
        new = [row["id"] for row in rows if row["id"] not in (there["objective"], *also)]
        if not new:
            return there
        self.draft.guess(there["id"], "also", "The document states it under further objectives too.", statement.line)
        return {**there, "also": join_refs([*also, *new])}

    def _reading(self, statement: Statement) -> tuple[Reading, Due | None]:
        text = statement.text if len(statement.text) <= TITLE else ""
        said = without_asides(text)
        due = due_day(said, self.draft.cycle)
        return read_result(text, said[: due.start] + " " * (len(said) - due.start) if due else said), due

    def _new_row(self, statement: Statement, rows: list[Row], reading: Reading, due: Due | None) -> Row:
        home = rows[0]
        row = TABLES["key_results"].row(
            id=self.draft.new_id(f"{home['id'][: ID - 8]}-k"),
            objective=home["id"],
            also=join_refs(r["id"] for r in rows if r["id"] != home["id"]),
            title=without_hidden(statement.text),
            team=self._team_of(statement, home),
            due=due.day if due else None,
            **_values(reading),
        )
        for about, note in reading.notes:
            self.draft.guess(row["id"], about, note, statement.line)
        if due and due.note:
            self.draft.guess(row["id"], "due", due.note, statement.line)
        if row["team"]:
            self.draft.guess(row["id"], "team", f'"{statement.team}:" before the title is its team.', statement.line)
        return row

    def _team_of(self, statement: Statement, home: Row) -> str:
        team = statement.team if same_words(statement.team) != same_words(home["team"]) else ""
        there = {r["team"] for r in [*self.rows["teams"], *self.known["teams"]]}
        return team if team in there else ""

    def _unused_details(self, row: Row, reading: Reading, stated: list[Statement]) -> None:
        for statement in stated:
            left = statement.details + (len(statement.steps) if row["kind"] != "milestone" or reading.steps else 0)
            if left:
                note = f"Details below it that are left out: {left}."
                self.draft.guess(row["id"], "steps", note, statement.line)

    # What is no longer there

    def _gone(self, found: Structure, wanted: Mapping[str, _Wanted]) -> list[str]:
        """Titles that are known in this cycle and not in the document, in its units (all, if it is the company's)."""
        stated = {self.names[id(goal.unit)] for goal in found.goals}
        everything = self.names[id(found.company)] in stated
        gone = []
        for row in self.known["objectives"]:
            live = row["cycle"] == self.draft.cycle.name and row["state"] != "dropped"
            if live and row["id"] not in self.lines and (everything or row["team"] in stated):
                gone.append(row["title"])
        for row in self.known["key_results"]:
            home = self.objective_by_id.get(row["objective"])
            if home is None or home["cycle"] != self.draft.cycle.name or row["state"] == "dropped":
                continue
            missing = row["id"] not in self.lines and same_words(row["title"]) not in wanted
            if missing and home["state"] != "dropped" and (everything or home["team"] in stated):
                gone.append(row["title"])
        return gone


def _values(reading: Reading) -> Row:
    names = ("kind", "unit", "baseline", "target", "lower", "upper")
    return {name: getattr(reading, name) for name in names}
