"""The leadership review: numbers, decisions, housekeeping."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from okrdash.domain.dependencies import view
from okrdash.domain.tables import TABLES
from okrdash.services import blockers, overview
from okrdash.services.company import company
from okrdash.services.people import CONSOLE
from okrdash.services.sessions import start_session
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.ui.screens import WHO, open_page, press, said, titles


@pytest.mark.parametrize("role", WHO)
def test_four_numbers_and_at_most_seven_decisions(demo: None, role: str) -> None:
    page = open_page(start_session(WHO[role]), "review")
    assert titles(page) == ["Leadership review"]
    assert [(m.label, m.value) for m in page.metric] == [
        ("Objectives on track", "9 of 19"),
        ("Objectives off track", "4"),
        ("Updates overdue", "5 of 53"),
        ("Promises late", "7 of 10"),
    ]
    assert said(page).count("committed ·") + said(page).count("aspirational ·") == 7


def test_the_most_important_comes_first_with_its_reasons_and_story(demo: None) -> None:
    page = open_page(start_session("amara"), "review")
    text = said(page)
    order = [
        "Practices get an answer",
        "Grow without wearing",
        "Studios can sell classes",
        "Existing practices move up",
    ]
    titles = " ".join(button.label for button in page.button)
    assert sorted(order, key=titles.index) == order
    assert "Broken guardrail: Keep requests older than two days" in text
    assert "Sales says it won’t, Scheduling says it will" in text.replace("\\", "")
    assert "The launch squad answers its own questions" in text
    assert "a committed objective is off track; then a guardrail is broken" in text


def test_housekeeping_counts_by_team_and_names_no_person_first(demo: None) -> None:
    page = open_page(start_session("amara"), "review")
    press(page, "See which teams")
    assert page.subheader[0].value == "Overdue updates · 5"
    table = page.dataframe[0].value
    assert table.columns.tolist() == ["Team", "Updates overdue", "Of its key results"]
    assert table["Updates overdue"].sum() == 5


def test_confidence_and_progress_stand_in_their_own_tab(demo: None) -> None:
    page = open_page(start_session("amara"), "review", tab="Confidence and progress")
    assert "only 3 in 10 confident, but on track" in page.dataframe[0].value["Where they differ"].tolist()


def test_each_promise_in_question_is_listed_once_and_the_late_ones_are_one_click_away(demo: None) -> None:
    page = open_page(start_session("amara"), "review")
    rows = view(overview.board(CONSOLE))
    doors = [str(button.key).removeprefix("title_review_") for button in page.button if "_review_d-" in str(button.key)]
    folded = [int(one.label.split()[-1]) for one in page.expander if "in question" in one.label]
    assert len(set(doors)) == len(doors)
    assert len(doors) + sum(folded) == (rows["trouble"] != "").sum()
    late = open_page(start_session("amara"), "dependencies", list="All as a table", trouble="■ Late")
    assert f"{len(late.dataframe[0].value)} of" in {m.label: m.value for m in page.metric}["Promises late"]


def test_what_people_typed_is_shown_as_text(demo: None) -> None:
    with company().write(Event("console", "rename")) as tx:
        tx.run("UPDATE objectives SET title = $1 WHERE id = 'o-answers'", "![x](http://evil) **b**" + "x" * 470)
    page = open_page(start_session("amara"), "review")
    assert "![x](" not in said(page)


def test_an_empty_company_is_told_what_to_do(store: Store) -> None:
    page = open_page(start_session("ada"), "review")
    assert "No cycle runs today" in page.info[0].value


def test_a_cycle_with_only_drafts_is_told_what_to_do(store: Store) -> None:
    today = date.today()
    with store.write(Event("console", "plan")) as tx:
        days = {"start": today - timedelta(days=30), "end": today + timedelta(days=60)}
        tx.insert("cycles", TABLES["cycles"].row(cycle="Q", state="active", **days))
        tx.insert("objectives", TABLES["objectives"].row(id="o", cycle="Q", team="Web", title="t", state="draft"))
    page = open_page(start_session("ada"), "review")
    assert "No objective is active yet" in page.info[0].value


def test_open_blockers_are_listed_with_who_is_asked_until_they_are_cleared(demo: None) -> None:
    amara = start_session("amara")
    page = open_page(amara, "review")
    [before] = [one.label for one in page.expander if one.label.startswith("All open blockers: ")]
    blocker = blockers.open_now(amara)[0]
    assert "; asks " in said(page)
    blockers.clear(start_session("priya"), blocker.check_in)
    [after] = [one.label for one in open_page(amara, "review").expander if one.label.startswith("All open blockers: ")]
    assert int(after.split()[-1]) == int(before.split()[-1]) - 1
