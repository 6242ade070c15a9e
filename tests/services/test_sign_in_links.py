"""One-time links: who may make one, what it is good for, and who learns nothing from asking."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from okrdash.domain.errors import Forbidden, Invalid, NotFound
from okrdash.services import calling, delivery, messages, organisation, preferences, sessions, sign_in, sign_in_links
from okrdash.services.people import CONSOLE
from okrdash.services.sign_in_links import VALID, forgotten, make_link, whose
from okrdash.store.store import Store, utc_now
from tests.conftest import SignedIn

PASSWORD = "correct horse battery staple"
ADDRESS = "https://okr.example.com"


def token(link: str) -> str:
    return parse_qs(urlsplit(link).query)["link"][0]


def dead(link: str) -> bool:
    with pytest.raises(NotFound, match="does not work any more"):
        sign_in.sign_in_by_link(token(link), PASSWORD)
    return True


@pytest.mark.parametrize("address", ["", "https://okr.example.com/", "https://example.com/okr"])
def test_a_link_leads_to_its_screen(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("OKRDASH_ADDRESS", address)
    link = make_link(signed_in("admin"), "mia", "invite")
    assert link == f"{address.rstrip('/')}/password?link={token(link)}"
    assert (whose(token(link)).name, whose(token(link)).purpose) == ("Mia Member", "invite")


def test_it_gives_a_password_once_and_ends_what_was_before(signed_in: SignedIn, store: Store) -> None:
    before, link = signed_in("member"), make_link(signed_in("admin"), "mia", "reset")
    for _ in range(5):
        with pytest.raises(Forbidden):
            sign_in.sign_in("mia", "guess")
    actor = sign_in.sign_in_by_link(token(link), PASSWORD)
    assert [one.came_by for one in sessions.own(actor)] == ["link"]
    assert sessions.resume(session=before.session) is None
    assert dead(link)
    assert sign_in.sign_in("mia", PASSWORD)  # nobody has to wait for what others guessed before
    with store.read() as reader:
        assert token(link) not in str(reader.rows("SELECT * FROM sign_in_links"))


def test_a_bad_password_does_not_use_it_up(signed_in: SignedIn) -> None:
    link = make_link(signed_in("admin"), "mia", "reset")
    with pytest.raises(Invalid, match="12 to 72"):
        sign_in.sign_in_by_link(token(link), "short")
    assert sign_in.sign_in_by_link(token(link), PASSWORD)


@pytest.mark.parametrize("why", ["newer", "old", "disabled", "password", "made up"])
def test_it_stops_working(signed_in: SignedIn, store: Store, why: str) -> None:
    ada = signed_in("admin")
    link = make_link(ada, "mia", "invite")
    if why == "newer":
        make_link(ada, "mia", "reset")
    elif why == "old":
        with store.write(None) as tx:
            [row] = tx.rows("SELECT * FROM sign_in_links")
            assert row["valid_until"] - row["made_at"] == VALID["invite"]
            tx.run("UPDATE sign_in_links SET valid_until = $1", utc_now() - timedelta(seconds=1))
    elif why == "disabled":
        organisation.edit_person(CONSOLE, "mia", {"active": False})
        with pytest.raises(Invalid, match="disabled"):
            make_link(ada, "mia", "invite")
    elif why == "password":
        sign_in.set_password(CONSOLE, "mia", "another long passphrase")
    else:
        link = "/password?link=guess\ud800"
    assert dead(link)


def test_a_repeated_request_makes_the_same_link(signed_in: SignedIn) -> None:
    ada = signed_in("admin")
    link = make_link(ada, "mia", "invite", request_key="form_1")
    assert make_link(ada, "mia", "invite", request_key="form_1") == link != make_link(ada, "mia", "invite")
    sessions.end_session(ada)
    with pytest.raises(Forbidden):
        make_link(ada, "mia", "invite", request_key="form_1")


def test_where_there_are_no_passwords_there_are_no_links(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = signed_in("admin")
    link = make_link(ada, "mia", "invite")
    monkeypatch.setenv("OKRDASH_PASSWORDS", "off")
    with pytest.raises(Invalid, match="switched off"):
        make_link(ada, "mia", "invite")
    with pytest.raises(NotFound, match="company account"):
        sign_in.sign_in_by_link(token(link), PASSWORD)


@pytest.mark.parametrize("part", ["member", "champion"])
def test_only_admins_make_links(signed_in: SignedIn, part: str) -> None:
    with pytest.raises(Forbidden):
        make_link(signed_in(part), "mia", "reset")


@pytest.fixture
def mails(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is mailed, as name and link; mia and leo have an address, and leo wants no messages."""
    sent: list[tuple[str, str]] = []
    monkeypatch.setenv("OKRDASH_MAIL", "mailto://mail.example.com?from=okr@example.com")
    monkeypatch.setenv("OKRDASH_ADDRESS", ADDRESS)
    monkeypatch.setattr(delivery, "deliver", lambda way, **mail: sent.append((mail["name"], mail["link"])) or "")
    for username in ("mia", "leo"):
        organisation.edit_person(CONSOLE, username, {"email": f"{username}@example.com"})
    return sent


def test_who_forgot_it_is_mailed_a_link_whatever_they_chose(mails: list[tuple[str, str]], signed_in: SignedIn) -> None:
    preferences.choose(signed_in("lead"), preferences.Preferences(channel="none"))
    for name in ("MIA ", "leo", "nobody", "vera", ""):  # vera has no e-mail address
        forgotten(name)
    calling.call_due(CONSOLE)
    assert sorted(name for name, _ in mails) == ["Leo Lead", "Mia Member"]
    [link] = [link for name, link in mails if name == "Mia Member"]
    assert link.startswith(f"{ADDRESS}/password?link=")
    assert sign_in.sign_in_by_link(token(link), PASSWORD).username == "mia"


def test_it_is_not_mailed_too_often_nor_too_late(mails: list[tuple[str, str]], store: Store) -> None:
    for _ in range(9):
        forgotten("mia")
    calling.call_due(CONSOLE)
    assert len(mails) == 3
    forgotten("leo")
    calling.call_due(CONSOLE, utc_now() + timedelta(hours=2))
    assert len(mails) == 3


@pytest.mark.parametrize("missing", ["OKRDASH_MAIL", "OKRDASH_ADDRESS"])
def test_without_mail_there_is_an_admin_to_ask(
    mails: list[tuple[str, str]], store: Store, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.delenv(missing)
    assert not sign_in_links.sends_mail()
    forgotten("mia")
    with store.read() as reader:
        assert messages.to_send(reader, utc_now()) == []
