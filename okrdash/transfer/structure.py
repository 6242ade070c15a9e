"""Who wants what in an outline: its units, their objectives and the key results stated under each.

Marks ("OBJECTIVE:", "KR1:") decide what something is; where there are none, its place does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .headings import KEY_RESULTS, OBJECTIVES, Headings, Kind
from .markdown import Item, Note, Section, read_markdown
from .words import mark_of, plain, same_words, unmarked, without_hidden, without_team

_RESULT = re.compile(r"\s*(?<![=<>])={1,3}>\s*")


@dataclass(slots=True, eq=False)
class Unit:
    """The company, a function or a team."""

    name: str
    kind: Kind
    parent: Unit | None
    line: int

    @property
    def depth(self) -> int:
        """How far below the company."""
        return 0 if self.parent is None else self.parent.depth + 1


@dataclass(slots=True)
class Step:
    """A detail below a key result."""

    text: str
    done: bool


@dataclass(slots=True)
class Statement:
    """A key result as stated under one objective; `result` is what stands behind "=>", or "done"."""

    text: str
    line: int
    result: str = ""
    team: str = ""
    steps: list[Step] = field(default_factory=list)
    details: int = 0


@dataclass(slots=True, eq=False)
class Goal:
    """An objective."""

    unit: Unit
    title: str
    line: int
    named: str = ""
    why: list[str] = field(default_factory=list)
    key_results: list[Statement] = field(default_factory=list)


@dataclass(slots=True)
class Structure:
    """What an outline states. `stray` are key results without an objective."""

    title: str
    notes: str
    company: Unit
    company_heading: str
    units: list[Unit]
    goals: list[Goal]
    stray: list[Statement]


def read_structure(text: str, *, company: str, known: Mapping[str, tuple[str, Kind]]) -> Structure:
    """The structure of an outline; `company` is the company's name ("" if not known), `known` the units by words."""
    return _Reader(Headings(read_markdown(text), company, known)).structure()


class _Reader:
    def __init__(self, headings: Headings) -> None:
        self.headings = headings
        self.known = headings.known
        own = headings.company_section
        self.company = Unit(headings.company, "company", None, own.line if own else 1)
        self.units: dict[str, Unit] = {}
        self.teams = {same_words(name): name for name in [self.company.name, *(n for n, _ in self.known.values())]}
        for section in headings.units():
            name = unmarked(section.text, heading=True)[1]
            self.teams.setdefault(same_words(name), self.company.name if section is own else name)
        self.goals: list[Goal] = []
        self.stray: list[Statement] = []
        self.goal: Goal | None = None
        self.why_follows = False

    def structure(self) -> Structure:
        document, own = self.headings.document, self.headings.company_section
        self._section(document, self.company)
        named = {same_words(s.team) for goal in self.goals for s in goal.key_results if s.team}
        used = {id(goal.unit) for goal in self.goals} | {id(u) for words, u in self.units.items() if words in named}
        for unit in reversed(self.units.values()):
            if id(unit) in used and unit.parent:
                used.add(id(unit.parent))
        units = [self.company, *(u for u in self.units.values() if id(u) in used)]
        return Structure(
            title=document.sections[0].text if document.sections else "",
            notes=self.headings.notes(),
            company=self.company,
            company_heading=own.text if own else "",
            units=units,
            goals=self.goals,
            stray=self.stray,
        )

    def _section(self, section: Section, unit: Unit, objective: bool = False) -> None:
        role = self.headings.role(section)
        heading = unmarked(section.text, heading=True)
        under_objective = role == "objective"
        match role:
            case "unit":
                unit, self.goal = self._unit(heading[1], unit, section), None
            case "objective":
                self._goal(heading[1], section.line, unit)
            case "key result":
                self._key_result(section.text, section.line, section)
            case "key results" | "why":
                under_objective = objective and self.goal is not None
            case _:
                self.goal = None
        if role != "key result":
            for part in section.parts:
                if isinstance(part, Note):
                    under_objective |= self._note(part, unit, why=role == "why")
                elif role != "why":
                    self._item(part, unit, under_objective)
        for below in section.sections:
            self._section(below, unit, under_objective)

    def _unit(self, name: str, above: Unit, section: Section) -> Unit:
        if section is self.headings.company_section:
            return self.company
        words = same_words(name)
        if words == same_words(self.company.name):
            return self.company
        if words in self.units:
            return self.units[words]
        if words in self.known:
            name, kind = self.known[words]
        else:
            kind = "function" if above.kind == "company" else "team"
        self.units[words] = Unit(name, kind, above, section.line)
        return self.units[words]

    def _goal(self, title: str, line: int, unit: Unit) -> Goal:
        team, title = without_team(title, self.teams)
        if team:
            named = self.units.get(same_words(team)) or (self.company if team == self.company.name else None)
            if named is None and same_words(team) in self.known:
                kind = self.known[same_words(team)][1]
                named = self.units[same_words(team)] = Unit(team, kind, self.company, line)
            unit = named or unit
        title = unmarked(title)[1] if team else title
        self.goal = Goal(unit, without_hidden(title), line, team)
        self.goals.append(self.goal)
        return self.goal

    def _note(self, note: Note, unit: Unit, *, why: bool = False) -> bool:
        """Reads a paragraph; True if key results are to follow because it is an objective."""
        text = plain(note.text)
        mark, rest, _ = unmarked(text)
        why, self.why_follows = why or self.why_follows, mark == "why" and not rest
        if mark == "objective":
            self._goal(rest, note.line, unit)
            return True
        if mark == "key result":
            self._key_result(text, note.line, None)
        elif self.goal and (why or mark == "why" or text[:4].casefold() == "why "):
            rest = without_hidden(rest if mark == "why" else text)
            self.goal.why += [rest] if rest else []
        return False

    def _item(self, item: Item, unit: Unit, under_objective: bool) -> None:
        text = plain(item.text)
        mark, rest, _ = unmarked(text)
        if mark == "why":
            if self.goal and rest:
                self.goal.why.append(without_hidden(rest))
            return
        if not mark and (not rest or same_words(rest) in KEY_RESULTS | OBJECTIVES):
            for part in item.parts:
                if isinstance(part, Item):
                    self._item(
                        part, unit, (self.goal is not None and same_words(rest) in KEY_RESULTS) or under_objective
                    )
            return
        marks_below = {mark_of(plain(below.text)) for below in item.items}
        if mark == "key result" or (under_objective and not mark and "objective" not in marks_below):
            self._key_result(text, item.line, item)
            return
        if not mark and "objective" in marks_below:
            section = Section(item.line, 7, rest)
            unit, self.goal = self._unit(rest, unit, section), None
        else:
            self._goal(unmarked(_RESULT.split(text, maxsplit=1)[0])[1], item.line, unit)
        goal = self.goal
        for part in item.parts:
            if isinstance(part, Note):
                self._note(part, unit)
            else:
                self._item(part, unit, goal is not None)

    def _key_result(self, text: str, line: int, holder: Item | Section | None) -> None:
        said, *result = _RESULT.split(text, maxsplit=1)
        _, rest, ticked = unmarked(said)
        behind = ""
        if result:
            _, behind, also_ticked = unmarked(result[0])
            ticked |= also_ticked
        team, rest = without_team(rest, self.teams)
        if team:
            _, rest, again = unmarked(rest)
            ticked |= again
        statement = Statement(rest, line, behind or ("done" if ticked else ""), team)
        for part in holder.parts if holder else []:
            mark, step, done = unmarked(plain(part.text))
            if mark == "why" or isinstance(part, Note):
                if self.goal and mark == "why" and step:
                    self.goal.why.append(step)
                continue
            if step:
                statement.steps.append(Step(without_hidden(step), done))
                statement.details += _size(part.items)
        (self.goal.key_results if self.goal else self.stray).append(statement)


def _size(items: Sequence[Item]) -> int:
    return sum(1 + _size(item.items) for item in items)
