"""Forgetting a person: their name, username and address are in no table afterwards, and the history stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from okrdash.domain.errors import Forbidden, Invalid
from okrdash.domain.forgetting import Forgotten
from okrdash.services import anonymising, organisation, overview, sign_in
from okrdash.services.company import company
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store, utc_now
from okrdash.store.transaction import Event
from tests.conftest import SignedIn
from tests.services.small import add, ago, check_in, moment, quarter

WHO, NAME, MAIL = "zoe.quill", 'Zoë "Z" Quill', "zoe.quill@example.com"


@pytest.fixture
def known(store: Store) -> Store:
    """A person who left traces everywhere, disabled."""
    add(people=[{"username": WHO, "name": NAME, "email": MAIL, "role": "member"}])
    quarter()
    add(
        objectives=[
            {"id": "S", "cycle": "Q", "team": "Web", "title": f"Hire with {NAME.upper()}", "visible_to": f"mia;{WHO}"},
        ],
        key_results=[{"id": "Z", "objective": "S", "title": "A", "kind": "milestone", "owner": WHO}],
        milestones=[{"key_result": "Z", "step": f"Ask @{WHO}"}],
        memberships=[{"person": WHO, "team": "Web", "leads": True}],
        absences=[
            {"person": WHO, "start": ago(3), "end": ago(1), "deputy": "mia"},
            {"person": "mia", "start": ago(3), "end": ago(1), "deputy": WHO},
        ],
        comments=[{"id": "c", "about": "K", "author": "mia", "entered_at": moment(1), "text": f"@{NAME}, <{MAIL}>?"}],
        kudos=[{"id": "t", "about": "K", "author": WHO, "entered_at": moment(1), "text": "Thanks"}],
        decisions=[{"id": "d", "about": "K", "author": WHO, "owner": WHO, "text": f"{NAME} decides"}],
    )
    check_in("k1", 3, 10.0, author=WHO, note="Mail zoe.quill@example.com", blocker="Stuck", helper=NAME.lower())
    sign_in.set_password(CONSOLE, WHO, "a sentence that is long")
    zoe = sign_in.sign_in(WHO, "a sentence that is long")
    with company().write(Event(WHO, "edit", f"{NAME} said so", f"{WHO} form_1")) as tx:
        tx.update("objectives", ("O",), {"owner": WHO})
        tx.run("INSERT INTO drafts VALUES ($1, 'K', 'text', $2)", WHO, utc_now())
        tx.run("INSERT INTO visits VALUES ($1, $2, $2)", WHO, utc_now())
        for number, username in enumerate((WHO, "mia")):
            tx.run(
                "INSERT INTO messages (id, username, kind, about, subject, text, place, made_at, tries, error)"
                " VALUES ($1, $2, 'mention', 'c', $3, 'x', '', $4, 0, '')",
                *(f"m{number}", username, f"{NAME} mentions you", utc_now()),
            )
        tx.run(
            "INSERT INTO sign_in_links VALUES ('h', 'mia', 'reset', $1, $2, $2, NULL)", WHO, utc_now() + timedelta(1)
        )
    organisation.edit_person(CONSOLE, WHO, {"active": False})
    assert zoe.session
    return store


def texts() -> list[str]:
    """Every text of every table of the database, in small letters."""
    with company().read() as reader:
        columns = reader.rows(
            "SELECT table_name AS t, column_name AS c FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND data_type IN ('VARCHAR', 'character varying')"
        )
        return [
            str(row["text"]).lower()
            for column in columns
            for row in reader.rows(f'SELECT "{column["c"]}" AS text FROM "{column["t"]}"')
        ]


def test_who_is_forgotten_is_in_no_table_and_what_they_did_is(known: Store) -> None:
    traces = ("zoe.quill", 'zoë "z" quill', 'zoë \\"z\\" quill')
    assert all(any(trace in text for text in texts()) for trace in traces)
    pseudonym = anonymising.anonymise(CONSOLE, WHO, WHO)
    left = texts()
    assert [text for text in left if any(trace in text for trace in traces)] == []
    with company().read() as reader:
        assert [row["author"] for row in reader.table("check_ins")] == [pseudonym]
        assert [row["visible_to"] for row in reader.table("objectives", "id = 'S'")] == [f"mia;{pseudonym}"]
        [person] = reader.table("people", "username = $1", pseudonym)
        assert (person["email"], person["active"], person["role"]) == ("", False, "member")
        [last] = reader.rows("SELECT * FROM events WHERE action = 'anonymise person'")
        assert (last["row"], last["table"]) == (pseudonym, "people")
        [told] = reader.rows("SELECT subject FROM messages")
        assert told["subject"] == f"{person['name']} mentions you"
    assert len(overview.board(CONSOLE).key_results)  # everything is still read and measured


def test_what_is_refused(known: Store, signed_in: SignedIn) -> None:
    with pytest.raises(Invalid, match="is active"):
        anonymising.anonymise(CONSOLE, "mia", "mia")
    with pytest.raises(Invalid, match="Type the username"):
        anonymising.anonymise(CONSOLE, WHO, "zoe")
    with pytest.raises(Forbidden):
        anonymising.anonymise(signed_in("champion"), WHO, WHO)
    with company().read() as reader:
        assert reader.get("people", WHO)


def test_what_it_reaches_is_said_before(known: Store) -> None:
    reached = anonymising.touched(CONSOLE, WHO)
    assert (reached.written, reached.owned) == (3, 3)
    assert reached.events >= 5


@pytest.mark.parametrize(
    ("username", "name", "before", "after"),
    [
        ("will", "Will", "Will it? @will or @Will: I will", "Will it? @former-1 or @former-1: I will"),
        ("q4", "Ann  Lee", "ann lee and Q4, @q4. Annlee", "Former 1 and Q4, @former-1. Annlee"),
        ("ann.lee", "", "by ann.lee, not joann.lee", "by former-1, not joann.lee"),
    ],
)
def test_words_of_the_language_stay(username: str, name: str, before: str, after: str) -> None:
    assert Forgotten(username, name, "", "former-1", "Former 1").text(before).replace("@Former 1", "@former-1") == after
