"""The outlines of a real company, read from a folder of their own: their texts are not ours to keep here."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from okrdash.domain.columns import refs
from okrdash.transfer.outline import Outline, read_outline

FOLDER = os.environ.get("OKRDASH_REAL_DOCUMENTS", "")

pytestmark = pytest.mark.skipif(
    not FOLDER, reason="set OKRDASH_REAL_DOCUMENTS to the folder of the real OKR documents to run these"
)


def first_quarter() -> Outline:
    text = (Path(FOLDER) / "sourcegraph-fy22-q1.md").read_text(encoding="utf-8")
    return read_outline(text, name="q1.md", today=date(2021, 3, 1))


def second_quarter() -> Outline:
    text = (Path(FOLDER) / "sourcegraph-fy22-q2.md").read_text(encoding="utf-8")
    return read_outline(
        text,
        name="q2.md",
        today=date(2021, 6, 1),
        cycle="FY22-Q2",
        start=date(2021, 5, 1),
        end=date(2021, 7, 31),
    )


@pytest.mark.parametrize(
    ("read", "objectives", "lines", "key_results", "edges"),
    [(first_quarter, 25, 64, 58, 4), (second_quarter, 24, 77, 70, 5)],
)
def test_everything_in_it_is_found(read, objectives, lines, key_results, edges):
    outline = read()
    assert outline.problems == []
    assert [row["kind"] for row in outline.rows["teams"]] == ["company"] + ["function"] * 6
    assert len(outline.rows["objectives"]) == objectives
    assert len(outline.rows["key_results"]) == key_results
    assert sum(1 + len(refs(row["also"])) for row in outline.rows["key_results"]) == lines
    assert len(outline.rows["alignment"]) == edges


def test_the_first_quarter_names_its_cycle_and_a_day_that_its_month_does_not_have():
    outline = first_quarter()
    (cycle,) = outline.rows["cycles"]
    assert (cycle["cycle"], cycle["start"], cycle["end"]) == ("FY22-Q1", date(2021, 2, 1), date(2021, 4, 30))
    assert any(guess.about == "FY22-Q1" and guess.field == "end" for guess in outline.guesses)


def test_the_kinds_of_the_second_quarter():
    kinds: dict[str, int] = {}
    for row in second_quarter().rows["key_results"]:
        kinds[row["kind"]] = kinds.get(row["kind"], 0) + 1
    assert kinds == {"milestone": 46, "increase": 19, "maintain": 5}


def test_reading_it_again_changes_nothing():
    once = first_quarter()
    text = (Path(FOLDER) / "sourcegraph-fy22-q1.md").read_text(encoding="utf-8")
    again = read_outline(text, name="q1.md", today=date(2021, 4, 1), known=once.rows)
    assert again.rows == once.rows
    assert again.gone == []
