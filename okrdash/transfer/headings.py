"""What each heading of an outline is: its title, a unit, an objective, or a word such as "Key results".

Marks ("OBJECTIVE:", "KR1:") decide what it is; where there are none, what stands under it does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import takewhile
from typing import Literal

from .days import cycle_name
from .markdown import Item, Note, Section, is_bold
from .words import mark_of, plain, same_words, unmarked

Kind = Literal["company", "function", "team"]
Role = Literal["document", "title", "unit", "objective", "key result", "why", "objectives", "key results"]

KEY_RESULTS = {"key results", "key result", "krs", "results"}
OBJECTIVES = {"objectives", "okrs", "okr", "goals", "objectives and key results", "objectives key results"}
_COMPANY = {"company", "corporate", "organization", "organisation", "unternehmen", "entreprise", "empresa"}
_OKRS = {"okr", "okrs", "objectives"}
_AROUND_COMPANY = {"the", "our", "okr", "okrs", "objectives", "goals", "wide", "level", "overall"}
_ANCHOR = re.compile(r"\s*\[[^\[\]]*\]\(#[^()]*\)\s*")


class Headings:
    """The headings of a document; `company` is the company's name ("" if not known), `known` the units by words."""

    def __init__(self, document: Section, company: str, known: Mapping[str, tuple[str, Kind]]) -> None:
        """Makes the texts of the document's headings plain, and takes its lists of contents out."""
        self.document = document
        self.known = known
        for section in document.all():
            section.text = plain(section.text)
            # A list of contents is no list of objectives.
            section.parts = [p for p in section.parts if not (isinstance(p, Item) and _ANCHOR.fullmatch(p.text))]
            _with_bold_lines_as_headings(section)
        self.roles: dict[int, Role] = {id(section): self._role(section) for section in document.all()}
        self.title = self._title()
        if self.title:
            self.roles[id(self.title)] = "title"
        self.company_section = self._company_section(company)
        self.company = company or self._company_name()

    def role(self, section: Section) -> Role:
        """What the heading is."""
        return self.roles[id(section)]

    def units(self) -> list[Section]:
        """The headings that name a unit, in reading order."""
        return [section for section in self.document.all() if self.role(section) == "unit"]

    def _title(self) -> Section | None:
        """The first heading, if it only says what the document is: it speaks of a cycle or OKRs, or has units below."""
        first = self.document.sections[0] if self.document.sections else None
        if first is None or self.role(first) == "key result" or mark_of(first.text):
            return None
        words = set(same_words(first.text).split())
        cycle = set(same_words(cycle_name(first.text)).split())
        alone = len(self.document.sections) == 1
        if first.items:
            return first if words and words <= cycle | _OKRS else None
        if alone and any(self.role(s) == "unit" and self._holds(s) for s in first.sections):
            return first if same_words(first.text) not in self.known or words & (cycle | _OKRS) else None
        return first if words & (cycle | _OKRS) and (alone or not first.sections) else None

    def _role(self, section: Section) -> Role:
        if section is self.document:
            return "document"
        mark, words = mark_of(section.text), same_words(section.text)
        if mark:
            return mark
        if words in KEY_RESULTS or words in OBJECTIVES:
            return "key results" if words in KEY_RESULTS else "objectives"
        marks = [mark_of(plain(part.text)) for part in section.parts]
        below = [mark_of(s.text) for s in section.sections]
        flat = bool(section.items) and not any(item.items for item in section.items)
        return "objective" if flat and "objective" not in marks + below else "unit"

    def _company_section(self, company: str) -> Section | None:
        units = [section for section in self.units() if self._holds(section)]
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
        roles = {self.role(s) for s in section.all()} - {"unit", "why"}
        return bool(section.items or roles or any(s.items for s in section.all()))

    def _company_name(self) -> str:
        if self.company_section:
            return unmarked(self.company_section.text, heading=True)[1]
        if self.title and not cycle_name(self.title.text) and not set(same_words(self.title.text).split()) & _OKRS:
            return self.title.text
        return "Company"

    def notes(self) -> str:
        """The paragraphs before the first unit or objective."""
        found: list[str] = []
        for section in self.document.all():
            first = section.level == 0 or section is self.document.sections[0]
            if not first and (section.items or self.role(section) != "unit"):
                break
            found += [plain(part.text) for part in section.parts if isinstance(part, Note)]
            if section.items:
                break
        return "\n".join(found)


def _with_bold_lines_as_headings(section: Section) -> None:
    """Makes each bold line over a flat list a heading below this one: people write objectives like that."""
    parts, section.parts = section.parts, []
    below: list[Section] = []
    for at, part in enumerate(parts):
        if isinstance(part, Note) and _stands_as_heading(part, parts[at + 1 :]):
            below.append(Section(part.line, section.level + 1, part.text))
        else:
            (below[-1] if below else section).parts.append(part)
    section.sections[:0] = below


def _stands_as_heading(note: Note, after: list[Item | Note]) -> bool:
    text = plain(note.text)
    if not is_bold(note) or mark_of(text) or same_words(text) in KEY_RESULTS | OBJECTIVES:
        return False
    items = [part for part in takewhile(lambda part: isinstance(part, Item), after) if isinstance(part, Item)]
    return bool(items) and not any(item.items for item in items)
