"""What people say to each other: who may, how threads stand after changes, who is called, thanks, links."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from okrdash.domain.errors import Conflict, Forbidden, Invalid, NotFound, OkrdashError
from okrdash.domain.tables import TABLES
from okrdash.services import comments, exchange, history, links
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sessions import start_session
from okrdash.store.store import Store
from tests.conftest import SignedIn

TODAY = datetime.now(UTC).date()
PARTS = ("viewer", "member", "lead", "leader", "champion")
ROWS: dict[str, list[dict[str, Any]]] = {
    "cycles": [{"cycle": "Q", "start": TODAY, "end": TODAY + timedelta(days=90), "state": "active"}],
    "objectives": [
        {"id": "O", "cycle": "Q", "team": "Web", "title": "Be found"},
        {"id": "S", "cycle": "Q", "team": "Web", "title": "Secret", "visibility": "confidential"},
        {"id": "T", "cycle": "Q", "team": "Growth", "title": "Theirs"},
    ],
    "key_results": [
        {"id": "K", "objective": "O", "title": "More", "kind": "baseline", "owner": "mia", "also": "T"},
    ],
    "check_ins": [{"id": "c", "key_result": "K", "as_of": TODAY, "author": "mia"}],
}


@pytest.fixture(autouse=True)
def okrs(store: Store) -> None:
    """An objective of Web with a key result of mia's that also stands under one of Growth; a confidential one."""
    rows = {name: [TABLES[name].row(**row) for row in rows] for name, rows in ROWS.items()}
    exchange.import_rows(CONSOLE, rows)


@pytest.fixture
def said(signed_in: SignedIn) -> str:
    """What the viewer said about the key result."""
    return comments.comment(signed_in("viewer"), "K", "How is it going?")


def newest(objective: str = "O") -> str:
    return comments.comments(CONSOLE, objective)[0].id


def refused(call: Callable[[], object]) -> str:
    try:
        call()
    except OkrdashError as fault:
        return type(fault).__name__
    return ""


WHO_MAY: dict[str, tuple[Callable[[Actor, str], object], set[str]]] = {
    "comment": (lambda actor, said: comments.comment(actor, "O", "Fine"), set(PARTS)),
    "answer": (lambda actor, said: comments.comment(actor, "K", "Fine", replies_to=said), set(PARTS)),
    "edit": (lambda actor, said: comments.edit_comment(actor, said, "Fine?"), {"viewer"}),
    "withdraw": (lambda actor, said: comments.withdraw_comment(actor, said), {"viewer"}),
    "settle": (lambda actor, said: comments.resolve_comment(actor, said), set(PARTS)),
    "settle another's": (
        lambda actor, said: comments.resolve_comment(actor, comments.comment(CONSOLE, "O", "Well?")),
        {"member", "lead", "leader", "champion"},
    ),
    "acknowledge": (lambda actor, said: comments.acknowledge(actor, "c"), set(PARTS)),
    "thank": (lambda actor, said: comments.thank(actor, "O", "Well done"), set(PARTS)),
    "link": (lambda actor, said: links.add_link(actor, "K", said, "https://example.org/"), set(PARTS)),
    "comment on what is confidential": (
        lambda actor, said: comments.comment(actor, "S", "Psst"),
        {"member", "lead", "leader", "champion"},
    ),
}


@pytest.mark.parametrize("what", WHO_MAY)
def test_who_may(signed_in: SignedIn, what: str) -> None:
    call, allowed = WHO_MAY[what]
    may = set()
    for part in PARTS:
        said = comments.comment(signed_in("viewer"), "K", "How is it going?")
        if not refused(functools.partial(call, signed_in(part), said)):
            may.add(part)
    assert may == allowed


def test_a_thread_stands_as_it_is_now(signed_in: SignedIn, said: str) -> None:
    vera, mia = signed_in("viewer"), signed_in("member")
    answer = comments.comment(mia, "K", "Well", replies_to=said)
    comments.comment(vera, "K", "Good", replies_to=answer)
    comments.edit_comment(mia, answer, "Very well")
    comments.resolve_comment(mia, answer)
    [thread] = comments.comments(mia, "O")
    assert (thread.about, thread.author, thread.text, thread.resolved_on) == ("K", "vera", "How is it going?", TODAY)
    assert [(r.author, r.text, r.earlier) for r in thread.replies] == [
        ("mia", "Very well", ("Well",)),
        ("vera", "Good", ()),
    ]
    assert comments.comments(mia, "T") == [thread]  # the key result also stands there
    comments.reopen_comment(vera, thread.id)
    assert comments.comments(mia, "O")[0].resolved_on is None
    assert refused(lambda: comments.reopen_comment(vera, thread.id)) == "Conflict"


def test_what_is_withdrawn_goes_unless_it_was_answered(signed_in: SignedIn, said: str) -> None:
    vera = signed_in("viewer")
    comments.comment(vera, "K", "Nobody?", replies_to=said)
    alone = comments.comment(vera, "O", "Alone")
    for one in (said, alone):
        comments.withdraw_comment(vera, one)
    [thread] = comments.comments(vera, "O")
    assert (thread.first, thread.withdrawn, thread.text, len(thread.replies)) == (said, True, "", 1)
    assert refused(lambda: comments.edit_comment(vera, thread.id, "Back")) == "Conflict"


def test_two_edits_of_one_version_conflict_and_a_settling_does_not(signed_in: SignedIn, said: str) -> None:
    vera, leo = signed_in("viewer"), signed_in("lead")
    comments.resolve_comment(leo, said)
    comments.edit_comment(vera, said, "How does it go?")
    with pytest.raises(Conflict, match="How does it go"):
        comments.edit_comment(vera, said, "Something else")


def test_a_request_is_done_once(signed_in: SignedIn) -> None:
    vera = signed_in("viewer")
    first = [comments.comment(vera, "O", "Once", request_key="x") for _ in range(2)]
    assert [bool(one) for one in first] == [True, False]
    for _ in range(2):
        comments.thank(vera, "O", "Thanks", request_key="y")
        comments.acknowledge(vera, "c")
    assert len(comments.kudos(vera, "O")) == 1
    assert [(c.check_in, c.text, c.withdrawn) for c in comments.comments(vera, "O")] == [
        ("", "Once", False),
        ("c", "", False),
    ]


BAD: dict[str, tuple[Callable[[Actor], object], type[OkrdashError], str]] = {
    "blank": (lambda a: comments.comment(a, "O", "  \n"), Invalid, "write what you want to say"),
    "too long": (lambda a: comments.comment(a, "O", "x" * 10_001), Invalid, "at most 10000"),
    "NUL": (lambda a: comments.thank(a, "O", "\0"), Invalid, "cannot be stored"),
    "about nothing": (lambda a: comments.comment(a, "X", "Hm"), NotFound, "not there"),
    "an answer to nothing": (lambda a: comments.comment(a, "O", "Hm", replies_to="X"), NotFound, "no such comment"),
    "another's check-in": (lambda a: comments.comment(a, "O", "Hm", check_in="c"), Invalid, "no such check-in"),
    "signed out": (lambda a: comments.comment(Actor("mia", "x"), "O", "Hm"), Forbidden, "signed out"),
    "a script": (lambda a: links.add_link(a, "K", "Plan", "javascript:alert(1)"), Invalid, "web address"),
    "no title": (lambda a: links.add_link(a, "K", " ", "https://example.org/"), Invalid, "title"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_refused_and_why(signed_in: SignedIn, what: str) -> None:
    call, kind, says = BAD[what]
    with pytest.raises(kind, match=says):
        call(signed_in("lead"))


def called(store: Store) -> list[tuple[str, str]]:
    with store.read() as reader:
        return [(r["username"], r["subject"]) for r in reader.rows("SELECT * FROM messages ORDER BY username, subject")]


def test_who_is_mentioned_is_called_once(store: Store, signed_in: SignedIn) -> None:
    leo = signed_in("lead")
    said = comments.comment(leo, "O", "@Web, @fay function and @leo: see joe@web.example")
    assert called(store) == [("fay", "Leo Lead mentions you"), ("mia", "Leo Lead mentions you")]
    comments.edit_comment(leo, said, "@Web and @vera")
    assert [username for username, _ in called(store)] == ["fay", "mia", "vera"]
    comments.withdraw_comment(leo, newest())
    assert called(store) == []
    comments.thank(leo, "K", "@mia")
    assert called(store) == [("mia", "Leo Lead thanks you")]


def test_who_may_not_know_of_it_is_not_called(store: Store, signed_in: SignedIn) -> None:
    comments.comment(signed_in("lead"), "S", "@vera, @mia, @fay: the secret")
    assert [username for username, _ in called(store)] == ["fay", "mia"]
    with store.read() as reader:
        assert "secret" not in str(reader.rows("SELECT subject, text FROM messages")).lower()


def test_a_team_without_members_calls_who_leads_it(store: Store, signed_in: SignedIn) -> None:
    comments.comment(signed_in("member"), "O", "@Growth?")
    assert [username for username, _ in called(store)] == ["fay"]


def test_a_link_is_added_marked_and_removed_and_the_history_tells(signed_in: SignedIn) -> None:
    mia, plan = signed_in("member"), ("Plan", "https://example.org/plan")
    links.add_link(mia, "K", *plan)
    assert refused(lambda: links.add_link(mia, "K", *plan)) == "Invalid"
    links.mark_link(mia, "K", *plan, done=True)
    [row] = links.links(start_session("vera"), ["K"])["K"]
    assert (row["title"], row["done_on"]) == ("Plan", TODAY)
    links.mark_link(mia, "K", *plan, done=False)
    links.remove_link(mia, "K", *plan)
    assert links.links(mia, ["K"]) == {}
    assert [row.table for row in history.changes(mia, "O")].count("links") == 4
