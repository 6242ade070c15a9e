"""The list of objectives, without a browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.config import ROOT
from okrdash.services import exchange, objectives
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sign_in import start_session
from okrdash.store.store import Store
from okrdash.transfer.demo import SIGN_INS, demo_rows
from okrdash.ui.session import SESSION
from tests.conftest import SignedIn

ROLES = SIGN_INS["startup"]


@pytest.fixture
def demo(store: Store) -> Store:
    """The demo company, beside the small one."""
    rows = demo_rows("startup", datetime.now(UTC).date())
    rows["teams"] = [row | ({"kind": "function"} if row["kind"] == "company" else {}) for row in rows["teams"]]
    exchange.import_rows(CONSOLE, rows)
    return store


def open_list(actor: Actor, **query: str) -> AppTest:
    shell = AppTest.from_file(ROOT / "okrdash" / "ui" / "shell.py", default_timeout=60)
    shell.session_state[SESSION] = actor.session
    shell.run()
    for name, value in query.items():
        shell.query_params[name] = value
    return shell.switch_page(str(ROOT / "pages" / "objectives.py")).run()


def table(page: AppTest) -> Any:
    return page.dataframe[0].value


def said(page: AppTest) -> str:
    return " ".join(element.value for element in (*page.caption, *page.info, *page.markdown, *page.error))


@pytest.mark.parametrize("role", ROLES)
def test_everybody_sees_the_running_objectives(demo: Store, role: str) -> None:
    page = open_list(start_session(ROLES[role]))
    assert list(page.exception) == []
    assert [title.value for title in page.title] == ["Objectives"]
    rows = table(page).set_index("open")
    launch = rows.loc["Launch a new feature successfully"]
    assert launch["status"] == "▲ At risk"
    assert launch["key_results"] == "1 of 5 off track"
    assert launch["owner"] == "Lena Hoffmann"
    assert "calendars are full" in launch["parents"]
    assert any(button.key == "new_objective" for button in page.button)


def test_a_viewer_is_offered_nothing_to_change(demo: Store, signed_in: SignedIn) -> None:
    page = open_list(signed_in("viewer"))
    assert [button.key for button in page.button if button.key == "new_objective"] == []


def test_filters_leave_what_a_unit_owns_or_carries(demo: Store) -> None:
    page = open_list(start_session("priya"))
    every = len(table(page))
    page.selectbox(key="function").select("Customer Support").run()
    titles = set(table(page)["open"])
    assert 0 < len(titles) < every
    assert "Launch a new feature successfully" in titles  # the Launch squad's, but the Help Desk carries two parts
    page.multiselect(key="status").select("off track").run()
    assert set(table(page)["status"]) == {"■ Off track"}
    page.text_input(key="words").input("no such words").run()
    assert "None fits these filters" in said(page)


def test_drafts_and_dropped_ones_stand_behind_a_choice(demo: Store) -> None:
    today = table(open_list(start_session("priya")))
    draft = {"title": "Only *drafted*", "team": "Sales", "cycle": "This quarter", "state": "draft"}
    objectives.create_objective(CONSOLE, draft)
    page = open_list(start_session("priya"))
    assert len(table(page)) == len(today)
    page.segmented_control[0].set_value("Drafts and proposals").run()
    assert "Only ＊drafted＊" in set(table(page)["open"])
    page.segmented_control[0].set_value("Dropped").run()
    assert list(page.exception) == []


def test_a_company_without_objectives_says_what_to_do(signed_in: SignedIn) -> None:
    page = open_list(signed_in("admin"))
    assert list(page.exception) == []
    assert "There are no objectives yet" in said(page)


def new_objective_drawer() -> None:
    """The drawer by itself: AppTest runs no fragments, so that it would close at the next run."""
    from okrdash.services import overview, people
    from okrdash.ui import objective_form
    from okrdash.ui.session import require

    me = require()
    objective_form.new.__wrapped__(me, overview.board(me.actor), people.names(me.actor), "form_1")


def test_a_new_objective_is_refused_at_its_field_and_kept_as_typed(demo: Store) -> None:
    page = AppTest.from_function(new_objective_drawer, default_timeout=60)
    page.session_state[SESSION] = start_session("lena").session
    page.run()
    page.text_area(key="form_1_why").input("Because.")
    page.button(key="form_1_save").click().run()
    assert "The title is blank" in said(page)
    assert page.text_area(key="form_1_why").value == "Because."
    page.text_input(key="form_1_title").input("Made in a drawer")
    page.button(key="form_1_save").click().run()
    page.button(key="form_1_save").click().run()  # the second click of a double click
    assert list(page.exception) == []
    assert [row["title"] for row in objectives.unagreed(CONSOLE)].count("Made in a drawer") == 1


def test_key_results_are_listed_to_be_changed_together(demo: Store) -> None:
    page = open_list(start_session("priya"), list="Key results")
    assert list(page.exception) == []
    assert "Tick several" in said(page)
    assert "0 → 15.6 → 30 %" in set(table(page)["stands"])
