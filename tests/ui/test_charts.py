"""Charts: the rows that are drawn, what is said of them, and that nothing typed becomes part of a specification."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from okrdash.services import check_in_history, overview
from okrdash.services.people import CONSOLE
from okrdash.ui import bars, charts, filters, unit_views
from okrdash.ui.spreadsheet import as_csv
from okrdash.ui.trends import days_of, key_result_over_time
from tests.domain.small_company import Company

HOSTILE = "<b>x</b> ${1} datum['a'] *b*\u202e"


def over_time(key_result: str, **values: object) -> charts.Drawing | None:
    board = overview.board(CONSOLE)
    row = board.key_results.loc[key_result].copy()
    for name, value in values.items():
        row[name] = value
    days = days_of(row, board.steps, board.phases, board.day)
    return key_result_over_time(
        row,
        overview.history(CONSOLE, key_result, days),
        day=board.day,
        check_ins=check_in_history.history(CONSOLE, key_result),
        changed=[board.day - timedelta(days=9)],
    )


def of_part(drawing: charts.Drawing | None, part: str) -> list[float]:
    assert drawing
    return [round(v, 6) for v in drawing.data.loc[drawing.data["part"] == part, "value"].tolist()]


def test_units_say_own_and_below_apart(demo: None) -> None:
    board = overview.board(CONSOLE)
    rows = unit_views.with_children(board, "This quarter", "Hourfold")
    drawing = bars.units_progress(rows, door=True)
    assert drawing.data["title"].tolist() == [
        *("Hourfold", "Customer Support", "Marketing", "Sales", "Launch squad", "Product Development"),
    ]
    assert (
        "Marketing: own 29 % where 61 % is expected, off track; teams below 65 % where 48 % is expected" in drawing.alt
    )
    assert drawing.data["has_below"].tolist() == [True, True, True, True, False, True]


def test_a_unit_with_nothing_of_its_own_says_so(demo: None) -> None:
    board = overview.board(CONSOLE)
    rows = board.units[(board.units["unit"] == "Hourfold") & (board.units["cycle"] == "Last quarter")]
    drawing = bars.units_progress(rows, door=False)
    assert "Hourfold: nothing of its own; teams below 72 %" in drawing.alt
    assert drawing.data["own_figure"].tolist() == [""]


def test_objectives_by_status_are_those_that_the_list_behind_them_shows(demo: None) -> None:
    board = overview.board(CONSOLE)
    units = unit_views.with_children(board, "This quarter", "Hourfold")["unit"].tolist()
    tallies = unit_views.counts(board, "This quarter", "Hourfold", units)
    for unit in units:
        of = {"function": unit} if board.teams.at[unit, "kind"] == "function" else {"teams": (unit,)}
        listed = filters.objectives(board, filters.Filter(cycle="This quarter", **of))
        assert tallies[unit] == listed["status"].value_counts().to_dict(), unit
    drawing = charts.statuses({"Sales": tallies["Sales"]}, ["off track", "at risk", "on track"])
    assert drawing.alt == "Objectives by status. Sales: 1 of 3 Off track, 1 of 3 At risk, 1 of 3 On track."


def test_of_a_team_with_teams_below_the_list_can_show_those_of_all() -> None:
    company = Company().add("teams", team="Ads", kind="team", parent="Growth")
    for number, team in enumerate(("Growth", "Ads", "Brand")):
        company.objective(f"O{number}", team=team)
    board = company.on(50)
    tallies = unit_views.counts(board, "Q1", "Marketing", ["Marketing", "Growth", "Brand"])
    teams = filters.of_teams(board, "Marketing")
    found = {name: filters.objectives(board, filters.Filter(cycle="Q1", teams=some)) for name, some in teams.items()}
    assert {name: len(rows) for name, rows in found.items()} == {
        **{"Marketing": 0, "Growth": 1, "Growth with its teams": 2},
        **{"Ads": 1, "Brand": 1},
    }
    assert tallies["Growth"] == found["Growth with its teams"]["status"].value_counts().to_dict()


def test_a_team_that_is_called_as_another_with_its_teams_is_meant_by_its_name() -> None:
    company = Company().add("teams", team="Growth with its teams", kind="team", parent="Marketing")
    board = company.add("teams", team="Ads", kind="team", parent="Growth").on(50)
    assert filters.of_teams(board)["Growth with its teams"] == ("Growth with its teams",)


def test_what_would_be_a_formula_is_text_in_the_head_of_a_file_too() -> None:
    found = as_csv(["Unit", '=HYPERLINK("x")'], [["Sales", "+1"]]).decode("utf-8-sig").splitlines()
    assert found == ['Unit,"\'=HYPERLINK(""x"")"', "Sales,'+1"]


def test_a_key_result_shows_values_expected_line_and_target(demo: None) -> None:
    drawing = over_time("kr-articles")
    assert of_part(drawing, "actual")[-1] == 19
    assert of_part(drawing, "target") == [40, 40]
    assert of_part(drawing, "expected")[0] == 0
    assert of_part(drawing, "expected")[-1] == 28  # aspirational: the line leads to 0.7 of the way
    assert drawing
    assert "articles" in drawing.data.loc[drawing.data["part"] == "unit", "text"].tolist()
    assert "19 articles" in drawing.alt


def test_phases_bend_the_expected_line(demo: None) -> None:
    assert len(of_part(over_time("kr-upgrades"), "expected")) > 3


def test_a_guardrail_shows_its_band_and_where_it_was_broken(demo: None) -> None:
    drawing = over_time("kr-backlog")
    assert drawing
    assert set(drawing.data.loc[drawing.data["part"] == "actual", "role"]) == {"on track", "off track"}
    assert drawing.data.loc[drawing.data["part"] == "band", "upper"].tolist() == [25, 25]


def test_steps_are_a_stair_of_shares(demo: None) -> None:
    drawing = over_time("kr-marketplaces")
    assert of_part(drawing, "actual")[-1] == pytest.approx(1 / 3, abs=1e-6)
    assert drawing
    assert "step-after" in json.dumps(drawing.spec)


def test_nothing_is_drawn_before_there_is_something(demo: None) -> None:
    values = overview.board(CONSOLE).key_results
    unfound = values.index[(values["kind"] == "baseline") & values["value"].isna()]
    assert [over_time(key_result) for key_result in unfound] == [None]
    drawing = over_time("kr-certified")  # no value yet: just where it should go
    assert of_part(drawing, "actual") == []


def test_what_is_typed_is_data_and_never_part_of_a_specification(demo: None) -> None:
    drawing = over_time("kr-articles", title=HOSTILE, unit=HOSTILE)
    assert drawing
    assert "datum['a']" not in json.dumps(drawing.spec)
    assert "\u202e" not in drawing.alt
    assert "\u202e" not in "".join(drawing.data["text"])
    tally = charts.statuses({HOSTILE: {"on track": 1}}, ["on track"])
    assert "datum['a']" not in json.dumps(tally.spec)


def test_charts_name_roles_and_leave_colours_to_the_theme(demo: None) -> None:
    board = overview.board(CONSOLE)
    for drawing in (
        bars.units_progress(board.units, door=True),
        charts.statuses({"A": {"met": 1}}, ["met"]),
        over_time("kr-arr"),
    ):
        assert drawing
        text = json.dumps(drawing.spec)
        assert "#" not in text
        assert '"domain": ["on track", "at risk", "off track", "not started", "done"]' in text
    first, second = (bars.units_progress(board.units, door=True).spec for _ in range(2))
    assert first["layer"] is second["layer"]


@pytest.mark.parametrize(
    ("word", "role"), [("met", "done"), ("missed", "off track"), ("unknown", "not started"), ("", "not started")]
)
def test_every_status_has_a_role(word: str, role: str) -> None:
    assert charts.role(word) == role


def test_the_forecast_opens_from_today_to_the_range_of_its_end(demo: None) -> None:
    ahead = {"forecast": 0.71, "forecast_low": 21.2, "forecast_high": 43.7}
    drawing = over_time("kr-articles", **ahead)
    assert of_part(drawing, "ahead") == [19, 21.2]
    assert drawing
    assert "Ends 21–44" in drawing.data.loc[drawing.data["part"] == "right", "text"].tolist()
    assert "likely: 7 in 10, ending at 21–44 articles" in drawing.alt
    assert of_part(over_time("kr-articles", forecast=float("nan")), "ahead") == []
