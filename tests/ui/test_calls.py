"""How one is called, on the Account page; and the messages on the Admin page."""

from __future__ import annotations

import pytest

from okrdash.services import messages, preferences
from okrdash.services.calling import call_due
from okrdash.services.people import CONSOLE
from okrdash.services.preferences import Preferences
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.conftest import SignedIn
from tests.ui.screens import field, headers, open_page, press, seen

SAVE = "Save how I am called"


@pytest.fixture(autouse=True)
def no_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OKRDASH_MAIL", "OKRDASH_WEBHOOK", "OKRDASH_ADDRESS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def ways(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways are set up, to where nobody listens; Mia has a mail address."""
    monkeypatch.setenv("OKRDASH_MAIL", "mailto://127.0.0.1:9?from=okr@example.com")
    monkeypatch.setenv("OKRDASH_WEBHOOK", "json://127.0.0.1:9/hush")
    with store.write(Event("console", "test")) as tx:
        tx.update("people", ("mia",), {"email": "mia@example.com"})


def leave(store: Store) -> None:
    with store.write(None) as tx:
        messages.leave(tx, ["mia"], "mention", about="comment 1", subject="Leo *mentions* you", text="")


def test_it_says_when_nobody_can_be_called(signed_in: SignedIn) -> None:
    page = open_page(signed_in("member"), "account")
    assert "How you are called" in headers(page)
    assert "neither e-mail nor a chat is set up" in seen(page)


def test_a_person_chooses_how_and_when(signed_in: SignedIn, ways: None) -> None:
    me = signed_in("member")
    page = open_page(me, "account")
    way = field(page, "Call me")
    assert (way.value, [option.replace("\u2060", "") for option in way.options]) == (
        "e-mail",
        ["by e-mail, to mia@example.com", "in the company’s chat channel, by name", "not at all"],
    )
    way.set_value("chat")
    field(page, "My time zone").set_value("Asia/Tokyo")
    field(page, "When somebody mentions me").set_value(False)
    press(page, SAVE)
    assert preferences.own(me).preferences == Preferences("chat", "Asia/Tokyo", mentions=False)


def test_a_person_stops_it(signed_in: SignedIn, ways: None) -> None:
    me = signed_in("member")
    page = open_page(me, "account")
    field(page, "Call me").set_value("none").run()
    assert field(page, "When check-ins are due, on Fridays at 09:00").disabled
    press(page, SAVE)
    assert preferences.own(me).way == ""


def test_what_was_left_alone_stays_unchosen(signed_in: SignedIn) -> None:
    me = signed_in("member")
    press(open_page(me, "account"), SAVE)
    assert preferences.own(me).preferences == Preferences()


def test_admin_sees_what_failed_and_lets_it_be_tried_again(store: Store, signed_in: SignedIn, ways: None) -> None:
    leave(store)
    with store.write(None) as tx:
        tx.run("UPDATE messages SET tries = 6, error = 'Connection refused'")
    page = open_page(signed_in("admin"), "admin", tab="Messages")
    assert "0 messages sent in seven days · 0 waiting · 1 failed" in seen(page)
    assert "Mia Member** · Leo *mentions* you" in seen(page)
    assert "Connection refused" in seen(page)
    assert ("from okr@example.com" in seen(page).replace("\u2060", ""), "hush" in seen(page)) == (True, False)
    press(page, "Try again: Mia Member")
    assert (len(messages.outbox(CONSOLE).given_up), len(messages.outbox(CONSOLE).waiting)) == (0, 1)


def test_admin_sees_what_waits_and_why(store: Store, signed_in: SignedIn, ways: None) -> None:
    leave(store)
    assert "Connection refused" in call_due(CONSOLE)[0].error
    page = open_page(signed_in("admin"), "admin", tab="Messages")
    [table] = page.dataframe
    assert (table.value["Who"][0], "Connection refused" in table.value["What went wrong"][0]) == ("Mia Member", True)


def test_a_test_message_that_fails_says_why(signed_in: SignedIn, ways: None) -> None:
    page = press(open_page(signed_in("admin"), "admin", tab="Messages"), "Send a test to the chat")
    assert "Connection refused" in seen(page)


def test_without_ways_it_says_what_the_operator_sets(signed_in: SignedIn) -> None:
    page = open_page(signed_in("admin"), "admin", tab="Messages")
    for variable in ("OKRDASH_MAIL", "OKRDASH_WEBHOOK", "OKRDASH_ADDRESS"):
        assert variable in seen(page)
    assert [b.disabled for b in page.button if b.label.startswith("Send")] == [True, True]
