"""Alignment: in which order objectives stand under which, and the page that shows it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from okrdash.domain.tables import TABLES
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from okrdash.ui import alignment_rows
from okrdash.ui.alignment_table import ALONE, Line, by_goal, by_unit, page_of, shared_with, standing_alone, to_depth
from tests.conftest import PEOPLE, SignedIn
from tests.domain.small_company import Company
from tests.ui.screens import open_page, said

TODAY = datetime.now(UTC).date()


def drawn(lines: Sequence[Line]) -> list[str]:
    """The lines as text: two spaces a level, (…) around what is mentioned, [ ] around what is context."""
    signs = {"unit": "{} unit", "heading": "{}:", "mention": "({})", "objective": "{}"}
    texts = []
    for line in lines:
        text = signs[line.kind].format(line.name)
        text = f"[{text}]" if line.context else text
        texts.append("  " * line.depth + text + (f" +{line.hidden}" if line.hidden else ""))
    return texts


def goals(*edges: tuple[str, str], company: Company | None = None, **teams: str) -> Company:
    """Objectives by id and team, and contributes edges from child to parent."""
    made = company or Company()
    for identifier, team in teams.items():
        made.objective(identifier, team=team)
    for child, parent in edges:
        made.edge(child, parent)
    return made


CASES = {
    "children beneath their parent, in the file's order": (
        goals(("g", "c"), ("b", "c"), ("t", "g"), c="Co", g="Growth", b="Brand", t="Growth"),
        ["c", "  g", "    t", "  b"],
    ),
    "the company's first, what stands alone last": (
        goals(("t", "s"), alone="Brand", s="Sales", t="Growth", c="Co"),
        ["c", "s", "  t", f"{ALONE}:", "  alone"],
    ),
    "several parents: shown under the first, named under the others": (
        goals(("t", "d"), ("t", "c"), ("u", "t"), c="Co", d="Co", t="Growth", u="Brand"),
        ["c", "  (t)", "d", "  t", "    u"],
    ),
    "an edge that is only related counts for nothing": (
        Company().objective("c", team="Co").objective("r", team="Brand").edge("r", "c", "related"),
        ["c", f"{ALONE}:", "  r"],
    ),
    "a key result as parent stands for its home": (
        goals(("t", "K"), company=Company().objective("c", team="Co").key_result("K", "c"), t="Growth"),
        ["c", "  t"],
    ),
    "a loop is cut where it would close": (
        goals(("a", "b"), ("b", "a"), ("x", "a"), a="Growth", b="Brand", x="Sales"),
        ["a", "  b", "    (a)", "  x"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_order_by_goal(case: str) -> None:
    company, expected = CASES[case]
    board = company.on(50)
    assert drawn(by_goal(board, board.objectives.index.tolist())) == expected


def test_longer_cycles_stand_over_shorter_ones() -> None:
    company = Company().cycle("Year", 0, 360)
    company.objective("quarter", team="Co").objective("year", team="Co", cycle="Year")
    company.objective("t", team="Growth").objective("y", team="Growth", cycle="Year")
    company.edge("t", "year").edge("y", "year")
    board = company.on(50)
    assert drawn(by_goal(board, board.objectives.index.tolist())) == ["year", "  y", "  t", "quarter"]


def test_what_stands_above_one_that_is_shown_is_there_as_context() -> None:
    board = goals(("t", "g"), ("g", "c"), ("u", "g"), c="Co", g="Growth", t="Brand", u="Sales").on(50)
    assert drawn(by_goal(board, ["t"])) == ["[c]", "  [g]", "    t"]


def test_what_has_only_hidden_ties_does_not_stand_alone() -> None:
    board = goals(("t", "s"), s="Sales", t="Growth").on(50)
    assert drawn(by_goal(board, ["s"])) == ["s"]
    assert standing_alone(board, ["s", "t"]) == []


def test_order_by_unit() -> None:
    company = goals(("g", "c"), b="Brand", g="Growth", c="Co", m="Marketing").add(
        "teams", team="Old", kind="team", parent="Sales", active=False
    )
    board = company.objective("o", team="Old").on(50)
    assert drawn(by_unit(board, board.objectives.index.tolist())) == [
        *("Co unit", "  c", "  Marketing unit", "    m", "    Growth unit", "      g", "    Brand unit", "      b"),
        *("Old:", "  o"),
    ]
    assert drawn(by_unit(board, ["b"])) == ["Co unit", "  Marketing unit", "    Brand unit", "      b"]


def test_depth_says_what_it_leaves_out() -> None:
    lines = [Line("objective", name, depth) for name, depth in (("a", 0), ("b", 1), ("c", 2), ("d", 2), ("e", 0))]
    assert drawn(to_depth(lines, 1)) == ["a", "  b +2", "e"]
    assert drawn(to_depth(lines, 0)) == ["a +3", "e"]
    assert to_depth(lines, 9) == lines


def test_a_page_begins_with_what_stands_above_it() -> None:
    lines = [Line("objective", name, depth) for name, depth in (("a", 0), ("b", 1), ("c", 2), ("d", 2), ("e", 0))]
    assert drawn(page_of(lines, 1, 3)) == ["a", "  b", "    c"]
    assert drawn(page_of(lines, 2, 3)) == ["[a]", "  [b]", "    d", "e"]
    assert page_of([], 1, 3) == []


def test_teams_that_share_an_objective_are_named() -> None:
    company = Company().objective("o", team="Growth")
    company.key_result("K", "o", team="Sales").key_result("L", "o").key_result("M", "o", team="Brand")
    assert shared_with(company.on(50), ["o"]) == {"o": ["Sales", "Brand"]}


def test_an_outline_says_what_follows_from_the_rules() -> None:
    company = Company().objective("o", team="Growth", title="Grow *now*", owner="maya").key_result("K", "o")
    company.key_result("L", "o").check_in(50, 60.0).check_in(50, 10.0, of="L")
    board = company.on(50)
    text = str(alignment_rows.outline(board, by_unit(board, ["o"]), {"maya": "Maya"}, cycles=["Q1"]))
    assert "Off track] **35 %**, expected 50 % · 1 of 2 off track · Maya · Growth" in text
    assert "teams below: **35 %**, expected 50 %" in text


def test_ten_thousand_objectives_are_quick() -> None:
    company = Company()
    for n in range(10_000):
        company.objective(f"o{n}", team=("Co", "Growth", "Brand", "Sales")[n % 4])
        if n >= 10:
            company.edge(f"o{n}", f"o{n // 10}")
    board = company.on(50)
    ids = board.objectives.index.tolist()
    start = time.perf_counter()
    lines = by_goal(board, ids)
    by_unit(board, ids)
    alignment_rows.outline(board, page_of(lines, 50, 100), {}, cycles=["Q1"])
    assert time.perf_counter() - start < 3
    assert len([line for line in lines if line.kind == "objective"]) == 10_000


def test_a_long_chain_has_no_end_of_stack() -> None:
    company = Company()
    for n in range(3_000):
        company.objective(f"o{n}")
        if n:
            company.edge(f"o{n}", f"o{n - 1}")
    board = company.on(50)
    assert by_goal(board, board.objectives.index.tolist())[-1].depth == 2_999


# The page


@pytest.fixture
def some(store: Store) -> None:
    """A running cycle: the company's objective, one that contributes to it, and one alone."""
    days = {"start": TODAY - timedelta(days=50), "end": TODAY + timedelta(days=50)}
    with store.write(Event("console", "set up")) as tx:
        tx.insert("cycles", TABLES["cycles"].row(cycle="Now", state="active", **days))
        tx.insert(
            "objectives",
            TABLES["objectives"].row(id="c", cycle="Now", team="Acme", title="Company goal"),
            TABLES["objectives"].row(id="w", cycle="Now", team="Web", title="Web goal"),
            TABLES["objectives"].row(id="x", cycle="Now", team="Growth", title="Lonely goal"),
        )
        tx.insert("alignment", TABLES["alignment"].row(child="w", parent="c"))


@pytest.mark.parametrize("part", PEOPLE)
@pytest.mark.parametrize("view", ["By goal", "By unit"])
def test_the_page_shows_both_views_to_everybody(some: None, signed_in: SignedIn, part: str, view: str) -> None:
    page = open_page(signed_in(part), "alignment", view=view)
    text = said(page)
    assert "3 of 3 objectives, 1 of them tied to no other" in text
    titles = [button.label.strip("*") for button in page.button]
    assert {"Company goal", "Web goal", "Lonely goal"} <= set(titles)
    if view == "By goal":
        assert titles.index("Web goal") == titles.index("Company goal") + 1
        assert f"**{ALONE}**" in text
    else:
        assert "**Web**" in text
        assert "→ contributes to “Company goal”" in text


def test_filters_stand_in_the_address(some: None, signed_in: SignedIn) -> None:
    page = open_page(signed_in("viewer"), "alignment", words="web")
    assert "1 of 3 objectives" in said(page)
    assert "shown for context" in said(page)
    assert "Lonely goal" not in [button.label.strip("*") for button in page.button]
    assert "None fits these filters" in said(open_page(signed_in("viewer"), "alignment", words="nothing like it"))


def test_a_depth_leaves_out_what_is_beneath(some: None, signed_in: SignedIn) -> None:
    page = open_page(signed_in("viewer"), "alignment", levels="Top only")
    assert "Web goal" not in [button.label.strip("*") for button in page.button]
    assert "1 more beneath" in said(page)


def test_a_new_company_is_told_what_comes_here(signed_in: SignedIn) -> None:
    page = open_page(signed_in("member"), "alignment")
    assert "drafts appear here once they are agreed on" in said(page)


def test_a_company_without_a_running_cycle_is_told(store: Store, some: None, signed_in: SignedIn) -> None:
    with store.write(Event("console", "later")) as tx:
        tx.update("cycles", ("Now",), {"start": TODAY + timedelta(days=5)})
    assert "No cycle runs today" in said(open_page(signed_in("member"), "alignment"))
