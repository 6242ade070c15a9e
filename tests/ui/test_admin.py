"""Admin: who finds what there, and the drawers in which people, teams, cycles and settings are changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from okrdash.domain.settings import DESCRIPTIONS
from okrdash.domain.tables import TABLES
from okrdash.services import organisation, sessions
from okrdash.services.company import company
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from okrdash.ui import admin_lists
from okrdash.ui.admin_teams import in_order
from tests.conftest import SignedIn
from tests.ui.admin import drawer, open_admin
from tests.ui.screens import field, headers, press, said, seen, titles

TODAY = datetime.now(UTC).date()
CHAMPION = ["Teams", "Memberships", "Absences", "Cycles", "Event log", "Import and export"]
ADMIN = [*CHAMPION[:4], "People", "Sessions", "Settings", "Messages", "Backup", *CHAMPION[4:]]


@pytest.mark.parametrize(("part", "tabs"), [("champion", CHAMPION), ("admin", ADMIN)])
def test_who_finds_what(signed_in: SignedIn, part: str, tabs: list[str]) -> None:
    for tab in tabs:
        page = open_admin(signed_in(part), tab)
        assert [t.label for t in page.tabs] == tabs
        assert headers(page) == [tab]


@pytest.mark.parametrize("part", ["viewer", "member", "lead", "leader"])
def test_others_find_nothing(signed_in: SignedIn, part: str) -> None:
    page = open_admin(signed_in(part), "People")
    assert titles(page) == ["This page is not open to you"]
    assert not page.tabs


def test_a_champion_cannot_ask_for_people_by_the_address(signed_in: SignedIn) -> None:
    page = open_admin(signed_in("champion"), "People")
    assert "People" not in headers(page)


def test_lists_show_what_there_is(signed_in: SignedIn) -> None:
    people = open_admin(signed_in("admin"), "People").dataframe[0].value
    assert people["shown"].tolist()[0] == "Vera Viewer"
    assert people["role"].tolist() == ["viewer", "member", "member", "member", "champion", "admin"]
    teams = open_admin(signed_in("admin"), "Teams").dataframe[0].value
    assert teams["shown"].tolist() == ["Acme", "\u2003Growth", "\u2003\u2003Web"]
    members = open_admin(signed_in("champion"), "Memberships").dataframe[0].value
    assert members["as"].tolist() == ["member", "lead", "lead"]


def test_a_company_without_cycles_is_told_so(signed_in: SignedIn) -> None:
    assert "a cycle is missing" in said(open_admin(signed_in("champion")))
    assert "Add the first one" in said(open_admin(signed_in("champion"), "Cycles"))


@pytest.mark.long
def test_ten_thousand_people_are_searched(store: Store, signed_in: SignedIn) -> None:
    with store.write(Event("console", "many")) as tx:
        tx.insert("people", *(TABLES["people"].row(username=f"u{n}", name=f"Person {n}") for n in range(10_000)))
    page = open_admin(signed_in("admin"), "People")
    assert len(page.dataframe[0].value) == admin_lists.MOST
    assert "10,006" in said(page)
    page = field(page, "Search people").input("person 9999").run()
    assert page.dataframe[0].value["username"].tolist() == ["u9999"]
    page = field(page, "Search people").input("nobody at all").run()
    assert "has these words" in said(page)


# Adding


def test_a_cycle_that_ends_before_it_starts_is_told_at_its_field(signed_in: SignedIn) -> None:
    page = drawer(signed_in("champion"), "cycles")
    field(page, "Name").input("Spring")
    field(page, "First day").set_value(TODAY)
    field(page, "Last day").set_value(TODAY - timedelta(days=1))
    page = press(page, "Add cycle")
    assert "it must end after its start" in seen(page)
    assert field(page, "Name").value == "Spring"
    field(page, "Last day").set_value(TODAY + timedelta(days=90))
    page = press(page, "Add cycle")
    assert [row["cycle"] for row in organisation.listed(CONSOLE, "cycles")] == ["Spring"]
    assert page.session_state["okrdash_told"].text == "Spring is added."


def test_a_name_that_is_taken_is_told_and_what_was_typed_stays(signed_in: SignedIn) -> None:
    page = drawer(signed_in("champion"), "teams")
    assert field(page, "Stands under").value == "Acme"
    field(page, "Name").input("WEB")
    field(page, "Description").input("Typed at length")
    page = press(page, "Add team")
    assert "exists already" in said(page)
    assert field(page, "Description").value == "Typed at length"


def test_people_are_put_into_a_team(signed_in: SignedIn) -> None:
    page = drawer(signed_in("champion"), "memberships")
    [people] = page.multiselect
    page = people.select("vera").run()
    page = field(page, "They lead it").check().run()
    page = press(page, "Put in")
    rows = organisation.listed(CONSOLE, "memberships")
    assert ("vera", "Web", True) in [(row["person"], row["team"], row["leads"]) for row in rows]


@pytest.mark.parametrize(("tab", "button"), [("Cycles", "Make the next quarter"), ("People", "Add a person")])
def test_the_page_opens_the_drawers(signed_in: SignedIn, tab: str, button: str) -> None:
    page = press(open_admin(signed_in("admin"), tab), button)
    assert field(page, "Name").value in ("", f"{TODAY.year} Q{(TODAY.month + 2) // 3}")


# Changing


def test_disabling_asks_once_and_says_what_it_touches(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    page = drawer(signed_in("admin"), "people", "mia")
    page = field(page, "Active").set_value(False).run()
    assert "signed out everywhere at once" in said(page)
    [save] = [b for b in page.button if b.label == "Save changes"]
    assert save.disabled
    page = field(page, "Yes, that is what I want").check().run()
    page = press(page, "Save changes")
    assert sessions.resume(session=mia.session) is None


def test_what_somebody_else_changed_meanwhile_is_told_and_kept_on_a_second_save(signed_in: SignedIn) -> None:
    page = drawer(signed_in("champion"), "teams", "Web")
    organisation.edit_team(CONSOLE, "Web", {"description": "Theirs"})
    field(page, "Description").input("Mine")
    page = press(page, "Save changes")
    assert "changed this meanwhile" in said(page)
    assert "Theirs" in said(page)
    assert field(page, "Description").value == "Mine"
    page = press(page, "Save changes")
    assert [row["description"] for row in organisation.listed(CONSOLE, "teams") if row["team"] == "Web"] == ["Mine"]


def test_a_team_with_live_work_is_not_archived(signed_in: SignedIn) -> None:
    page = drawer(signed_in("champion"), "teams", "Growth")
    page = field(page, "Active").set_value(False).run()
    page = field(page, "Yes, that is what I want").check().run()
    page = press(page, "Save changes")
    assert "Growth still has 1 team below it" in said(page)


def test_other_days_of_a_running_cycle_ask_for_a_reason(store: Store, signed_in: SignedIn) -> None:
    days = {"start": TODAY - timedelta(days=40), "end": TODAY + timedelta(days=50)}
    with store.write(Event("console", "set up")) as tx:
        tx.insert("cycles", TABLES["cycles"].row(cycle="Now", state="active", **days))
        tx.insert("objectives", TABLES["objectives"].row(id="o", cycle="Now", team="Web", title="Grow"))
        tx.insert(
            "key_results",
            TABLES["key_results"].row(id="k", objective="o", title="K", kind="increase", baseline=0.0, target=9.0),
        )
    page = drawer(signed_in("champion"), "cycles", "Now")
    later = days["end"] + timedelta(days=7)
    page = field(page, "Last day").set_value(later).run()
    page = field(page, "Yes, that is what I want").check().run()
    page = press(page, "Save changes")
    assert "so say why" in said(page)
    field(page, "Why are its days changed?").input("The fair was moved")
    press(page, "Save changes")
    assert [row["end"] for row in organisation.listed(CONSOLE, "cycles")] == [later]


# Settings


def test_closed_days_are_typed_line_by_line_and_read_back(signed_in: SignedIn) -> None:
    page = open_admin(signed_in("admin"), "Settings")
    field(page, "Closed days").set_value("2026-12-25\n2027-01-01, 2026-12-24").run()
    assert "Taken as Thu 24 Dec 2026, Fri 25 Dec 2026, Fri 1 Jan 2027." in said(page)
    press(page, "Save settings")
    with company().read() as reader:
        assert [day.month for day in reader.settings().closed_days] == [12, 1, 12]


def test_every_setting_says_what_it_does(signed_in: SignedIn) -> None:
    text = said(open_admin(signed_in("admin"), "Settings")).casefold()
    for what in DESCRIPTIONS.values():
        assert what.casefold().split(": ")[0] in text


def test_a_setting_that_is_wrong_is_told_and_kept_then_saved(signed_in: SignedIn) -> None:
    page = open_admin(signed_in("admin"), "Settings")
    field(page, "On track from").input("nearly all")
    field(page, "Overdue after").input("3")
    page = press(page, "Save settings")
    assert "is no number" in said(page)
    assert field(page, "On track from").value == "nearly all"
    field(page, "On track from").input("0.9")
    page = press(page, "Save settings")
    stated = {row["name"]: row["value"] for row in organisation.listed(CONSOLE, "settings")}
    assert stated == {"on_track_pace": "0.9", "overdue_after": "3"}


def test_a_setting_that_somebody_changed_meanwhile_is_told(signed_in: SignedIn) -> None:
    page = open_admin(signed_in("admin"), "Settings")
    organisation.change_settings(CONSOLE, {"answer_days": "9"})
    field(page, "Days to answer a request").input("4")
    page = press(page, "Save settings")
    assert "changed this meanwhile" in said(page)
    assert field(page, "Days to answer a request").value == "4"
    press(page, "Save settings")
    assert {row["value"] for row in organisation.listed(CONSOLE, "settings")} == {"4"}


# The tree


def test_teams_stand_beneath_their_parents() -> None:
    names = [("B", "A"), ("A", ""), ("Co", ""), ("C", "B"), ("Lost", "nowhere")]
    rows = [TABLES["teams"].row(team=t, kind="company" if t == "Co" else "team", parent=p) for t, p in names]
    assert [(depth, row["team"]) for depth, row in in_order(rows)] == [
        *((0, "Co"), (1, "A"), (2, "B"), (3, "C"), (1, "Lost")),
    ]


def test_a_loop_of_parents_ends() -> None:
    rows = [TABLES["teams"].row(team=t, kind="team", parent=p) for t, p in (("A", "B"), ("B", "A"))]
    assert [row["team"] for _, row in in_order(rows)] == ["A", "B"]
