"""Mending the tree: what each mend does, who is refused and why, and taking it back."""

from __future__ import annotations

from typing import Any

import pytest

from okrdash.domain.errors import Conflict, Forbidden, Invalid, NotFound
from okrdash.services import company, history, key_results, objectives, overview, tree, undo
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store
from tests.conftest import SignedIn
from tests.services import small


@pytest.fixture(autouse=True)
def okrs(store: Store) -> None:
    """O of Web under P of Growth; C is the company's, L stands alone, and N of Growth says with K2 what K says."""
    small.quarter()
    small.add(
        objectives=[
            {"id": "C", "cycle": "Q", "team": "Acme", "title": "Be the first choice"},
            {"id": "L", "cycle": "Q", "team": "Web", "title": "Move house"},
            {"id": "N", "cycle": "Q", "team": "Growth", "title": "Be read"},
        ],
        key_results=[
            {"id": "K2", "objective": "N", "title": "More", "kind": "increase", "baseline": 0.0, "target": 100.0}
        ],
        alignment=[{"child": "L", "parent": "K2"}],
        stands_alone=[{"objective": "N", "reason": "Nobody asked for it"}],
        dependencies=[{"id": "d", "key_result": "K2", "from_team": "Growth", "to_team": "Web", "need": "Readers"}],
    )
    small.check_in("c1", 6, 10.0)


def standing() -> tuple[Any, ...]:
    """What a mend can change, and who is called because of it."""
    with company.company().read() as reader:
        rows = [reader.table(name) for name in ("objectives", "key_results")]
        # A tie that comes back may come back at another place.
        keyed = [{tuple(row.values()) for row in reader.table(name)} for name in ("alignment", "stands_alone")]
        return *rows, *keyed, reader.rows("SELECT username FROM messages")


def edges() -> set[tuple[str, str]]:
    with company.company().read() as reader:
        return {(row["child"], row["parent"]) for row in reader.table("alignment")}


def kinds(objective: str) -> list[str]:
    board = overview.board(CONSOLE)
    return [fault.kind for fault in tree.faults(CONSOLE, board) if fault.objective == objective]


MENDS = {
    "align": lambda a: objectives.align(a, "O", "C", "N"),
    "align what stood alone": lambda a: objectives.align(a, "N", "C"),
    "align instead": lambda a: objectives.align(a, "L", "C", instead_of="N"),
    "unalign": lambda a: objectives.unalign(a, "O", "P"),
    "stand alone": lambda a: tree.stand_alone(a, "C", "It is the top"),
    "say anew why": lambda a: tree.stand_alone(a, "N", "It is a debt"),
    "stand alone no more": lambda a: tree.stand_alone_no_more(a, "N"),
    "make it one": lambda a: tree.make_one(a, "K2", "K"),
}


def test_a_mend_is_done_once_and_can_be_taken_back(signed_in: SignedIn) -> None:
    chris, before = signed_in("champion"), standing()
    for name, mend in MENDS.items():
        revision = mend(chris)
        assert standing() != before, name
        with company.company().read() as reader:
            assert reader.revision() == revision, name
        undo.undo(chris, revision)
        assert standing() == before, name


def test_ties_are_made_all_or_none_and_a_circle_is_refused_with_its_path() -> None:
    before = edges()
    with pytest.raises(Invalid, match="“Be found” → “Grow” already leads back"):
        objectives.align(CONSOLE, "P", "C", "O")
    assert edges() == before


def test_who_contributes_stands_alone_no_more_and_cannot_say_so() -> None:
    assert tree.why_alone(CONSOLE, "N") == "Nobody asked for it"
    objectives.align(CONSOLE, "N", "C", kind="related")
    assert tree.why_alone(CONSOLE, "N") == "Nobody asked for it"
    objectives.align(CONSOLE, "N", "C")
    assert tree.why_alone(CONSOLE, "N") == ""
    with pytest.raises(Invalid, match="contributes to “Be the first choice”"):
        tree.stand_alone(CONSOLE, "N", "Nobody asked for it")
    with pytest.raises(Invalid, match="reason: is missing"):
        tree.stand_alone(CONSOLE, "C", "  ")
    [told] = [row for row in history.changes(CONSOLE, "N") if row.table == "stands_alone" and not row.after]
    assert told.action == "align"


def test_an_undo_that_would_close_a_circle_or_contradict_itself_is_refused(signed_in: SignedIn) -> None:
    chris = signed_in("champion")
    untied, freed = objectives.unalign(chris, "O", "P"), tree.stand_alone_no_more(chris, "N")
    objectives.align(CONSOLE, "P", "O")
    objectives.align(CONSOLE, "N", "C")
    for revision in (untied, freed):
        with pytest.raises(Conflict, match="cannot be taken back any more"):
            undo.undo(chris, revision)


def test_of_two_key_results_one_stands_under_both_and_the_other_is_dropped() -> None:
    assert "written twice" in kinds("N")
    touched = tree.touched_by_one(CONSOLE, "K", "K2")
    assert (touched.check_ins, touched.under, touched.tied) == (1, ("Be found",), ())
    assert tree.touched_by_one(CONSOLE, "K2", "K").tied == ("Move house",)
    tree.make_one(CONSOLE, "K2", "K")
    kept, dropped = (key_results.key_result(CONSOLE, one) for one in ("K", "K2"))
    assert (kept["also"], kept["state"], dropped["state"]) == ("N", "active", "dropped")
    assert edges() == {("O", "P"), ("L", "N")}
    [told] = [row for row in history.changes(CONSOLE, "N") if row.after.get("state") == "dropped"]
    assert told.reason == "One with “More” of Web"
    with pytest.raises(Invalid, match="dropped meanwhile"):
        tree.make_one(CONSOLE, "K2", "K")
    assert "written twice" not in kinds("N")


def test_both_must_be_theirs_to_change(signed_in: SignedIn) -> None:
    before = standing()
    with pytest.raises(Forbidden):
        tree.make_one(signed_in("lead"), "K2", "K")  # he leads Web alone
    assert standing() == before
    tree.make_one(signed_in("leader"), "K2", "K")


def test_a_key_result_of_something_confidential_does_not_stand_elsewhere_too() -> None:
    objectives.edit_objective(CONSOLE, "O", {"visibility": "confidential"}, version=1)
    with pytest.raises(Invalid, match="confidential"):
        tree.make_one(CONSOLE, "K2", "K")
    tree.make_one(CONSOLE, "K", "K2")


def test_a_parent_that_was_dropped_is_told_to_who_may_know_of_it(signed_in: SignedIn) -> None:
    small.add(
        objectives=[
            {"id": "S", "cycle": "Q", "team": "Growth", "title": "Secret", "visibility": "confidential"},
            {"id": "D", "cycle": "Q", "team": "Growth", "title": "Draft", "state": "draft"},
            {"id": "T", "cycle": "Q", "team": "Web", "title": "Tied to a draft"},
        ],
        alignment=[{"child": "C", "parent": "S"}, {"child": "T", "parent": "D"}],
    )
    objectives.drop_objective(CONSOLE, "P", "no", version=1)
    objectives.drop_objective(CONSOLE, "S", "no", version=1)
    key_results.drop_key_result(CONSOLE, "K2", "no", version=1)
    board = overview.board(CONSOLE)
    found = {part: tree.faults(signed_in(part), board) for part in ("viewer", "leader")}
    gone = {part: [(f.objective, f.parent) for f in every if f.kind == "parent gone"] for part, every in found.items()}
    assert gone == {"viewer": [("O", "P"), ("L", "K2")], "leader": [("O", "P"), ("C", "S"), ("L", "K2")]}
    assert "unaligned" not in kinds("T")


def test_whom_to_ask_are_the_leads_or_the_nearest_above(signed_in: SignedIn) -> None:
    assert tree.leads(signed_in("viewer"), ["Web", "Growth", "Acme"]) == {
        "Web": ["leo"],
        "Growth": ["fay"],
        "Acme": ["chris"],
    }


def test_what_is_not_there_is_not_mended() -> None:
    for call in (tree.why_alone, lambda a, o: tree.stand_alone(a, o, "x"), tree.stand_alone_no_more):
        with pytest.raises(NotFound):
            call(CONSOLE, "nowhere")
