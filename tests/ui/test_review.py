"""The leadership review: numbers, decisions, housekeeping."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.config import ROOT
from okrdash.domain.tables import TABLES
from okrdash.services import exchange
from okrdash.services.company import close_company, company, open_company
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sign_in import start_session
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from okrdash.transfer.demo import SIGN_INS, demo_rows
from okrdash.ui.session import SESSION

DAY = date(2026, 11, 22)
"""The figures of the demo company depend on the weekday."""
SHELL = ROOT / "okrdash" / "ui" / "shell.py"


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("okrdash.services.company.today", lambda _: DAY)
    close_company()
    open_company(tmp_path / "okrdash.duckdb")
    exchange.import_rows(CONSOLE, demo_rows("startup", DAY))
    yield
    close_company()


def open_page(actor: Actor, **query: str) -> AppTest:
    page = AppTest.from_file(SHELL, default_timeout=30)
    page.session_state[SESSION] = actor.session
    page.run()
    page.switch_page(str(ROOT / "pages" / "review.py"))
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def everything(page: AppTest) -> str:
    return "\n".join(element.value for element in [*page.markdown, *page.caption])


@pytest.mark.parametrize("role", list(SIGN_INS["startup"]))
def test_four_numbers_and_at_most_seven_decisions(demo: None, role: str) -> None:
    page = open_page(start_session(SIGN_INS["startup"][role]))
    assert not page.exception
    assert [title.value for title in page.title] == ["Leadership review"]
    assert [(m.label, m.value) for m in page.metric] == [
        ("Objectives on track", "9 of 19"),
        ("Objectives off track", "4"),
        ("Updates overdue", "5 of 53"),
        ("Promises late", "7 of 10"),
    ]
    assert everything(page).count("committed ·") + everything(page).count("aspirational ·") == 7


def test_the_most_important_comes_first_with_its_reasons_and_story(demo: None) -> None:
    text = everything(open_page(start_session("amara")))
    order = [
        "Practices get an answer",
        "Grow without wearing",
        "Studios can sell classes",
        "Existing practices move up",
    ]
    assert sorted(order, key=text.index) == order
    assert "Broken guardrail: Keep requests older than two days" in text
    assert "Sales says it won't, Scheduling says it will" in text.replace("\\", "")
    assert "The launch squad answers its own questions" in text
    assert "a committed objective is off track; then a guardrail is broken" in text


def test_housekeeping_counts_by_team_and_names_no_person_first(demo: None) -> None:
    page = open_page(start_session("amara"))
    next(button for button in page.button if button.label == "See which teams").click().run()
    assert not page.exception
    assert page.subheader[0].value == "Overdue updates · 5"
    table = page.dataframe[0].value
    assert table.columns.tolist() == ["Team", "Updates overdue", "Of its key results"]
    assert table["Updates overdue"].sum() == 5


def test_confidence_and_progress_stand_in_their_own_tab(demo: None) -> None:
    page = open_page(start_session("amara"), tab="Confidence and progress")
    assert "only 3 in 10 confident, but on track" in page.dataframe[0].value["Where they differ"].tolist()


def test_what_people_typed_is_shown_as_text(demo: None) -> None:
    with company().write(Event("console", "rename")) as tx:
        tx.run("UPDATE objectives SET title = $1 WHERE id = 'o-answers'", "![x](http://evil) **b**" + "x" * 470)
    page = open_page(start_session("amara"))
    assert not page.exception
    assert "![x](" not in everything(page)


def test_an_empty_company_is_told_what_to_do(store: Store) -> None:
    page = open_page(start_session("ada"))
    assert not page.exception
    assert "No cycle runs today" in page.info[0].value


def test_a_cycle_with_only_drafts_is_told_what_to_do(store: Store) -> None:
    today = date.today()
    with store.write(Event("console", "plan")) as tx:
        days = {"start": today - timedelta(days=30), "end": today + timedelta(days=60)}
        tx.insert("cycles", TABLES["cycles"].row(cycle="Q", state="active", **days))
        tx.insert("objectives", TABLES["objectives"].row(id="o", cycle="Q", team="Web", title="t", state="draft"))
    page = open_page(start_session("ada"))
    assert not page.exception
    assert "No objective is active yet" in page.info[0].value
