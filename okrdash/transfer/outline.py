"""An OKR document in Markdown, as teams keep it in a handbook or a wiki, as rows of the bundle's tables.

What the database already knows is matched by cycle, unit and words and stays as it is: only what is new in the
document is added. Everything that was guessed is told.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from okrdash.domain.errors import Problem
from okrdash.domain.tables import ID, NAME, TABLES, TEXT, TITLE, Row, join_refs, refs

from .days import Cycle, Due, cycle_days, cycle_name, due_day
from .numbers import without_asides
from .readings import Reading, read_result
from .results import done_value, is_done, value_said
from .structure import Goal, Kind, Statement, Structure, read_structure
from .ties import ties
from .words import HIDDEN, same_words

_TABLES = ("teams", "cycles", "objectives", "key_results", "milestones", "check_ins", "alignment")


_GIVE = ("the cycle's name (--cycle)", "its first day (--start)", "its last day (--end)")
"""What the reader is asked for when a document does not say it."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What was guessed or is missing, to be looked at: `about` is an id, or the name of a unit or cycle."""

    about: str
    field: str
    note: str
    line: int


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
        self.name, self.today = name, today
        self.known = {table: list(known.get(table, ())) for table in _TABLES}
        self.rows: dict[str, list[Row]] = {table: [] for table in _TABLES}
        self.guesses: list[Guess] = []
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}
        self.taken = {row["id"] for table in ("objectives", "key_results") for row in self.known[table]}
        self.counters: dict[str, int] = defaultdict(int)
        self.entered: set[str] = set()
        self.names: dict[int, str] = {}
        self.goal_rows: dict[int, Row] = {}
        self.objective_by_id = {row["id"]: row for row in self.known["objectives"]}
        self.cycle = Cycle("", today, today)

    def read(self, text: str, cycle: str | None, start: date | None, end: date | None, company: str | None) -> Outline:
        found = read_structure(text, company=self._company(company), known=self._known_units())
        self._cycle(found, cycle, start, end)
        self._units(found)
        self._objectives(found.goals)
        wanted = self._key_results(found.goals)
        self.rows["alignment"] = ties(self.rows, self.known, self.cycle.name)
        gone = self._gone(found, wanted)
        for stray in found.stray:
            self._problem(stray.line, "this key result stands under no objective: put it under one")
        if not found.goals and not found.stray:
            hint = "put each objective under a heading as a list item, and its key results as items below it"
            self._problem(1, f"no objective was found: {hint}")
        if self.problems:
            return Outline({table: [] for table in _TABLES}, self.guesses, self.problems, self.lines, [])
        return Outline(self.rows, self.guesses, [], self.lines, gone)

    def _problem(self, line: int, message: str) -> None:
        self.problems.append(Problem(f"{self.name} line {line}", message))

    def _guess(self, about: str, field: str, note: str, line: int) -> None:
        self.guesses.append(Guess(about, field, note, line))

    # Units and the cycle

    def _company(self, company: str | None) -> str:
        there = next((row["team"] for row in self.known["teams"] if row["kind"] == "company"), "")
        return there or unicodedata.normalize("NFC", " ".join((company or "").split()))

    def _known_units(self) -> dict[str, tuple[str, Kind]]:
        return {same_words(row["team"]): (row["team"], row["kind"]) for row in self.known["teams"]}

    def _cycle(self, found: Structure, name: str | None, start: date | None, end: date | None) -> None:
        said = f"{found.title}\n{found.notes}"
        name = name or cycle_name(found.title) or cycle_name(found.notes)
        words = sorted(same_words(name).split())
        row = next((r for r in self.known["cycles"] if r["cycle"] == name), None) or next(
            (r for r in self.known["cycles"] if name and sorted(same_words(r["cycle"]).split()) == words), None
        )
        note = ""
        if row is not None:
            name = row["cycle"]
            start, end = start or row["start"], end or row["end"]
        elif (start is None or end is None) and (days := cycle_days(said)):
            start, end, note = start or days[0], end or days[1], days[2]
        missing = [what for what, value in zip(_GIVE, (name, start, end), strict=True) if not value]
        if missing or not start or not end:
            where = "name its cycle" if missing == [_GIVE[0]] else "say when its cycle starts and ends"
            self._problem(1, f"the document does not {where}: give {' and '.join(missing)}")
            return
        if start >= end:
            self._problem(1, f"the cycle ends on {end}, not after its start on {start}: give {_GIVE[1]} and {_GIVE[2]}")
            return
        if len(name) > NAME or ";" in name:
            self._problem(1, f"the cycle's name has a semicolon or over {NAME} characters: give {_GIVE[0]}")
            return
        self.cycle = Cycle(name, start, end)
        if note:
            self._guess(name, "end" if str(end.day) in note else "start", note, 1)
        values = dict(row) if row is not None else {"state": "planning" if start > self.today else "active"}
        self.rows["cycles"].append(TABLES["cycles"].row(**{**values, "cycle": name, "start": start, "end": end}))

    def _units(self, found: Structure) -> None:
        known = {same_words(row["team"]): row for row in self.known["teams"]}
        for unit in found.units:
            there = known.get(same_words(unit.name))
            self.names[id(unit)] = unit.name if there is None else there["team"]
            if there is not None:
                self.rows["teams"].append(there)
            elif len(unit.name) > NAME or ";" in unit.name or not unit.name:
                fault = f"a unit's name has 1 to {NAME} characters and no semicolon"
                self._problem(unit.line, f'"{unit.name[:60]}" cannot be a unit: {fault}')
            else:
                parent = self.names[id(unit.parent)] if unit.parent else ""
                self.rows["teams"].append(TABLES["teams"].row(team=unit.name, kind=unit.kind, parent=parent))
        company = self.names[id(found.company)]
        other = found.company_heading and same_words(found.company_heading) != same_words(company)
        if other or not any(row["kind"] == "company" for row in self.known["teams"]):
            self._guess(company, "company", f'The document\'s company is taken as "{company}".', found.company.line)

    # Objectives

    def _objectives(self, goals: list[Goal]) -> None:
        known = {
            (same_words(row["team"]), same_words(row["title"])): row
            for row in reversed(self.known["objectives"])
            if row["cycle"] == self.cycle.name
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
                self._problem(goal.line, f"the why has {len(why)} characters: at most {TEXT} can be kept")
            prefix = f"{_slug(self.names[id(goal.unit)], 24)}-{_slug(self.cycle.name, 16)}-o"
            row = TABLES["objectives"].row(
                id=self._new_id(prefix),
                cycle=self.cycle.name,
                team=self.names[id(goal.unit)],
                title=goal.title,
                why=why,
            )
            known[key] = self.goal_rows[id(goal)] = self.objective_by_id[row["id"]] = row
            self.rows["objectives"].append(row)
            self.lines[row["id"]] = goal.line
            if goal.named:
                self._guess(row["id"], "team", f'"{goal.named}:" before the title is taken as its unit.', goal.line)

    def _check(self, title: str, line: int, what: str) -> None:
        if not title:
            self._problem(line, f"{what} without words: write what it is, or take the line out")
        elif len(title) > TITLE:
            self._problem(line, f"{what} of {len(title)} characters: shorten it to {TITLE} at most")

    def _new_id(self, prefix: str) -> str:
        while True:
            self.counters[prefix] += 1
            new = f"{prefix}{self.counters[prefix]}"
            if new not in self.taken:
                self.taken.add(new)
                return new

    # Key results

    def _key_results(self, goals: list[Goal]) -> dict[str, _Wanted]:
        """Enters each key result once: its home is the first unit's below the company, it stands under the others."""
        wanted: dict[str, _Wanted] = {}
        for goal in goals:
            for statement in goal.key_results:
                title = statement.text.replace(HIDDEN, "")
                self._check(title, statement.line, "a key result")
                wanted.setdefault(same_words(title), _Wanted()).statements.append((goal, statement))
        known = self._known_key_results()
        steps: dict[str, list[Row]] = defaultdict(list)
        for row in self.known["milestones"]:
            steps[row["key_result"]].append(row)
        check_ins = {row["id"]: row for row in self.known["check_ins"]}
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
            mine = self._steps(row, [s for _, s in stated], steps[row["id"]], reading, new=there is None)
            for _, statement in stated:
                if statement.result:
                    self._result(row, statement, mine, check_ins)
        return wanted

    def _known_key_results(self) -> dict[tuple[str, str], Row]:
        found: dict[tuple[str, str], Row] = {}
        for row in self.known["key_results"]:
            under = [self.objective_by_id.get(id_) for id_ in (row["objective"], *refs(row["also"]))]
            if under[0] is None or under[0]["cycle"] != self.cycle.name:
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
        self._guess(there["id"], "also", "The document states it under further objectives too.", statement.line)
        return {**there, "also": join_refs([*also, *new])}

    def _reading(self, statement: Statement) -> tuple[Reading, Due | None]:
        text = statement.text if len(statement.text) <= TITLE else ""
        said = without_asides(text)
        due = due_day(said, self.cycle)
        return read_result(text, said[: due.start] + " " * (len(said) - due.start) if due else said), due

    def _new_row(self, statement: Statement, rows: list[Row], reading: Reading, due: Due | None) -> Row:
        home = rows[0]
        row = TABLES["key_results"].row(
            id=self._new_id(f"{home['id'][: ID - 8]}-k"),
            objective=home["id"],
            also=join_refs(r["id"] for r in rows if r["id"] != home["id"]),
            title=statement.text.replace(HIDDEN, ""),
            team=self._team_of(statement, home),
            due=due.day if due else None,
            **_values(reading),
        )
        for about, note in reading.notes:
            self._guess(row["id"], about, note, statement.line)
        if due and due.note:
            self._guess(row["id"], "due", due.note, statement.line)
        if row["team"]:
            self._guess(row["id"], "team", f'"{statement.team}:" before the title is its team.', statement.line)
        return row

    def _team_of(self, statement: Statement, home: Row) -> str:
        team = statement.team if same_words(statement.team) != same_words(home["team"]) else ""
        there = {r["team"] for r in [*self.rows["teams"], *self.known["teams"]]}
        return team if team in there else ""

    def _step(self, row: Row, step: str, line: int, done_on: date | None = None) -> Row:
        if len(step) > TITLE:
            self._problem(line, f"a step of {len(step)} characters: shorten it to {TITLE} at most")
        new = TABLES["milestones"].row(key_result=row["id"], step=step, done_on=done_on)
        self.rows["milestones"].append(new)
        return new

    def _unused_details(self, row: Row, reading: Reading, stated: list[Statement]) -> None:
        for statement in stated:
            left = statement.details + (len(statement.steps) if row["kind"] != "milestone" or reading.steps else 0)
            if left:
                note = f"Details below it that are left out: {left}."
                self._guess(row["id"], "steps", note, statement.line)

    # What is done so far

    @property
    def day(self) -> date:
        """The day for which the document's results speak."""
        return min(self.today, self.cycle.end)

    def _steps(self, row: Row, stated: list[Statement], known: list[Row], reading: Reading, *, new: bool) -> list[Row]:
        """The steps that are known as they are, and those that the document names or ticks newly."""
        mine = [dict(step) for step in known]
        self.rows["milestones"] += mine
        if row["kind"] != "milestone":
            return mine
        there = {same_words(step["step"]): step for step in mine}
        named = [(step, False, stated[0].line) for step in reading.steps if new]
        if not reading.steps:
            named = [(step.text, step.done, s.line) for s in stated for step in s.steps]
        for said, done, line in named:
            text = said.replace(";", ",").replace(HIDDEN, "").strip()
            words = same_words(text)
            if words not in there:
                there[words] = self._step(row, text, line)
                mine.append(there[words])
            if done and there[words]["done_on"] is None:
                there[words]["done_on"] = self.day
        return mine

    def _result(self, row: Row, statement: Statement, steps: list[Row], check_ins: dict[str, Row]) -> None:
        said = statement.result.replace(HIDDEN, "")
        digest = hashlib.sha256(f"{row['id']}\n{said.casefold()}".encode()).hexdigest()[:16]
        if there := check_ins.get(f"c-{digest}"):
            if there["id"] not in self.entered:
                self.entered.add(there["id"])
                self.rows["check_ins"].append(there)
            return
        value, note = None, said
        if is_done(said):
            value, note = done_value(row), "" if said == "done" and row["kind"] != "milestone" else said
            if row["kind"] == "milestone":
                self._all_done(row, steps, statement.line)
        elif row["kind"] not in ("milestone", "baseline"):
            value, note, guess = value_said(row, said)
            if guess:
                self._guess(row["id"], "value", guess, statement.line)
        if len(note) > TEXT:
            self._problem(statement.line, f"the result has {len(note)} characters: at most {TEXT} can be kept")
        check_in = TABLES["check_ins"].row(
            id=f"c-{digest}", key_result=row["id"], as_of=self.day, value=value, note=note[:1].upper() + note[1:]
        )
        check_ins[check_in["id"]] = check_in
        self.entered.add(check_in["id"])
        self.rows["check_ins"].append(check_in)

    def _all_done(self, row: Row, steps: list[Row], line: int) -> None:
        if not steps:
            self._step(row, row["title"].replace(";", ","), line, self.day)
        for step in steps:
            step["done_on"] = step["done_on"] or self.day

    # What is no longer there

    def _gone(self, found: Structure, wanted: Mapping[str, _Wanted]) -> list[str]:
        """Titles that are known in this cycle and not in the document, in its units (all, if it is the company's)."""
        stated = {self.names[id(goal.unit)] for goal in found.goals}
        everything = self.names[id(found.company)] in stated
        gone = []
        for row in self.known["objectives"]:
            live = row["cycle"] == self.cycle.name and row["state"] != "dropped"
            if live and row["id"] not in self.lines and (everything or row["team"] in stated):
                gone.append(row["title"])
        for row in self.known["key_results"]:
            home = self.objective_by_id.get(row["objective"])
            if home is None or home["cycle"] != self.cycle.name or row["state"] == "dropped":
                continue
            missing = row["id"] not in self.lines and same_words(row["title"]) not in wanted
            if missing and home["state"] != "dropped" and (everything or home["team"] in stated):
                gone.append(row["title"])
        return gone


def _values(reading: Reading) -> Row:
    names = ("kind", "unit", "baseline", "target", "lower", "upper")
    return {name: getattr(reading, name) for name in names}


def _slug(text: str, longest: int) -> str:
    """The text as part of an identifier: small letters, digits and "-"; a hash where nothing of it is left."""
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")[:longest].strip("-")
    return slug or "x" + hashlib.sha256(text.encode()).hexdigest()[:6]
