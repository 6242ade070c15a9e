"""Admin: everything about one person in one drawer, many at once from a sheet, and the log of what was done."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.domain.tables import TABLES
from okrdash.services import handover, organisation, sign_in
from okrdash.services.people import CONSOLE, Actor
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.conftest import SignedIn
from tests.services.small import check_in, quarter
from tests.ui.admin import drawer, open_admin
from tests.ui.screens import field, headers, open_page, press, said, seen

SENTENCE = "a sentence that is long"


def people() -> dict[str, Any]:
    return {row["username"]: row for row in organisation.listed(CONSOLE, "people")}


def part_of(actor: Actor, username: str, part: str) -> AppTest:
    """The part of a person's drawer."""
    page = drawer(actor, "people", username)
    [parts] = page.button_group
    parts.set_value(part).run()
    assert not page.exception, page.exception
    return page


def test_a_person_is_added_with_a_first_password(signed_in: SignedIn) -> None:
    page = drawer(signed_in("admin"), "people")
    field(page, "Name").input("Nia New")
    field(page, "Username").input("nia")
    page = field(page, "How they sign in first").set_value("With a first password that I set").run()
    field(page, "First password").input("short")
    page = press(page, "Add person")
    assert "must have 12 to 72" in said(page)
    assert field(page, "Username").value == "nia"
    assert "nia" not in people()
    field(page, "First password").input(SENTENCE)
    page = press(page, "Add person")
    assert sign_in.sign_in("nia", SENTENCE).username == "nia"


def test_a_person_is_added_with_a_link_that_is_shown_once(signed_in: SignedIn) -> None:
    page = drawer(signed_in("admin"), "people")
    field(page, "Name").input("Nia New")
    field(page, "Username").input("nia")
    page = press(page, "Add person")
    name, link = page.session_state["okrdash_new_link"]
    assert name == "Nia New"
    assert sign_in.sign_in_by_link(link.partition("link=")[2], SENTENCE).username == "nia"


def test_a_link_is_made_in_the_drawer_with_how_long_it_is_good(signed_in: SignedIn) -> None:
    page = press(part_of(signed_in("admin"), "mia", "Sign-in"), "Make the link")
    assert "/password?link=" in page.code[0].value
    assert "works once, for 7 days" in said(page)


def test_an_own_password_is_changed_elsewhere_and_the_last_admin_stays(signed_in: SignedIn) -> None:
    assert not part_of(signed_in("admin"), "ada", "Sign-in").text_input
    page = drawer(signed_in("admin"), "people", "ada")
    page = field(page, "Role").select("member").run()
    page = field(page, "Yes, that is what I want").check().run()
    page = press(page, "Save changes")
    assert "last active admin" in said(page)


def test_a_new_role_says_what_it_means(signed_in: SignedIn) -> None:
    page = drawer(signed_in("admin"), "people", "mia")
    page = field(page, "Role").select("champion").run()
    assert "keeps OKRs running" in said(page)
    page = field(page, "Yes, that is what I want").check().run()
    press(page, "Save changes")
    assert people()["mia"]["role"] == "champion"


def test_disabling_says_what_hangs_on_them_and_it_is_handed_over(signed_in: SignedIn) -> None:
    quarter()
    page = drawer(signed_in("admin"), "people", "mia")
    page = field(page, "Active").set_value(False).run()
    assert "1 thing hangs on Mia Member" in seen(page)
    page = part_of(signed_in("admin"), "mia", "Hand over")
    assert "Be found" in said(page)
    page = field(page, "To whom").select("fay").run()
    assert "1 objective becomes Fay Function's" in seen(page)
    page = field(page, "Yes, that is what I want").check().run()
    page = press(page, "Hand over")
    assert (
        page.session_state["okrdash_told"].text == "1 objective is Fay Function's now. Nothing is left with Mia Member."
    )
    assert handover.what(CONSOLE, "mia") == []


def test_a_champion_hands_over_what_they_choose(signed_in: SignedIn) -> None:
    quarter()
    organisation.set_membership(CONSOLE, "mia", "Web", leads=True)
    page = drawer(signed_in("champion"), "handover")
    page = field(page, "Whose").select("mia").run()
    page = field(page, "To whom").select("leo").run()
    page = field(page, "What").set_value("Only some").run()
    page = page.multiselect[0].select("0").run()
    assert "1 objective stay with Mia Member" in seen(page)
    page = field(page, "Yes, that is what I want").check().run()
    page = press(page, "Hand over")
    assert "Still with Mia Member: “Be found”." in page.session_state["okrdash_told"].text


def test_who_is_disabled_is_forgotten_when_the_username_is_typed(signed_in: SignedIn) -> None:
    organisation.edit_person(CONSOLE, "mia", {"active": False})
    page = part_of(signed_in("admin"), "mia", "Forget")
    [forget] = [button for button in page.button if button.label == "Forget for good"]
    assert forget.disabled
    page = page.text_input[0].input("mia").run()
    [forget] = [button for button in page.button if button.label == "Forget for good"]
    forget.click().run()  # what was opened is gone then
    assert "mia" not in people()


def test_many_people_are_previewed_before_they_are_taken_in(signed_in: SignedIn) -> None:
    page = drawer(signed_in("admin"), "many")
    paste = field(page, "Or paste it, also from a spreadsheet")
    page = paste.set_value("username,name,role,team\nnia,Nia,boss,Web").run()
    assert "row 2, column role" in seen(page)
    page = paste.set_value("username,name,role,team,active\nnia,Nia,member,Web,\nmia,Mia Member,member,,no").run()
    assert page.dataframe[0].value["What"].tolist() == [
        "nia; member; in Web",
        "disabled: signed out everywhere at once",
    ]
    page = field(page, "Yes, 1 person loses access at once").check().run()
    press(page, "Take it in")
    assert (people()["nia"]["active"], people()["mia"]["active"]) == (True, False)


# The log


def test_the_log_is_told_in_words_and_sought_by_the_address(signed_in: SignedIn) -> None:
    quarter()
    check_in("c1", 3, 40.0)
    organisation.edit_person(signed_in("admin"), "mia", {"role": "champion"})
    organisation.set_membership(signed_in("admin"), "vera", "Web")
    text = seen(open_admin(signed_in("champion"), "Event log"))
    for words in (
        "Ada Admin · edit person",
        "Person “Mia Member (mia)”: role member → champion",
        "Membership “Vera Viewer in Web” added",
        "Check-in on “More” added",
        "Objective: “Be found” imported, with all that is under it",
    ):
        assert words in text


def test_the_log_is_paged(store: Store, signed_in: SignedIn) -> None:
    for number in range(30):
        with store.write(Event("ada", "add person", f"reason {number}.")) as tx:
            tx.insert("people", TABLES["people"].row(username=f"u{number}", name=f"U {number}"))
    page = open_admin(signed_in("admin"), "Event log")
    assert "31 changes, the newest first" in said(page)
    assert ("reason 29." in seen(page), "reason 3." in seen(page)) == (True, False)
    page = open_page(signed_in("admin"), "admin", tab="Event log", log_page="2")
    assert headers(page) == ["Event log"]
    assert ("reason 29." in seen(page), "reason 3." in seen(page)) == (False, True)


@pytest.mark.parametrize(
    ("state", "says"), [("closed", "Nothing is checked in on"), ("active", "2 objectives are agreed")]
)
def test_a_cycle_says_what_opening_and_closing_reach(signed_in: SignedIn, state: str, says: str) -> None:
    quarter()
    organisation.edit_cycle(CONSOLE, "Q", {"state": "planning"})
    page = drawer(signed_in("champion"), "cycles", "Q", state)
    assert says in seen(page)
    if state == "closed":
        assert "1 key result has no score yet" in seen(page)


def test_what_moves_along_with_a_team_is_named(signed_in: SignedIn) -> None:
    organisation.add_team(CONSOLE, {"team": "Brand", "kind": "function", "parent": "Acme"})
    page = drawer(signed_in("champion"), "teams", "Growth")
    parents = field(page, "Stands under")
    assert [option.strip() for option in parents.options] == ["the company itself", "Acme", "Brand"]
    page = parents.select("Brand").run()
    assert "what stands below it: Web" in seen(page)
    assert "3 people move along" in seen(page)
