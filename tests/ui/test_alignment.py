"""Alignment: in which order objectives stand under which, and the page that shows it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from okrdash.domain.tables import TABLES
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from okrdash.ui.alignment_lines import ALONE, Line, by_goal, by_unit, in_a_row, shared_with, standing_alone
from okrdash.ui.alignment_nodes import csv_of, nodes
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
        texts.append("  " * line.depth + text)
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


def ordered() -> Company:
    """Three objectives at half time: a is far ahead, b a bit behind, c the farthest behind and the longest silent."""
    company = goals(a="Growth", b="Brand", c="Sales")
    for n, (identifier, value, day) in enumerate((("a", 90.0, 50), ("b", 40.0, 48), ("c", 5.0, 20))):
        company.key_result(f"K{n}", identifier, owner=("maya", "omar", "carl")[n]).check_in(day, value, of=f"K{n}")
    return company


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("", "abc"),
        ("behind", "cba"),
        ("status", "cba"),
        ("least", "cba"),
        ("most", "abc"),
        ("stale", "cba"),
        ("title", "abc"),
    ],
)
def test_orders(order: str, expected: str) -> None:
    assert "".join(line.name for line in in_a_row(ordered().on(50), "abc", order)) == expected


def test_an_order_holds_among_those_side_by_side() -> None:
    company = ordered().objective("top", team="Co").edge("a", "top").edge("c", "top")
    assert drawn(by_goal(company.on(50), ["top", "a", "c"], "behind")) == ["top", "  c", "  a"]


def test_owners_are_ordered_by_their_names() -> None:
    company = goals(a="Growth", b="Brand")
    company.rows["objectives"][0]["owner"], company.rows["objectives"][1]["owner"] = "maya", "omar"
    lines = in_a_row(company.on(50), "ab", "owner", {"maya": "Zoe", "omar": "Ada"})
    assert [line.name for line in lines] == ["b", "a"]


def test_teams_that_share_an_objective_are_named() -> None:
    company = Company().objective("o", team="Growth")
    company.key_result("K", "o", team="Sales").key_result("L", "o").key_result("M", "o", team="Brand")
    assert shared_with(company.on(50), ["o"]) == {"o": ["Sales", "Brand"]}


@pytest.fixture
def grown() -> Company:
    """An objective of two key results, one of them off track and long silent, that contributes to two others."""
    company = Company().objective("c", team="Co", title="First").objective("d", team="Co", title="Second")
    company.objective("o", team="Growth", title="Grow *now*\n\u202eso", owner="maya").edge("o", "c").edge("o", "d")
    company.key_result("K", "o").key_result("L", "o", team="Sales").check_in(50, 60.0)
    return company.check_in(30, 10.0, of="L")


def test_the_table_and_the_map_are_told_every_figure_in_words(grown: Company) -> None:
    board = grown.on(50)
    lines = by_goal(board, ["o"])
    told = json.loads(nodes(board, lines, {"maya": "Maya"}, teams=True))
    at = told["id"].index("o")
    assert (told["kind"], told["depth"], told["context"]) == ("ooom", [0, 1, 0, 1], [0, 2])
    assert told["title"][at] == "Grow *now* so"
    assert (told["progress"][at], told["expected"][at]) == (35, 50)
    said = {
        name: told[name]["words"][told[name]["at"][at]] for name in ("status", "results", "updates", "owner", "about")
    }
    assert said == {
        "status": "off track",
        "results": "1 of 2 off track",
        "updates": "1 of 2 overdue, updated 20 Feb 2026",
        "owner": "Maya",
        "about": "Growth · with Sales",
    }
    assert [told["goals"][n] for n in told["parents"][at]] == ["First", "Second"]


def test_a_unit_has_its_own_figures_and_those_of_the_teams_below_apart(grown: Company) -> None:
    board = grown.on(50)
    told = json.loads(nodes(board, by_unit(board, ["o"]), {}, teams=False))
    figures = {told["id"][int(n)]: rows for n, rows in told["figures"].items()}
    assert figures["Growth"] == [["", ["on track", 60, 50, "1 of 1 off track"], ["", None, None, ""]]]
    assert figures["Marketing"] == [["", ["", None, None, ""], ["on track", 60, 50, "1 of 1 off track"]]]


def test_the_file_holds_what_the_table_shows_and_no_formula(grown: Company) -> None:
    grown.rows["objectives"][0]["title"] = "=1+1"
    board = grown.on(50)
    rows = list(csv.DictReader(io.StringIO(csv_of(board, by_unit(board, ["c", "o"]), {}).decode("utf-8-sig"))))
    assert [(row["Level"], row["Kind"], row["Title"]) for row in rows] == [
        *(("1", "company", "Co"), ("2", "objective", "'=1+1"), ("2", "function", "Marketing"), ("3", "team", "Growth")),
        ("4", "objective", "Grow *now* so"),
    ]
    assert (rows[-1]["Progress %"], rows[-1]["Expected %"], rows[-1]["Contributes to"]) == ("35", "50", "'=1+1; Second")
    assert (rows[2]["Teams below: progress %"], rows[2]["Updates"]) == ("60", "")


def test_the_file_tells_how_many_updates_of_a_unit_are_overdue(grown: Company) -> None:
    board = grown.on(80)
    rows = list(csv.DictReader(io.StringIO(csv_of(board, by_unit(board, ["c", "o"]), {}).decode("utf-8-sig"))))
    late = [row["Updates"] for row in rows if row["Kind"] != "objective"]
    assert late == ["2 of 2 overdue", "1 of 1 overdue", "1 of 1 overdue"]


def test_ten_thousand_objectives_are_sent_in_less_than_two_megabytes() -> None:
    company = Company()
    for n in range(10_000):
        company.objective(f"o{n}", team=("Co", "Growth", "Brand", "Sales")[n % 4])
        if n >= 10:
            company.edge(f"o{n}", f"o{n // 10}")
    board = company.on(50)
    ids = board.objectives.index.tolist()
    lines = by_goal(board, ids)
    sent = nodes(board, lines, {}, teams=True)
    assert len(sent) < 2_000_000
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
def test_the_page_shows_the_company_to_everybody(some: None, signed_in: SignedIn, part: str) -> None:
    text = said(open_page(signed_in(part), "alignment"))
    assert "3 of 3 objectives" in text
    assert "1 of them tied to no other" in text
    assert '["Acme","c","Growth","x","Web","w"]' in text


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ({"by": "By goal"}, '["c","w","Stands alone","x"]'),
        ({"by": "In a row", "order": "Title, A to Z"}, '["c","x","w"]'),
        ({"view": "Map"}, '["c","w","Stands alone","x"]'),
        ({"words": "web"}, '["Acme","Growth","Web","w"]'),
        ({"view": "Map", "words": "web"}, '["c","w"]'),
        ({"ambition": "Committed", "team": "Web"}, '["Acme","Growth","Web","w"]'),
    ],
)
def test_views_and_filters_stand_in_the_address(
    some: None, signed_in: SignedIn, query: dict[str, str], lines: str
) -> None:
    assert f'"id":{lines}' in said(open_page(signed_in("viewer"), "alignment", **query))


def test_no_hit_is_told(some: None, signed_in: SignedIn) -> None:
    assert "None fits these filters" in said(open_page(signed_in("viewer"), "alignment", words="nothing like it"))


def test_what_is_wrong_is_a_view(some: None, signed_in: SignedIn) -> None:
    page = open_page(signed_in("viewer"), "alignment", view="What is wrong")
    assert "Lonely goal" in "\n".join([said(page), *(button.label for button in page.button)])


@pytest.mark.parametrize(("asked", "told"), [("w", False), ("gone", True)])
def test_a_link_to_what_is_not_shown_is_told(some: None, signed_in: SignedIn, asked: str, told: bool) -> None:
    page = open_page(signed_in("viewer"), "alignment", objective=asked)
    assert ("is not among those" in said(page)) is told


def test_a_new_company_is_told_what_comes_here(signed_in: SignedIn) -> None:
    page = open_page(signed_in("member"), "alignment")
    assert "drafts appear here once they are agreed on" in said(page)


def test_a_company_without_a_running_cycle_is_told(store: Store, some: None, signed_in: SignedIn) -> None:
    with store.write(Event("console", "later")) as tx:
        tx.update("cycles", ("Now",), {"start": TODAY + timedelta(days=5)})
    assert "No cycle runs today" in said(open_page(signed_in("member"), "alignment"))
