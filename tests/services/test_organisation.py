"""People, teams, cycles and settings through their service: who may, what is refused, what a change reaches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from okrdash.domain.columns import Row
from okrdash.domain.errors import Conflict, Forbidden, Invalid, NotFound
from okrdash.domain.tables import TABLES
from okrdash.services import organisation, sessions, sign_in
from okrdash.services.company import company
from okrdash.services.people import CONSOLE, Actor, person_of
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.conftest import SignedIn

TODAY = datetime.now(UTC).date()
NOW: dict[str, Any] = {
    "cycle": "Now",
    "start": TODAY - timedelta(days=40),
    "end": TODAY + timedelta(days=50),
    "state": "active",
}
PASSWORD = "a sentence that is long"


def row_of(table: str, name: str) -> Row:
    with company().read() as reader:
        row = reader.get(table, name)
    assert row, f"{name} is not in {table}"
    return row


def events() -> list[Row]:
    with company().read() as reader:
        return reader.table("events")


def put(store: Store, table: str, **values: object) -> None:
    with store.write(Event("console", "set up")) as tx:
        tx.insert(table, TABLES[table].row(**values))


@pytest.fixture
def goals(store: Store) -> None:
    """A cycle that runs, an objective of Web in it, and a key result that has the cycle's days."""
    put(store, "cycles", **NOW)
    put(store, "objectives", id="o", cycle="Now", team="Web", title="Grow", owner="mia")
    put(
        store,
        "key_results",
        **{"id": "k", "objective": "o", "title": "Sign-ups", "kind": "increase"},
        **{"baseline": 0.0, "target": 10.0, "team": "Web"},
    )


# The next quarter, and what stands in a cycle


def test_the_next_quarter_follows_the_fiscal_year_of_the_settings(signed_in: SignedIn) -> None:
    organisation.change_settings(CONSOLE, {"fiscal_year_start": "4"})
    proposed = organisation.next_cycle(signed_in("champion"))
    assert proposed["start"].month in (1, 4, 7, 10)
    assert proposed["start"] <= TODAY <= proposed["end"]
    organisation.add_cycle(signed_in("champion"), proposed)
    after = organisation.next_cycle(signed_in("champion"))
    assert after["start"] == proposed["end"] + timedelta(days=1)
    assert after["cycle"] != proposed["cycle"]


def test_what_stands_in_a_cycle_is_counted(goals: None, store: Store, signed_in: SignedIn) -> None:
    put(store, "objectives", id="d", cycle="Now", team="Web", title="Draft", state="draft", visibility="confidential")
    late = {"objective": "o", "title": "Later", "kind": "milestone", "due": NOW["end"] + timedelta(days=30)}
    put(store, "key_results", id="late", **late)
    found = organisation.contents(signed_in("champion"), "Now")
    assert found == organisation.Contents(agreed=1, drafts=1, key_results=2, unscored=1, later=1)
    with pytest.raises(Forbidden):
        organisation.contents(signed_in("lead"), "Now")


def test_a_team_does_not_stand_under_itself_and_the_way_round_is_named(signed_in: SignedIn) -> None:
    organisation.add_team(CONSOLE, {"team": "Search", "kind": "team", "parent": "Web"})
    with pytest.raises(Invalid, match="in a circle: Growth → Search → Web → Growth"):
        organisation.edit_team(signed_in("champion"), "Growth", {"parent": "Search", "kind": "team"})


# Who may

CALLS: dict[str, Callable[[Actor], object]] = {
    "add a team": lambda who: organisation.add_team(who, {"team": "New", "kind": "team", "parent": "Growth"}),
    "edit a team": lambda who: organisation.edit_team(who, "Web", {"description": "The web"}),
    "put into a team": lambda who: organisation.set_membership(who, "vera", "Web"),
    "add a cycle": lambda who: organisation.add_cycle(who, {"cycle": "C", "start": TODAY, "end": date(2999, 1, 1)}),
    "edit a cycle": lambda who: organisation.edit_cycle(who, "Now", {"state": "closed"}),
    "add a person": lambda who: organisation.add_person(who, {"username": "new", "name": "New"}),
    "edit a person": lambda who: organisation.edit_person(who, "mia", {"name": "Mia M."}),
    "make oneself admin": lambda who: organisation.edit_person(who, who.username, {"role": "admin"}),
    "change settings": lambda who: organisation.change_settings(who, {"answer_days": "7"}),
    "set a password": lambda who: sign_in.set_password(who, "ada", PASSWORD),
}
CHAMPION = {"add a team", "edit a team", "put into a team", "add a cycle", "edit a cycle"}


@pytest.mark.parametrize("part", ["viewer", "member", "lead", "leader", "champion", "admin"])
@pytest.mark.parametrize("call", CALLS)
def test_who_may_organise(store: Store, signed_in: SignedIn, goals: None, part: str, call: str) -> None:
    actor = signed_in(part)
    if part == "admin" or (part == "champion" and call in CHAMPION):
        CALLS[call](actor)
    else:
        with pytest.raises(Forbidden):
            CALLS[call](actor)
        assert [row["role"] for row in organisation.listed(CONSOLE, "people") if row["role"] == "admin"] == ["admin"]


def test_everybody_reads_the_lists_and_nobody_else(signed_in: SignedIn) -> None:
    for table in ("people", "teams", "memberships", "cycles", "settings"):
        assert isinstance(organisation.listed(signed_in("viewer"), table), list)
        with pytest.raises(Forbidden):
            organisation.listed(Actor("mia", "no session"), table)
    with pytest.raises(Invalid):
        organisation.listed(signed_in("admin"), "credentials")


# People


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"username": "MIA", "name": "Mia again"}, "username"),
        ({"username": "Console", "name": "C"}, "username"),
        ({"username": "a b", "name": "C"}, "username"),
        ({"username": "ſam", "name": "C"}, "username"),
        ({"username": "", "name": "C"}, "username"),
        ({"username": "new", "name": " "}, "name"),
        ({"username": "new", "name": "N", "role": "root"}, "role"),
        ({"username": "new", "name": "N", "email": "nobody"}, "email"),
        ({"username": "n" * 65, "name": "N"}, "username"),
    ],
)
def test_what_is_refused_of_a_new_person(store: Store, values: dict[str, Any], where: str) -> None:
    before = events()
    with pytest.raises(Invalid) as fault:
        organisation.add_person(CONSOLE, values)
    assert fault.value.problems[0].where == where
    assert events() == before


@pytest.mark.parametrize("changes", [{"role": "champion"}, {"active": False}, {"active": 0}])
def test_the_last_active_admin_stays(store: Store, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="last active admin"):
        organisation.edit_person(CONSOLE, "ada", changes)
    organisation.edit_person(CONSOLE, "chris", {"role": "admin"})
    organisation.edit_person(CONSOLE, "ada", changes)


def test_the_last_admin_who_can_sign_in_stays(store: Store) -> None:
    organisation.edit_person(CONSOLE, "chris", {"role": "admin"})
    sign_in.set_password(CONSOLE, "ada", PASSWORD)
    with pytest.raises(Invalid, match="can sign in"):
        organisation.edit_person(CONSOLE, "ada", {"active": False})
    sign_in.set_password(CONSOLE, "chris", PASSWORD)
    organisation.edit_person(CONSOLE, "ada", {"active": False})


def test_a_company_without_an_admin_can_be_mended(store: Store) -> None:
    with store.write(Event("console", "import")) as tx:
        tx.update("people", ("ada",), {"role": "member"})
    organisation.edit_person(CONSOLE, "mia", {"name": "Mia M."})
    organisation.edit_person(CONSOLE, "mia", {"role": "admin"})


@pytest.mark.parametrize("inactive", [False, 0])
def test_who_is_disabled_is_out_at_once_and_for_good(signed_in: SignedIn, inactive: object) -> None:
    mia = signed_in("member")
    organisation.edit_person(signed_in("admin"), "mia", {"active": inactive})
    assert sessions.resume(session=mia.session) is None
    with pytest.raises(Forbidden):
        organisation.listed(mia, "teams")
    organisation.edit_person(CONSOLE, "mia", {"active": True})
    assert sessions.resume(session=mia.session) is None
    with company().read() as reader:
        ended = reader.one("SELECT ended_at FROM sessions WHERE session = $1", mia.session)
    now = datetime.now(UTC).replace(tzinfo=None)
    assert ended
    assert now - timedelta(minutes=1) < ended["ended_at"] <= now


def test_a_new_role_counts_at_the_next_call(signed_in: SignedIn) -> None:
    chris = signed_in("champion")
    organisation.edit_person(signed_in("admin"), "chris", {"role": "viewer"})
    with pytest.raises(Forbidden):
        organisation.edit_team(chris, "Web", {"description": "x"})
    with company().read() as reader:
        person = person_of(reader, chris)
    assert person
    assert person.role == "viewer"


def test_a_username_stays(store: Store) -> None:
    with pytest.raises(Invalid) as fault:
        organisation.edit_person(CONSOLE, "mia", {"username": "maria"})
    assert fault.value.problems[0].where == "username"
    organisation.edit_person(CONSOLE, "mia", {"username": "mia", "name": "Maria"})
    assert row_of("people", "mia")["name"] == "Maria"


# Teams


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"team": "web", "kind": "team"}, "team"),
        ({"team": "Web; Mobile", "kind": "team"}, "team"),
        ({"team": "", "kind": "team"}, "team"),
        ({"team": "T" * 121, "kind": "team"}, "team"),
        ({"team": "New", "kind": "squad"}, "kind"),
        ({"team": "New", "kind": "company"}, "kind"),
        ({"team": "New", "kind": "team", "parent": "Nowhere"}, "parent"),
        ({"team": "New", "kind": "function", "parent": "Web"}, "parent"),
        ({"team": "New", "kind": "team", "parent": "New"}, "parent"),
        ({"team": "New", "kind": "team", "cadence_weeks": 3}, "cadence_weeks"),
    ],
)
def test_what_is_refused_of_a_new_team(store: Store, values: dict[str, Any], where: str) -> None:
    with pytest.raises(Invalid) as fault:
        organisation.add_team(CONSOLE, values)
    assert fault.value.problems[0].where == where


@pytest.mark.parametrize(
    ("team", "changes", "where"),
    [
        ("Growth", {"parent": "Web"}, "parent"),
        ("Growth", {"parent": "Growth"}, "parent"),
        ("Growth", {"team": "Acme"}, "team"),
        ("Growth", {"team": "WEB"}, "team"),
        ("Growth", {"active": False}, "active"),
        ("Acme", {"active": False}, "active"),
        ("Acme", {"kind": "function"}, "kind"),
        ("Acme", {"parent": "Web"}, "parent"),
        ("Web", {"kind": "company"}, "kind"),
        ("Brand", {"kind": "function"}, "parent"),
    ],
)
def test_what_is_refused_of_a_team(store: Store, team: str, changes: dict[str, Any], where: str) -> None:
    organisation.add_team(CONSOLE, {"team": "Brand", "kind": "team", "parent": "Web"})
    with pytest.raises(Invalid) as fault:
        organisation.edit_team(CONSOLE, team, changes)
    assert fault.value.problems[0].where == where


def test_a_function_over_a_function_stays_one(store: Store) -> None:
    organisation.add_team(CONSOLE, {"team": "Brand", "kind": "function", "parent": "Growth"})
    with pytest.raises(Invalid, match="The function Brand stands under it"):
        organisation.edit_team(CONSOLE, "Growth", {"kind": "team"})


def test_a_team_with_live_work_is_not_archived(store: Store, goals: None) -> None:
    with pytest.raises(Invalid, match="1 live objective, 1 live key result"):
        organisation.edit_team(CONSOLE, "Web", {"active": False})
    with store.write(Event("console", "drop")) as tx:
        tx.update("objectives", ("o",), {"state": "dropped"})
    organisation.edit_team(CONSOLE, "Web", {"active": False})
    with pytest.raises(Invalid, match="Web is archived"):
        organisation.add_team(CONSOLE, {"team": "Below", "kind": "team", "parent": "Web"})
    organisation.edit_team(CONSOLE, "Growth", {"active": False})
    with pytest.raises(Invalid, match="Growth is archived"):
        organisation.edit_team(CONSOLE, "Web", {"active": True})
    organisation.edit_team(CONSOLE, "Web", {"description": "While archived its words may change."})


def test_a_new_name_of_a_team_reaches_everything(store: Store, goals: None) -> None:
    put(store, "dependencies", id="d", key_result="k", from_team="Web", to_team="Growth", need="A page")
    put(store, "dependencies", id="e", key_result="k", from_team="Growth", to_team="Web", need="Words")
    put(store, "invitations", id="i", about="k", team="Web")
    organisation.add_team(CONSOLE, {"team": "Shop", "kind": "team", "parent": "Web"})
    organisation.edit_team(CONSOLE, "Web", {"team": "web & apps", "description": "Both"}, version=1)
    organisation.edit_team(CONSOLE, "web & apps", {"team": "Web & apps"})
    with company().read() as reader:
        held = {
            (name, column.name): sum(row[column.name] == value for row in reader.table(name))
            for name, table in TABLES.items()
            for column in table.columns
            if "teams" in column.refers
            for value in ["Web & apps"]
        }
        left = [
            name
            for name, table in TABLES.items()
            for row in reader.table(name)
            if name != "events" and {"Web", "web & apps"}.intersection(map(str, row.values()))
        ]
    assert held == {
        ("teams", "parent"): 1,
        ("memberships", "team"): 2,
        ("objectives", "team"): 1,
        ("key_results", "team"): 1,
        ("dependencies", "from_team"): 1,
        ("dependencies", "to_team"): 1,
        ("invitations", "team"): 1,
    }
    assert left == []
    assert row_of("teams", "Web & apps")["description"] == "Both"


def test_a_lead_keeps_leading_after_a_new_name(signed_in: SignedIn) -> None:
    leo = signed_in("lead")
    organisation.edit_team(CONSOLE, "Web", {"team": "Site"})
    with company().read() as reader:
        person = person_of(reader, leo)
    assert person
    assert person.leads == {"Site"}


def test_memberships_are_put_changed_and_taken(store: Store) -> None:
    organisation.set_membership(CONSOLE, "vera", "Web")
    organisation.set_membership(CONSOLE, "vera", "Web", leads=True)
    mine = [row for row in organisation.listed(CONSOLE, "memberships") if row["person"] == "vera"]
    assert [(row["team"], row["leads"]) for row in mine] == [("Web", True)]
    organisation.set_membership(CONSOLE, "vera", "Web", member=False)
    assert not [row for row in organisation.listed(CONSOLE, "memberships") if row["person"] == "vera"]
    for person, team in (("nobody", "Web"), ("vera", "Nowhere")):
        with pytest.raises(Invalid):
            organisation.set_membership(CONSOLE, person, team)


# Cycles


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"cycle": "now", "start": TODAY, "end": TODAY + timedelta(days=9)}, "cycle"),
        ({"cycle": "", "start": TODAY, "end": TODAY + timedelta(days=9)}, "cycle"),
        ({"cycle": "C", "start": TODAY, "end": TODAY}, "end"),
        ({"cycle": "C", "start": TODAY, "end": TODAY - timedelta(days=1)}, "end"),
        ({"cycle": "C", "start": None, "end": TODAY}, "start"),
        ({"cycle": "C", "start": TODAY, "end": None}, "end"),
        ({"cycle": "C", "start": TODAY, "end": TODAY + timedelta(days=9), "state": "done"}, "state"),
    ],
)
def test_what_is_refused_of_a_new_cycle(store: Store, goals: None, values: dict[str, Any], where: str) -> None:
    with pytest.raises(Invalid) as fault:
        organisation.add_cycle(CONSOLE, values)
    assert fault.value.problems[0].where == where


@pytest.mark.parametrize(("begins", "state"), [(-1, "active"), (0, "active"), (1, "planning")])
def test_a_cycle_without_a_state_is_planning_until_it_begins(store: Store, begins: int, state: str) -> None:
    start = TODAY + timedelta(days=begins)
    organisation.add_cycle(CONSOLE, {"cycle": "C", "start": start, "end": start + timedelta(days=90)})
    assert row_of("cycles", "C")["state"] == state


def test_a_new_name_of_a_cycle_reaches_its_objectives(store: Store, goals: None) -> None:
    organisation.edit_cycle(CONSOLE, "Now", {"cycle": "now", "state": "closed"}, version=1)
    assert row_of("objectives", "o")["cycle"] == "now"
    assert row_of("cycles", "now")["state"] == "closed"


def test_other_days_of_a_cycle_that_runs_need_a_reason(store: Store, goals: None) -> None:
    later = {"end": NOW["end"] + timedelta(days=7)}
    with pytest.raises(Invalid, match="1 key result that has begun") as fault:
        organisation.edit_cycle(CONSOLE, "Now", later)
    assert fault.value.problems[0].where == "reason"
    organisation.edit_cycle(CONSOLE, "Now", later, reason="The fair was moved")
    assert events()[-1]["reason"] == "The fair was moved"
    organisation.edit_cycle(CONSOLE, "Now", {"state": "closed", **later})


def test_other_days_of_a_cycle_leave_every_key_result_its_window(store: Store, goals: None) -> None:
    with store.write(Event("console", "edit")) as tx:
        tx.update("key_results", ("k",), {"start": TODAY + timedelta(days=20)})
    with pytest.raises(Invalid, match="does not go with “Sign-ups”") as fault:
        organisation.edit_cycle(CONSOLE, "Now", {"end": TODAY + timedelta(days=10)}, reason="Sooner")
    assert fault.value.problems[0].where == "end"
    organisation.edit_cycle(CONSOLE, "Now", {"end": TODAY + timedelta(days=30)})


# Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "Europe"),
        ("time_zone", "../UTC"),
        ("due_weekday", "8"),
        ("due_weekday", "Friday"),
        ("cadence_weeks", "3"),
        ("overdue_after", "1.5"),
        ("closed_days", "2026-12-24;2026-13-01"),
        ("closed_days", "Christmas"),
        ("on_track_pace", "nan"),
        ("on_track_pace", "0,95"),
        ("aspirational_bar", "70 %"),
        ("at_risk_pace", "0.99"),
        ("company", "A" * 121),
        ("colour", "blue"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_by_its_name(store: Store, name: str, value: str) -> None:
    with pytest.raises(Invalid) as fault:
        organisation.change_settings(CONSOLE, {"answer_days": "7", name: value})
    assert [problem.where for problem in fault.value.problems] == [name]
    assert "literal" not in str(fault.value)
    assert organisation.listed(CONSOLE, "settings") == []


def test_settings_are_stated_changed_and_put_back(store: Store) -> None:
    organisation.change_settings(CONSOLE, {"time_zone": "Europe/Berlin", "closed_days": "2026-12-24; 2026-12-25"})
    organisation.change_settings(CONSOLE, {"closed_days": ""})
    with company().read() as reader:
        assert reader.settings().time_zone == "Europe/Berlin"
        assert reader.settings().closed_days == ()
    assert [row["name"] for row in organisation.listed(CONSOLE, "settings")] == ["time_zone"]


@pytest.mark.parametrize("mine", ["9", ""])
def test_a_setting_that_somebody_changed_meanwhile_is_told(store: Store, mine: str) -> None:
    organisation.change_settings(CONSOLE, {"answer_days": "7"}, versions={})
    for versions in ({"answer_days": 1}, {}):
        organisation.change_settings(CONSOLE, {"answer_days": "8"})
        with pytest.raises(Conflict):
            organisation.change_settings(CONSOLE, {"answer_days": mine}, versions=versions)
    organisation.change_settings(CONSOLE, {"answer_days": ""})
    with pytest.raises(Conflict):
        organisation.change_settings(CONSOLE, {"answer_days": "9"}, versions={"answer_days": 2})


# Two at once, twice the same, and what is not there


def test_who_saves_over_a_newer_version_is_told_what_changed(store: Store, goals: None) -> None:
    for edit, name, changes in (
        (organisation.edit_person, "mia", ({"name": "Mia A"}, {"name": "Mia B"})),
        (organisation.edit_team, "Web", ({"description": "A"}, {"team": "Site"})),
        (organisation.edit_cycle, "Now", ({"state": "planning"}, {"cycle": "Later"})),
    ):
        edit(CONSOLE, name, changes[0], version=1)
        with pytest.raises(Conflict, match=str(next(iter(changes[0].values())))):
            edit(CONSOLE, name, changes[1], version=1)


ONCE: dict[str, Callable[[str], object]] = {
    "person": lambda key: organisation.add_person(CONSOLE, {"username": "new", "name": "New"}, request_key=key),
    "team": lambda key: organisation.add_team(CONSOLE, {"team": "New", "kind": "team"}, request_key=key),
    "cycle": lambda key: organisation.add_cycle(
        CONSOLE, {"cycle": "New", "start": TODAY, "end": date(2999, 1, 1)}, request_key=key
    ),
}


@pytest.mark.parametrize("what", ONCE)
def test_the_second_click_of_a_double_click_does_nothing(store: Store, what: str) -> None:
    ONCE[what]("once")
    after = events()
    ONCE[what]("once")
    assert events() == after
    with pytest.raises(Invalid):
        ONCE[what]("again")


def test_what_is_not_there_cannot_be_changed(store: Store) -> None:
    for edit in (organisation.edit_person, organisation.edit_team, organisation.edit_cycle):
        with pytest.raises(NotFound):
            edit(CONSOLE, "nothing", {})
