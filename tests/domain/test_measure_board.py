"""What the board holds, who it is for, and its JSON."""

import json

import numpy as np
import pytest

from okrdash.domain.errors import NotFound
from okrdash.domain.measure import history, measure, only, with_check_in
from tests.domain.small_company import Company, day, one


def test_active_and_closed_objectives_are_shown():
    company = Company()
    for state in ("draft", "proposed", "active", "closed", "dropped"):
        company.objective(state, state=state).key_result(f"K{state}", objective=state)
    board = company.on(50)
    assert list(board.objectives.index) == ["active", "closed"]
    assert list(board.key_results.index) == ["Kactive", "Kclosed"]


def confidential() -> Company:
    company = Company().objective("S", visibility="confidential").objective("P", progress_from="both")
    company.key_result("KS", objective="S", also="P").key_result("KP", objective="P", also="S")
    company.add("dependencies", id="D", key_result="KS", from_team="Growth", to_team="Sales", need="help")
    return company.check_in(50, 100, of="KS").check_in(50, 50, of="KP").edge("S", "P")


def test_confidential_ones_count_in_no_figure():
    board = confidential().on(50)
    assert board.objectives["progress"].to_dict() == {"P": 0.5}
    assert list(board.key_results.index) == ["KP"]
    assert board.dependencies.empty
    assert "S" not in json.dumps(board.as_json()["key_results"])
    assert board.units.set_index("unit").loc["Growth", "own_progress"] == 0.5


def test_a_private_view_has_them_and_changes_no_figure():
    board = confidential().on(50, ("S",))
    assert board.objectives["progress"].to_dict() == {"S": 0.75, "P": 0.5}
    assert board.units.set_index("unit").loc["Growth", "own_progress"] == 0.5
    assert board.units.set_index("unit").loc["Growth", "own_objectives"] == 1


def test_parts_name_home_and_other_standings():
    parts = Company().objective().objective("P").key_result(also="P;O;gone;P", weight=2).on(5).parts
    assert parts[["objective", "key_result", "weight", "home"]].values.tolist() == [
        ["O", "K", 2, True],
        ["P", "K", 2, False],
    ]


def test_edges_name_the_home_of_a_key_result():
    edges = Company().objective().objective("P").key_result().edge("P", "K").edge("O", "K").on(5).edges
    assert edges.values.tolist() == [["P", "K", "O", "contributes"]]


def test_cycles_run_through_their_last_day():
    company = Company()
    assert [bool(company.on(n).cycles.loc["Q1", "running"]) for n in (-1, 0, 100, 101)] == [False, True, True, False]


def test_json_is_the_documented_shape():
    company = one(owner="maya", title="Sign-ups", baseline=50, target=70).check_in(49, 62, confidence=7)
    company.add("dependencies", id="D", key_result="K", from_team="Growth", to_team="Sales", need="x", need_by=day(9))
    data = company.on(50).as_json()
    assert (data["as_of"], data["revision"]) == ("2026-02-20", 42)
    assert data["cycles"] == [{"cycle": "Q1", "start": "2026-01-01", "end": "2026-04-11"}]
    assert data["key_results"] == [
        {
            **{"id": "K", "objective": "O", "also": [], "team": "Growth", "owner": "maya", "title": "Sign-ups"},
            **{"kind": "increase", "value": 62.0, "raw": 0.6, "progress": 0.6, "expected": 0.5, "pace": 1.2},
            **{"status": "on track", "stated": False, "guardrail": None, "confidence": 7, "missed": 0},
            **{"freshness": "fresh", "forecast": None, "score": None},
        }
    ]
    assert list(data["key_results"][0])[-3:] == ["freshness", "forecast", "score"]
    assert data["objectives"] == [
        {
            **{"id": "O", "cycle": "Q1", "team": "Growth", "title": "Title of O", "ambition": "committed"},
            **{"state": "active", "progress": 0.6, "expected": 0.5, "pace": 1.2, "status": "on track"},
            **{"off_track": 0, "overdue": 0, "score": None},
        }
    ]
    own = {"objectives": 1, "progress": 0.6, "expected": 0.5, "pace": 1.2, "status": "on track"}
    growth = {
        "unit": "Growth",
        "kind": "team",
        "cycle": "Q1",
        "own": own | {"statuses": {"on track": 1}},
        "below": None,
    }
    assert data["units"][-1] == growth
    assert data["dependencies"][0] == {
        **{"id": "D", "key_result": "K", "from_team": "Growth", "to_team": "Sales", "need": "x"},
        **{"need_by": "2026-01-10", "requested_on": None, "answered_on": None, "promised": None},
        **{"state": "requested", "reason": None, "asker_says": None, "provider_says": None},
    }


def test_json_holds_running_cycles_or_the_one_asked_for():
    company = one().cycle("Q2", 101, 200).objective("P", cycle="Q2").key_result("KP", objective="P")
    board = company.on(50)
    assert [row["id"] for row in board.as_json()["objectives"]] == ["O"]
    assert [row["id"] for row in board.as_json("Q2")["key_results"]] == ["KP"]
    with pytest.raises(NotFound, match=r"no cycle 'Q9'.*Q1, Q2"):
        board.as_json("Q9")


def test_an_empty_company_has_an_empty_board():
    company = Company()
    company.rows = {}
    data = company.on(0).as_json()
    assert [data[name] for name in ("cycles", "objectives", "key_results", "units", "dependencies")] == [[]] * 5


def test_contradictions_do_not_raise():
    company = one(team="nowhere", owner="nobody", weight=-1.0, target=0, start=50, due=20).check_in(3, 5)
    company.objective("P", cycle="never", team="nowhere").key_result("L", objective="P").key_result("M", objective="?")
    company.edge("O", "?").edge("?", "O").check_in(3, 4, of="?").step("s", of="?").phase(4, 4, of="?")
    company.add("memberships", person="nobody", team="nowhere", leads=True).away("nobody", 1, 9, "nobody")
    board = company.on(30)
    assert list(board.key_results.index) == ["K"]
    json.dumps(board.as_json(), allow_nan=False)


def test_history_is_the_board_of_each_day():
    company = one(owner="maya").check_in(10, 20).check_in(30, 40, of="K").key_result("L")
    days = [5, 20, 60]
    past = history(company.facts, "K", [day(n) for n in days])
    assert past["day"].dt.date.tolist() == [day(n) for n in days]
    for row, n in zip(past.to_dict("records"), days, strict=True):
        measured = company.kr(n)
        for name in ("value", "raw", "progress", "expected", "status"):
            assert row[name] == measured[name] or np.isnan(row[name])


def test_history_of_dropped_and_confidential_ones():
    company = Company().objective(visibility="confidential").key_result(state="dropped").check_in(5, 40)
    assert history(company.facts, "K", [day(9)])["progress"].tolist() == [0.4]
    with pytest.raises(NotFound):
        history(company.facts, "?", [day(9)])
    assert history(company.facts, "K", []).empty


def test_only_measures_it_as_among_all():
    company = one(team="Brand", cadence_weeks=2).lead("lea", "Marketing").away("lea", 20, 40).check_in(10, 20)
    company.objective("P").key_result("L", objective="P").check_in(9, 9, of="L")
    alone = measure(only(company.facts, "K"), day(35)).key_results.loc["K"]
    assert alone.drop("also").equals(company.kr(35).drop("also"))


def test_with_check_in_is_the_newest():
    company = one().check_in(10, 20)
    row = {"key_result": "K", "as_of": day(10), "value": 70.0}
    assert measure(with_check_in(company.facts, row), day(10)).key_results.loc["K", "value"] == 70
    assert measure(with_check_in(one().facts, row), day(10)).key_results.loc["K", "value"] == 70
    assert company.kr(10)["value"] == 20
