"""The board of random small companies is the one that the slow, plain reference makes of the same rows."""

from __future__ import annotations

import math
from datetime import datetime, time
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.domain import reference
from tests.domain.small_company import Company, day

numbers = st.sampled_from([-20.0, 0.0, 3.0, 10.0, 33.3, 47.5, 50.0, 70.0, 75.0, 99.0, 100.0, 140.0])
scores = st.sampled_from([None, None, None, 0.0, 0.4, 0.7, 0.9, 1.0])
weights = st.sampled_from([1.0, 1.0, 0.5, 2.0, 3.7])
weeks = st.sampled_from([None, None, None, 1, 2, 4])
people = st.sampled_from(["", "", "maya", "omar", "lea", "gone"])
teams = st.sampled_from(["Co", "Marketing", "Sales", "Growth", "Growth", "Brand", "Old"])
kinds = st.sampled_from(["increase", "decrease", "maintain", "milestone", "baseline"])
marks = st.sampled_from([-30, -1, 0, 1, 9, 10, 11, 39, 40, 41, 60, 99, 100, 101, 130, 199, 200, 210])
days = marks | st.integers(1, 99) | st.integers(-40, 215)
CYCLES = {"Q1": (0, 100), "Q2": (101, 200), "Y": (-20, 200)}


@st.composite
def companies(draw: st.DrawFn) -> Company:
    """A company that the program would accept, with a bit of everything that a rule speaks of.

    It is rather large: measuring takes the same time for one key result as for a dozen.
    """
    company = Company(
        overdue_after=draw(st.sampled_from([1, 2, 3])),
        cadence_weeks=draw(st.sampled_from([1, 1, 2])),
        due_weekday=draw(st.sampled_from([5, 5, 1])),
        closed_days=tuple(day(n) for n in draw(st.lists(st.sampled_from([1, 8, 15, 22, 50, 57]), max_size=3))),
    )
    company.add("teams", team="Old", kind="team", parent="Sales", active=False).person("gone", active=False)
    for row in company.rows["teams"]:
        row["cadence_weeks"] = draw(weeks)
    for person, team in sorted(draw(st.sets(st.tuples(people.filter(bool), teams), max_size=4))):
        company.lead(person, team)
    for person, first in sorted(draw(st.sets(st.tuples(people.filter(bool), days), max_size=3))):
        company.away(person, first, first + draw(st.sampled_from([0, 5, 30])), draw(people))
    for name, (start, end) in list(CYCLES.items())[1:]:
        company.cycle(name, start, end)
    objectives = [_objective(draw, company, n) for n in range(draw(st.integers(2, 7)))]
    homes = {id: id for id in objectives}
    for n in range(draw(st.integers(2, 14))):
        homes[f"K{n}"] = _key_result(draw, company, f"K{n}", objectives)
    wanted = draw(st.sets(st.tuples(st.sampled_from(objectives), st.sampled_from(sorted(homes))), max_size=8))
    for child, parent in sorted(wanted):
        if homes[parent] < child:  # so that no edge closes a loop
            company.edge(child, parent, draw(st.sampled_from(["contributes", "contributes", "related"])))
    return company


def _objective(draw: st.DrawFn, company: Company, n: int) -> str:
    company.objective(
        f"O{n}",
        cycle=draw(st.sampled_from(["Q1", "Q1", "Q2", "Y"])),
        team=draw(teams),
        owner=draw(people),
        ambition=draw(st.sampled_from(["committed", "aspirational"])),
        progress_from=draw(st.sampled_from(["key results", "key results", "children", "both"])),
        state=draw(st.sampled_from(["active"] * 6 + ["closed", "draft", "dropped"])),
        visibility=draw(st.sampled_from(["company"] * 7 + ["confidential"])),
        score=draw(scores),
    )
    return f"O{n}"


def _key_result(draw: st.DrawFn, company: Company, id: str, objectives: list[str]) -> str:
    kind, home = draw(kinds), draw(st.sampled_from(objectives))
    first, _ = CYCLES[next(row["cycle"] for row in company.rows["objectives"] if row["id"] == home)]
    window: dict[str, Any] = {}
    if draw(st.booleans()):
        window["start"] = first = first + draw(st.sampled_from([-10, 0, 10, 33]))
    if draw(st.booleans()):
        window["due"] = first + draw(st.sampled_from([7, 30, 60, 150]))
    bounds = {"lower": draw(st.sampled_from([None, 10.0])), "upper": draw(st.sampled_from([50.0, 75.0]))}
    company.key_result(
        id,
        home,
        kind,
        **window,
        **(bounds if kind == "maintain" else {}),
        also=";".join(sorted(draw(st.sets(st.sampled_from(objectives), max_size=2)) - {home})),
        team=draw(st.just("") | teams),
        weight=draw(weights),
        owner=draw(people),
        cadence_weeks=draw(weeks),
        state=draw(st.sampled_from(["active"] * 7 + ["dropped"])),
        score=draw(scores),
    )
    if kind == "milestone":
        for n in range(draw(st.integers(0, 3))):
            ends = {name: draw(days) for name in ("due", "done_on") if draw(st.booleans())}
            company.step(f"s{n}", of=id, weight=draw(weights), **ends)
    if kind in ("increase", "decrease"):
        values = sorted(draw(st.lists(st.sampled_from([0.0, 30.0, 60.0, 100.0]), max_size=2)))
        for n, value in enumerate(values):
            company.phase(first + 2 + 3 * n, value if kind == "increase" else 100 - value, id)
    _check_ins(draw, company, id)
    return home


def _check_ins(draw: st.DrawFn, company: Company, id: str) -> None:
    mine: list[str] = []
    for n in draw(st.lists(days | st.integers(-20, 60), max_size=5)):
        company.check_in(
            n,
            draw(st.none() | numbers | numbers | numbers),
            of=id,
            confidence=draw(st.sampled_from([None, 0, 3, 4, 6, 7, 10])),
            entered_at=draw(
                st.sampled_from([None, datetime.combine(day(n), time(9)), datetime.combine(day(220), time())])
            ),
            replaces=draw(st.sampled_from(["", "", "", *mine])),
        )
        mine.append(company.rows["check_ins"][-1]["id"])


def flat(data: Any, path: str = "") -> dict[str, Any]:
    """Every figure of a board by where it stands."""
    if isinstance(data, dict) and data:
        return {where: value for name, each in data.items() for where, value in flat(each, f"{path}/{name}").items()}
    if isinstance(data, list) and data:
        names = [
            each.get("id", "/".join(str(each.get(n)) for n in ("unit", "cycle"))) if isinstance(each, dict) else n
            for n, each in enumerate(data)
        ]
        return flat({f"{n} {name}": each for n, (name, each) in enumerate(zip(names, data, strict=True))}, path)
    return {path: data}


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)


def differences(company: Company, n: int) -> dict[str, tuple[Any, Any]]:
    """Where the board and the reference differ, in one cycle or in all that run: (board, reference)."""
    board, found = company.on(n), {}
    for cycle in (None, *CYCLES):
        ours = board.as_json(cycle)
        del ours["revision"], ours["dependencies"]
        for row in ours["key_results"]:
            del row["forecast"]  # an estimate, tested by how often it comes true
        one, other = flat(ours), flat(reference.board(company.settings, company.rows, day(n), cycle))
        both = {where: (one.get(where, "absent"), other.get(where, "absent")) for where in one | other}
        found |= {f"{cycle}{where}": pair for where, pair in both.items() if not same(*pair)}
    return found


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(companies(), days)
def test_the_board_is_the_one_of_the_reference(company: Company, n: int) -> None:
    note(repr(company.rows))
    assert differences(company, n) == {}
