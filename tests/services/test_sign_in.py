"""Who may come in: one answer for every refusal, tries that are counted, and the first admin."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from okrdash.domain.errors import Forbidden, Invalid, NotFound
from okrdash.services import attempts, organisation, passwords, sessions, sign_in
from okrdash.services.passwords import BusyError
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store

PASSWORD = "correct horse battery staple"


@pytest.fixture
def mia(store: Store) -> str:
    """A member with a password."""
    sign_in.set_password(CONSOLE, "mia", PASSWORD)
    return "mia"


def test_a_name_and_password_start_a_session(mia: str) -> None:
    actor = sign_in.sign_in(mia, PASSWORD)
    assert sessions.resume(session=actor.session) == actor


@pytest.mark.parametrize("typed", [" mia ", "MIA"])
def test_a_name_is_known_without_case_and_blanks(mia: str, typed: str) -> None:
    assert sign_in.sign_in(typed, PASSWORD).username == "mia"


def refusal(username: str, password: str, **where: str) -> str:
    with pytest.raises(Forbidden) as refused:
        sign_in.sign_in(username, password, **where)
    return str(refused.value)


def test_every_refusal_reads_the_same(mia: str, store: Store) -> None:
    wrong, unknown = refusal("mia", "wrong"), refusal("nobody", PASSWORD)
    without = refusal("leo", PASSWORD)
    organisation.edit_person(CONSOLE, "mia", {"active": False})
    assert {wrong, unknown, without, refusal("mia", PASSWORD), refusal("", "")} == {wrong}


def failures(store: Store) -> dict[str, int]:
    with store.read() as reader:
        return {row["subject"]: row["failures"] for row in reader.rows("SELECT * FROM sign_in_failures")}


def wait(store: Store, how_long: timedelta) -> None:
    with store.write(None) as tx:
        for row in tx.rows("SELECT * FROM sign_in_failures"):
            earlier = row["blocked_until"] - how_long
            tx.run("UPDATE sign_in_failures SET blocked_until = $1 WHERE subject = $2", earlier, row["subject"])


@pytest.mark.parametrize("name", ["mia", "MIA", "nobody"])
def test_after_five_failures_the_right_password_has_to_wait(mia: str, store: Store, name: str) -> None:
    for _ in range(8):
        refusal(name, "wrong")
    assert failures(store)[f"user {name.lower()}"] == 5  # who waits is not locked out longer by further guesses
    refusal(name, PASSWORD)
    wait(store, timedelta(seconds=31))
    if name != "nobody":
        assert sign_in.sign_in(name, PASSWORD)
        assert failures(store) == {"address ": 5}


def test_a_burst_gets_no_more_guesses_than_one_after_the_other(mia: str, store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: refusal("mia", "wrong"), range(16)))
    assert failures(store)["user mia"] == 5


def test_an_address_has_to_wait_too_after_many_more(mia: str, store: Store) -> None:
    with store.write(None) as tx:
        for _ in range(attempts.ADDRESS.tries - 1):
            attempts.take(tx, {"address 10.0.0.9": attempts.ADDRESS})
    refusal("leo", "wrong", address="10.0.0.9")
    refusal("mia", PASSWORD, address="10.0.0.9")
    assert sign_in.sign_in("mia", PASSWORD, address="10.0.0.8")
    wait(store, timedelta(seconds=31))
    assert sign_in.sign_in("mia", PASSWORD, address="10.0.0.9")


def test_tries_are_forgiven_and_forgotten(store: Store) -> None:
    with store.write(None) as tx:
        for _ in range(4):
            attempts.take(tx, {"user x": attempts.ACCOUNT})
    wait(store, timedelta(hours=3))
    with store.write(None) as tx:
        attempts.take(tx, {"user x": attempts.ACCOUNT})
    assert failures(store) == {"user x": 2}
    wait(store, timedelta(hours=25))
    refusal("mia", "wrong")
    assert failures(store) == {"user mia": 1, "address ": 1}


def test_too_many_at_once_are_told_to_try_again_whoever_they_are(
    mia: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    with passwords._turn(), passwords._turn():
        for name in (mia, "nobody"):
            with pytest.raises(BusyError, match="Try again in a few seconds"):
                sign_in.sign_in(name, PASSWORD)
    assert set(failures(store).values()) == {0}
    assert sign_in.sign_in(mia, PASSWORD)


def test_a_new_password_ends_the_other_sessions(mia: str) -> None:
    here, elsewhere = sign_in.sign_in(mia, PASSWORD), sign_in.sign_in(mia, PASSWORD)
    sign_in.set_password(here, mia, "another long passphrase", current=PASSWORD)
    assert (sessions.resume(session=here.session), sessions.resume(session=elsewhere.session)) == (here, None)


def test_ones_own_password_wants_the_present_one_and_guesses_are_slowed_down(mia: str) -> None:
    actor = sign_in.sign_in(mia, PASSWORD)
    for guess in (*"12345", PASSWORD):
        with pytest.raises(Invalid, match="current password"):
            sign_in.set_password(actor, mia, "another long passphrase", current=guess)
    assert sign_in.sign_in(mia, PASSWORD)


def test_the_log_has_who_gave_whom_a_password(mia: str, store: Store) -> None:
    with store.read() as reader:
        last = reader.one("SELECT * FROM events ORDER BY revision DESC LIMIT 1") or {}
    assert [last[name] for name in ("actor", "action", "table", "row")] == ["console", "set password", "people", "mia"]


def test_only_an_admin_sets_somebody_elses_password(mia: str, store: Store) -> None:
    with pytest.raises(Forbidden):
        sign_in.set_password(sessions.start_session("chris"), mia, "another long passphrase")
    with pytest.raises(NotFound):
        sign_in.set_password(sessions.start_session("ada"), "nobody", "another long passphrase")


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
    assert sessions.resume(session=actor.session) == actor
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
    assert sessions.redeem("\ud800") is sessions.resume(cookie="\ud800") is None
