"""The shell and every registered page, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.config import ROOT
from okrdash.services import demo, visits
from okrdash.services.company import company
from okrdash.services.people import Actor, person_of
from okrdash.services.sessions import end_session, start_session
from okrdash.services.sign_in import set_up, setup_token
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from okrdash.ui.navigation import SCREENS, Screen
from okrdash.ui.session import SESSION, may
from tests.conftest import PEOPLE, SignedIn
from tests.ui.screens import press, titles

SHELL = ROOT / "okrdash" / "ui" / "shell.py"


def open_page(screen: Screen, actor: Actor | None = None) -> AppTest:
    """A page run on its own, as if nothing stood before it."""
    page = AppTest.from_file(ROOT / "pages" / screen.path, default_timeout=30)
    if actor:
        page.session_state[SESSION] = actor.session
    return page.run()


def open_shell(actor: Actor | None = None) -> AppTest:
    shell = AppTest.from_file(SHELL, default_timeout=30)
    if actor:
        shell.session_state[SESSION] = actor.session
    return shell.run()


def everything(page: AppTest) -> list[object]:
    return [*page.main.children.values(), *page.sidebar.children.values()]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda s: s.path)
def test_a_page_shows_nothing_to_who_is_signed_out(store: Store, signed_in: SignedIn, screen: Screen) -> None:
    assert everything(open_page(screen)) == []
    left = signed_in("admin")
    end_session(left)
    assert everything(open_page(screen, left)) == []
    assert everything(open_page(screen, Actor("ada", "no such session"))) == []


@pytest.mark.parametrize("part", PEOPLE)
@pytest.mark.parametrize("screen", SCREENS, ids=lambda s: s.path)
def test_a_page_shows_its_title_to_who_may_see_it(signed_in: SignedIn, screen: Screen, part: str) -> None:
    actor = signed_in(part)
    with company().read() as reader:
        person = person_of(reader, actor)
    assert person
    shell = open_shell()
    shell.session_state[SESSION] = actor.session
    page = shell.switch_page(str(ROOT / "pages" / screen.path)).run()
    assert list(page.exception) == []
    shown = titles(page)
    if not may(person, screen.needs):
        assert shown == ["This page is not open to you"]
    elif screen.path == "objective.py":
        assert len(shown) == 1
    else:
        assert shown == [screen.title]


def test_a_session_that_ends_while_a_page_is_drawn_leads_to_the_sign_in(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(actor: Actor) -> None:
        end_session(actor)
        visit(actor)

    visit = visits.visit
    monkeypatch.setattr(visits, "visit", ended)
    shell = open_shell(signed_in("admin"))
    assert list(shell.exception) == []
    assert titles(shell) == ["Set up okrdash"]  # in this company nobody has a password to sign in with


def test_a_link_leads_to_every_screen(signed_in: SignedIn) -> None:
    def links() -> None:
        import streamlit as st

        from okrdash.ui.navigation import SCREENS, page, pages

        st.navigation(list(pages(None).values()), position="hidden")
        for screen in SCREENS:
            st.page_link(page(screen.address))

    assert list(AppTest.from_function(links).run().exception) == []


def test_who_may_see_what_in_the_menu(signed_in: SignedIn) -> None:
    found = {}
    for part in PEOPLE:
        actor = signed_in(part)
        with company().read() as reader:
            person = person_of(reader, actor)
        assert person
        found[part] = {s.address for s in SCREENS if s.needs != "read" and may(person, s.needs)}
    working = {"check-in", "claim"}
    assert found == {
        "viewer": set(),
        "member": working,
        "lead": working,
        "leader": working,
        "champion": working | {"import", "admin"},
        "admin": working | {"import", "admin"},
    }


def test_a_demotion_takes_effect_at_the_next_run(store: Store, signed_in: SignedIn) -> None:
    admin, screen = signed_in("admin"), next(s for s in SCREENS if s.address == "admin")
    assert open_page(screen, admin).title[0].value == "Admin"
    with store.write(Event("console", "demote")) as tx:
        tx.update("people", ("ada",), {"role": "viewer"})
    assert open_page(screen, admin).title[0].value == "This page is not open to you"
    with store.write(Event("console", "disable")) as tx:
        tx.update("people", ("ada",), {"active": False})
    assert everything(open_page(screen, admin)) == []


def test_the_shell_shows_the_set_up_then_the_form_then_the_page(store: Store) -> None:
    shell = open_shell()
    assert titles(shell) == ["Set up okrdash"]
    assert [field.label for field in shell.text_input] == ["Set-up token", "Your name", "Username", "Password"]
    actor = set_up(setup_token(), company_name="", username="ada", name="Ada *Admin*", password="a long sentence")
    shell = open_shell()
    assert titles(shell) == ["okrdash"]
    assert [heading.value for heading in shell.subheader] == ["Sign in to Acme"]
    shell.text_input[0].input("ada")
    shell.text_input[1].input("a long sentence")
    shell.button[0].click().run()
    assert titles(shell) == ["My week"]
    assert list(open_shell(actor).exception) == []


def test_signing_out_ends_the_session(store: Store, signed_in: SignedIn) -> None:
    actor = signed_in("member")
    shell = open_shell(actor)
    [button] = [b for b in shell.sidebar.button if b.label == "Sign out"]
    button.click().run()
    assert "My week" not in titles(shell)
    assert everything(open_page(SCREENS[0], actor)) == []


@pytest.mark.parametrize("role", demo.ROLES)
def test_a_demo_signs_in_with_one_click(store: Store, monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    monkeypatch.setenv("OKRDASH_DEMO", "startup")
    demo.offer("startup", dict(zip(demo.ROLES, ("mia", "leo", "fay", "chris", "ada"), strict=True)))
    shell = open_shell()
    assert [b.label for b in shell.button] == [f"Sign in as {r}" for r in demo.ROLES]
    press(shell, f"Sign in as {role}")
    assert titles(shell) == ["My week"]
    assert "Demo company" in shell.main.caption[0].value


def test_outside_a_demo_nobody_is_signed_in_with_one_click(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    demo.offer("startup", {"admin": "ada"})
    for set_to in ("", "other"):
        monkeypatch.setenv("OKRDASH_DEMO", set_to)
        for asked in ("startup", ""):
            with pytest.raises(demo.Forbidden):
                demo.sign_in_as(asked, "admin")


def test_a_session_is_a_row_and_not_a_claim(store: Store) -> None:
    actor = start_session("mia")
    page = open_page(SCREENS[0], Actor("ada", actor.session))
    assert titles(page) == ["My week"]
