"""The organisation's settings: their defaults, and what is refused with the mend."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from okrdash.domain.errors import Invalid
from okrdash.domain.settings import DESCRIPTIONS, Settings, parse, text_of


def test_without_rows_all_are_defaults() -> None:
    assert parse([]) == Settings()


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_setting_reads_back_from_its_text(name: str) -> None:
    settings = Settings(company="Acme", closed_days=(date(2026, 12, 24), date(2026, 12, 25)), overdue_after=3)
    text = text_of(name, settings)
    assert getattr(parse([{"name": name, "value": text}]), name) == getattr(settings, name)


def test_every_setting_says_what_it_does() -> None:
    assert [f.name for f in fields(Settings)] == list(DESCRIPTIONS)
    assert all(DESCRIPTIONS.values())


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("colour", "red", "no such setting; known are company"),
        ("time_zone", "Mars/Olympus", "no time zone; use a name such as Europe/Berlin"),
        ("time_zone", "../etc/passwd", "no time zone"),
        ("due_weekday", "Friday", "a whole number"),
        ("due_weekday", "8", "between 1 and 7"),
        ("cadence_weeks", "3", "1, 2 or 4"),
        ("early_share", "a tenth", "a number such as 0.5"),
        ("early_share", "nan", "between"),
        ("aspirational_bar", "1e308", "between"),
        ("closed_days", "24.12.2026", "write days like 2026-12-24"),
    ],
)
def test_what_makes_no_sense_is_named(name: str, value: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as refused:
        parse([{"name": name, "value": value}])
    assert refused.value.problems[0].where == f"setting {name}"


def test_at_risk_begins_below_on_track() -> None:
    with pytest.raises(Invalid, match="above on_track_pace"):
        parse([{"name": "at_risk_pace", "value": "0.99"}])
