"""Numbers as people type them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrdash.domain.check_ins import LARGEST
from okrdash.domain.typed import Scale, Typed, as_typed, scale_of, understand, understand_confidence
from tests.domain.small_company import one

PERCENT, EUROS, MILLIONS, MINUTES = Scale("%"), Scale("euros"), Scale("million euros"), Scale("minutes")
TO_TEN, LARGE = Scale("", (0.0, 10.0), 10.0), Scale("", (1200.0, 2000.0), 2000.0)


@pytest.mark.parametrize(
    ("text", "scale", "value"),
    [
        ("12", Scale(), 12),
        ("−3.5", Scale(), -3.5),
        ("+4", Scale(), 4),
        (".5", Scale(), 0.5),
        ("１２", Scale(), 12),
        ("1e3", Scale(), 1000),
        ("12k", Scale(), 12_000),
        ("2,5k", Scale(), 2_500),
        ("1.2 bn", Scale(), 1.2e9),
        ("5m", Scale("users"), 5e6),
        ("12.5 %", PERCENT, 12.5),
        ("12 %", Scale("", (0, 30)), 12),
        ("1,5", Scale(), 1.5),
        ("0,500", Scale(), 0.5),
        ("1,234,567", Scale(), 1_234_567),
        ("1.234,5", Scale(), 1_234.5),
        ("1,234.5", Scale(), 1_234.5),
        ("1 234", Scale(), 1_234),
        ("1'234.5", Scale(), 1_234.5),
        ("12.125", PERCENT, 12.125),
        ("3/10", TO_TEN, 3),
        ("3 of 10", TO_TEN, 3),
        ("3/10", Scale("%", (0, 80), 80), 30),
        ("€ 12k", EUROS, 12_000),
        ("-€5", EUROS, -5),
        ("12k€", Scale("€"), 12_000),
        ("3.4M", MILLIONS, 3.4),
        ("3.4 million euros", MILLIONS, 3.4),
        ("3400k", MILLIONS, 3.4),
        ("58 points", Scale("points"), 58),
        ("1 point", Scale("points"), 1),
        ("120 tickets", Scale("tickets a week"), 120),
    ],
)
def test_understood(text: str, scale: Scale, value: float) -> None:
    assert understand(text, scale).value == value


@pytest.mark.parametrize("text", ["", "  ", "\u00a0"])
def test_an_empty_field_is_no_value_and_no_question(text: str) -> None:
    assert understand(text) == Typed()
    assert understand_confidence(text) == Typed()


@pytest.mark.parametrize(
    ("text", "scale", "asked"),
    [
        ("1,500", Scale(), "1.5 or 1500"),
        ("1.500", LARGE, "1.5 or 1500"),
        ("12.125", LARGE, "12.1250 or 12125"),
        ("5m", MINUTES, "5 or 5000000"),
        ("12.5 %", Scale(), "0.125 or 12.5"),
        ("12.5 %", MINUTES, "counted in minutes, not in per cent"),
        ("3/10", Scale("stars", (8, 9), 9), "0.3 or 3"),
        ("3/10", Scale("%", (0, 10), 10), "3 or 30"),
        ("2 hours", MINUTES, "one number, in minutes"),
        ("1e16", Scale(), "too large"),
        ("about 5", Scale(), "one number"),
    ],
)
def test_asked(text: str, scale: Scale, asked: str) -> None:
    typed = understand(text, scale)
    assert typed.value is None
    assert asked in typed.question


@pytest.mark.parametrize(
    "text", ["12-14", "nan", "inf", "1.2.3", "1,2,3", "12 34", "--5", "5-", "3/0", "3:30", "k", "%"]
)
def test_no_number_is_asked_for_one(text: str) -> None:
    assert understand(text).question == "Type one number, such as 12, 12.5 or 12k."


def test_an_answer_that_was_offered_is_understood() -> None:
    assert understand("12.1250", LARGE).value == 12.125


def test_what_is_not_literally_the_number_is_worth_saying() -> None:
    assert understand("12").literal
    assert understand("12.50").literal
    assert not understand("12k").literal
    assert not understand("1.500").literal
    assert understand("0.125").literal


@given(st.floats(-LARGEST, LARGEST))
def test_a_number_is_typed_as_it_is_read(number: float) -> None:
    understood = understand(as_typed(number))
    assert (understood.value, understood.question) == (number, "")


@given(st.text(max_size=30), st.sampled_from([Scale(), PERCENT, MILLIONS, TO_TEN, LARGE]))
def test_whatever_is_typed_gives_a_number_that_can_be_kept_or_a_question(text: str, scale: Scale) -> None:
    typed = understand(text, scale)
    assert typed.value is None or (not typed.question and abs(typed.value) <= LARGEST)
    confidence = understand_confidence(text)
    assert confidence.value is None or 0 <= confidence.value <= 10


@given(st.text(alphabet="0123456789.,' kKmM%/-+e€", max_size=12))
def test_whatever_looks_like_a_number_never_fails(text: str) -> None:
    typed = understand(text, EUROS)
    assert typed.value is None or math.isfinite(typed.value)


def test_as_typed_has_no_marks() -> None:
    assert [as_typed(n) for n in (None, math.nan, 12_500.0, 4.5, -0.25)] == ["", "", "12500", "4.5", "-0.25"]


@pytest.mark.parametrize(
    ("text", "value"), [("7", 7), ("0", 0), ("10", 10), ("7/10", 7), ("7 in 10", 7), ("7 out of 10", 7), ("70 %", 7)]
)
def test_confidence(text: str, value: int) -> None:
    assert understand_confidence(text).value == value


@pytest.mark.parametrize("text", ["11", "7.5", "-1", "65 %", "110 %", "high", "7/5"])
def test_confidence_is_asked_for(text: str) -> None:
    typed = understand_confidence(text)
    assert typed.value is None
    assert "from 0 to 10" in typed.question


def test_the_scale_of_a_key_result() -> None:
    company = one(unit="users", baseline=1200.0, target=2000.0).check_in(3, 1480.0)
    assert scale_of(company.kr(4)) == Scale("users", (1200.0, 2000.0, 1480.0), 2000.0)
    bare = one("maintain", lower=None, upper=5.0)
    assert scale_of(bare.kr(4)) == Scale("", (5.0,), None)
