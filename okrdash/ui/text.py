"""Text that people typed, made safe to show: Streamlit reads Markdown nearly everywhere.

What is stored is the raw text; each of these is applied where it is shown, and only once.
"""

from __future__ import annotations

import re

_JOINER = "\u2060"
"""Word joiner: unseen, without width, and no break: it parts signs that would be read as one."""

_UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2060-\u2069\u2028\u2029\ufeff]")
"""Control signs, those that turn the reading direction, and those that are not seen."""
_PUNCTUATION = re.compile(r"([!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~])")
_MARKS = str.maketrans({sign: chr(ord(sign) + 0xFEE0) for sign in r"\`*_[]<>$~|!#^{}&"})
_PARTED = (
    (re.compile(r":(?=\S)"), ":" + _JOINER),
    (re.compile(r"(?i)(www)(?=\.)"), r"\1" + _JOINER),
    (re.compile(r"@"), "@" + _JOINER),
    (re.compile(r"-(?=[->])"), "-" + _JOINER),
    (re.compile(r"([<>~])(?=[-=])"), r"\1" + _JOINER),
)
"""What is still found in escaped text: `://`, `:word:`, `www.`, a mail address, and arrows and dashes made of signs."""


def plain(text: object) -> str:
    """For places that show text as it is (st.text, cells, options, charts): without control signs, lines kept."""
    return _UNSEEN.sub("", str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def md(text: object) -> str:
    """For every place that reads Markdown (headings, captions, metrics, tabs, toasts, help): shows just the text.

    One line; every ASCII punctuation sign gets a backslash.
    """
    return _PUNCTUATION.sub(r"\\\1", _parted(_one_line(text)))


def paragraphs(text: object) -> str:
    """As `md`, but with the text's lines, each a paragraph; blanks at its ends stay, so that pieces can be joined."""
    return "\n\n".join(_spaced(line) for line in re.split(r"\n+", plain(text)))


def short(text: str, most: int) -> str:
    """The text, or its beginning of at most so many letters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def label(text: object) -> str:
    """For the labels of widgets: one line, in which Markdown's own signs stand in their full-width forms.

    A label's raw text is also its accessible name, so backslashes would be read out.
    """
    line = _parted(_one_line(text).translate(_MARKS))
    # At the start of a line these make a list; nothing else in a label does.
    return re.sub(r"^([-+]|\d+[.)])(?=\s|$)", r"\1" + _JOINER, line)


def _spaced(line: str) -> str:
    """The line as `md` has it, with one blank where it begins or ends with some."""
    words = md(line)
    return f"{' ' * line[:1].isspace()}{words}{' ' * (line[-1:].isspace() and bool(words))}"


def _one_line(text: object) -> str:
    return " ".join(plain(text).split())


def _parted(line: str) -> str:
    for pattern, parts in _PARTED:
        line = pattern.sub(parts, line)
    return line
