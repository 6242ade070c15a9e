"""What holds for every key result, objective and board."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okrdash.domain.measure import history, measure
from tests.domain.small_company import Company, day

few = settings(max_examples=12, deadline=None)
numbers = st.floats(-1e15, 1e15)
odd = st.one_of(st.none(), st.floats(), st.sampled_from([0.0, 1e-320, 1e308, -1e15]))
days = st.integers(-30, 140)
kinds = st.sampled_from(["increase", "decrease", "maintain", "milestone", "baseline"])
ORDER = ("off track", "at risk", "on track", "achieved")


@st.composite
def companies(draw) -> Company:
    """A company in which anything may stand under anything, with numbers that validation would refuse."""
    company = Company().cycle("Y", -50, 200).person("gone", active=False)
    objectives, key_results = [f"O{n}" for n in range(4)], [f"K{n}" for n in range(draw(st.integers(0, 6)))]
    teams = st.sampled_from(["Co", "Sales", "Growth", "Brand", "nowhere"])
    people = st.sampled_from(["", "maya", "gone", "nobody"])
    for id in objectives:
        company.objective(
            id,
            cycle=draw(st.sampled_from(["Q1", "Y"])),
            team=draw(teams),
            owner=draw(people),
            ambition=draw(st.sampled_from(["committed", "aspirational"])),
            progress_from=draw(st.sampled_from(["key results", "children", "both"])),
            state=draw(st.sampled_from(["active", "closed", "draft"])),
            score=draw(st.one_of(st.none(), st.floats(0, 1))),
        )
    for id in key_results:
        given_days = {name: draw(days) for name in ("start", "due") if draw(st.booleans())}
        company.key_result(
            id,
            draw(st.sampled_from(objectives)),
            draw(kinds),
            also=draw(st.sampled_from(["", "O1", "O0;O2"])),
            **given_days,
            **{name: draw(odd) for name in ("baseline", "target", "lower", "upper")},
            weight=draw(st.one_of(st.just(1.0), st.floats(), st.sampled_from([0.001, 1000.0]))),
            score=draw(st.one_of(st.none(), st.floats(0, 1))),
            cadence_weeks=draw(st.sampled_from([None, 1, 2, 4])),
        )
        for n in draw(st.lists(days, max_size=3, unique=True)):
            company.check_in(n, draw(odd), of=id, confidence=draw(st.sampled_from([None, 0, 5, 10])))
            company.phase(n, draw(st.floats()), of=id).step(f"s{n}", of=id, due=n, done_on=n + 5)
    for child, parent in draw(st.lists(st.tuples(*[st.sampled_from([*objectives, *key_results])] * 2), max_size=6)):
        company.edge(child, parent)
    for n in draw(st.lists(days, max_size=2, unique=True)):
        company.away("maya", n, n + draw(st.integers(-3, 60)), draw(people))
    return company


@few
@given(companies(), days)
def test_every_figure_is_finite_and_every_share_from_0_to_1(company, n):
    board = company.on(n, ("O3",))
    for cycle in (None, "Q1", "Y"):
        json.dumps(board.as_json(cycle), allow_nan=False)
    for frame in (board.objectives, board.key_results):
        for name in ("progress", "expected", "elapsed", "bar"):
            assert frame[name].dropna().between(0, 1).all()
    assert board.key_results[["raw", "progress", "expected"]].notna().all(axis=None)
    assert (board.key_results["missed"] >= 0).all()


@few
@given(companies(), days, st.sets(st.sampled_from(["Co", "Marketing", "Growth"])))
def test_exactly_one_active_person_owes_each_check_in(company, n, led):
    for team in led:
        company.lead("lea", team)
    rows = company.on(n).key_results
    owed = rows[rows["freshness"] != ""]
    assert owed["owes"].isin(["maya", "omar", "lea", "carl", ""]).all()
    assert ((owed["owes"] != "") | (owed["accountable"] == "")).all()  # "": the champions, where no one answers
    assert "Co" not in led or (owed.loc[owed["team"] != "nowhere", "owes"] != "").all()
    assert (rows.loc[rows["freshness"] == "", "owes"] == "").all()


@few
@given(kinds, numbers, st.floats(1e-3, 1e6), st.floats(-2, 3), days)
def test_direction_does_not_matter(kind, baseline, length, share, n):
    company = Company().objective().lead("lea", "Growth")
    for id, sign in (("K", 1), ("L", -1)):
        company.key_result(id, kind="increase" if sign > 0 else "decrease")
        company.rows["key_results"][-1] |= {"baseline": sign * baseline, "target": sign * (baseline + length)}
        company.check_in(0, sign * (baseline + share * length), of=id)
    board = company.on(n).key_results
    figures = ["raw", "progress", "expected", "pace", "status", "missed"]
    assert board.loc["K", figures].equals(board.loc["L", figures])


@few
@given(st.lists(st.tuples(st.floats(0.01, 10), st.floats(-50, 150)), min_size=1, max_size=5), st.floats(0.1, 100))
def test_weights_scale_away(parts, scale):
    company = Company().objective().objective("P")
    for n, (weight, value) in enumerate(parts):
        company.key_result(f"K{n}", weight=weight).check_in(50, value, of=f"K{n}")
        company.key_result(f"L{n}", "P", weight=weight * scale).check_in(50, value, of=f"L{n}")
    board = company.on(50).objectives
    for name in ("progress", "expected", "pace"):
        assert board.loc["O", name] == pytest.approx(board.loc["P", name])
    assert board.loc["O", "status"] == board.loc["P", "status"]


@few
@given(
    st.sampled_from(["increase", "decrease", "milestone", "baseline"]),
    st.floats(-20, 140),
    st.sampled_from([None, 0, 5, 9]),
    st.lists(st.integers(1, 99), max_size=2, unique=True),
    st.sampled_from(["committed", "aspirational"]),
)
def test_silence_never_improves_a_status(kind, value, confidence, phases, ambition):
    company = Company(overdue_after=52).objective(ambition=ambition).key_result(kind=kind, due=110)
    for n, when in enumerate(sorted(phases)):  # a line that never falls
        company.phase(when, 20.0 + 30 * n if kind == "increase" else 80.0 - 30 * n)
        company.step(f"s{when}", due=when)
    company.step("done", done_on=0).check_in(0, value, confidence=confidence)
    past = history(company.facts, "K", [day(n) for n in range(0, 111, 10)])
    begun = past[(past["expected"] > 0) & past["status"].isin(ORDER)]
    places = begun["status"].map({word: n for n, word in enumerate(ORDER)}).to_numpy()
    assert (np.diff(places) <= 0).all()


@few
@given(companies(), days)
def test_measuring_changes_no_fact(company, n):
    facts = company.facts
    before = {
        name: getattr(facts, name).copy(deep=True) for name in ("objectives", "key_results", "check_ins", "teams")
    }
    measure(facts, day(n))
    assert all(getattr(facts, name).equals(frame) for name, frame in before.items())
