"""Sessions: what a browser keeps, and an end that works everywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from okrdash import config
from okrdash.domain.errors import Forbidden, NotFound, StoreError
from okrdash.services import organisation, sessions, sign_in
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sessions import start_session
from okrdash.store.store import Store, utc_now

PASSWORD = "correct horse battery staple"


@pytest.fixture
def mia(store: Store) -> Actor:
    """A member who is signed in."""
    return start_session("mia", browser="Firefox on Linux", address="10.0.0.7")


def test_no_password_or_token_is_stored_as_it_is(mia: Actor, store: Store) -> None:
    sign_in.set_password(mia, "mia", PASSWORD)
    ticket = sessions.issue_ticket(mia)
    token = sessions.redeem(ticket)
    with store.read() as reader:
        stored = str(reader.rows("SELECT * FROM credentials")) + str(reader.rows("SELECT * FROM sessions"))
    assert [secret in stored for secret in (PASSWORD, ticket, str(token))] == [False, False, False]


def test_a_ticket_becomes_a_cookie_once(mia: Actor) -> None:
    ticket = sessions.issue_ticket(mia)
    token = sessions.redeem(ticket)
    assert token is not None
    assert (sessions.resume(cookie=token), sessions.redeem(ticket)) == (mia, None)


def test_a_ticket_is_good_for_a_minute(mia: Actor, store: Store) -> None:
    ticket = sessions.issue_ticket(mia)
    with store.write(None) as tx:
        tx.run("UPDATE sessions SET ticket_until = $1", utc_now() - timedelta(seconds=1))
    assert sessions.redeem(ticket) is None


@pytest.mark.parametrize("cookie", ["", "guess", "' OR 1=1 --"])
def test_a_made_up_cookie_is_nobody(mia: Actor, cookie: str) -> None:
    assert sessions.resume(cookie=cookie) is None


@pytest.mark.parametrize("ending", ["sign out", "disable", "seen_at", "started_at", "until"])
def test_a_session_ends_for_every_service(
    mia: Actor, store: Store, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKRDASH_SESSION_IDLE_DAYS", "0.5")
    monkeypatch.setenv("OKRDASH_SESSION_DAYS", "2")
    if ending == "sign out":
        sessions.end_session(mia)
    elif ending == "disable":
        organisation.edit_person(CONSOLE, mia.username, {"active": False})
    else:
        ago = timedelta(hours={"seen_at": 12, "started_at": 48, "until": 0}[ending], seconds=1)
        assert sessions.resume(session=mia.session)
        with store.write(None) as tx:
            tx.run(f"UPDATE sessions SET {ending} = $1", utc_now() - ago)
    with pytest.raises(Forbidden, match="signed out"):
        sessions.own(mia)
    assert sessions.resume(session=mia.session) is None


def test_a_session_is_no_key_to_another_name(mia: Actor) -> None:
    with pytest.raises(Forbidden):
        organisation.add_person(Actor("ada", mia.session), {"username": "eve", "name": "Eve", "role": "admin"})


def test_ones_own_sessions_are_seen_and_ended(mia: Actor) -> None:
    phone, leos = start_session("mia", came_by="link"), start_session("leo")
    seen = [(one.session, one.browser, one.address, one.came_by, one.this) for one in sessions.own(mia)]
    assert seen == [
        (mia.session, "Firefox on Linux", "10.0.0.7", "password", True),
        (phone.session, "", "", "link", False),
    ]
    with pytest.raises(NotFound):
        sessions.end_one(mia, leos.session)
    sessions.end_one(mia, phone.session)
    assert [one.session for one in sessions.own(mia)] == [mia.session]
    assert sessions.resume(session=leos.session)


def test_the_others_end_and_all_of_them(mia: Actor) -> None:
    other = start_session("mia")
    sessions.end_others(mia)
    assert [sessions.resume(session=one.session) for one in (mia, other)] == [mia, None]
    sessions.end_everywhere(mia)
    assert sessions.resume(session=mia.session) is None


def test_an_admin_sees_and_ends_anybodys(mia: Actor) -> None:
    ada = start_session("ada")
    assert {one.username for one in sessions.everyones(ada)} == {"mia", "ada"}
    sessions.end_one(ada, mia.session)
    again = start_session("mia")
    sessions.end_everywhere(ada, "mia")
    assert [sessions.resume(session=one.session) for one in (mia, again, ada)] == [None, None, ada]


@pytest.mark.parametrize("part", ["member", "champion"])
def test_nobody_else_does(mia: Actor, part: str) -> None:
    other = start_session({"member": "leo", "champion": "chris"}[part])
    with pytest.raises(Forbidden):
        sessions.everyones(other)
    with pytest.raises(Forbidden):
        sessions.end_everywhere(other, "mia")
    with pytest.raises(NotFound):
        sessions.end_one(other, mia.session)
    assert sessions.resume(session=mia.session)


@pytest.mark.parametrize("text", ["0", "-1", "soon", "nan", "inf", "401"])
def test_days_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(StoreError, match=f"OKRDASH_SESSION_DAYS is {text!r}, but must be days"):
        _ = config.load({"OKRDASH_SESSION_DAYS": text}).longest


def test_over_https_the_cookie_is_of_this_host_alone() -> None:
    name = sessions.cookie_name(secure=True)
    assert name.startswith("__Host-")
    assert sessions.token_in({name: "a", sessions.COOKIE: "b"}) == "a"
    assert (sessions.token_in({sessions.COOKIE: "b"}), sessions.token_in({})) == ("b", "")
