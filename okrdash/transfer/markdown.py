"""A Markdown document as sections, list items and paragraphs.

Kept by hand rather than by a CommonMark library: people indent lists as they please (two blanks under "1.", tabs), and
here any deeper indent is a deeper level, whatever CommonMark says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .words import mark_of, plain

DEEPEST = 12
"""Lists nested deeper than this are read as this deep."""

_QUOTE = re.compile(r" {0,3}(?:> ?)+")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s+(.*))?$")
_CLOSING = re.compile(r"(?:^|(?<=\s))#+$")
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})\s*$")
_ITEM = re.compile(r"(\s*)(?:[-*+•◦▪‣–]|\d{1,3}[.)]|[a-z][.)])(?:\s+(.*))?$")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(?:(?!\1).)+\1:?")
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")


@dataclass(slots=True)
class Note:
    """A paragraph."""

    line: int
    lines: list[str]

    @property
    def text(self) -> str:
        """The paragraph as written, on one line."""
        return " ".join(self.lines)


@dataclass(slots=True)
class Item:
    """A list item and what stands under it."""

    line: int
    indent: int
    lines: list[str]
    parts: list[Item | Note] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The item as written, on one line."""
        return " ".join(self.lines)

    @property
    def items(self) -> list[Item]:
        """The items one level deeper."""
        return [part for part in self.parts if isinstance(part, Item)]


@dataclass(slots=True)
class Section:
    """A heading (level 0: the document) and what stands under it up to the next heading."""

    line: int
    level: int
    text: str
    parts: list[Item | Note] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        """The items of the first level."""
        return [part for part in self.parts if isinstance(part, Item)]

    def all(self) -> Iterator[Section]:
        """The section and every one below it, in reading order."""
        yield self
        for section in self.sections:
            yield from section.all()


def is_bold(note: Note) -> bool:
    """Whether the paragraph is one bold line, which people write where a heading should stand."""
    return len(note.lines) == 1 and bool(_BOLD.fullmatch(note.lines[0].strip()))


def read_markdown(text: str) -> Section:
    """The document as a section of level 0. Every text is a document: nothing is refused."""
    reader = _Reader()
    for number, line in _lines(text):
        reader.read(number, line)
    return reader.document


class _Reader:
    def __init__(self) -> None:
        self.document = Section(1, 0, "")
        self.sections = [self.document]
        self.items: list[Item] = []
        self.open: Item | Note | None = None
        """What the next line continues."""

    def read(self, number: int, line: str) -> None:
        line = line.expandtabs(4).rstrip()
        if quote := _QUOTE.match(line):
            line = line[quote.end() :]
        if not line:
            self.open = None
        elif (
            _UNDERLINE.match(line)
            and isinstance(self.open, Note)
            and self.section.parts
            and self.section.parts[-1] is self.open
        ):
            note = self.section.parts.pop()
            self.heading(note.line, 1 if line.lstrip()[0] == "=" else 2, note.text)
        elif _RULE.match(line) or _UNDERLINE.match(line):
            self.open = None
        elif found := _HEADING.match(line):
            self.heading(number, len(found[1]), _CLOSING.sub("", found[2] or "").strip())
        elif found := _ITEM.match(line):
            self.item(Item(number, len(found[1]), [found[2] or ""]))
        else:
            self.words(number, line)

    @property
    def section(self) -> Section:
        return self.sections[-1]

    def heading(self, number: int, level: int, text: str) -> None:
        while self.section.level >= level:
            self.sections.pop()
        section = Section(number, level, text)
        self.section.sections.append(section)
        self.sections.append(section)
        self.items, self.open = [], None

    def item(self, item: Item) -> None:
        # One blank more than the item above is a slip, two are a level.
        while self.items and (item.indent - self.items[-1].indent < 2 or len(self.items) >= DEEPEST):
            self.items.pop()
        (self.items[-1] if self.items else self.section).parts.append(item)
        self.items.append(item)
        self.open = item

    def words(self, number: int, line: str) -> None:
        words = line.strip()
        if self.open is not None and not mark_of(plain(words)):
            self.open.lines.append(words)
            return
        note = Note(number, [words])
        indent = len(line) - len(line.lstrip())
        holder = next((item for item in reversed(self.items) if item.indent < indent), None)
        (holder or self.section).parts.append(note)
        self.open = note


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The numbered lines that hold text: no comments, no code, no marks of a front matter."""
    text = _without_comments(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    lines = text.split("\n")
    fences = [found[1][:3] if (found := _FENCE.match(line)) else "" for line in lines]
    if lines[0].rstrip() == "---" and (
        end := next((i for i in range(1, min(60, len(lines))) if lines[i].rstrip() == "---"), 0)
    ):
        lines[0] = lines[end] = ""
    # A fence that is never closed hides nothing.
    last = {mark: len(lines) - 1 - fences[::-1].index(mark) for mark in ("```", "~~~") if mark in fences}
    inside = ""
    for index, line in enumerate(lines):
        fence = fences[index]
        if inside:
            inside = "" if fence == inside else inside
        elif fence and index < last[fence]:
            inside = fence
        elif not fence:
            yield index + 1, line


def _without_comments(text: str) -> str:
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + 3
    return "".join([*parts, text[at:]])
