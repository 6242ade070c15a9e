"""A company goes out and comes in again: export, import into an empty database, export gives the same bytes."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okrdash.domain.cells import normal
from okrdash.domain.columns import Row
from okrdash.domain.tables import TABLES
from okrdash.services import company, exchange
from okrdash.services.people import CONSOLE
from okrdash.transfer.canonical import bundle_bytes
from okrdash.transfer.importing import carry_out, plan_import

DAY = date(2026, 1, 5)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
SAID = TEXT.filter(normal)
NAME = TEXT.map(lambda text: text.replace(";", ",")).filter(normal)
NUMBER = st.floats(-1e6, 1e6, allow_nan=False, allow_infinity=False)


def row(table: str, **values: Any) -> Row:
    """A row with its texts as they are kept."""
    return TABLES[table].row(**{n: normal(v) if isinstance(v, str) else v for n, v in values.items()})


@st.composite
def companies(draw: st.DrawFn) -> dict[str, list[Row]]:
    """The tables of a small company that contradicts itself nowhere."""
    names = draw(st.lists(NAME.map(normal), min_size=2, max_size=4, unique=True))
    units = [row("teams", team=names[0], kind="company")]
    units += [
        row("teams", team=name, kind="function", parent=names[0], description=draw(TEXT), active=draw(st.booleans()))
        for name in names[1:]
    ]
    people = [row("people", username=f"p{n}", name=draw(SAID), email=draw(TEXT)) for n in range(2)]
    cycles = [row("cycles", cycle=draw(NAME), start=DAY, end=DAY + timedelta(days=90), state="active")]
    objectives = [
        row(
            "objectives",
            id=f"o{n}",
            cycle=cycles[0]["cycle"],
            team=draw(st.sampled_from(names)),
            title=draw(SAID),
            why=draw(TEXT),
            owner=draw(st.sampled_from(["", "p0", "p1"])),
            visibility=draw(st.sampled_from(["company", "confidential"])),
            visible_to=draw(st.sampled_from(["", "p0", "p0;p1"])),
            score=draw(st.none() | st.floats(0, 1)),
        )
        for n in range(draw(st.integers(1, 3)))
    ]
    key_results, steps, check_ins = [], [], []
    for n in range(draw(st.integers(0, 4))):
        low, gap = draw(NUMBER), draw(st.floats(1, 1e6))
        kind = draw(st.sampled_from(["increase", "decrease", "maintain", "milestone", "baseline"]))
        ends = {
            "increase": {"baseline": low, "target": low + gap},
            "decrease": {"baseline": low + gap, "target": low},
            "maintain": {"lower": low, "upper": draw(st.none() | st.just(low + gap))},
        }.get(kind, {})
        home = draw(st.sampled_from(objectives))["id"]
        also = [o["id"] for o in objectives if o["id"] != home and draw(st.booleans())]
        key_results.append(
            row("key_results", id=f"k{n}", objective=home, also=";".join(also), title=draw(SAID), kind=kind, **ends)
        )
        if kind == "milestone":
            steps.append(row("milestones", key_result=f"k{n}", step=draw(NAME), done_on=draw(st.none() | st.just(DAY))))
        value = None if kind == "milestone" else draw(st.none() | NUMBER)
        entered = draw(st.datetimes(datetime(2026, 1, 6), datetime(2026, 3, 1)))
        check_ins.append(
            row(
                "check_ins", id=f"c{n}", key_result=f"k{n}", as_of=DAY, value=value, note=draw(TEXT), entered_at=entered
            )
        )
    edges = [row("alignment", child=o["id"], parent="o0") for o in objectives[1:] if draw(st.booleans())]
    return {
        "teams": units,
        "people": people,
        "cycles": cycles,
        "objectives": objectives,
        "key_results": key_results,
        "milestones": steps,
        "check_ins": check_ins,
        "alignment": edges,
    }


def through_a_database(name: str, data: bytes, kind: str) -> bytes:
    """The file imported into an empty database, and exported again."""
    with tempfile.TemporaryDirectory() as folder:
        company.close_company()
        company.open_company(Path(folder) / "okr.duckdb")
        try:
            plan = plan_import(CONSOLE, [(name, data)])
            assert plan.problems == []
            carry_out(CONSOLE, plan)
            return bundle_bytes(exchange.everything(CONSOLE)[0], kind)
        finally:
            company.close_company()


@given(companies(), st.sampled_from(["okrs.zip", "okrs.json"]))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_export_import_export_gives_the_same_bytes(rows: dict[str, list[Row]], name: str) -> None:
    first = through_a_database(name, bundle_bytes(rows, name), name)
    assert through_a_database(name, first, name) == first
