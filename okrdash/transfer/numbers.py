"""The numbers that a text counts with: not those in names, ranks, days and spans of time that are only a setting."""

from __future__ import annotations

import re
from dataclasses import dataclass

from okrdash.domain.cells import LARGEST

from .days import DAYS

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
WORDS = {word: number for number, word in enumerate(_WORDS, 1)}
_TIMES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9}
_TIMES |= {"billion": 1e9, "mio": 1e6, "mrd": 1e9}

_SPAN = (
    r"(?:milliseconds?|seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?|ms|secs?|mins?|hrs?"
    r"|(?<=\d)(?-i:[shd]))(?!\w)"
)
_NUMBER = re.compile(
    rf"""
    (?:(?P<currency>[$€£¥])\s?|(?<![\w\#/:])(?<!\d[.,])(?<!\w[-–'’])(?P<sign>(?<!\S)[-−])?)
    (?:(?P<digits>\d{{1,3}}(?:[,.'’ ]\d{{3}})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?)
       |(?<![-–])(?P<word>\b(?:{"|".join(WORDS)})\b)(?!-))
    (?:(?:\s?(?P<scale>thousand|million|billion|mio|mrd|mn|bn|MM|M)|(?P<letter>[kb]))(?![\w&]))?
    (?:(?P<times>\s?[xX×])(?!\w)|(?P<plus>\+)?(?:\s?(?P<share>%|％|per\s?cent\b|pct\b)(?P<plus_behind>\+)?)?)
    (?:\s?(?:business\s|working\s|calendar\s)?(?P<span>{_SPAN})|\s?(?P<coin>[$€£]|EUR\b|USD\b|GBP\b))?
    """,
    re.X | re.I,
)
# "5 m" are metres, "3 M" and "$3m" are millions.
_SCALE = re.compile(r"Mio|mio|Mrd|mrd|mn|bn|MM|M|thousand|million|billion|Thousand|Million|Billion|Mn|Bn|BN|MN")
_NAME_BEFORE = re.compile(
    r"(?<![\w])(?:tiers?|levels?|phase|version|top|rank|number|no\.?|step|stage|priority|type|class|series|sprint|part"
    r"|chapter|section|wave|round|gen|soc|iso|web|v|q|fy|h|layer|grade|zone|act|article|sev|severity|area|no\sone)"
    r"[\s#-]*$",
    re.I,
)
_SETTING_BEFORE = re.compile(
    r"\b(?:first|1st|last|past|next|previous|in|for|over|after|every|each|per)\s+(?:the\s+(?:first\s+|next\s+)?)?$",
    re.I,
)
_YEAR_BEFORE = re.compile(r"\b(?:in|since|during|fy|cy|mid|early|late|calendar|year)[\s-]*$", re.I)
_YEAR_ALONE_BEFORE = re.compile(r"\b(?:by|of|for|until|till|before|from|to)\s+$", re.I)
_YEAR_BEHIND = re.compile(r"\s*(?:roadmap|plan|planning|budget|strategy|goals?|okrs?|season|report|survey)\b", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d\s?")
_GAPS = re.compile(r"[ '’]")
_NAME_BEHIND = re.compile(r"\w|-[^\W\d]|[/:]\d")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_LOWER = re.compile(
    r"(?:at\s+least|minimum(?:\s+of)?|min\.?|no\s+less\s+than|not\s+less\s+than|more\s+than|over|above|exceeds?"
    r"|exceeding|greater\s+than|higher\s+than|≥|>=|>|⩾)\s*(?:the\s+|a\s+)?$",
    re.I,
)
_UPPER = re.compile(
    r"(?:<|≤|<=|⩽|\b(?:under|below|within|no\s+more\s+than|not\s+more\s+than|at\s+most|less\s+than|fewer\s+than"
    r"|lower\s+than|maximum(?:\s+of)?|max\.?|not\s+exceed(?:ing)?|from\s+exceeding))\s*(?:the\s+|a\s+)?$",
    re.I,
)
_LOWER_BEHIND = re.compile(r"\s*(?:or\s+(?:more|higher|better|above|over))\b", re.I)
_UPPER_BEHIND = re.compile(r"\s*(?:or\s+(?:less|fewer|lower|below|under))\b", re.I)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text, with where it stands and what its words make of it."""

    start: int
    end: int
    value: float
    unit: str
    times: bool = False
    span: bool = False
    at_least: bool = False
    at_most: bool = False
    before: str = ""
    """The words right before it."""

    @property
    def share(self) -> bool:
        """Whether it is a share of a whole."""
        return self.unit == "%"

    @property
    def bounds(self) -> bool:
        """Whether its words make it a bound."""
        return self.at_least or self.at_most

    def __str__(self) -> str:
        number = f"{self.value:g}" if self.value < 1e6 else f"{self.value:,.0f}"
        if self.unit in ("$", "€", "£", "¥"):
            return self.unit + number
        return f"{number} {self.unit}".rstrip() + ("x" if self.times else "")


def without_asides(text: str) -> str:
    """The text with blanks for everything in parentheses, addresses and days: each word stays at its place."""
    depth, start, spans = 0, 0, []
    for at, c in enumerate(text):
        if c == "(":
            start = at if depth == 0 else start
            depth += 1
        elif c == ")" and depth:
            depth -= 1
            if depth == 0:
                spans.append((start, at + 1))
    for a, b in spans:
        text = text[:a] + " " * (b - a) + text[b:]
    if "://" in text or "www." in text:
        text = _URL.sub(_blank, text)
    return text.replace("+/-", "  ±").replace("+-", " ±")


def without_days(text: str) -> str:
    """The text with blanks for the days in it."""
    return DAYS.sub(_blank, text)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def numbers(text: str) -> list[Number]:
    """The numbers in the text, in order."""
    return [number for found in _NUMBER.finditer(text) if (number := _number(found, text))]


def _number(found: re.Match[str], text: str) -> Number | None:
    before, behind = text[max(0, found.start() - 24) : found.start()], text[found.end() :]
    value, end = _value(found)
    if not abs(value) <= LARGEST or _is_name(found, before, behind) or _is_year(found, before, behind):
        return None
    span = bool(found["span"])
    if span and _SETTING_BEFORE.search(before):
        return None
    return Number(
        found.start(),
        end,
        value,
        unit="%" if found["share"] else (found["span"] or "").casefold() or _coin(found),
        times=bool(found["times"]),
        span=span,
        at_least=bool(found["plus"] or found["plus_behind"] or _LOWER.search(before) or _LOWER_BEHIND.match(behind)),
        at_most=bool(_UPPER.search(before) or _UPPER_BEHIND.match(behind)),
        before=before,
    )


def _value(found: re.Match[str]) -> tuple[float, int]:
    value = float(WORDS[found["word"].casefold()]) if found["word"] else read_digits(found["digits"])
    scale = found["scale"] or ""
    letter = found["letter"] or ""
    if scale and not _SCALE.fullmatch(scale) and not found["currency"]:
        return (-value if found["sign"] else value), found.end("digits")
    return value * _TIMES.get((scale or letter).casefold(), 1.0) * (-1 if found["sign"] else 1), found.end()


def read_digits(text: str) -> float:
    """The number written as 1200, 1,200, 1.5, 1,5, 1.200,50 or 1 200."""
    if text.isdecimal():
        return float(text)
    text = _GAPS.sub("", text)
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return float(text)
    mark, whole = text[last], text[:last]
    other = "," if mark == "." else "."
    groups = text.count(mark) > 1 or (mark == "," and len(text) - last == 4 and whole.strip("0") != "")
    if groups and other not in whole:
        return float(text.replace(mark, ""))
    if groups:
        return float(text.replace(",", "")) if mark == "." else float(text.replace(".", "").replace(",", ""))
    return float(whole.replace(other, "").replace(mark, "") + "." + text[last + 1 :])


def _coin(found: re.Match[str]) -> str:
    coin = found["currency"] or found["coin"] or ""
    return {"EUR": "€", "USD": "$", "GBP": "£"}.get(coin.upper(), coin)


def _is_name(found: re.Match[str], before: str, behind: str) -> bool:
    """V1, tier 1, #3, 1st, 5-star, 24/7, "Analytics 101" are names and ranks."""
    if _NAME_BEHIND.match(behind):
        return True
    if found["currency"]:
        return False
    if found["digits"] == "101" and re.search(r"\w\s$", before):
        return True
    return bool(_NAME_BEFORE.search(before))


def _is_year(found: re.Match[str], before: str, behind: str) -> bool:
    if not _YEAR.fullmatch(found[0]):
        return False
    if _YEAR_BEFORE.search(before) or _YEAR_BEHIND.match(behind):
        return True
    return bool(_YEAR_ALONE_BEFORE.search(before)) and not re.match(r"\s+[^\W\d]", behind)
