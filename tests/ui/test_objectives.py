"""The list of objectives, without a browser."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.services import objectives
from okrdash.services.people import CONSOLE
from okrdash.services.sessions import start_session
from tests.conftest import SignedIn
from tests.ui.screens import WHO, add_person, open_page, open_script, press, said, titles


def table(page: AppTest) -> Any:
    return page.dataframe[0].value


@pytest.mark.parametrize("role", WHO)
def test_everybody_sees_the_running_objectives(demo: None, role: str) -> None:
    page = open_page(start_session(WHO[role]), "objectives")
    assert titles(page) == ["Objectives"]
    rows = table(page).set_index("open")
    launch = rows.loc["Launch a new feature successfully"]
    assert launch["status"] == "▲ At risk"
    assert launch["key_results"] == "1 of 5 off track"
    assert launch["owner"] == "Lena Hoffmann"
    assert "calendars are full" in launch["parents"]
    assert any(button.key == "new_objective" for button in page.button)


def test_a_viewer_is_offered_nothing_to_change(demo: None) -> None:
    add_person("new", "viewer")
    page = open_page(start_session("new"), "objectives")
    assert [button.key for button in page.button if button.key == "new_objective"] == []


def test_filters_leave_what_a_unit_owns_or_carries(demo: None) -> None:
    page = open_page(start_session("priya"), "objectives")
    every = len(table(page))
    page.selectbox(key="function").select("Customer Support").run()
    titles = set(table(page)["open"])
    assert 0 < len(titles) < every
    assert "Launch a new feature successfully" in titles  # the Launch squad's, but the Help Desk carries two parts
    page.multiselect(key="status").select("off track").run()
    assert set(table(page)["status"]) == {"■ Off track"}
    page.text_input(key="words").input("no such words").run()
    assert "None fits these filters" in said(page)


def test_drafts_and_dropped_ones_stand_behind_a_choice(demo: None) -> None:
    today = table(open_page(start_session("priya"), "objectives"))
    draft = {"title": "Only *drafted*", "team": "Sales", "cycle": "This quarter", "state": "draft"}
    objectives.create_objective(CONSOLE, draft)
    page = open_page(start_session("priya"), "objectives")
    assert len(table(page)) == len(today)
    page.segmented_control[0].set_value("Drafts and proposals").run()
    assert "Only ＊drafted＊" in set(table(page)["open"])
    page.segmented_control[0].set_value("Dropped").run()


def test_a_company_without_objectives_says_what_to_do(signed_in: SignedIn) -> None:
    page = open_page(signed_in("admin"), "objectives")
    assert "There are no objectives yet" in said(page)


def new_objective_drawer() -> None:
    from okrdash.services import overview
    from okrdash.ui import objective_form
    from okrdash.ui.forms import Form
    from okrdash.ui.session import require

    me = require()
    objective_form.new.__wrapped__(Form("form_1"), me, overview.board(me.actor), me.names)


def test_a_new_objective_is_refused_at_its_field_and_kept_as_typed(demo: None) -> None:
    page = open_script(start_session("lena"), new_objective_drawer)
    page.text_area(key="form_1_why").input("Because.")
    press(page, "Create objective")
    assert "The title is blank" in said(page)
    assert page.text_area(key="form_1_why").value == "Because."
    page.text_input(key="form_1_title").input("Made in a drawer")
    press(page, "Create objective")
    press(page, "Create objective")  # the second click of a double click
    assert [row["title"] for row in objectives.unagreed(CONSOLE)].count("Made in a drawer") == 1


def test_key_results_are_listed_to_be_changed_together(demo: None) -> None:
    page = open_page(start_session("priya"), "objectives", list="Key results")
    assert "Tick several" in said(page)
    assert "0 → 15.6 → 30 %" in set(table(page)["stands"])
