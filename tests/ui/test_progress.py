"""The Progress page: functions, teams, objectives."""

from __future__ import annotations

import pytest

from okrdash.services.sign_in import start_session
from okrdash.store.store import Store
from tests.ui.screens import WHO, headers, open_page, press, titles


@pytest.mark.parametrize("role", WHO)
def test_everybody_sees_the_functions_of_the_shortest_running_cycle(demo: None, role: str) -> None:
    page = open_page(start_session(WHO[role]), "progress")
    assert titles(page) == ["Progress"]
    assert page.selectbox(key="cycle").value == "This quarter"
    assert headers(page) == ["Against the expected line", "Objectives by status", "Look into", "Objectives of Hourfold"]
    assert any("week 8 of 13" in caption.value for caption in page.caption)


def test_a_function_shows_its_teams_and_a_team_its_objectives(demo: None) -> None:
    page = open_page(start_session("amara"), "progress")
    press(page, "Customer Support")
    assert page.selectbox(key="unit").value == "Customer Support"
    assert {b.label for b in page.button} >= {"Hourfold", "Help Desk", "Onboarding"}
    press(page, "Help Desk")
    assert "Teams of Help Desk" not in headers(page)
    table = page.dataframe[-1].value
    assert "Practices get an answer before their next patient arrives" in table["open"].tolist()


def test_the_table_says_own_and_below_apart(demo: None) -> None:
    page = open_page(start_session("amara"), "progress")
    table = page.dataframe[0].value.set_index("Unit")
    assert table.loc["Marketing", ["Own", "Own: expected", "Own: status"]].tolist() == [0.29, 0.61, "■ Off track"]
    assert table.loc["Marketing", ["Teams below", "Teams below: status"]].tolist() == [0.65, "● On track"]


def test_the_address_chooses_cycle_and_unit(demo: None) -> None:
    page = open_page(start_session("amara"), "progress", cycle="This year", unit="Sales")
    assert page.selectbox(key="cycle").value == "This year"
    assert headers(page)[-1] == "Objectives of Sales"


def test_an_empty_company_is_told_what_to_do(store: Store) -> None:
    page = open_page(start_session("ada"), "progress")
    assert "No cycle runs today" in page.info[0].value
