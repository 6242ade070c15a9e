"""The leadership review: numbers, decisions, housekeeping."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from okrdash.domain.dependencies import view
from okrdash.domain.tables import TABLES
from okrdash.services import blockers, comments, decisions, overview, reviews
from okrdash.services.company import company
from okrdash.services.people import CONSOLE
from okrdash.services.sessions import start_session
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.ui.screens import DAY, WHO, field, open_page, open_script, press, said, seen, titles


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


def test_the_most_important_comes_first_with_why_story_trend_and_who_waits(demo: None) -> None:
    page = open_page(start_session("amara"), "review")
    text = seen(page)
    order = [
        "Practices get an answer",
        "Grow without wearing",
        "Studios can sell classes",
        "Existing practices move up",
    ]
    titles = " ".join(button.label for button in page.button)
    assert sorted(order, key=titles.index) == order
    assert "committed and off track · not likely to be met" in text
    assert "Broken guardrail" in text
    assert "Sales says it won’t, Scheduling says it will" in text
    assert "forecast very unlikely" in text
    assert "goals wait for it:" in text
    assert "In this order: a committed objective is off track; then a promise across functions is disputed" in text


def test_the_numbers_tell_their_change_since_the_last_review(demo: None) -> None:
    page = open_page(start_session("amara"), "review")
    assert [metric.delta for metric in page.metric] == ["0", "1", "3", "5"]
    assert {metric.proto.delta_description for metric in page.metric} == {"since 9 Nov"}


def test_housekeeping_counts_by_team_and_names_no_person_first(demo: None) -> None:
    page = open_page(start_session("amara"), "review")
    press(page, "See which teams")
    assert page.subheader[0].value == "Overdue updates · 5"
    table = page.dataframe[0].value
    assert table.columns.tolist() == ["Team", "Updates overdue", "Of its key results"]
    assert table["Updates overdue"].sum() == 5


def test_confidence_and_progress_stand_in_their_own_tab_with_their_story(demo: None) -> None:
    page = open_page(start_session("amara"), "review", tab="Confidence and progress")
    assert [one.value for one in page.subheader] == [
        "More confident than the numbers · 3",
        "Less confident than the numbers · 1",
    ]
    assert "only 3 in 10 confident, but on track" in seen(page)


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


def test_blocked_key_results_are_counted_until_they_are_cleared(demo: None) -> None:
    amara = start_session("amara")
    page = open_page(amara, "review")
    [before] = [one.label for one in page.expander if one.label.startswith("Blocked key results: ")]
    assert "; asks " in said(page)
    for blocker in [
        one for one in blockers.open_now(amara) if one.key_result == blockers.open_now(amara)[0].key_result
    ]:
        blockers.clear(start_session("priya"), blocker.check_in)
    [after] = [
        one.label for one in open_page(amara, "review").expander if one.label.startswith("Blocked key results: ")
    ]
    assert int(after.split()[-1]) == int(before.split()[-1]) - 1


def test_what_changed_is_counted_by_function_and_told_by_objective(demo: None) -> None:
    page = open_page(start_session("amara"), "review", tab="Since last time")
    counts = page.dataframe[0].value
    assert counts["Function"].tolist() == [
        *("Across functions", "Product Development", "Marketing", "Sales", "Customer Support"),
    ]
    assert counts["Values"].tolist() == [5, 14, 10, 10, 12]
    assert "9 Nov 2026 to 22 Nov 2026 · since the last review" in seen(page)
    of_sales = open_page(start_session("amara"), "review", tab="Since last time", function="Sales", kind="Status")
    assert [one.value for one in of_sales.subheader if one.value in ("Sales", "Marketing")] == ["Sales"]
    assert " → " in seen(of_sales)


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ({"since": "2026-11-22"}, "Nothing changed between these days"),
        ({"since": "2026-11-20", "until": "2026-11-10"}, "is after"),
    ],
)
def test_two_days_without_a_difference_are_told_so(demo: None, days: dict[str, str], says: str) -> None:
    assert says in seen(open_page(start_session("amara"), "review", tab="Since last time", **days))


def test_a_decision_is_kept_where_it_belongs_and_the_review_is_finished(demo: None) -> None:
    priya = start_session("priya")
    decisions.decide(priya, "o-answers", "Two more people until spring", "noah", DAY)
    page = open_page(priya, "review")
    assert "Two more people until spring" in seen(page)
    assert "Two more people until spring" in seen(open_page(start_session("noah"), ""))
    assert "Two more people until spring" in seen(open_page(priya, "objective", objective="o-answers"))
    press(page, "Finish this review")
    assert (reviews.last(priya) or {})["day"] == DAY
    assert "is finished by Priya Raman" in seen(page)
    assert "Finish this review" not in [one.label for one in open_page(start_session("amara"), "review").button]


def test_what_is_asked_calls_the_owner(demo: None) -> None:
    amara = start_session("amara")

    def ask(session: str) -> None:
        from okrdash.services.people import Actor
        from okrdash.ui import review_talk
        from okrdash.ui.forms import Form
        from okrdash.ui.session import require

        me, about = require(), review_talk.Subject("o-answers", "Practices", "sigrun", "Customer Support")
        assert me.actor == Actor("amara", session)
        names = {"sigrun": "Sigrún Halldórsdóttir", "noah": "Noah Lindqvist"}
        review_talk._ask.__wrapped__(Form("f"), me, about, names, [])

    page = open_script(amara, ask, session=amara.session)
    field(page, "Your question").set_value("What would help?").run()
    press(page, "Ask")
    assert [one.text for one in comments.comments(amara, "o-answers")][-1:] == [
        "@Sigrún Halldórsdóttir What would help?"
    ]
