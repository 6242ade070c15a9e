"""Documents of other habits: other languages, and objectives that are only bold."""

from __future__ import annotations

from datetime import date

import pytest

from okrdash.transfer.outline import Outline, read_outline


def read(text: str) -> Outline:
    outline = read_outline(
        text, name="plan.md", today=date(2026, 11, 22), start=date(2026, 10, 1), end=date(2026, 12, 31)
    )
    assert outline.problems == []
    return outline


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        ("Ziel 1:", "objectives"),
        ("Objectif 1 :", "objectives"),
        ("目標：", "objectives"),
        ("Schlüsselresultat 2:", "key_results"),
        ("Résultat clé 2 :", "key_results"),
        ("Resultado clave 2:", "key_results"),
    ],
)
def test_marks_of_other_languages_are_no_part_of_a_title(mark: str, kind: str) -> None:
    marks = {"objectives": "", "key_results": ""} | {kind: f"{mark} "}
    outline = read(f"# OKRs Q4 2026\n## Sales\n- {marks['objectives']}A\n  - {marks['key_results']}B\n")
    assert [row["title"] for table in marks for row in outline.rows[table]] == ["A", "B"]


@pytest.mark.parametrize(
    ("title", "baseline", "target"),
    [
        ("Umsatz von 1,2 Mio auf 2 Mio steigern", 1_200_000, 2_000_000),
        ("Verfügbarkeit von 99,5 % auf 99,9 % erhöhen", 99.5, 99.9),
        ("Passer de 20 % à 40 % d'activation", 20, 40),
    ],
)
def test_from_and_to_are_read_in_german_and_french(title: str, baseline: float, target: float) -> None:
    (row,) = read(f"# OKRs Q4 2026\n## Sales\n- A\n  - {title}\n").rows["key_results"]
    assert (row["kind"], row["baseline"], row["target"]) == ("increase", baseline, target)


def test_a_french_quarter_is_the_cycle_s_name() -> None:
    assert [row["cycle"] for row in read("# OKR T4 2026\n## Sales\n- A\n  - B\n").rows["cycles"]] == ["T4 2026"]


def test_a_bold_line_over_a_list_is_a_heading() -> None:
    bold = "**Win**\n\n- Close 5 deals\n- Ship\n\n**Keep**\n- Reach 9\n"
    outline = read(f"# Q4 2026 OKRs\n\n## Sales\n\n{bold}\n## Ops\n- Run\n  - Do 3\n")
    assert [(row["team"], row["title"]) for row in outline.rows["objectives"]] == [
        ("Sales", "Win"),
        ("Sales", "Keep"),
        ("Ops", "Run"),
    ]


def test_a_bold_remark_over_objectives_with_key_results_is_none() -> None:
    outline = read("# Q4 2026 OKRs\n\n## Sales\n\n**Read this first**\n\n- Win\n  - Close 5 deals\n")
    assert [(row["team"], row["title"]) for row in outline.rows["objectives"]] == [("Sales", "Win")]
