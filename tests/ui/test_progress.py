"""The Progress page: functions, teams, objectives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.config import ROOT
from okrdash.services import exchange
from okrdash.services.company import close_company, open_company
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sign_in import start_session
from okrdash.store.store import Store
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
    page.switch_page(str(ROOT / "pages" / "progress.py"))
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def headers(page: AppTest) -> list[str]:
    return [header.value for header in page.header]


@pytest.mark.parametrize("role", list(SIGN_INS["startup"]))
def test_everybody_sees_the_functions_of_the_shortest_running_cycle(demo: None, role: str) -> None:
    page = open_page(start_session(SIGN_INS["startup"][role]))
    assert not page.exception
    assert [title.value for title in page.title] == ["Progress"]
    assert page.selectbox(key="cycle").value == "This quarter"
    assert headers(page) == ["Against the expected line", "Objectives by status", "Look into", "Objectives of Hourfold"]
    assert any("week 8 of 13" in caption.value for caption in page.caption)


def test_a_function_shows_its_teams_and_a_team_its_objectives(demo: None) -> None:
    page = open_page(start_session("amara"))
    next(button for button in page.button if button.label == "Customer Support").click().run()
    assert not page.exception
    assert page.selectbox(key="unit").value == "Customer Support"
    assert {b.label for b in page.button} >= {"Hourfold", "Help Desk", "Onboarding"}
    next(button for button in page.button if button.label == "Help Desk").click().run()
    assert "Teams of Help Desk" not in headers(page)
    table = page.dataframe[-1].value
    assert "Practices get an answer before their next patient arrives" in table["open"].tolist()


def test_the_table_says_own_and_below_apart(demo: None) -> None:
    page = open_page(start_session("amara"))
    table = page.dataframe[0].value.set_index("Unit")
    assert table.loc["Marketing", ["Own", "Own: expected", "Own: status"]].tolist() == [0.29, 0.61, "■ Off track"]
    assert table.loc["Marketing", ["Teams below", "Teams below: status"]].tolist() == [0.65, "● On track"]


def test_the_address_chooses_cycle_and_unit(demo: None) -> None:
    page = open_page(start_session("amara"), cycle="This year", unit="Sales")
    assert page.selectbox(key="cycle").value == "This year"
    assert headers(page)[-1] == "Objectives of Sales"


def test_an_empty_company_is_told_what_to_do(store: Store) -> None:
    page = open_page(start_session("ada"))
    assert not page.exception
    assert "No cycle runs today" in page.info[0].value
