"""Days as people type them into the check-in."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrdash.domain.typed_days import understand_day

TODAY = date(2026, 11, 22)  # a Sunday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("", None),
        ("2026-11-13", date(2026, 11, 13)),
        ("13.11.2026", date(2026, 11, 13)),
        ("13.11.", date(2026, 11, 13)),
        ("13 Nov", date(2026, 11, 13)),
        ("13th of November", date(2026, 11, 13)),
        ("November 13, 2026", date(2026, 11, 13)),
        ("Nov 13", date(2026, 11, 13)),
        ("24 Dec", date(2025, 12, 24)),
        ("29 Feb", date(2024, 2, 29)),
        ("13/11", date(2026, 11, 13)),
        ("11/13/2026", date(2026, 11, 13)),
        ("5/5", date(2026, 5, 5)),
        ("Yesterday", date(2026, 11, 21)),
        ("today", TODAY),
        ("Friday", date(2026, 11, 20)),
        ("sun", TODAY),
        ("last Sunday", date(2026, 11, 15)),
    ],
)
def test_is_understood(text: str, day: date | None) -> None:
    assert (understand_day(text, TODAY).day, understand_day(text, TODAY).question) == (day, "")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("3/4", "2026-03-04 or 2026-04-03"),
        ("2026-12-01", "1 December 2026 is yet to come"),
        ("31 Nov", "Type a day such as"),
        ("soon", "Type a day such as"),
        ("13", "Type a day such as"),
        ("99999-99-99", "Type a day such as"),
    ],
)
def test_is_asked_about(text: str, asks: str) -> None:
    assert asks in understand_day(text, TODAY).question


@given(st.text(max_size=30))
def test_whatever_is_typed_gives_a_past_day_or_a_question(text: str) -> None:
    typed = understand_day(text, TODAY)
    assert typed.day is None or (typed.day <= TODAY and not typed.question)


@given(st.dates(max_value=TODAY))
def test_a_day_in_full_is_that_day(day: date) -> None:
    assert understand_day(day.isoformat(), TODAY).day == day
    assert understand_day(f"{day:%-d %B %Y}" if day.year > 999 else day.isoformat(), TODAY).day == day
