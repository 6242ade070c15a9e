"""What the text of a key result is read as."""

from __future__ import annotations

from datetime import date

import pytest

from okrdash.domain.columns import Row
from okrdash.transfer.outline import Outline, read_outline


def read(title: str, *more: str, today: date = date(2026, 8, 1)) -> Outline:
    text = "\n".join(["# Q3 2026 OKRs", "## Sales", "- Be the first choice", f"  - KR: {title}", *more])
    return read_outline(
        text, name="plan.md", today=today, cycle="Q3 2026", start=date(2026, 7, 1), end=date(2026, 9, 30)
    )


def key_result(title: str, *more: str) -> Row:
    outline = read(title, *more)
    assert outline.problems == []
    (row,) = outline.rows["key_results"]
    return row


def numbers(row: Row) -> tuple[str, str, float | None, float | None, float | None, float | None]:
    return row["kind"], row["unit"], row["baseline"], row["target"], row["lower"], row["upper"]


def fields(outline: Outline) -> list[str]:
    (row,) = outline.rows["key_results"]
    return [guess.field for guess in outline.guesses if guess.about == row["id"]]


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        (
            "[_N<sub>1</sub>_][n1] paying customers, at least 5 of them large",
            "N1 paying customers, at least 5 of them large",
        ),
        ("Reach $[_N<sub>12</sub>_][n12] ARR", "Reach $N12 ARR"),
        ("Go from 10 to [_N<sub>3</sub>_][n3]", "Go from 10 to N3"),
    ],
)
def test_a_placeholder_is_a_milestone_until_its_number_is_known(title, kept):
    row = key_result(title)
    assert row["kind"] == "milestone"
    assert row["title"] == kept
    assert fields(read(title)) == ["target"]


def test_a_placeholder_in_parentheses_is_not_read():
    assert numbers(key_result("Win 5 deals ($[_N<sub>1</sub>_][n1] in all)"))[:4] == ("increase", "", 0, 5)


@pytest.mark.parametrize(
    ("title", "kind", "unit", "baseline", "target"),
    [
        ("Lift NPS from 25 to 35", "increase", "", 25, 35),
        ("Cut churn from 5% to 2.5%", "decrease", "%", 5, 2.5),
        ("Grow conversion from 20 to 30 %", "increase", "%", 20, 30),
        ("Grow ARR from $1.2M to $2M", "increase", "$", 1_200_000, 2_000_000),
        ("Grow from 1,200 visits to 12k visits", "increase", "", 1_200, 12_000),
        ("Pipeline from 1bn to 2 bn", "increase", "", 1e9, 2e9),
        ("Reduce lead time from 2 weeks to 3 days", "decrease", "days", 14, 3),
        ("Reduce meetings from seven to three a week", "decrease", "", 7, 3),
        ("Margin from -10 % to 5 %", "increase", "%", -10, 5),
        ("NPS 25 → 35", "increase", "", 25, 35),
        ("Raise NPS to 35 from 25", "increase", "", 25, 35),
    ],
)
def test_from_to(title, kind, unit, baseline, target):
    assert numbers(key_result(title)) == (kind, unit, baseline, target, None, None)


@pytest.mark.parametrize(
    "title",
    ["Stay from 5 to 5 people", "Go from 5 % to $20", "0 incidents", "Reduce churn to 2 %", "From start to end"],
)
def test_numbers_that_cannot_be_measured_are_a_milestone_that_is_listed(title):
    row = key_result(title)
    assert numbers(row) == ("milestone", "", None, None, None, None)
    assert fields(read(title))


@pytest.mark.parametrize("title", ["Hiring ends ± 25 % of plan", "Hiring ends up +/- 25% of plan (as of Feb 15)"])
def test_around_the_plan(title):
    assert numbers(key_result(title)) == ("maintain", "%", None, None, 75, 125)


@pytest.mark.parametrize(
    ("title", "unit", "lower", "upper"),
    [
        ("Keep churn below 2%", "%", None, 2),
        ("Keep NPS above 40", "", 40, None),
        ("Keep headcount between 40 and 50", "", 40, 50),
        ("Maintain 100% resolution within 8 days and 15% help", "%", 100, None),
        ("Stay under 30 open bugs", "", None, 30),
        ("99.9% uptime", "%", 99.9, None),
        ("Uptime of at least 99.9 per cent", "%", 99.9, None),
        ("100% logo retention on renewals", "%", 100, None),
        ("Reforecasting takes <1 week", "week", None, 1),
        ("Response time ≤ 4 hours", "hours", None, 4),
        ("Errors under 1 %", "%", None, 1),
        ("Contracts are ready within 1 day of the request", "day", None, 1),
        ("No more than three incidents", "", None, 3),
        ("95% of requests answered within 5 mins", "%", 95, None),
    ],
)
def test_bounds_are_kept(title, unit, lower, upper):
    assert numbers(key_result(title)) == ("maintain", unit, None, None, lower, upper)


def test_retention_without_a_share_is_no_bound():
    assert numbers(key_result("Work on retention with 2+ user flows")) == ("increase", "", 0, 2, None, None)


@pytest.mark.parametrize(
    "title", ["3x pipeline", "Sign-ups grow 2.5 ×", "Increase sign-ups by 20%", "Retention up by 5 %"]
)
def test_multiples_and_changes_wait_for_their_number(title):
    assert key_result(title)["kind"] == "milestone"
    assert fields(read(title)) == ["target"]


def test_used_by_a_share_of_something_is_a_share():
    assert numbers(key_result("Used by 20% of teams")) == ("increase", "%", 0, 20, None, None)


@pytest.mark.parametrize(
    ("title", "steps"),
    [
        ("2 talks; 5 posts; one guide", ["2 talks", "5 posts", "one guide"]),
        ("Publish 3 posts and run two events", ["Publish 3 posts", "run two events"]),
        (
            "Hire a lead, 2 managers (East, West), and 4 engineers",
            ["Hire a lead", "2 managers (East, West)", "4 engineers"],
        ),
        ("Visit 20 shops in Rome and Milan, 1,200 in all", ["Visit 20 shops in Rome and Milan", "1,200 in all"]),
    ],
)
def test_several_counts_are_steps(title, steps):
    outline = read(title)
    assert outline.rows["key_results"][0]["kind"] == "milestone"
    assert [row["step"] for row in outline.rows["milestones"]] == steps


@pytest.mark.parametrize(
    ("title", "unit", "target"),
    [
        ("Hire 6 engineers", "", 6),
        ("Twelve customers sign", "", 12),
        ("50% of roles have a plan", "%", 50),
        ("At least 15 champions", "", 15),
        ("85%+ of plan", "%", 85),
        ("10k+ users", "", 10_000),
        ("Spend >67% of time on it", "%", 67),
        ("NPS ≥ 40", "", 40),
        ("1,200 sign-ups", "", 1_200),
        ("2 500 sign-ups", "", 2_500),
        ("1.5 million visits", "", 1_500_000),
        ("$3M in pipeline", "$", 3_000_000),
        ("€ 200k in pipeline", "€", 200_000),
        ("200k€ in pipeline", "€", 200_000),
        ("Rating of 4,5 stars", "", 4.5),
        ("1 post in the top 5", "", 1),
        ("One tier one story", "", 1),
        ("20 visits within the first 30 days", "", 20),
        ("95% of questions answered in one week", "%", 95),
    ],
)
def test_one_count_or_share_is_reached_from_zero(title, unit, target):
    assert numbers(key_result(title)) == ("increase", unit, 0, target, None, None)
    assert "baseline" in fields(read(title))


@pytest.mark.parametrize(
    "title",
    [
        "Win Q2 of FY22 with V1, N1 and tier 1",
        "Be #3 in the 95th percentile, the 1st of all and in the top 5",
        "Identify top-5 pain points",
        "New people are ready within first 30 days",
        "New people are ready within the first two weeks",
        "The 24/7 team gives Analytics 101 (with 12 people)",
        "Find [the plan](https://example.org/42/plan-7)",
        "See https://example.org/42",
        "Publish the 2027 roadmap",
        "Improve everything",
    ],
)
def test_names_ranks_days_and_asides_are_no_numbers(title):
    assert numbers(key_result(title)) == ("milestone", "", None, None, None, None)


def test_of_two_readings_the_first_is_taken_and_listed():
    title = "Usage is tracked and 100% of people took at least 5 days off"
    assert numbers(key_result(title)) == ("increase", "%", 0, 100, None, None)
    assert "kind" in fields(read(title))


@pytest.mark.parametrize(
    ("end", "due"),
    [
        ("by 2026-08-15", date(2026, 8, 15)),
        ("on August 15", date(2026, 8, 15)),
        ("until 15 Aug 2026", date(2026, 8, 15)),
        ("before the 15th of August.", date(2026, 8, 15)),
        ("in August", date(2026, 8, 31)),
        ("in August (all of it)", date(2026, 8, 31)),
        ("by end of August", date(2026, 8, 31)),
        ("at the end of August", date(2026, 8, 31)),
        ("by September", date(2026, 8, 31)),
        ("before September", date(2026, 8, 31)),
        ("in mid-August", date(2026, 8, 15)),
        ("by mid August", date(2026, 8, 15)),
        ("in Q3", date(2026, 9, 30)),
        ("by the end of Q3", date(2026, 9, 30)),
        ("by Q4", date(2026, 9, 30)),
        ("by the end of the quarter", date(2026, 9, 30)),
    ],
)
def test_due_days(end, due):
    row = key_result(f"Hire 6 engineers {end}")
    assert row["due"] == due
    assert row["target"] == 6


@pytest.mark.parametrize(
    "end",
    [
        "in Q4",
        "by Q3",
        "by July",
        "by the end of the year",
        "on 2026-10-01",
        "on 2026-07-01",
        "in 2025",
        "in early August",
    ],
)
def test_a_day_outside_the_cycle_or_unclear_is_not_set_but_listed(end):
    outline = read(f"Launch {end}")
    assert outline.rows["key_results"][0]["due"] is None
    assert "due" in fields(outline)


@pytest.mark.parametrize(
    "title", ["In August we launch", "Launch (by August)", "People hired in August are happy", "Top on Hacker News"]
)
def test_elsewhere_a_day_is_no_due_day(title):
    outline = read(title)
    assert outline.rows["key_results"][0]["due"] is None
    assert "due" not in fields(outline)


def test_a_day_that_its_month_does_not_have_is_the_last_and_is_listed():
    outline = read("Launch by September 31")
    assert outline.rows["key_results"][0]["due"] == date(2026, 9, 30)
    assert "due" in fields(outline)


def test_quarters_are_the_documents_own():
    outline = read_outline(
        "- Grow\n  - Launch in Q1", name="a.md", today=date(2021, 3, 1), cycle="FY22-Q1",
        start=date(2021, 2, 1), end=date(2021, 4, 30),
    )  # fmt: skip
    assert outline.rows["key_results"][0]["due"] == date(2021, 4, 30)


def test_deeper_items_are_the_steps_of_what_has_no_number():
    outline = read("Launch the shop", "    - [x] Design; text", "    - Build", "    - Build")
    (a, b) = outline.rows["milestones"]
    assert (a["step"], a["done_on"]) == ("Design, text", date(2026, 8, 1))
    assert (b["step"], b["done_on"]) == ("Build", None)


def test_deeper_items_are_left_out_and_listed_where_there_is_a_number():
    outline = read("Hire 6 engineers", "    - Two in Rome")
    assert outline.rows["milestones"] == []
    assert "steps" in fields(outline)


@pytest.mark.parametrize(
    ("title", "value", "note"),
    [
        ("Reach 90% coverage => 80%", 80, ""),
        ("Hire 6 engineers ==> 3", 3, ""),
        ("Hire 6 engineers => 3 of 6", 3, ""),
        ("Hire 10 engineers => 80%", 8, "80%"),
        ("Hire 6 engineers ==> Done", 6, "Done"),
        ("Hire 6 engineers [x]", 6, ""),
        ("[x] Hire 6 engineers", 6, ""),
        ("Hire 6 engineers => blocked by legal", None, "Blocked by legal"),
        ("Hire 6 engineers => 3, two more soon", 3, "3, two more soon"),
        ("Launch the shop => 80%", None, "80%"),
        ("Cut churn from 5% to 2% => done", 2, ""),
        ("Keep churn below 2% => 1.5%", 1.5, ""),
    ],
)
def test_a_result_is_a_check_in_and_no_part_of_the_title(title, value, note):
    outline = read(title)
    (check_in,) = outline.rows["check_ins"]
    assert (check_in["value"], check_in["note"], check_in["as_of"]) == (value, note, date(2026, 8, 1))
    assert "=>" not in outline.rows["key_results"][0]["title"]
    assert "[" not in outline.rows["key_results"][0]["title"]


def test_a_result_speaks_for_the_cycles_end_at_the_latest():
    (check_in,) = read("Hire 6 engineers => 3", today=date(2027, 1, 1)).rows["check_ins"]
    assert check_in["as_of"] == date(2026, 9, 30)


def test_done_is_all_steps_done():
    outline = read("Launch the shop ==> Done", "    - Design", "    - Build")
    assert [row["done_on"] for row in outline.rows["milestones"]] == [date(2026, 8, 1)] * 2
    outline = read("Launch the shop [x]")
    assert [(row["step"], row["done_on"]) for row in outline.rows["milestones"]] == [
        ("Launch the shop", date(2026, 8, 1))
    ]


def test_an_open_checkbox_is_no_check_in():
    assert read("[ ] Hire 6 engineers").rows["check_ins"] == []
