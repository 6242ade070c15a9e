"""The Progress page: functions, teams, objectives."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.domain import carried
from okrdash.services import key_results, overview, rhythm
from okrdash.services.people import CONSOLE
from okrdash.services.sessions import start_session
from okrdash.store.store import Store
from okrdash.ui import rhythm as ui_rhythm
from okrdash.ui import show
from tests.ui.screens import DAY, WHO, headers, open_page, open_script, press, said, titles


def told(page: AppTest, chart: str) -> str:
    """What a chart says in words."""
    [found] = [one for one in page.get("vega_lite_chart") if f"{chart}_0" in one.proto.id]
    return str(found.proto.alt)


def unfold(page: AppTest, chart: str) -> Any:
    """The table of a chart, unfolded; the only one on the page."""
    page.session_state[f"{chart}_data"] = True
    page.run()
    assert not page.exception, page.exception
    [table] = page.dataframe
    return table.value


@pytest.mark.parametrize("role", WHO)
def test_everybody_sees_the_functions_of_the_shortest_running_cycle(demo: None, role: str) -> None:
    page = open_page(start_session(WHO[role]), "progress")
    assert titles(page) == ["Progress"]
    assert page.selectbox(key="cycle").value == "This quarter"
    assert headers(page) == [
        *(
            "Against the expected line",
            "Objectives by status",
            "Between teams",
            "Objectives of Hourfold",
        ),
    ]
    assert any("week 8 of 13" in caption.value for caption in page.caption)


def test_a_function_shows_its_teams_and_a_team_its_objectives(demo: None) -> None:
    page = open_page(start_session("amara"), "progress")
    press(page, "Customer Support")
    assert page.selectbox(key="unit").value == "Customer Support"
    assert {b.label for b in page.button} >= {"Hourfold", "Help Desk", "Onboarding"}
    press(page, "Help Desk")
    assert not {"Onboarding", "Help Desk"} & {b.label for b in page.button}
    assert "Practices get an answer before their next patient arrives" in told(page, "progress_objectives")


def test_the_table_says_own_and_below_apart(demo: None) -> None:
    page = open_page(start_session("amara"), "progress")
    table = unfold(page, "progress_units").set_index("Unit")
    assert table.loc["Marketing", ["Own", "Own: expected", "Own: status"]].tolist() == [0.29, 0.61, "■ Off track"]
    assert table.loc["Marketing", ["Teams below", "Teams below: status"]].tolist() == [0.65, "● On track"]


def test_the_address_chooses_cycle_and_unit(demo: None) -> None:
    page = open_page(start_session("amara"), "progress", cycle="This year", unit="Sales")
    assert page.selectbox(key="cycle").value == "This year"
    assert "Objectives of Sales" in headers(page)


def test_the_rhythm_of_the_teams_is_said_drawn_and_listed(demo: None) -> None:
    page = open_page(start_session("amara"), "progress", view="Rhythm")
    assert "**1 of 43** check-ins that were due by Friday, 20 Nov 2026 was made." in said(page)
    table = unfold(page, "rhythm").set_index("Team")
    assert table.index[:4].tolist() == ["Hourfold", "Product Development", "Scheduling", "Platform"]
    assert table.loc["Platform", ["Function", "16 Oct", "23 Oct"]].tolist() == [
        *("Product Development", "80 % (4 of 5)", "40 % (2 of 5)"),
    ]
    assert table.columns[-1] == "20 Nov"


def test_the_rhythm_is_that_of_the_unit_and_all_below_it(demo: None) -> None:
    page = open_page(start_session("amara"), "progress", unit="Sales", view="Rhythm")
    assert unfold(page, "rhythm")["Team"].tolist() == ["Sales", "New Business", "Partners"]


def test_the_calendar_tells_little_from_nothing_and_from_what_is_to_come(demo: None) -> None:
    board, found = overview.board(CONSOLE), rhythm.calendar(CONSOLE, "This quarter")
    drawing = ui_rhythm.drawing(board, found, ui_rhythm.of_unit(board, found, "Hourfold"))
    cells = drawing.data.set_index(["unit", "due"])
    assert cells.loc[("Platform", "23 Oct"), ["state", "figure"]].tolist() == ["half", "40 %"]
    assert cells.loc[("Hourfold", "16 Oct"), ["state", "figure"]].tolist() == ["none due", "–"]
    assert cells.loc[("Platform", "27 Nov"), ["state", "figure"]].tolist() == ["to come", ""]
    assert "Platform: 30 Oct 5 of 5, 6 Nov 3 of 5, 13 Nov 5 of 5, 20 Nov 0 of 5." in drawing.alt
    assert "Platform" not in json.dumps(drawing.spec)


def test_week_by_week_says_what_is_measured_and_ends_today(demo: None) -> None:
    page = open_page(start_session("amara"), "progress", view="Over time")
    assert "measured with what is known and defined today" in said(page)
    assert "Upright and dashed" not in said(page), "nothing was changed, so no mark is explained"
    assert "now 61 % is expected, off track" in told(page, "progress_weeks")
    table = unfold(page, "progress_weeks").set_index(["Unit", "Day"])
    assert table.loc[("Marketing", DAY), ["Own", "Own: expected"]].tolist() == [0.29, 0.61]


def test_the_days_of_changed_measures_are_marked(demo: None) -> None:
    rows = overview.board(CONSOLE).key_results
    kr = rows.index[(rows["team"] == "Marketing") & (rows["cycle"] == "This quarter") & (rows["kind"] == "increase")][0]
    known = key_results.key_result(CONSOLE, kr)
    changes = {"target": known["target"] * 2}
    key_results.edit_key_result(CONSOLE, kr, changes, version=known["version"], reason="It goes so well")
    page = open_page(start_session("amara"), "progress", view="Over time")
    assert f"; {show.day(DAY)} 1 key result measured anew" in told(page, "progress_weeks")
    assert "Upright and dashed: a day on which a target" in said(page)
    table = unfold(page, "progress_weeks").set_index(["Unit", "Day"])["Measured anew"]
    assert table[table > 0].to_dict() == {("Marketing", DAY): 1}


def test_past_cycles_stand_beside_the_running_one_with_their_scores(demo: None) -> None:
    page = open_page(start_session("amara"), "progress", view="Past cycles")
    assert "Last quarter: at this point" in told(page, "progress_cycles")
    assert "Scores of committed objectives, carried by its teams." in told(page, "scores_committed")
    board = overview.board(CONSOLE)
    rows = carried.scores(board, ["Last quarter"]).set_index(["unit", "ambition", "side"])
    table = unfold(page, "scores_committed").set_index("Unit")
    expected = rows.loc[("Hourfold", "committed", "below"), "score"]
    assert table.at["Hourfold", "Last quarter"] == pytest.approx(expected, abs=0.005)


def test_what_is_carried_for_others_is_marked(demo: None) -> None:
    page = open_page(start_session("amara"), "progress", unit="Help Desk")
    drawn = carried.carried(overview.board(CONSOLE), "This quarter", "Help Desk")
    others = drawn.loc[drawn["others"], "team"].tolist()
    assert len(others) == 2
    assert all(f"of {team}" in told(page, "progress_objectives") for team in others)


def test_a_click_on_a_row_turns_to_its_unit_and_on_no_row_nowhere(demo: None) -> None:
    def script() -> None:
        import streamlit as st

        from okrdash.ui.progress_doors import turn_to

        turn = turn_to(["Sales", "Marketing"])
        for place in (1, 7, -1, "0", None):
            turn({"place": place})
        st.text(st.session_state["unit"])

    assert open_script(start_session("amara"), script).text[0].value == "Marketing"


def test_in_its_first_week_a_cycle_says_when_the_first_check_ins_are_due(demo: None) -> None:
    board, found = overview.board(CONSOLE), rhythm.calendar(CONSOLE, "This quarter")
    rows = ui_rhythm.of_unit(board, found, "Sales").iloc[:0]
    assert "The first day is Friday, 2 Oct 2026" in ui_rhythm.last_week(found, rows, date(2026, 9, 30))


def test_an_empty_company_is_told_what_to_do(store: Store) -> None:
    page = open_page(start_session("ada"), "progress")
    assert "No cycle runs today" in page.info[0].value
