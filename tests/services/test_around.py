"""What is new around a person: of what is theirs, above it, beneath it, and what needs something from their teams."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from okrdash.domain.errors import Forbidden
from okrdash.services import around, blockers, celebrations, check_in, comments, key_results, objectives
from okrdash.services.check_in import Entry
from okrdash.services.people import Actor
from okrdash.services.sessions import start_session
from okrdash.store.store import Store
from tests.conftest import SignedIn
from tests.services import small

YESTERDAY = small.moment(1)


def news(actor: Actor, since: datetime = YESTERDAY, told: tuple[str, ...] = ()) -> list[tuple[str, str, list[Any]]]:
    """Of each objective its relation and what is new, as kind and about."""
    found = around.around(actor, check_in.board_to_check(actor), since, told=told)
    return [(one.objective, one.relation, [(n.kind, n.about) for n in one.news]) for one in found]


@pytest.fixture(autouse=True)
def okrs(store: Store) -> None:
    """The quarter of `small`, and under mia's objective one of the shop's; D of the shop needs something from Web."""
    small.quarter()
    small.add(
        teams=[{"team": "Shop", "kind": "team", "parent": "Growth"}],
        people=[{"username": "sam", "name": "Sam"}],
        memberships=[{"person": "sam", "team": "Shop"}],
        objectives=[
            {"id": "U", "cycle": "Q", "team": "Shop", "title": "Under", "owner": "sam"},
            {"id": "E", "cycle": "Q", "team": "Shop", "title": "Elsewhere", "owner": "sam"},
        ],
        key_results=[
            {"id": "KP", "objective": "P", "title": "Above", "kind": "baseline"},
            {"id": "KU", "objective": "U", "title": "Beneath", "kind": "baseline"},
            {"id": "KE", "objective": "E", "title": "Beside", "kind": "baseline"},
            {"id": "D", "objective": "E", "title": "Needy", "kind": "baseline"},
        ],
        alignment=[{"child": "U", "parent": "O"}],
        dependencies=[{"id": "d", "key_result": "D", "from_team": "Shop", "to_team": "Web", "need": "Help"}],
    )


def test_a_check_in_is_news_to_those_around(signed_in: SignedIn) -> None:
    champion = signed_in("champion")
    for key_result in ("K", "KP", "KU", "KE", "D"):
        check_in.check_in(champion, [Entry(key_result, value=5.0)])
    assert news(signed_in("member")) == [
        ("E", "depends on your teams", [("check-in", "D")]),
        ("U", "contributes to yours", [("check-in", "KU")]),
        ("P", "yours contributes to it", [("check-in", "KP")]),
        ("O", "yours", [("check-in", "K")]),
    ]
    assert {one for one, _, _ in news(signed_in("leader"))} == {"P", "O"}
    assert {one for one, _, _ in news(start_session("sam"))} == {"E", "U", "O", "P"}
    assert news(signed_in("viewer")) == []
    assert news(champion) == []


def test_of_several_the_newest_stands_for_all(signed_in: SignedIn) -> None:
    small.check_in("c1", 9, 10.0)
    leo = signed_in("lead")
    for value in (20.0, 30.0):
        check_in.check_in(leo, [Entry("K", value=value)])
    mia = signed_in("member")
    [group] = around.around(mia, check_in.board_to_check(mia), YESTERDAY)
    [one] = group.news
    assert (one.author, one.was, one.row and one.row["value"]) == ("leo", 10.0, 30.0)


def test_it_is_news_since_then_by_others_and_not_told_elsewhere(signed_in: SignedIn) -> None:
    mia, leo = signed_in("member"), signed_in("lead")
    check_in.check_in(mia, [Entry("K", value=5.0)])
    comments.comment(mia, "K", "Mine")
    said = comments.comment(leo, "K", "Yours?")
    assert news(mia) == [("O", "yours", [("comment", "K")])]
    assert news(mia, told=(said,)) == []
    assert news(mia, datetime.now() + timedelta(days=1)) == []


def test_what_was_changed_and_why(signed_in: SignedIn) -> None:
    mia, leo = signed_in("member"), signed_in("lead")
    key_results.edit_key_result(leo, "K", {"target": 60.0}, version=1, reason="Half the people left")
    [group] = around.around(mia, check_in.board_to_check(mia), YESTERDAY)
    [one] = group.news
    assert one.change is not None
    assert (one.change.before, one.change.after, one.change.reason) == (
        {"target": 100.0},
        {"target": 60.0},
        "Half the people left",
    )


def test_what_was_dropped_is_told_though_it_is_gone(signed_in: SignedIn) -> None:
    for one in ("U", "E"):
        objectives.drop_objective(signed_in("leader"), one, "No time", version=1)
    assert [(one, relation) for one, relation, _ in news(signed_in("member"))] == [("U", "contributes to yours")]


def test_a_cleared_blocker_and_thanks_are_told(signed_in: SignedIn) -> None:
    small.check_in("c1", 6, 10.0, blocker="No budget", helper="Leo Lead")
    leo = signed_in("lead")
    blockers.clear(leo, "c1")
    comments.thank(leo, "O", "Well done")
    assert news(signed_in("member")) == [("O", "yours", [("thanks", "O"), ("cleared", "K")])]


def test_nothing_confidential_is_told(signed_in: SignedIn) -> None:
    hidden = {"visibility": "confidential", "owner": "sam"}
    small.add(
        objectives=[
            {"id": "S", "cycle": "Q", "team": "Shop", "title": "Secret"} | hidden,
            {"id": "X", "cycle": "Q", "team": "Shop", "title": "Gone", "state": "dropped"} | hidden,
        ],
        key_results=[{"id": "KS", "objective": "S", "also": "O", "title": "Secret", "kind": "baseline"}],
        alignment=[{"child": "S", "parent": "O"}, {"child": "X", "parent": "O"}],
        dependencies=[{"id": "ds", "key_result": "KS", "from_team": "Shop", "to_team": "Web", "need": "Help"}],
    )
    champion = signed_in("champion")
    check_in.check_in(champion, [Entry("KS", value=5.0)])
    comments.comment(champion, "KS", "Psst")
    comments.thank(champion, "S", "Psst")
    objectives.drop_objective(champion, "S", "Psst", version=1)
    assert news(signed_in("member")) == []
    assert news(start_session("sam")) != []


def test_who_is_signed_out_hears_nothing(signed_in: SignedIn) -> None:
    board = check_in.board_to_check(signed_in("member"))
    with pytest.raises(Forbidden):
        around.around(Actor("mia", "gone"), board, YESTERDAY)


def cheers(actor: Actor) -> tuple[list[tuple[str, bool]], list[str]]:
    found = celebrations.celebrated(actor, check_in.board_to_check(actor))
    return [(one.key_result, one.kept) for one in found.gone_well], [row["text"] for row in found.kudos]


def test_what_went_well_is_celebrated_with_the_team(signed_in: SignedIn) -> None:
    small.add(
        key_results=[{"id": "G", "objective": "O", "title": "Quick", "kind": "maintain", "upper": 2.0}],
    )
    small.check_in("g1", 20, 3.0, key_result="G")
    small.check_in("g2", 6, 1.0, key_result="G")
    small.check_in("c1", 20, 30.0)
    small.check_in("c2", 5, 100.0)
    comments.thank(signed_in("leader"), "K", "Splendid")
    comments.thank(signed_in("member"), "O", "Thank you, too")
    well = [("K", False), ("G", True)]
    assert cheers(signed_in("member")) == (well, ["Splendid"])
    assert cheers(signed_in("lead")) == (well, ["Thank you, too", "Splendid"])
    assert cheers(signed_in("leader")) == (well, ["Thank you, too"])
    assert cheers(start_session("sam"))[0] == []


def test_after_two_weeks_the_party_is_over(signed_in: SignedIn) -> None:
    small.check_in("c1", 15, 100.0)
    small.add(kudos=[{"id": "u", "about": "K", "author": "leo", "entered_at": small.moment(15), "text": "Splendid"}])
    assert cheers(signed_in("member")) == ([], [])
