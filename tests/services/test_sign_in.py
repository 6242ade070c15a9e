"""Passwords and sessions: one answer for every refusal, and an end that works everywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from okrdash.domain.errors import Forbidden, Invalid, NotFound
from okrdash.services import organisation, sign_in
from okrdash.services.people import CONSOLE, Actor
from okrdash.store.store import Store, utc_now

PASSWORD = "correct horse battery staple"


@pytest.fixture
def mia(store: Store) -> str:
    """A member with a password."""
    sign_in.set_password(CONSOLE, "mia", PASSWORD)
    return "mia"


def sessions(store: Store) -> list[dict[str, object]]:
    with store.read() as reader:
        return reader.rows("SELECT * FROM sessions")


def test_a_name_and_password_start_a_session(mia: str) -> None:
    actor = sign_in.sign_in(mia, PASSWORD)
    assert sign_in.resume(session=actor.session) == actor


@pytest.mark.parametrize("typed", [" mia ", "MIA"])
def test_a_name_is_known_without_case_and_blanks(mia: str, typed: str) -> None:
    assert sign_in.sign_in(typed, PASSWORD).username == "mia"


def refusal(username: str, password: str) -> str:
    with pytest.raises(Forbidden) as refused:
        sign_in.sign_in(username, password)
    return str(refused.value)


def test_every_refusal_reads_the_same(mia: str, store: Store) -> None:
    wrong, unknown = refusal("mia", "wrong"), refusal("nobody", PASSWORD)
    without = refusal("leo", PASSWORD)
    organisation.edit_person(CONSOLE, "mia", {"active": False})
    assert {wrong, unknown, without, refusal("mia", PASSWORD), refusal("", "")} == {wrong}


def test_after_five_failures_the_right_password_has_to_wait(mia: str, store: Store) -> None:
    for _ in range(5):
        refusal("mia", "wrong")
    refusal("mia", PASSWORD)
    with store.write(None) as tx:
        tx.run("UPDATE sign_in_failures SET blocked_until = $1", utc_now() - timedelta(seconds=1))
    assert sign_in.sign_in("mia", PASSWORD)


def test_who_waits_is_not_locked_out_longer_by_somebody_elses_guesses(mia: str, store: Store) -> None:
    for _ in range(8):
        refusal("mia", "wrong")
    with store.read() as reader:
        (row,) = reader.rows("SELECT failures FROM sign_in_failures")
    assert row["failures"] == 5


@pytest.mark.parametrize("password", ["short", "x" * 73, "ü" * 37])
def test_a_password_has_12_to_72_bytes(store: Store, password: str) -> None:
    with pytest.raises(Invalid, match="12 to 72"):
        sign_in.set_password(CONSOLE, "mia", password)


def test_what_is_beyond_72_bytes_counts(store: Store) -> None:
    sign_in.set_password(CONSOLE, "mia", "x" * 72)
    refusal("mia", "x" * 73)


def test_a_new_password_ends_the_other_sessions(mia: str) -> None:
    here, elsewhere = sign_in.sign_in(mia, PASSWORD), sign_in.sign_in(mia, PASSWORD)
    sign_in.set_password(here, mia, "another long passphrase", current=PASSWORD)
    assert (sign_in.resume(session=here.session), sign_in.resume(session=elsewhere.session)) == (here, None)


def test_ones_own_password_wants_the_present_one(mia: str) -> None:
    with pytest.raises(Invalid, match="current password"):
        sign_in.set_password(sign_in.sign_in(mia, PASSWORD), mia, "another long passphrase", current="guess")


def test_only_an_admin_sets_somebody_elses_password(mia: str, store: Store) -> None:
    with pytest.raises(Forbidden):
        sign_in.set_password(sign_in.start_session("chris"), mia, "another long passphrase")
    with pytest.raises(NotFound):
        sign_in.set_password(sign_in.start_session("ada"), "nobody", "another long passphrase")


def test_no_password_or_token_is_stored_as_it_is(mia: str, store: Store) -> None:
    actor = sign_in.sign_in(mia, PASSWORD)
    ticket = sign_in.issue_ticket(actor)
    token = sign_in.redeem(ticket)
    with store.read() as reader:
        stored = str(reader.rows("SELECT * FROM credentials")) + str(reader.rows("SELECT * FROM sessions"))
    assert [secret in stored for secret in (PASSWORD, ticket, str(token))] == [False, False, False]


def test_a_ticket_becomes_a_cookie_once(mia: str) -> None:
    actor = sign_in.sign_in(mia, PASSWORD)
    ticket = sign_in.issue_ticket(actor)
    token = sign_in.redeem(ticket)
    assert token is not None
    assert (sign_in.resume(cookie=token), sign_in.redeem(ticket)) == (actor, None)


def test_a_ticket_is_good_for_a_minute(mia: str, store: Store) -> None:
    ticket = sign_in.issue_ticket(sign_in.sign_in(mia, PASSWORD))
    with store.write(None) as tx:
        tx.run("UPDATE sessions SET ticket_until = $1", utc_now() - timedelta(seconds=1))
    assert sign_in.redeem(ticket) is None


@pytest.mark.parametrize("cookie", ["", "guess", "' OR 1=1 --"])
def test_a_made_up_cookie_is_nobody(mia: str, cookie: str) -> None:
    sign_in.sign_in(mia, PASSWORD)
    assert sign_in.resume(cookie=cookie) is None


@pytest.mark.parametrize("ending", ["sign out", "disable", "idle", "absolute"])
def test_a_session_ends(mia: str, store: Store, ending: str) -> None:
    actor = sign_in.sign_in(mia, PASSWORD)
    if ending == "sign out":
        sign_in.end_session(actor)
    elif ending == "disable":
        organisation.edit_person(CONSOLE, mia, {"active": False})
    else:
        column, long_ago = {"idle": ("seen_at", sign_in.IDLE), "absolute": ("started_at", sign_in.ABSOLUTE)}[ending]
        with store.write(None) as tx:
            tx.run(f"UPDATE sessions SET {column} = $1", utc_now() - long_ago - timedelta(seconds=1))
    assert sign_in.resume(session=actor.session) is None


def test_who_is_signed_out_may_nothing(mia: str) -> None:
    actor = sign_in.sign_in(mia, PASSWORD)
    sign_in.end_session(actor)
    with pytest.raises(Forbidden, match="signed out"):
        organisation.listed(actor, "people")


def test_a_session_is_no_key_to_another_name(mia: str) -> None:
    actor = sign_in.sign_in(mia, PASSWORD)
    with pytest.raises(Forbidden):
        organisation.add_person(Actor("ada", actor.session), {"username": "eve", "name": "Eve", "role": "admin"})


def test_set_up_is_needed_until_an_admin_can_sign_in(store: Store) -> None:
    assert sign_in.set_up_needed()  # ada is an admin without a password
    sign_in.set_password(CONSOLE, "ada", PASSWORD)
    assert not sign_in.set_up_needed()


def test_set_up_wants_the_token_and_works_once(store: Store) -> None:
    token = sign_in.setup_token()
    typed = {"company_name": "", "username": "eve", "name": "Eve", "password": PASSWORD}
    with pytest.raises(Forbidden, match="token"):
        sign_in.set_up("guess", **typed)
    actor = sign_in.set_up(token, **typed)
    assert sign_in.resume(session=actor.session) == actor
    with pytest.raises(Forbidden):
        sign_in.set_up(token, **typed)
    with pytest.raises(Forbidden):
        sign_in.set_up(sign_in.setup_token(), **typed)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("username", "x" * 100_000),
        ("username", "a\0b"),
        ("username", "a;b"),
        ("username", "console"),
        ("username", "MIA"),
        ("name", "a\ud800b"),
    ],
)
def test_the_set_up_takes_no_more_than_others_may_type(store: Store, field: str, text: str) -> None:
    typed = {"company_name": "", "username": "first", "name": "First", "password": "a long sentence"}
    with pytest.raises(Invalid) as fault:
        sign_in.set_up(sign_in.setup_token(), **{**typed, field: text})
    assert [problem.where for problem in fault.value.problems] == [field]


def test_half_of_a_pair_is_only_a_wrong_guess(store: Store) -> None:
    for username, password in (("a\ud800", "x"), ("mia", "a\ud800")):
        with pytest.raises(Forbidden, match="not right"):
            sign_in.sign_in(username, password)
    assert sign_in.redeem("\ud800") is sign_in.resume(cookie="\ud800") is None
