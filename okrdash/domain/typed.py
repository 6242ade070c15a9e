"""Numbers as people type them ("12k", "12.5 %", "1,5", "3/10"): taken where they can mean one thing, else asked."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from okrdash.domain.check_ins import LARGEST


@dataclass(frozen=True, slots=True)
class Typed:
    """What was understood: a number, nothing (the field is empty), or a question back."""

    value: float | None = None
    question: str = ""
    """What to ask in place, "" when it was understood."""
    literal: bool = True
    """Whether the text is the number as it stands, so that there is nothing to explain."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What is known of a measure: the unit it is counted in, and numbers that are on its scale."""

    unit: str = ""
    known: tuple[float, ...] = ()
    whole: float | None = None
    """What "3/10" may be a part of: the target."""


_MAGNITUDES = {
    **dict.fromkeys(("k", "thousand", "tsd"), 1e3),
    **dict.fromkeys(("mn", "mio", "mln", "million", "millions"), 1e6),
    **dict.fromkeys(("bn", "billion", "billions"), 1e9),
}
_CURRENCIES = {"€": ("eur", "euro", "€"), "$": ("usd", "dollar", "$"), "£": ("gbp", "pound", "£")}
_DIGITS = r"\d[\d.,' ]*(?:e[+-]?\d+)?|[.,]\d+"
_NUMBER = re.compile(rf"(?P<sign>[+-]?) ?(?P<digits>{_DIGITS})", re.IGNORECASE)
_PART = re.compile(rf"(?P<part>[+-]?(?:{_DIGITS})) ?(?:/|out of|of) ?(?P<all>{_DIGITS})(?P<rest>.*)", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?P<mark>[.,' ])\d{3}(?:(?P=mark)\d{3})*")


_ANY = Scale()


def scale_of(key_result: Mapping[str, Any] | pd.Series[Any]) -> Scale:
    """What is known of a key result's measure; `key_result` is a row of the board."""
    numbers = (key_result[name] for name in ("baseline", "target", "lower", "upper", "value"))
    known = tuple(float(n) for n in numbers if n is not None and math.isfinite(n))
    target = key_result["target"]
    return Scale(str(key_result["unit"]), known, float(target) if target in known else None)


def understand(text: str, scale: Scale = _ANY) -> Typed:
    """The number that a person typed, if it can only mean one."""
    line = " ".join(unicodedata.normalize("NFKC", text).replace("−", "-").replace("’", "'").split())
    if not line:
        return Typed()
    readings, question = _readings(line, scale)
    readings = sorted(set(readings))
    if len(readings) == 1 and abs(readings[0]) > LARGEST:
        return Typed(question="This is too large a number to keep.")
    if len(readings) == 1:
        return Typed(readings[0], literal=_literal(line, readings[0]))
    if len(readings) > 1:
        return Typed(question=f"This can be {' or '.join(_unmistakable(n) for n in readings)}: type one of them.")
    return Typed(question=question or _what_is_wanted(scale))


def understand_confidence(text: str) -> Typed:
    """How likely it is, in whole tenths: "7", "7/10", "7 in 10", "70 %"."""
    line = " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
    if not line:
        return Typed()
    if found := re.fullmatch(r"(\d{1,2})(?: ?/ ?10| (?:in|of|out of) 10)?", line):
        value, literal = int(found[1]), found[0] == found[1]
    elif (found := re.fullmatch(r"(\d{1,3}) ?%", line)) and int(found[1]) % 10 == 0:
        value, literal = int(found[1]) // 10, False
    else:
        return Typed(question="Type a whole number from 0 to 10.")
    return Typed(float(value), literal=literal) if value <= 10 else Typed(question="Type a number from 0 to 10.")


def as_typed(value: float | None) -> str:
    """A number as one would type it, with all its digits and no marks; "" for none."""
    if value is None or not math.isfinite(value):
        return ""
    return f"{value:.0f}" if value == round(value) else repr(float(value))


def _readings(line: str, scale: Scale) -> tuple[list[float], str]:
    """Every number that the line can mean on that scale; with none, maybe a question that fits."""
    if part := _PART.fullmatch(line):
        return _of_a_whole(part, scale)
    found = _NUMBER.search(line)
    if not found:
        return [], ""
    before, after = line[: found.start()].strip(), line[found.end() :].strip()
    sign = -1.0 if found["sign"] == "-" else 1.0
    if before.startswith("-") and len(before) > 1 and not found["sign"]:
        before, sign = before[1:].strip(), -1.0
    numbers = [sign * number for number in _plain(found["digits"].strip(), scale)]
    words = after.casefold()
    if before and not _says_the_unit(before, scale):
        return [], ""
    return _in_words(numbers, words, scale)


def _in_words(numbers: list[float], words: str, scale: Scale) -> tuple[list[float], str]:
    """What follows the digits: nothing, a magnitude, the unit, both, or per cent."""
    if not words or _says_the_unit(words, scale):
        return numbers, ""
    if words in ("%", "percent", "per cent", "pct"):
        return _per_cent(numbers, scale)
    first, _, rest = words.partition(" ")
    if first not in _MAGNITUDES and first[:1] == "k" and _says_the_unit(first[1:], scale):
        first, rest = "k", f"{first[1:]} {rest}".strip()  # "12k€"
    if first in ("m", "b"):
        return _one_letter(numbers, first, rest, scale)
    if first in _MAGNITUDES and (not rest or _says_the_unit(rest, scale)):
        return [_rounded(number * _MAGNITUDES[first] / _of_unit(scale)) for number in numbers], ""
    return [], ""


def _one_letter(numbers: list[float], letter: str, rest: str, scale: Scale) -> tuple[list[float], str]:
    """What "5m" is: five million, but in doubt where the unit begins with that letter (minutes)."""
    if rest and not _says_the_unit(rest, scale):
        return [], ""
    size = 1e6 if letter == "m" else 1e9
    large = [_rounded(number * size / _of_unit(scale)) for number in numbers]
    is_unit = scale.unit.casefold().startswith(letter) and _of_unit(scale) == 1
    return (large + numbers if is_unit else large), ""


def _per_cent(numbers: list[float], scale: Scale) -> tuple[list[float], str]:
    unit = scale.unit.casefold()
    if any(sign in unit for sign in ("%", "percent", "per cent", "pp")):
        return numbers, ""
    if unit:
        return [], f"This is counted in {scale.unit}, not in per cent: type the number itself."
    if any(abs(number) > 1 for number in scale.known):
        return numbers, ""
    return [n for number in numbers for n in (number, _rounded(number / 100))], ""


def _of_a_whole(part: re.Match[str], scale: Scale) -> tuple[list[float], str]:
    """What "3/10" is: three of the ten that are wanted, or 30 %, by what is measured."""
    if part["rest"].strip() and not _says_the_unit(part["rest"].strip(), scale):
        return [], ""
    negative = part["part"].startswith("-")
    some = [-n if negative else n for n in _plain(part["part"].lstrip("+- ").strip(), scale)]
    whole = _plain(part["all"].strip(), scale)
    if len(some) != 1 or len(whole) != 1 or whole[0] == 0:
        return [], ""
    share = some[0] / whole[0]
    is_target = scale.whole is not None and math.isclose(whole[0], scale.whole)
    if "%" in scale.unit:
        return [_rounded(share * 100), *([some[0]] if is_target else [])], ""
    if is_target:
        return some, ""
    return [some[0], _rounded(share)], ""


def _plain(digits: str, scale: Scale) -> list[float]:
    """Digits with points, commas, apostrophes and spaces: the numbers that they can mean."""
    if re.search(r"e[+-]?\d+$", digits, re.IGNORECASE):
        return _floats(digits)
    marks = {sign for sign in digits if not sign.isdigit()}
    if not marks:
        return _floats(digits)
    if len(marks) == 1:
        return _one_mark(digits, marks.pop(), scale)
    decimal = max(digits.rfind("."), digits.rfind(","))
    if len(marks) > 2 or decimal < 0:
        return []
    before, after = digits[:decimal], digits[decimal + 1 :]
    grouped = _GROUPED.fullmatch(before) and digits[decimal] not in before
    return _floats(f"{re.sub('[^0-9]', '', before)}.{after}") if grouped and after.isdigit() else []


def _one_mark(digits: str, mark: str, scale: Scale) -> list[float]:
    grouped = bool(_GROUPED.fullmatch(digits)) and not digits.startswith("0")
    if mark in "' ":
        return _floats(re.sub("[^0-9]", "", digits)) if grouped else []
    if digits.count(mark) > 1:
        return _floats(digits.replace(mark, "")) if grouped else []
    as_decimal = _floats(digits.replace(mark, "."))
    if not grouped or (mark == "." and not _in_thousands(scale)):
        return as_decimal
    return [*_floats(digits.replace(mark, "")), *as_decimal]


def _in_thousands(scale: Scale) -> bool:
    """Whether the measure's numbers are whole and large, so that "1.500" may well be fifteen hundred."""
    return any(abs(n) >= 1000 for n in scale.known) and all(n == round(n) for n in scale.known)


def _floats(text: str) -> list[float]:
    try:
        number = float(text)
    except ValueError:
        return []
    return [number] if math.isfinite(number) else []


def _of_unit(scale: Scale) -> float:
    """How many the unit itself stands for: a million for "million euros"."""
    first = scale.unit.casefold().split()[:1]
    return _MAGNITUDES.get(first[0], 1.0) if first else 1.0


def _says_the_unit(words: str, scale: Scale) -> bool:
    """Whether the words repeat the unit, whole, in part or in the singular."""
    words, unit = words.casefold().strip().rstrip("."), scale.unit.casefold().strip()
    if not words or not unit:
        return False
    if words in _CURRENCIES:
        return any(name in unit for name in _CURRENCIES[words])
    return words == unit or unit.startswith(f"{words} ") or unit.endswith(f" {words}") or unit in (f"{words}s", words)


def _literal(line: str, value: float) -> bool:
    if _GROUPED.fullmatch(line) and not line.lstrip("+-").startswith("0"):
        return False  # "1.500": worth saying what it was taken for
    try:
        return float(line) == value
    except ValueError:
        return False


def _unmistakable(number: float) -> str:
    """The number so that typing it is understood: four decimals where three would look like thousands."""
    text = as_typed(number)
    return f"{text}0" if re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", text) else text


def _rounded(share: float) -> float:
    return float(f"{share:.12g}")


def _what_is_wanted(scale: Scale) -> str:
    return f"Type one number, in {scale.unit}." if scale.unit else "Type one number, such as 12, 12.5 or 12k."
