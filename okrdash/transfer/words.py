"""The words of an outline: Markdown taken out, marks taken off, and when two texts say the same."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Literal

Mark = Literal["", "objective", "key result", "why"]

HIDDEN = "\ue000"
"""Stands in a text before a placeholder (a figure that is kept private); no part of any title."""

LONGEST = 10_000
"""Longer texts are left as they are: they are too long for any field, and that is what will be said of them."""

_RECENT = 4096
# A document asks for the same text again and again: as an item, as one of its neighbours, and when matched.

_PLACEHOLDER = re.compile(
    r"\[[\s_*]*([A-Za-z]{1,3})\s*<sub>\s*(\w{1,9})\s*</sub>[\s_*]*\](?:\s?\[[^\[\]]*\]|\([^()]*\))?"
)
_NUMBERED = re.compile(r"\[[\s_*]*([A-Za-z])(\d*)[\s_*]*\]\[[A-Za-z]{1,3}(\d{1,9})\]")
_IMAGE = re.compile(r"!(?=\[[^\[\]]*\]\()")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_TAG = re.compile(
    r"</?(?:sub|sup|b|i|em|strong|u|s|del|ins|code|span|a|br|small|mark|kbd|font|p|div|img|input|details|summary)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_EMPHASIS = (
    re.compile(r"\*\*(?=\S)([^*]+)\*\*"),
    re.compile(r"(?<!\w)__(?=\S)([^_]+)__(?!\w)"),
    re.compile(r"~~(?=\S)([^~]+)~~"),
    re.compile(r"\*(?=\S)([^*]*[^*\s])\*"),
    re.compile(r"(?<!\w)_(?=\S)([^_]*[^_\s])_(?!\w)"),
    re.compile(r"`([^`]+)`"),
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ue000\ud800-\udfff]")

_NUMBER = r"(?:\s*#?\d+(?:\.\d+)*)"
_END = r"(?:\s*[:：.)\]]\s*|\s+[-–—]\s+)"
_KEY_RESULT = (
    r"key\s?result|KR|Schlüssel(?:ergebnis|resultat)|r[ée]sultat[\s-]cl[ée]|resultado\sclave|主要な成果|关键结果"
)
_OBJECTIVE = r"objective|goal|objectif|objetivo|obiettivo|ziel|doel|目標|目标"
_MARKS: tuple[tuple[Mark, re.Pattern[str]], ...] = (
    ("key result", re.compile(rf"\[?(?:O\d+[.\s-]?)?(?:{_KEY_RESULT}){_NUMBER}?{_END}", re.I)),
    ("key result", re.compile(r"(?:key\s?result|KR)\s*\d+(?:\.\d+)*\s+", re.I)),
    ("objective", re.compile(rf"\[?(?:{_OBJECTIVE}){_NUMBER}?{_END}", re.I)),
    ("objective", re.compile(r"objective\s*\d+(?:\.\d+)*(?:\s+|$)", re.I)),
    ("objective", re.compile(rf"\[?O\s?\d+(?:\.\d+)*{_END}", re.I)),
    ("why", re.compile(r"why\s*(?:[:：?]\s*|[-–—]\s+|$)", re.I)),
    ("why", re.compile(r"WHY\b\s*")),
)
_MAYBE = re.compile(r"\[?(?:O\s?\d|K|Schl|r[ée]s|ob|goal|ziel|doel|why|[目主关])", re.I)
_NUMBERING = re.compile(r"#?\d{1,3}(?:\.\d{1,3})*[.)]\s+|\d{1,2}:\s+|\d+(?:\.\d+){2,}\s+")
_HEADING_NUMBERING = re.compile(r"\d+(?:\.\d+)+\s+(?=\D)")
_BOX = re.compile(r"\[([ xX]?)\](?![(\[])\s*")
_BOX_BEHIND = re.compile(r"(?:^|\s)\[([ xX])\]$")


@lru_cache(_RECENT)
def plain(markdown: str) -> str:
    """The text that a reader of the Markdown sees, on one line; each placeholder is its name after `HIDDEN`."""
    text = _UNREADABLE.sub("", markdown)
    if len(text) > LONGEST:
        return unicodedata.normalize("NFC", " ".join(text.split()))
    if "[" in text:
        text = _PLACEHOLDER.sub(rf"{HIDDEN}\1\2", text)
        text = _NUMBERED.sub(lambda m: f"{HIDDEN}{m[1]}{m[2] or m[3]}", text)
        text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    if "<" in text:
        text = _TAG.sub("", _AUTOLINK.sub(r"\1", text))
    if any(sign in text for sign in "*_~`"):
        for emphasis in _EMPHASIS:
            text = emphasis.sub(r"\1", text)
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    if "&" in text:
        text = _UNREADABLE.sub(_kept, html.unescape(text))
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _kept(found: re.Match[str]) -> str:
    return HIDDEN if found[0] == HIDDEN else ""


def mark_of(text: str) -> Mark:
    """As what a plain text is marked at its beginning: `OBJECTIVE:`, `O1:`, `KR:`, `WHY` …"""
    return unmarked(text)[0]


@lru_cache(_RECENT)
def unmarked(text: str, *, heading: bool = False) -> tuple[Mark, str, bool]:
    """The text's mark, the text without any marks, numbers and checkboxes, and whether a checkbox is ticked."""
    mark: Mark = ""
    ticked = False
    before = None
    while text != before:
        before = text
        if box := _BOX.match(text):
            ticked |= box[1] in ("x", "X")
            text = text[box.end() :]
        if box := _BOX_BEHIND.search(text):
            ticked |= box[1] != " "
            text = text[: box.start()].rstrip()
        numbering = _NUMBERING.match(text) or (_HEADING_NUMBERING.match(text) if heading else None)
        if numbering:
            text = text[numbering.end() :]
        # A text has one mark; what looks like a second one is part of its words.
        for name, pattern in () if mark or not _MAYBE.match(text) else _MARKS:
            if found := pattern.match(text):
                mark, text = name, text[found.end() :]
                break
    return mark, text.strip(), ticked


def without_hidden(text: str) -> str:
    """The text without the signs before placeholders, as it is kept."""
    return text.replace(HIDDEN, "")


def without_team(text: str, teams: dict[str, str]) -> tuple[str, str]:
    """The team named before the first colon ("" if that is none of `teams`, by their words), and the rest."""
    head, colon, rest = text.partition(":")
    if colon and rest.strip() and len(head) <= 120 and (team := teams.get(same_words(head))):
        return team, rest.strip()
    return "", text


@lru_cache(_RECENT)
def same_words(text: str) -> str:
    """What two texts share that say the same: their words without case, punctuation and a closing parenthesis.

    Signs that carry meaning stay, each a word of its own: %, +, <, $ …
    """
    text = unicodedata.normalize("NFC", without_hidden(text))
    return _folded(_without_closing_parenthesis(text)) or _folded(text) or text.strip().casefold()


def _folded(text: str) -> str:
    if text.isascii():
        text = _ASCII_PUNCTUATION.sub(" ", text.casefold())
    else:
        text = "".join(_letter(c) for c in unicodedata.normalize("NFC", text.casefold()))
    return " ".join(_SIGN.sub(r" \1 ", text).split())


_ASCII_PUNCTUATION = re.compile(r"[!-#&-*,-/:;?@\[-\]_{}]")
_SIGN = re.compile(r"([%+<>=$€£≤≥±×])")


def _letter(c: str) -> str:
    return " " if c != "%" and unicodedata.category(c).startswith("P") else c


def _without_closing_parenthesis(text: str) -> str:
    text = text.rstrip(" .,;:!?…")
    if not text.endswith(")"):
        return text
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth == 0:
            return text[:at]
    return text
