"""What teams need of each other: where it stands, rings of teams that wait, and what feels it if something slips."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okrdash.domain import attention, dependencies
from okrdash.domain.providers import likely_providers
from tests.domain.small_company import Company, day, one

NEED = {"from_team": "Growth", "to_team": "Sales", "need": "Leads"}


def needing(**values: Any) -> Company:
    """K of Growth needs something of Sales."""
    return one().check_in(50, 50).add("dependencies", **{"id": "D", "key_result": "K", **NEED} | values)


@pytest.mark.parametrize(
    ("values", "trouble"),
    [
        ({"state": "accepted", "asker_says": "may", "provider_says": "will"}, "disputed"),
        ({"state": "accepted", "asker_says": "will", "provider_says": "will", "promised": day(60)}, ""),
        ({"state": "accepted", "asker_says": "won't"}, ""),
        ({"state": "accepted", "promised": day(71), "need_by": day(70)}, "in conflict"),
        ({"state": "accepted", "promised": day(101)}, "in conflict"),
        ({"state": "accepted", "promised": day(49)}, "in conflict"),
        ({"state": "accepted", "promised": day(50), "need_by": day(50)}, ""),
        ({"state": "requested", "requested_on": day(45)}, "unanswered"),
        ({"state": "requested", "requested_on": day(46)}, ""),
        ({"state": "requested"}, ""),
        # Another day that is proposed is an answer, and then it is the asker who has as long to decide.
        ({"requested_on": day(20), "answered_on": day(46), "promised": day(60)}, ""),
        ({"requested_on": day(20), "answered_on": day(45), "promised": day(60)}, "unanswered"),
    ],
)
def test_a_promise_is_in_question(values: dict[str, Any], trouble: str) -> None:
    board = needing(**values).on(50)
    [row] = dependencies.view(board).to_dict("records")
    assert (row["trouble"], row["escalated"]) == (trouble, trouble == "unanswered")
    rules = [reason.rule for item in attention.decisions(board) for reason in item.reasons]
    assert rules == (["promise in question"] if trouble else [])


@pytest.mark.parametrize(
    ("state", "is_open", "awaited"),
    [
        ("requested", True, True),
        ("accepted", True, True),
        ("delivered", True, False),
        ("declined", False, False),
        ("confirmed", False, False),
        ("withdrawn", False, False),
    ],
)
def test_what_is_open_and_what_is_awaited(state: str, is_open: bool, awaited: bool) -> None:
    board = needing(state=state, need_by=day(10), requested_on=day(1)).on(50)
    [row] = dependencies.view(board).to_dict("records")
    assert (row["open"], row["late"], row["waits_days"] == 49) == (is_open, awaited, awaited)
    assert len(attention.promises(board)) == awaited


def test_of_a_closed_objective_nothing_is_open() -> None:
    company = Company().objective(state="closed").key_result()
    company.add("dependencies", id="D", key_result="K", need_by=day(10), **NEED)
    [row] = dependencies.view(company.on(50)).to_dict("records")
    assert (row["open"], row["late"], row["trouble"]) == (False, False, "")


@pytest.mark.parametrize(
    ("values", "due", "late"),
    [
        ({"need_by": day(49)}, 49, True),
        ({"need_by": day(50)}, 50, False),
        ({"need_by": day(60), "state": "accepted", "promised": day(49)}, 49, True),
        ({"need_by": day(60), "promised": day(49), "answered_on": day(40)}, 60, False),
        ({"need_by": day(60), "state": "delivered", "promised": day(49)}, 49, False),
        ({}, 100, False),
    ],
)
def test_the_day_that_counts_and_when_it_is_late(values: dict[str, Any], due: int, late: bool) -> None:
    [row] = dependencies.view(needing(**values).on(50)).to_dict("records")
    assert (row["due"].date(), row["late"]) == (day(due), late)


def test_a_row_says_between_which_functions_for_what_and_in_what_it_stands() -> None:
    company = needing(state="accepted").objective("P", team="Sales").key_result("KP", "P", kind="milestone")
    company.add("commitments", dependency="D", key_result="KP", step="Call them").lead("maya", "Growth")
    [row] = dependencies.view(company.on(50)).to_dict("records")
    assert [row[name] for name in ("asking_function", "providing_function", "title", "objective", "owner")] == [
        *("Marketing", "Sales", "Title of K", "O", "maya")
    ]
    assert (row["carrier"], row["step"], row["proposed"]) == ("KP", "Call them", False)


def test_what_a_hidden_key_result_carries_is_a_plain_promise() -> None:
    company = needing(state="accepted").objective("P", team="Sales", visibility="confidential").key_result("KP", "P")
    company.add("commitments", dependency="D", key_result="KP")
    assert dependencies.view(company.on(50))["carrier"].tolist() == [""]
    assert dependencies.view(company.on(50, shown=("P",)))["carrier"].tolist() == ["KP"]


# Rings


def waiting(*pairs: str, state: str = "requested") -> Company:
    """Teams named by letters: "AB" is A that waits for B."""
    company = one()
    for letter in dict.fromkeys("".join(pairs)):
        company.add("teams", team=letter, kind="team", parent="Sales")
    for n, (asker, provider) in enumerate(pairs):
        asks = {"from_team": asker, "to_team": provider, "need": "x", "state": state}
        company.add("dependencies", id=f"D{n}", key_result="K", **asks)
    return company


@pytest.mark.parametrize(
    ("pairs", "rings"),
    [
        (["AB", "BC"], []),
        (["AB", "BA"], ["AB"]),
        (["AB", "BC", "CA"], ["ABC"]),
        (["CA", "BC", "AB", "AB"], ["CAB"]),  # begins with the first in the company's order, which is C here
        (["AB", "BA", "BC", "CB", "CD"], ["AB", "BC"]),
        (["AB", "BC", "CD", "DA", "CA"], ["ABC", "ABCD"]),
    ],
)
def test_teams_that_wait_for_each_other(pairs: list[str], rings: list[str]) -> None:
    assert dependencies.rings(waiting(*pairs).on(50)) == [tuple(ring) for ring in rings]


def test_what_is_delivered_holds_nobody_up() -> None:
    assert dependencies.rings(waiting("AB", "BA", state="delivered").on(50)) == []


def test_a_ring_is_named_before_it_closes() -> None:
    assert dependencies.ring_closed_by(["BC", "CA"], "A", "B") == ("A", "B", "C")  # type: ignore[list-item]
    assert dependencies.ring_closed_by(["BC", "AC"], "A", "B") == ()  # type: ignore[list-item]


# If this slips


def launch() -> Company:
    """P of Sales is due on 40 and carries what L of the launch needs by 30; C is a part of the launch too."""
    company = Company().cycle("Y", 0, 300)
    company.objective("Grow", team="Co", cycle="Y").objective("Launch", team="Growth").objective("Base", team="Sales")
    company.key_result("P", "Base", due=40).key_result("L", "Launch", due=60).key_result("C", "Launch", due=80)
    company.edge("Launch", "Grow").lead("lea", "Growth")
    asks = {"from_team": "Growth", "to_team": "Sales", "need": "x", "state": "accepted"}
    company.add("dependencies", id="D", key_result="L", need_by=day(30), **asks)
    return company.add("commitments", dependency="D", key_result="P")


def felt(company: Company, *of: str, **about: str) -> list[tuple[str, int, int]]:
    """What feels it, from which day, and over how many steps."""
    rows = dependencies.slips(company.on(10), *of, **about)
    return [(r["id"], (r["day"].date() - day(0)).days, r["depth"]) for r in rows.to_dict("records")]


def test_what_slips_is_felt_by_who_waits_for_it_and_all_that_stands_on_them() -> None:
    assert felt(launch(), "P") == [("L", 30, 1), ("Base", 40, 1), ("Launch", 60, 2), ("Grow", 100, 3)]
    assert felt(launch(), dependency="D") == [("L", 30, 1), ("Launch", 60, 2), ("Grow", 100, 3)]
    assert felt(launch(), "C") == [("Launch", 80, 1), ("Grow", 100, 2)]
    assert felt(launch(), "nothing") == felt(launch(), dependency="nothing") == []


def test_the_way_is_told_in_words_with_whose_it_is() -> None:
    rows = dependencies.slips(launch().on(10), "P").set_index("id")
    assert rows.at["Grow", "path"] == (
        "Growth needs it for “Title of L” → counts in “Title of Launch” → contributes to “Title of Grow”"
    )
    assert rows.loc["L", ["kind", "owner", "function", "dependency"]].tolist() == [
        "key result",
        "lea",
        "Marketing",
        "D",
    ]
    assert rows.at["Launch", "objective"] == "Launch"


def test_what_contributes_to_a_key_result_is_felt_by_it_and_its_objective() -> None:
    company = launch().objective("Top", team="Co", cycle="Y").key_result("T", "Top", due=250).edge("Launch", "T")
    assert felt(company, "C") == [("Launch", 80, 1), ("Grow", 100, 2), ("T", 100, 2), ("Top", 250, 3)]


@pytest.mark.parametrize("state", ["delivered", "declined", "withdrawn"])
def test_what_is_not_awaited_any_more_carries_nothing_on(state: str) -> None:
    company = launch()
    company.rows["dependencies"][0]["state"] = state
    assert felt(company, "P") == [("Base", 40, 1)]
    assert dependencies.waiting_teams(company.on(10), "P") == []


def test_teams_that_wait_are_named_once_the_earliest_first() -> None:
    company = launch()
    for n, (team, need_by) in enumerate((("Brand", 20), ("Growth", 10))):
        asks = {"from_team": team, "to_team": "Sales", "need": "x"}
        company.add("dependencies", id=f"E{n}", key_result="L", need_by=day(need_by), **asks)
        company.add("commitments", dependency=f"E{n}", key_result="P")
    assert dependencies.waiting_teams(company.on(10), "P") == ["Growth", "Brand"]


SMALL = st.integers(0, 4)


@settings(max_examples=20, deadline=None)
@given(
    homes=st.lists(SMALL, min_size=5, max_size=5),
    dues=st.lists(st.integers(1, 99), min_size=5, max_size=5),
    edges=st.lists(st.tuples(SMALL, st.sampled_from(["O0", "O1", "O2", "O3", "O4", "K0", "K3"])), max_size=6),
    promises=st.lists(st.tuples(SMALL, SMALL, st.none() | st.integers(1, 120)), max_size=8),
)
def test_each_feels_it_once_and_never_before_what_is_ahead_of_it(
    homes: list[int], dues: list[int], edges: list[tuple[int, str]], promises: list[tuple[int, int, int | None]]
) -> None:
    company = Company()
    for n in range(5):
        company.objective(f"O{n}")
    for n, (home, due) in enumerate(zip(homes, dues, strict=True)):
        company.key_result(f"K{n}", f"O{home}", due=due)
    for child, parent in edges:
        company.edge(f"O{child}", parent)
    for n, (asker, carrier, need_by) in enumerate(promises):
        by = day(need_by) if need_by else None
        company.add("dependencies", id=f"D{n}", key_result=f"K{asker}", need_by=by, **NEED)
        company.add("commitments", dependency=f"D{n}", key_result=f"K{carrier}")
    rows = dependencies.slips(company.on(10), "K0").to_dict("records")
    assert len({row["id"] for row in rows} | {"K0"}) == len(rows) + 1
    assert [row["day"] for row in rows] == sorted(row["day"] for row in rows)
    ahead = {row["path"]: row for row in rows}
    for row in rows:
        before = ahead.get(" → ".join(row["path"].split(" → ")[:-1]))
        assert row["depth"] == len(row["path"].split(" → "))
        assert before is None or before["day"] <= row["day"]


# Who may provide it


def test_a_team_is_proposed_by_its_name_its_words_what_it_was_asked_and_what_is_above() -> None:
    company = one().add("teams", team="Legal", kind="function", parent="Co", description="Contracts and consents")
    company.add("teams", team="Data Platform", kind="team", parent="Sales", description="Figures, events")
    company.objective("Up", team="Brand").edge("O", "Up")
    asks = {"key_result": "K", "from_team": "Growth", "need": "A dashboard of churn"}
    company.add("dependencies", id="D", to_team="Data Platform", **asks)
    board = company.on(50)
    assert likely_providers(board, "K", "Consent of the clients")[0] == "Legal"
    assert likely_providers(board, "K", "the platform team")[0] == "Data Platform"
    assert likely_providers(board, "K", "Churn by dashboards")[0] == "Data Platform"
    assert likely_providers(board, "K") == ["Brand", "Data Platform"]
    assert "Growth" not in likely_providers(board, "K", "Growth of Sales and Co")
    assert likely_providers(board, "unknown", "zzz") == []
