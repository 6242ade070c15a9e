"""The event log: what is found of it, by whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from okrdash.domain.errors import Forbidden
from okrdash.domain.tables import TABLES
from okrdash.services import anonymising, event_log, organisation
from okrdash.services.event_log import Sought
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store
from tests.conftest import SignedIn
from tests.services.small import TODAY, add, check_in, moment, quarter


@pytest.fixture
def log(store: Store, signed_in: SignedIn) -> None:
    quarter(visibility="confidential")
    check_in("c1", 3, 40.0)
    ada = signed_in("admin")
    organisation.edit_person(ada, "mia", {"role": "champion"})
    organisation.set_membership(ada, "vera", "Web")
    organisation.edit_team(ada, "Web", {"description": "Pages at 100 %"})


@pytest.mark.parametrize(
    ("sought", "actions"),
    [
        (Sought(), ["edit team", "change membership", "edit person", "import", "import", "set up"]),
        (Sought(who="ada"), ["edit team", "change membership", "edit person"]),
        (Sought(action="import", table="check_ins"), ["import"]),
        (Sought(table="memberships"), ["change membership", "set up"]),
        (Sought(thing="vera"), ["change membership", "set up"]),
        (Sought(words="CHAMPION mia"), ["edit person"]),
        (Sought(words="100 %"), ["edit team"]),
        (Sought(words="be found"), ["import"]),
        (Sought(first=TODAY - timedelta(days=1), last=date.max, words="pages"), ["edit team"]),
        (Sought(last=TODAY - timedelta(days=2)), []),
        (Sought(words="'; DROP TABLE events; --"), []),
    ],
)
def test_what_is_sought_is_found(log: None, signed_in: SignedIn, sought: Sought, actions: list[str]) -> None:
    found = event_log.page(signed_in("champion"), sought)
    assert [one.action for one in found.writes] == actions
    assert found.total == len(actions)
    assert len(event_log.everything(CONSOLE, sought)) == sum(one.count for one in found.writes)


def test_a_write_of_many_rows_is_one_with_its_count(log: None) -> None:
    add(people=[{"username": f"u{n}", "name": f"U {n}"} for n in range(40)])
    newest = event_log.page(CONSOLE).writes[0]
    assert (newest.count, len(newest.changes)) == (40, event_log.FEW)
    assert event_log.page(CONSOLE, number=99).writes == ()


def test_what_changes_are_about_has_its_title(log: None) -> None:
    found = event_log.page(CONSOLE, Sought(table="check_ins"))
    assert found.titles[found.about["c1"]] == "More"


def test_what_nobody_can_read_is_passed_over(log: None, store: Store) -> None:
    odd = {"revision": 999, "happened_at": moment(1), "actor": "them", "action": "odd"}
    told = [
        ("wishes", "1", "{}"),
        ("people", "x", "no JSON"),
        ("memberships", "[", ""),
        ("people", "y", '{"shoe": 44}'),
    ]
    with store.write(None) as tx:
        rows = [odd | {"number": n, "table": t, "row": r, "after": a} for n, (t, r, a) in enumerate(told)]
        tx.restore_events([TABLES["events"].row(**row) for row in rows])
    [written] = event_log.page(CONSOLE, Sought(who="them")).writes
    assert written.count == 4
    organisation.edit_person(CONSOLE, "vera", {"active": False})
    assert anonymising.anonymise(CONSOLE, "vera", "vera")


@pytest.mark.parametrize("part", ["viewer", "lead", "leader"])
def test_others_read_nothing(log: None, signed_in: SignedIn, part: str) -> None:
    for ask in (event_log.page, event_log.everything, event_log.choices):
        with pytest.raises(Forbidden):
            ask(signed_in(part))
