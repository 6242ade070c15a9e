"""Absences through their service: who enters them for whom, what is refused, and what follows from one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from okrdash.domain.columns import Row
from okrdash.domain.errors import Conflict, Forbidden, Invalid, NotFound
from okrdash.domain.tables import TABLES
from okrdash.services import absences, check_in, objectives
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.conftest import PEOPLE, SignedIn

TODAY = datetime.now(UTC).date()


def ahead(days: int) -> date:
    return TODAY + timedelta(days=days)


def absence(first: int = 5, last: int = 9, person: str = "mia", deputy: str = "") -> Row:
    return TABLES["absences"].row(person=person, start=ahead(first), end=ahead(last), deputy=deputy)


def put(store: Store, table: str, *rows: Row) -> None:
    with store.write(Event("console", "set up")) as tx:
        tx.insert(table, *rows)


def kept() -> list[tuple[str, date, date, str]]:
    return [(row["person"], row["start"], row["end"], row["deputy"]) for row in absences.rota(CONSOLE).rows]


# role: whose absences they enter. mia and leo are of Web, fay leads Growth above it, the others are of no team.
MAY = {
    "viewer": set(),
    "member": {"mia"},
    "lead": {"mia", "leo"},
    "leader": {"mia", "leo", "fay"},
    "champion": {"mia", "leo", "fay", "chris", "ada"},
    "admin": {"mia", "leo", "fay", "chris", "ada"},
}
PERSONS = [username for username, _, role in PEOPLE.values() if role != "viewer"]


@pytest.mark.parametrize("person", PERSONS)
@pytest.mark.parametrize("part", MAY)
def test_who_enters_changes_and_takes_back_whose(store: Store, signed_in: SignedIn, part: str, person: str) -> None:
    put(store, "absences", absence(20, 21, person))
    actor = signed_in(part)
    calls = (
        lambda: absences.add(actor, absence(person=person)),
        lambda: absences.change(actor, person, ahead(20), {"end": ahead(22)}),
        lambda: absences.remove(actor, person, ahead(20)),
    )
    if person in MAY[part]:
        for call in calls:
            call()
        assert kept() == [(person, ahead(5), ahead(9), "")]
    else:
        for call in calls:
            with pytest.raises(Forbidden):
                call()


@pytest.mark.parametrize("part", MAY)
def test_everybody_is_offered_those_they_may_enter(store: Store, signed_in: SignedIn, part: str) -> None:
    put(store, "absences", *(absence(person=person) for person in PERSONS))
    rota = absences.rota(signed_in(part))
    assert rota.people.keys() == MAY[part] == {row["person"] for row in rota.rows}
    assert rota.deputies.keys() == set(PERSONS)


@pytest.mark.parametrize(
    ("values", "where", "says"),
    [
        ({"end": ahead(4)}, "end", "before the first day"),
        ({"start": ahead(15), "end": ahead(2000)}, "end", "Check the year"),
        ({"end": None}, "end", "is needed"),
        ({"start": None}, "start", "is needed"),
        ({"deputy": "mia"}, "deputy", "who is away"),
        ({"deputy": "gone"}, "deputy", "cannot check in"),
        ({"deputy": "vera"}, "deputy", "cannot check in"),
        ({"deputy": "nobody"}, "deputy", "cannot check in"),
        ({"person": "nobody"}, "person", "does not exist"),
        ({"person": "gone"}, "person", "nothing is ever due"),
        ({"person": "vera"}, "person", "nothing is ever due"),
        ({"start": ahead(14), "end": ahead(20)}, "start", "overlaps the absence from"),
        ({"start": ahead(1), "end": ahead(30)}, "start", "overlaps the absence from"),
    ],
)
def test_what_is_refused(store: Store, values: dict[str, Any], where: str, says: str) -> None:
    put(store, "people", TABLES["people"].row(username="gone", name="Gone", active=False))
    put(store, "absences", absence(12, 14))
    with pytest.raises(Invalid) as fault:
        absences.add(CONSOLE, absence() | values)
    assert [problem.where for problem in fault.value.problems] == [where]
    assert says in fault.value.problems[0].message
    assert len(kept()) == 1


def test_one_that_has_begun_stays_and_changes_its_end_and_deputy_only(store: Store) -> None:
    put(store, "absences", absence(-3, 5))
    absences.change(CONSOLE, "mia", ahead(-3), {"end": ahead(-1), "deputy": "leo"})
    assert kept() == [("mia", ahead(-3), ahead(-1), "leo")]


@pytest.mark.parametrize(("first", "last", "changes"), [(-3, 5, {"start": ahead(1)}), (-9, -3, {"end": ahead(5)})])
def test_what_was_stays(store: Store, first: int, last: int, changes: dict[str, Any]) -> None:
    put(store, "absences", absence(first, last))
    with pytest.raises(Invalid):
        absences.change(CONSOLE, "mia", ahead(first), changes)
    with pytest.raises(Invalid, match="begun"):
        absences.remove(CONSOLE, "mia", ahead(first))


def test_one_to_come_moves_within_its_own_days(store: Store) -> None:
    put(store, "absences", absence(5, 9))
    absences.change(CONSOLE, "mia", ahead(5), {"start": ahead(7), "end": ahead(12)})
    assert kept() == [("mia", ahead(7), ahead(12), "")]


def test_what_others_changed_meanwhile_is_told(store: Store) -> None:
    put(store, "absences", absence())
    absences.change(CONSOLE, "mia", ahead(5), {"deputy": "leo"}, version=1)
    for call in (
        lambda: absences.change(CONSOLE, "mia", ahead(5), {"end": ahead(6)}, version=1),
        lambda: absences.remove(CONSOLE, "mia", ahead(5), version=1),
    ):
        with pytest.raises(Conflict, match="deputy is now “leo”"):
            call()
    absences.remove(CONSOLE, "mia", ahead(5), version=2)
    with pytest.raises(NotFound):
        absences.change(CONSOLE, "mia", ahead(5), {"end": ahead(6)})


def test_a_second_click_enters_it_once(store: Store) -> None:
    for _ in range(2):
        absences.add(CONSOLE, absence(), request_key="form_1")
    assert len(kept()) == 1


def test_a_deputy_neither_prolongs_nor_hands_on_the_absence(store: Store, signed_in: SignedIn) -> None:
    put(store, "absences", absence(-1, 5, person="leo", deputy="mia"))
    with pytest.raises(Forbidden):
        absences.change(signed_in("member"), "leo", ahead(-1), {"end": ahead(30)})


def test_a_lead_gives_no_deputy_the_sight_of_what_they_may_not_see(store: Store, signed_in: SignedIn) -> None:
    put(store, "cycles", TABLES["cycles"].row(cycle="Now", start=ahead(-9), end=ahead(60), state="active"))
    put(store, "teams", TABLES["teams"].row(team="Board", kind="team", parent="Acme"))
    secret = {"id": "o", "cycle": "Now", "team": "Board", "title": "Secret", "owner": "mia"}
    put(store, "objectives", TABLES["objectives"].row(**secret, visibility="confidential"))
    with pytest.raises(Invalid, match="named by who is away"):
        absences.add(signed_in("lead"), absence(0, 5, deputy="leo"))
    absences.add(signed_in("lead"), absence(0, 5))
    absences.change(signed_in("member"), "mia", TODAY, {"deputy": "leo"})
    assert objectives.objective(signed_in("lead"), "o")["title"] == "Secret"


def test_an_absence_makes_the_deputy_owe_the_check_ins(store: Store, signed_in: SignedIn) -> None:
    put(store, "cycles", TABLES["cycles"].row(cycle="Now", start=ahead(-9), end=ahead(60), state="active"))
    put(store, "objectives", TABLES["objectives"].row(id="o", cycle="Now", team="Web", title="Grow", owner="mia"))
    put(store, "key_results", TABLES["key_results"].row(id="k", objective="o", title="K", kind="baseline"))
    absences.add(signed_in("member"), absence(0, 5, deputy="fay"))
    assert check_in.board_to_check(signed_in("member")).key_results.at["k", "owes"] == "fay"
    assert absences.away(signed_in("leader"), "mia", ahead(3), ahead(9))[0]["deputy"] == "fay"
