"""Who wants what in an outline: its units, their objectives and the key results stated under each.

Marks ("OBJECTIVE:", "KR1:") decide what something is; where there are none, its place does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from .days import cycle_name
from .markdown import Item, Note, Section, read_markdown
from .words import mark_of, plain, same_words, unmarked, without_team

Kind = Literal["company", "function", "team"]
Role = Literal["document", "title", "unit", "objective", "key result", "why", "objectives", "key results"]

_KEY_RESULTS = {"key results", "key result", "krs", "results"}
_OBJECTIVES = {"objectives", "okrs", "okr", "goals", "objectives and key results", "objectives key results"}
_COMPANY = {"company", "corporate", "organization", "organisation", "unternehmen", "entreprise", "empresa"}
_OKRS = {"okr", "okrs", "objectives"}
_AROUND_COMPANY = {"the", "our", "okr", "okrs", "objectives", "goals", "wide", "level", "overall"}
_ANCHOR = re.compile(r"\s*\[[^\[\]]*\]\(#[^()]*\)\s*")
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
    return _Reader(read_markdown(text), company, known).structure()


class _Reader:
    def __init__(self, document: Section, company: str, known: Mapping[str, tuple[str, Kind]]) -> None:
        self.document = document
        self.known = known
        for section in document.all():
            section.text = plain(section.text)
            # A list of contents is no list of objectives.
            section.parts = [p for p in section.parts if not (isinstance(p, Item) and _ANCHOR.fullmatch(p.text))]
        self.roles: dict[int, Role] = {id(section): self._role(section) for section in document.all()}
        self.title = self._title()
        if self.title:
            self.roles[id(self.title)] = "title"
        self.company_section = self._company_section(company)
        line = self.company_section.line if self.company_section else 1
        self.company = Unit(company or self._company_name(), "company", None, line)
        self.units: dict[str, Unit] = {}
        self.teams = {same_words(name): name for name in [self.company.name, *(n for n, _ in known.values())]}
        for section in document.all():
            if self.roles[id(section)] == "unit":
                name = unmarked(section.text, heading=True)[1]
                own = section is self.company_section
                self.teams.setdefault(same_words(name), self.company.name if own else name)
        self.goals: list[Goal] = []
        self.stray: list[Statement] = []
        self.goal: Goal | None = None
        self.why_follows = False

    def structure(self) -> Structure:
        self._section(self.document, self.company)
        named = {same_words(s.team) for goal in self.goals for s in goal.key_results if s.team}
        used = {id(goal.unit) for goal in self.goals} | {id(u) for words, u in self.units.items() if words in named}
        for unit in reversed(self.units.values()):
            if id(unit) in used and unit.parent:
                used.add(id(unit.parent))
        units = [self.company, *(u for u in self.units.values() if id(u) in used)]
        return Structure(
            title=self.document.sections[0].text if self.document.sections else "",
            notes=self._notes(),
            company=self.company,
            company_heading=self.company_section.text if self.company_section else "",
            units=units,
            goals=self.goals,
            stray=self.stray,
        )

    # What a heading is

    def _title(self) -> Section | None:
        """The first heading, if it only says what the document is: it speaks of a cycle or OKRs, or has units below."""
        first = self.document.sections[0] if self.document.sections else None
        if first is None or self.roles[id(first)] == "key result" or mark_of(first.text):
            return None
        words = set(same_words(first.text).split())
        cycle = set(same_words(cycle_name(first.text)).split())
        alone = len(self.document.sections) == 1
        if first.items:
            return first if words and words <= cycle | _OKRS else None
        units = any(self.roles[id(s)] == "unit" and self._holds(s) for s in first.sections)
        known = same_words(first.text) in self.known
        return (
            first
            if (alone and units and not known) or (words & (cycle | _OKRS) and (alone or not first.sections))
            else None
        )

    def _role(self, section: Section) -> Role:
        if section is self.document:
            return "document"
        mark, words = mark_of(section.text), same_words(section.text)
        if mark:
            return mark
        if words in _KEY_RESULTS or words in _OBJECTIVES:
            return "key results" if words in _KEY_RESULTS else "objectives"
        marks = [mark_of(plain(part.text)) for part in section.parts]
        below = [mark_of(s.text) for s in section.sections]
        flat = bool(section.items) and not any(item.items for item in section.items)
        return "objective" if flat and "objective" not in marks + below else "unit"

    def _company_section(self, company: str) -> Section | None:
        units = [s for s in self.document.all() if self.roles[id(s)] == "unit" and self._holds(s)]
        names = {same_words(company)} if company else set()
        names |= {words for words, (_, kind) in self.known.items() if kind == "company"}
        for section in units:
            words = same_words(unmarked(section.text, heading=True)[1])
            left = set(words.split()) - _AROUND_COMPANY - set(same_words(cycle_name(section.text)).split())
            if words in names or (len(left) == 1 and left <= _COMPANY):
                return section
        top = self.document.sections
        if len(top) == 1 and len(units) > 1 and units[0] is top[0] and top[0].items:
            return top[0]
        if self.title and len(units) > 1 and not names:
            words = same_words(units[0].text)
            if (same_words(self.title.text) + " ").startswith(words + " "):
                return units[0]
        return None

    def _holds(self, section: Section) -> bool:
        """Whether anything under the heading can be an objective."""
        roles = {self.roles[id(s)] for s in section.all()} - {"unit", "why"}
        return bool(section.items or roles or any(s.items for s in section.all()))

    def _company_name(self) -> str:
        if self.company_section:
            return unmarked(self.company_section.text, heading=True)[1]
        if self.title and not cycle_name(self.title.text) and not set(same_words(self.title.text).split()) & _OKRS:
            return self.title.text
        return "Company"

    def _notes(self) -> str:
        """The paragraphs before the first unit or objective."""
        found: list[str] = []
        for section in self.document.all():
            first = section.level == 0 or section is self.document.sections[0]
            if not first and (section.items or self.roles[id(section)] != "unit"):
                break
            found += [plain(part.text) for part in section.parts if isinstance(part, Note)]
            if section.items:
                break
        return "\n".join(found)

    # What stands under it

    def _section(self, section: Section, unit: Unit, objective: bool = False) -> None:
        role = self.roles[id(section)]
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
        if section is self.company_section:
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
        self.goal = Goal(unit, title.replace("\ue000", ""), line, team)
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
            rest = (rest if mark == "why" else text).replace("\ue000", "")
            self.goal.why += [rest] if rest else []
        return False

    def _item(self, item: Item, unit: Unit, under_objective: bool) -> None:
        text = plain(item.text)
        mark, rest, _ = unmarked(text)
        if mark == "why":
            if self.goal and rest:
                self.goal.why.append(rest.replace("\ue000", ""))
            return
        if not mark and (not rest or same_words(rest) in _KEY_RESULTS | _OBJECTIVES):
            for part in item.parts:
                if isinstance(part, Item):
                    self._item(
                        part, unit, (self.goal is not None and same_words(rest) in _KEY_RESULTS) or under_objective
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
                statement.steps.append(Step(step.replace("\ue000", ""), done))
                statement.details += _size(part.items)
        (self.goal.key_results if self.goal else self.stray).append(statement)


def _size(items: Sequence[Item]) -> int:
    return sum(1 + _size(item.items) for item in items)
