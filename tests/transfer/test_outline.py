"""What an outline's headings, lists and paragraphs are read as, and what importing it again does."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okrdash.domain.columns import Row, refs
from okrdash.domain.tables import TABLES
from okrdash.transfer.outline import Outline, read_outline

TODAY = date(2026, 8, 1)


def read(text: str, **options) -> Outline:
    options = {"cycle": "Q3 2026", "start": date(2026, 7, 1), "end": date(2026, 9, 30), **options}
    return read_outline(text, name="plan.md", today=TODAY, **options)


def good(text: str, **options) -> Outline:
    outline = read(text, **options)
    assert outline.problems == []
    return outline


def titles(outline: Outline, table: str = "objectives") -> list[str]:
    return [row["title"] for row in outline.rows[table]]


def teams(outline: Outline) -> list[tuple[str, str, str]]:
    return [(row["team"], row["kind"], row["parent"]) for row in outline.rows["teams"]]


def by_title(outline: Outline, table: str, title: str) -> Row:
    (row,) = [row for row in outline.rows[table] if row["title"] == title]
    return row


# Cycles


def test_the_options_win():
    (cycle,) = good("# FY22-Q1 OKRs\n\nFrom 2021-02-01 to 2021-04-30.\n\n- A\n  - B").rows["cycles"]
    assert (cycle["cycle"], cycle["start"], cycle["end"]) == ("Q3 2026", date(2026, 7, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("head", "name", "start", "end"),
    [
        ("# FY22-Q1 OKRs\n\n> It runs from 2021-02-01 to 2021-04-28.", "FY22-Q1", date(2021, 2, 1), date(2021, 4, 28)),
        ("# OKRs\n\nThis is Q3 2026: July 1 – September 30, 2026.", "Q3 2026", date(2026, 7, 1), date(2026, 9, 30)),
        ("---\ntitle: 2026-Q4\n---\n\n1 Oct 2026 to 31 Dec 2026", "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_the_title_or_notes_name_the_cycle_and_its_days(head, name, start, end):
    outline = good(f"{head}\n\n## Sales\n\n- A\n  - B", cycle=None, start=None, end=None)
    (cycle,) = outline.rows["cycles"]
    assert (cycle["cycle"], cycle["start"], cycle["end"]) == (name, start, end)
    assert cycle["state"] == ("planning" if start > TODAY else "active")


def test_a_day_that_its_month_does_not_have_is_its_last_and_is_listed():
    outline = good("# FY22-Q1\n\nfrom 2021-02-01 to 2021-04-31\n\n- A\n  - B", cycle=None, start=None, end=None)
    assert outline.rows["cycles"][0]["end"] == date(2021, 4, 30)
    assert ("FY22-Q1", "end") in [(guess.about, guess.field) for guess in outline.guesses]


def test_without_a_cycle_the_options_are_asked_for():
    outline = read("# OKRs\n\n- A\n  - B", cycle=None, start=None, end=None)
    (problem,) = outline.problems
    assert all(option in problem.message for option in ("--cycle", "--start", "--end"))
    outline = read("# Q3 2026\n\n- A\n  - B", cycle=None, start=None, end=None)
    (problem,) = outline.problems
    assert "--cycle" not in problem.message
    assert "(--start) and its last day (--end)" in problem.message
    assert not any(outline.rows.values())


def test_a_known_cycle_brings_its_days_and_stays_as_it_is():
    known = {
        "cycles": [TABLES["cycles"].row(cycle="2026-Q3", start=date(2026, 7, 1), end=date(2026, 9, 30), state="closed")]
    }
    for options in ({"cycle": "2026-Q3"}, {"cycle": None}):
        outline = good("# Q3 2026 OKRs\n## Sales\n- A\n  - B", start=None, end=None, known=known, **options)
        assert outline.rows["cycles"] == known["cycles"]


def test_a_cycle_ends_after_its_start():
    assert "--start" in read("- A\n  - B", start=date(2026, 9, 30), end=date(2026, 7, 1)).problems[0].message


# Units


def test_the_company_functions_and_teams_one_level_deeper():
    text = """# OKRs
## Company
- A
  - B
## Sales
- C
  - D
### Inbound
- E
  - F
## Legal

Nothing yet.
"""
    assert teams(good(text)) == [
        ("Company", "company", ""),
        ("Sales", "function", "Company"),
        ("Inbound", "team", "Sales"),
    ]


def test_functions_below_the_company():
    text = "# Company OKRs\n- A\n  - B\n## Sales\n- C\n  - D\n### Inbound\n- E\n  - F"
    assert [(kind, parent) for _, kind, parent in teams(good(text))] == [
        ("company", ""),
        ("function", "Company OKRs"),
        ("team", "Sales"),
    ]


def test_a_unit_is_named_by_its_whole_text():
    text = "## Operations (Finance, *Legal*)\n- A\n  - B\n## 2. [Sales](sales.md)\n- C\n  - D"
    assert [name for name, _, _ in teams(good(text))] == ["Company", "Operations (Finance, Legal)", "Sales"]


def test_without_any_heading_the_objectives_are_the_companys():
    outline = good("- A\n  - B", company="Acme")
    assert teams(outline) == [("Acme", "company", "")]
    assert outline.rows["objectives"][0]["team"] == "Acme"


def test_the_company_is_the_known_one_whatever_its_name():
    known = {"teams": [TABLES["teams"].row(team="Acme", kind="company", description="kept")]}
    outline = good("## Company\n- A\n  - B\n## Sales\n- C\n  - D", known=known, company="Other")
    assert outline.rows["teams"][0] == known["teams"][0]
    assert outline.rows["teams"][1]["parent"] == "Acme"
    assert ("Acme", "company") in [(guess.about, guess.field) for guess in outline.guesses]


# Objectives and key results


def test_in_a_list_the_first_level_is_objectives_the_second_key_results():
    outline = good("## Sales\n\n1. Grow\n   - Hire\n   - Launch\n2. Be loved\n")
    assert titles(outline) == ["Grow", "Be loved"]
    assert titles(outline, "key_results") == ["Hire", "Launch"]
    assert {row["state"] for row in outline.rows["objectives"]} == {"active"}


@pytest.mark.parametrize(
    "text",
    [
        "## Sales\n### O1: Grow\n- Hire\n- Launch",
        "## Sales\n### Objective 1 - Grow\n* KR1: Hire\n* KR2: Launch",
        "## Sales\n### Grow\n1. Hire\n2. Launch",
        "## Sales\n### Grow\n- KR: Hire\n- KR: Launch",
        "## Sales\n### Objective: Grow\n#### Key results\n- Hire\n- Launch",
        "## Sales\n### Objective: Grow\n#### KR1: Hire\n#### KR2: Launch",
        "## Sales\n**Objective 1: Grow**\n\n- Hire\n- Launch",
        "## Sales\n### OKRs\n- Grow\n  - Key results:\n    - Hire\n    - Launch",
        "## Sales\n- OBJECTIVE: Grow\n- KR: Hire\n- KR: Launch",
        "- Sales\n  - OBJECTIVE: Grow\n    - Hire\n    - Launch",
        "Sales\n-----\n\n+ Grow\n\t+ Hire\n\t+ Launch",
        "## Sales\r\n1) Grow\r\n   a) Hire\r\n   b) Launch\r\n",
        "\ufeff## Sales ##\n- Grow\n   \n    - Hire\n\n    - Launch",
        "## Sales\n- **O1:** Grow\n  - [ ] **KR1.1:** Hire\n  - [ ] KR 1.2: Launch",
        "## Sales\n<!-- - Old\n  - Text -->\n- Grow\n  - Hire\n  - Launch\n```\n- Code\n```",
        "- [Sales](#sales)\n\n## Sales\n- Grow\n  - Hire\n  - Launch",
    ],
)
def test_the_same_plan_written_in_many_ways(text):
    outline = good(text, company="Acme")
    assert teams(outline)[1:] == [("Sales", "function", "Acme")]
    (objective,) = outline.rows["objectives"]
    assert (objective["title"], objective["team"]) == ("Grow", "Sales")
    assert titles(outline, "key_results") == ["Hire", "Launch"]


def test_a_heading_with_items_that_have_no_items_is_no_objective_when_one_is_marked():
    outline = good("## Sales\n- OBJECTIVE: Grow\n- OBJECTIVE: Be loved")
    assert titles(outline) == ["Grow", "Be loved"]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("**KR: Hire**", "Hire"),
        ("KR2: 1. Hire", "Hire"),
        ("1.2) Hire", "Hire"),
        ("[ ] Hire", "Hire"),
        ("Sales: Hire", "Hire"),
        ("**Sales:** KR: Hire", "KR: Hire"),
        ("Candidates: Hire", "Candidates: Hire"),
        ("Read [the _plan_](https://example.org/a_b(c)) in `code`", "Read the plan in code"),
        ("Keep snake_case and 5 * 3 &amp; C++", "Keep snake_case and 5 * 3 & C++"),
        ("Wird   größer\n    als zuvor", "Wird größer als zuvor"),
        ("顧客を増やす", "顧客を増やす"),
    ],
)
def test_marks_are_no_part_of_a_title(written, title):
    outline = good(f"## Sales\n- Grow\n  - {written}")
    if title == "KR: Hire":  # a mark behind the team's name is a mark as well
        title = "Hire"
    assert titles(outline, "key_results") == [title]


def test_a_leading_name_of_another_team_is_the_key_results_team():
    outline = good("## Company\n- Grow\n  - Sales: Hire\n## Sales\n- C\n  - D")
    assert by_title(outline, "key_results", "Hire")["team"] == "Sales"


def test_a_why_is_the_objectives():
    text = (
        "## Sales\n- Grow\n\n  WHY: we are small.\n\n  - Hire\n- Be loved\n  - WHY we must\n  - Launch\n\nWhy else?\n"
    )
    outline = good(text)
    assert by_title(outline, "objectives", "Grow")["why"] == "we are small."
    assert by_title(outline, "objectives", "Be loved")["why"] == "we must\n\nWhy else?"
    assert titles(outline, "key_results") == ["Hire", "Launch"]


def test_a_why_below_its_heading():
    outline = good("## O1: Grow\n### Why\nWe are small.\n### Key results\n- Hire")
    assert outline.rows["objectives"][0]["why"] == "We are small."
    assert titles(outline, "key_results") == ["Hire"]


# The same words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Earn trust", "earn TRUST!"),
        ("Earn trust", "Earn trust (of 5k+ users, worldwide)"),
        ("10k+-user trial", "10k+ user trial"),
        ("We’ve won", "We've won"),
        ("Gr\u00f6\u00dfer", "gro\u0308\u00dfer"),
        ("[_N<sub>1</sub>_][n1] users", "N1 users"),
    ],
)
def test_the_same_words(one, other):
    outline = good(f"## Company\n- {one}\n  - A\n## Sales\n- {other}\n  - B")
    (edge,) = outline.rows["alignment"]
    up, down = (row["id"] for row in outline.rows["objectives"])
    assert (edge["child"], edge["parent"], edge["kind"]) == (down, up, "contributes")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[_N<sub>1</sub>_][n1] users", "[_N<sub>2</sub>_][n2] users"),
        ("Reach 50%", "Reach 50"),
        ("Spend >20%", "Spend <20%"),
        ("For every dev and company", "For every company"),
    ],
)
def test_other_words(one, other):
    assert good(f"## Company\n- {one}\n  - A\n## Sales\n- {other}\n  - B").rows["alignment"] == []


def test_on_one_level_the_same_objective_is_not_tied():
    outline = good("## Sales\n- Grow\n  - A\n## Support\n- Grow\n  - B")
    assert len(outline.rows["objectives"]) == 2
    assert outline.rows["alignment"] == []


def test_a_teams_objective_is_tied_to_the_nearest_above():
    text = "## Company\n- Grow\n  - A\n## Sales\n- Grow\n  - B\n### Inbound\n- Grow\n  - C"
    outline = good(text)
    company, sales, inbound = (row["id"] for row in outline.rows["objectives"])
    assert [(e["child"], e["parent"]) for e in outline.rows["alignment"]] == [(sales, company), (inbound, sales)]


def test_the_same_key_result_under_several_objectives_is_one():
    text = "## Company\n- A\n  - Win\n## Sales\n- B\n  - WIN!\n## Support\n- C\n  - win (often)"
    outline = good(text)
    (row,) = outline.rows["key_results"]
    a, b, c = (objective["id"] for objective in outline.rows["objectives"])
    assert (row["objective"], set(refs(row["also"])), row["title"]) == (b, {a, c}, "WIN!")


# Importing again

TWICE = """# OKRs
## Company
- Grow
  - Hire 6 engineers => 3
  - [x] Launch
## Sales
- Grow
  - Sign 5 customers
  - Set up the shop
    - [x] Rent it
    - Open it
"""


def test_the_same_file_twice_changes_nothing():
    once = good(TWICE)
    assert good(TWICE).rows == once.rows
    again = read_outline(TWICE, name="b.md", today=date(2026, 8, 20), cycle="Q3 2026", known=once.rows)
    assert again.rows == once.rows
    assert again.gone == []


def test_what_people_gave_since_is_kept():
    known = good(TWICE).rows
    for row in known["key_results"]:
        row.update(owner="maya", kind="increase", target=99.0, baseline=1.0)
    known["objectives"][0].update(owner="ben", ambition="aspirational")
    known["alignment"].clear()
    again = good(TWICE, known=known)
    assert again.rows["key_results"] == known["key_results"]
    assert again.rows["objectives"] == known["objectives"]
    assert again.rows["check_ins"] == known["check_ins"]
    assert again.rows["alignment"] == []


def test_changed_words_are_new_and_what_is_no_longer_there_is_listed():
    known = good(TWICE).rows
    again = good(TWICE.replace("Sign 5", "Sign 7").replace("## Sales\n- Grow", "## Sales\n- Be loved"), known=known)
    assert set(again.gone) == {"Grow", "Sign 5 customers"}
    new = by_title(again, "key_results", "Sign 7 customers")
    assert new["id"] not in {row["id"] for row in known["key_results"]}


def test_what_the_document_newly_states_is_added():
    known = good(TWICE).rows
    text = (
        TWICE.replace("=> 3", "=> 4").replace("Open it", "[x] Open it\n    - Clean it")
        + "- Be loved\n  - Hire 6 engineers\n"
    )
    again = good(text, known=known)
    hire = by_title(again, "key_results", "Hire 6 engineers")
    assert refs(hire["also"]) == (by_title(again, "objectives", "Be loved")["id"],)
    values = [row["value"] for row in again.rows["check_ins"] if row["key_result"] == hire["id"]]
    assert values == [4]
    steps = {row["step"]: row["done_on"] for row in again.rows["milestones"]}
    assert steps["Open it"] == TODAY
    assert steps["Clean it"] is None


# Faults and any text at all


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("## Sales\n- Grow\n  - " + "x" * 501, 3),
        ("## Sales\n- " + "x" * 501 + "\n  - Hire", 2),
        ("## " + "x" * 121 + "\n- Grow\n  - Hire", 1),
        ("## Sales\n- OBJECTIVE:\n  - Hire", 2),
        ("Nothing here", 1),
        ("- KR: Alone", 1),
    ],
)
def test_a_fault_names_its_line(text, line):
    outline = read(text)
    assert outline.problems[0].where == f"plan.md line {line}"
    assert not any(outline.rows.values())


WORDS = """# |## |- |  - |1. |OBJECTIVE: |KR: |O1: |[x] |=> 80%|==> Done|Sales|Company|WHY |from 5 to 7|(|)|[|](|<sub>
[_N<sub>1</sub>_][n1]|±5% of plan|by June 31|in Q4 2026|1,200|```|---|===|;|<!--|-->|> |**|_|3x|and |2 a; 3 b|٣
keep |under |2026-02-31 to 2026-13-45"""
PIECES = st.sampled_from([*WORDS.replace("\n", "|").split("|"), "\n", "\n\n", "\t", "\ufeff", "9" * 400])


def check(outline: Outline) -> None:
    for name, rows in outline.rows.items():
        table = TABLES[name]
        keys = [table.key_of(row) for row in rows]
        assert len(keys) == len(set(keys))
        for row in rows:
            assert tuple(row) == table.names
            for column in table.columns:
                value = row[column.name]
                if column.type in ("text", "refs"):
                    assert isinstance(value, str)
                    assert len(value) <= column.longest
                    assert value or not column.required
                elif column.type == "number":
                    assert value is None or (isinstance(value, float) and abs(value) <= 1e15)
                elif column.type == "day":
                    assert value is None or isinstance(value, date)
                if column.choices and value:
                    assert value in column.choices
    ids = [row["id"] for table in ("objectives", "key_results") for row in outline.rows[table]]
    assert len(ids) == len(set(ids))
    for row in outline.rows["key_results"]:
        if row["kind"] == "increase":
            assert row["baseline"] < row["target"]
        if row["kind"] == "decrease":
            assert row["baseline"] > row["target"]
        if row["kind"] == "maintain":
            assert row["lower"] is not None or row["upper"] is not None
        assert row["objective"] not in refs(row["also"])


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=60).map("".join)))
def test_any_text_is_read_without_a_fault_of_ours(text):
    outline = read(text)
    check(outline)
    if not outline.problems:
        assert read(text, known=outline.rows).rows == outline.rows
    read_outline(text, name="plan.md", today=TODAY)


def test_ten_thousand_lines_are_read():
    lines = ["# OKRs", "## Sales"]
    for n in range(2_000):
        lines.append(f"- Objective number {n} that says something of a usual length")
        lines += [
            f"  - KR: Lift measure M{n}K{k} from {k} to {k + 5} % in [a place](https://example.org) by end of August"
            for k in range(4)
        ]
    assert len(good("\n".join(lines)).rows["key_results"]) == 8_000


@pytest.mark.parametrize(
    "text",
    ["- " + "[" * 100_000, "\n".join("  " * n + "- a" for n in range(3_000)), "<!--\n" * 10_000, "- " + "( 1" * 3_000,
     "- x\n" + "word\n" * 10_000, "# " + " #" * 9_000 + "x", "- a\n  - " + "**a " * 2_400, "- a\n  - " + "1 " * 200],
)  # fmt: skip
def test_hostile_texts_take_no_time(text):
    start = time.process_time()
    check(read(text))
    assert time.process_time() - start < 2
