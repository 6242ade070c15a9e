"""Importing, all or nothing, and what an import leaves open until somebody has said whose it is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from okrdash.domain.columns import Row
from okrdash.domain.errors import Forbidden, Invalid
from okrdash.domain.tables import TABLES
from okrdash.services import exchange, open_points, organisation, overview, sessions
from okrdash.services.exchange import Note
from okrdash.services.people import CONSOLE, Actor
from okrdash.store.store import Store
from okrdash.transfer.importing import Options, carry_out, plan_import

TODAY = date.today()
OUTLINE = b"""# OKRs
## Acme
- OBJECTIVE: Grow
  - KR: Reach 500 weekly teams
## Growth
- OBJECTIVE: Be found
  - KR: From 40 to 100 sign-ups
  - KR: A source of truth
"""


@pytest.fixture
def imported(store: Store) -> list[Row]:
    """The key results of an outline that was imported into the small company."""
    quarter = Options("Now", TODAY - timedelta(days=50), TODAY + timedelta(days=50))
    plan = plan_import(CONSOLE, [("okrs.md", OUTLINE)], quarter)
    assert plan.problems == []
    carry_out(CONSOLE, plan)
    with store.read() as reader:
        return reader.table("key_results")


def by_words(rows: list[Row], words: str) -> str:
    return next(str(row["id"]) for row in rows if words in row["title"])


def as_(username: str) -> Actor:
    return sessions.start_session(username)


def test_an_import_is_one_event(imported: list[Row], store: Store) -> None:
    with store.read() as reader:
        assert reader.rows("SELECT DISTINCT action FROM events ORDER BY action") == [
            {"action": "import"},
            {"action": "set up"},
        ]


@pytest.mark.parametrize(("username", "may"), [("vera", False), ("mia", False), ("fay", False), ("chris", True)])
def test_who_may_import(store: Store, username: str, may: bool) -> None:
    rows = {"cycles": [TABLES["cycles"].row(cycle="Q", start=TODAY, end=TODAY + timedelta(days=9), state="active")]}
    if may:
        assert exchange.import_rows(as_(username), rows)["cycles"].created == 1
    else:
        with pytest.raises(Forbidden):
            exchange.import_rows(as_(username), rows)


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("people", TABLES["people"].row(username="chris", name="Chris", role="admin")),
        ("settings", TABLES["settings"].row(name="overdue_after", value="50")),
    ],
)
def test_a_champion_imports_neither_people_nor_settings(store: Store, table: str, row: Row) -> None:
    with pytest.raises(Forbidden, match="only an admin"):
        exchange.import_rows(as_("chris"), {table: [row]})


def test_rows_that_contradict_each_other_are_refused_by_the_service_too(store: Store) -> None:
    with pytest.raises(Invalid, match="nowhere"):
        exchange.import_rows(CONSOLE, {"memberships": [TABLES["memberships"].row(person="mia", team="nowhere")]})


def test_a_plan_made_before_somebody_changed_something_is_refused(store: Store) -> None:
    quarter = Options("Now", TODAY - timedelta(days=50), TODAY + timedelta(days=50))
    plan = plan_import(CONSOLE, [("okrs.md", OUTLINE)], quarter)
    organisation.add_team(CONSOLE, {"team": "Sales", "kind": "function", "parent": "Acme"})
    with pytest.raises(Invalid, match="since the preview"):
        carry_out(CONSOLE, plan)


@pytest.mark.parametrize(
    ("name", "data"),
    [("okrs.md", b"\xff\xfe\x00"), ("okrs.zip", b"PK no zip"), ("okrs.json", b"{"), ("teams.csv", b"\0\1\2")],
)
def test_a_file_that_cannot_be_read_is_named(store: Store, name: str, data: bytes) -> None:
    plan = plan_import(CONSOLE, [(name, data)])
    assert [problem.where.startswith(name) for problem in plan.problems] == [True] * len(plan.problems)
    assert plan.problems


def test_what_has_no_owner_or_number_is_open(imported: list[Row]) -> None:
    points = {p.row["title"]: p.missing for p in open_points.open_points(CONSOLE)}
    assert points == {
        "Reach 500 weekly teams": ("owner",),
        "From 40 to 100 sign-ups": ("owner",),
        "A source of truth": ("owner", "number"),
    }


def test_the_open_points_of_a_unit_are_those_at_and_below_it(imported: list[Row]) -> None:
    titles = [p.row["title"] for p in open_points.open_points(CONSOLE, "Growth")]
    assert titles == ["From 40 to 100 sign-ups", "A source of truth"]


def test_a_member_claims_what_their_function_carries_and_gives_its_number(imported: list[Row]) -> None:
    mia, source = as_("mia"), by_words(imported, "source")
    assert open_points.claim(mia, {source: {"kind": "increase", "baseline": 0, "target": 20, "unit": "teams"}}) == 1
    row = overview.board(mia).key_results.loc[source]
    assert (row["accountable"], row["kind"], row["target"]) == ("mia", "increase", 20)


def test_a_number_that_was_guessed_can_be_put_right_by_who_claims_it(imported: list[Row]) -> None:
    fay, teams = as_("fay"), by_words(imported, "500")
    organisation.set_membership(CONSOLE, "fay", "Acme")
    open_points.claim(fay, {teams: {"baseline": 320}})  # the document did not say from where
    assert overview.board(fay).key_results.loc[teams, "baseline"] == 320


def test_what_is_over_is_no_open_point(imported: list[Row]) -> None:
    past = {"start": TODAY - timedelta(days=90), "end": TODAY - timedelta(days=1)}
    organisation.edit_cycle(CONSOLE, "Now", past, reason="it ended")
    assert open_points.open_points(CONSOLE) == []


@pytest.mark.parametrize(
    ("words", "values", "says"),
    [
        ("sign-ups", {"target": 50}, "set already"),
        ("source", {"kind": "increase", "baseline": 5, "target": 5}, "5"),
        ("source", {"owner": "fay"}, "set already"),
    ],
    ids=["a number that is there", "baseline and target alike", "for somebody else"],
)
def test_a_claim_fills_in_only_what_is_missing(
    imported: list[Row], words: str, values: dict[str, object], says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        open_points.claim(as_("mia"), {by_words(imported, words): values})


def test_a_claim_is_all_or_nothing(imported: list[Row]) -> None:
    mia = as_("mia")
    good, bad = by_words(imported, "sign-ups"), by_words(imported, "source")
    with pytest.raises(Invalid) as refused:
        open_points.claim(mia, {good: {}, bad: {"kind": "decrease", "baseline": 1, "target": 2}})
    assert refused.value.problems[0].where.startswith(bad)
    assert overview.board(mia).key_results.loc[good, "own_owner"] == ""


@pytest.mark.parametrize("username", ["vera", "mia"])
def test_nobody_claims_what_their_teams_do_not_carry(imported: list[Row], username: str) -> None:
    with pytest.raises(Forbidden):
        open_points.claim(as_(username), {by_words(imported, "500"): {}})


def test_what_somebody_took_meanwhile_stays_theirs(imported: list[Row]) -> None:
    one = by_words(imported, "sign-ups")
    open_points.claim(as_("leo"), {one: {}})
    with pytest.raises(Invalid, match="leo has taken it"):
        open_points.claim(as_("mia"), {one: {}})


def test_many_open_points_are_settled_at_once(imported: list[Row]) -> None:
    changes = {
        by_words(imported, "500"): {"owner": "ada"},
        by_words(imported, "sign-ups"): {"owner": "fay", "due": TODAY + timedelta(days=20)},
        by_words(imported, "source"): {"owner": "mia", "kind": "maintain", "lower": 95, "unit": "%"},
    }
    assert open_points.settle(as_("chris"), changes) == 3
    assert open_points.open_points(CONSOLE) == []


def test_right_as_it_is_takes_the_notes_off_the_list(imported: list[Row]) -> None:
    with_note = by_words(imported, "500")
    open_points.settle(CONSOLE, {with_note: {"owner": "ada"}})
    assert with_note not in [p.row["id"] for p in open_points.open_points(CONSOLE)]


def test_a_problem_names_the_key_result_and_the_field(imported: list[Row]) -> None:
    bad = by_words(imported, "source")
    with pytest.raises(Invalid) as refused:
        open_points.settle(CONSOLE, {bad: {"owner": "nobody"}})
    assert [p.where for p in refused.value.problems] == [f"{bad} owner"]


def test_only_who_decides_settles(imported: list[Row]) -> None:
    with pytest.raises(Forbidden):
        open_points.settle(as_("mia"), {by_words(imported, "source"): {"owner": "mia"}})


def test_a_confidential_key_result_is_no_open_point_of_others(imported: list[Row], store: Store) -> None:
    with store.read() as reader:
        rows = reader.table("objectives")
    hidden = [row | {"visibility": "confidential"} for row in rows if row["title"] == "Be found"]
    exchange.import_rows(CONSOLE, {"objectives": hidden})
    organisation.add_person(CONSOLE, {"username": "out", "name": "Outsider"})
    seen = {name: len(open_points.open_points(as_(name))) for name in ("out", "mia", "chris")}
    assert seen == {"out": 1, "mia": 3, "chris": 3}


def test_a_note_outlives_the_import(imported: list[Row], tmp_path: Path) -> None:
    one = by_words(imported, "sign-ups")
    exchange.import_rows(CONSOLE, {}, notes=[Note(one, "due", "Two days could be meant; the first was taken.")])
    (point,) = [p for p in open_points.open_points(CONSOLE) if p.row["id"] == one]
    assert "Two days could be meant; the first was taken." in point.notes
