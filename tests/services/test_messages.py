"""Calling people: who is reminded when, and that a message is sent once, is tried again, and is given up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from okrdash.domain.errors import Forbidden, Invalid
from okrdash.domain.tables import TABLES
from okrdash.services import calling, messages, organisation, preferences, reminders
from okrdash.services.calling import call_due
from okrdash.services.people import CONSOLE
from okrdash.services.preferences import Preferences
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.conftest import SignedIn

FRIDAY = date(2026, 11, 27)
DUE = datetime(2026, 11, 27, 9, 0)


class Post:
    """In place of the mail server and the chat: what came there, and what it answers."""

    def __init__(self) -> None:
        self.came: list[dict[str, str]] = []
        self.error = ""

    def deliver(self, way: str, **message: str) -> str:
        self.came.append({"way": way, **message})
        return self.error

    @property
    def names(self) -> list[str]:
        return [one["name"] for one in self.came]


@pytest.fixture(autouse=True)
def okrs(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """K and H are due from Mia, S from Leo; H is confidential. It is Friday, and e-mail can be sent."""
    monkeypatch.setenv("OKRDASH_MAIL", "mailto://localhost?from=okr@example.com")
    monkeypatch.delenv("OKRDASH_WEBHOOK", raising=False)
    monkeypatch.setattr("okrdash.services.company.today", lambda _: FRIDAY)
    with store.write(Event("console", "test")) as tx:
        for username in ("mia", "leo", "fay", "vera"):
            tx.update("people", (username,), {"email": f"{username}@example.com"})
    insert(
        store,
        cycles=[{"cycle": "Q", "start": date(2026, 10, 1), "end": date(2026, 12, 31), "state": "active"}],
        objectives=[
            {"id": "O", "cycle": "Q", "team": "Web", "title": "Be found"},
            {"id": "P", "cycle": "Q", "team": "Web", "title": "Sell it", "visibility": "confidential"},
        ],
        key_results=[
            {"id": "K", "objective": "O", "title": "More visitors", "kind": "milestone", "owner": "mia"},
            {"id": "H", "objective": "P", "title": "Quiet talks", "kind": "milestone", "owner": "mia"},
            {"id": "S", "objective": "O", "title": "Fewer steps", "kind": "milestone", "owner": "leo"},
        ],
    )
    yield
    reminders._asked.clear()


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    post = Post()
    monkeypatch.setattr("okrdash.services.delivery.deliver", post.deliver)
    return post


def insert(store: Store, **tables: list[dict[str, Any]]) -> None:
    with store.write(Event("console", "test")) as tx:
        for name, rows in tables.items():
            tx.insert(name, *(TABLES[name].row(**row) for row in rows))


def leave(store: Store, to: str = "mia", kind: messages.Kind = "mention", about: str = "comment 1") -> None:
    with store.write(None) as tx:
        messages.leave(tx, [to], kind, about=about, subject="Leo mentions you", text="Have a look")


def reported(store: Store, *key_results: str) -> None:
    rows = [{"id": f"c-{k}", "key_result": k, "as_of": FRIDAY, "value": None, "note": "done"} for k in key_results]
    insert(store, check_ins=rows)


def test_one_message_names_everything_that_is_due_but_nothing_confidential(post: Post) -> None:
    call_due(CONSOLE, DUE)
    assert post.names == ["Leo Lead", "Mia Member"]
    mia = post.came[1]
    assert mia["subject"] == "2 check-ins are due today"
    assert mia["text"] == "- More visitors\n- 1 confidential"


def test_a_blocker_that_one_is_asked_about_is_in_the_same_message(store: Store, post: Post) -> None:
    row = {"id": "b", "key_result": "S", "as_of": FRIDAY, "blocker": "No budget", "helper": "Mia Member"}
    insert(store, check_ins=[row])
    call_due(CONSOLE, DUE)
    assert (post.names, post.came[0]["subject"]) == (
        ["Mia Member"],
        "2 check-ins are due today, 1 blocker waits for your help",
    )
    assert post.came[0]["text"].endswith("You are asked for help:\n- No budget (in the way of: Fewer steps)")


def test_nobody_is_called_who_owes_nothing(store: Store, post: Post) -> None:
    reported(store, "K", "H", "S")
    assert call_due(CONSOLE, DUE) == []
    assert post.came == []


@pytest.mark.parametrize(
    ("zone", "now", "called"),
    [
        ("", datetime(2026, 11, 27, 8, 59), False),
        ("", DUE, True),
        ("", datetime(2026, 11, 27, 23, 59), True),
        ("", datetime(2026, 11, 28, 9, 0), False),
        ("", datetime(2026, 11, 26, 9, 0), False),
        ("Pacific/Auckland", datetime(2026, 11, 26, 20, 0), True),
        ("Pacific/Auckland", datetime(2026, 11, 27, 11, 0), False),
        ("America/New_York", datetime(2026, 11, 27, 13, 59), False),
        ("America/New_York", datetime(2026, 11, 28, 4, 0), True),
    ],
)
def test_the_due_hour_is_that_of_the_persons_zone(
    signed_in: SignedIn, post: Post, zone: str, now: datetime, called: bool
) -> None:
    preferences.choose(signed_in("member"), Preferences(time_zone=zone))
    call_due(CONSOLE, now)
    assert ("Mia Member" in post.names) is called


def test_the_hour_can_be_set(post: Post) -> None:
    organisation.change_settings(CONSOLE, {"remind_hour": "14"})
    assert call_due(CONSOLE, DUE) == []
    assert len(call_due(CONSOLE, DUE.replace(hour=14))) == 2


def test_on_a_closed_day_nobody_is_called(post: Post) -> None:
    organisation.change_settings(CONSOLE, {"closed_days": FRIDAY.isoformat()})
    assert call_due(CONSOLE, DUE) == []


def test_of_who_is_away_the_deputy_is_called(store: Store, post: Post) -> None:
    away = {"person": "mia", "start": FRIDAY, "end": FRIDAY, "deputy": "fay"}
    blocker = {"id": "b", "key_result": "S", "as_of": FRIDAY, "blocker": "No budget", "helper": "mia"}
    insert(store, absences=[away], check_ins=[blocker])
    call_due(CONSOLE, DUE)
    assert [(one["name"], one["subject"]) for one in post.came] == [
        ("Fay Function", "2 check-ins are due today, 1 blocker waits for your help")
    ]


def test_a_viewer_is_not_asked_for_check_ins(store: Store, post: Post) -> None:
    reported(store, "K", "H", "S")
    insert(store, key_results=[{"id": "V", "objective": "O", "title": "Seen", "kind": "milestone", "owner": "vera"}])
    assert call_due(CONSOLE, DUE) == []


def test_a_reminder_is_sent_once_whatever_happens_that_day(store: Store, post: Post) -> None:
    reported(store, "S")
    assert len(call_due(CONSOLE, DUE)) == 1
    insert(store, key_results=[{"id": "N", "objective": "O", "title": "New", "kind": "milestone", "owner": "leo"}])
    assert call_due(CONSOLE, DUE + timedelta(hours=1)) == []
    reminders._asked.clear()  # as after a restart
    assert [one.name for one in call_due(CONSOLE, DUE + timedelta(hours=2))] == ["Leo Lead"]


def test_a_message_is_left_once_and_sent_once(store: Store, post: Post, signed_in: SignedIn) -> None:
    leave(store)
    leave(store)
    assert ([one.name for one in call_due(CONSOLE)], call_due(CONSOLE)) == (["Mia Member"], [])
    assert (len(post.came), messages.outbox(signed_in("admin")).sent) == (1, 1)


def test_what_was_taken_back_is_not_sent(store: Store, post: Post) -> None:
    leave(store)
    with store.write(None) as tx:
        messages.take_back(tx, "comment 1")
    assert call_due(CONSOLE) == []


def test_of_two_servers_one_sends(store: Store) -> None:
    leave(store)
    with store.read() as reader:
        [row] = messages.to_send(reader, DUE)
    with store.write(None) as tx:
        assert [messages.claim(tx, row, DUE), messages.claim(tx, row, DUE)] == [True, False]
        assert messages.to_send(tx, DUE) == []


def test_what_fails_is_tried_again_later_and_later_and_then_given_up(
    store: Store, post: Post, signed_in: SignedIn
) -> None:
    leave(store)
    post.error = "Connection refused"
    now, tried = datetime.now(UTC).replace(tzinfo=None, microsecond=0), []
    for minute in (0, 0.9, 1, 5.9, 6, 35.9, 36, 155.9, 156, 875.9, 876, 1000, 10_000):
        if call_due(CONSOLE, now + timedelta(minutes=minute)):
            tried.append(minute)
    assert tried == [0, 1, 6, 36, 156, 876]
    admin = signed_in("admin")
    [row] = messages.outbox(admin).given_up
    assert (row["name"], row["error"], row["tries"]) == ("Mia Member", "Connection refused", 6)
    post.error = ""
    assert messages.try_again(admin, [row["id"]]) == 1
    assert [one.error for one in call_due(CONSOLE)] == [""]
    assert messages.outbox(admin).given_up == ()


def test_a_server_that_is_down_does_not_use_up_the_tries_of_every_message(store: Store, post: Post) -> None:
    for n in range(9):
        leave(store, about=f"comment {n}")
    post.error = "Connection refused"
    assert len(call_due(CONSOLE)) == 3


def test_a_reminder_is_not_sent_the_day_after(store: Store, post: Post) -> None:
    post.error = "Connection refused"
    call_due(CONSOLE, DUE.replace(hour=23, minute=50))
    assert len(post.came) == 2
    assert call_due(CONSOLE, DUE + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("chosen", "mail", "webhook", "way"),
    [
        (Preferences(), "mailto://x", "json://x", "e-mail"),
        (Preferences(), "", "json://x", "chat"),
        (Preferences("chat"), "mailto://x", "json://x", "chat"),
        (Preferences("chat"), "mailto://x", "", ""),
        (Preferences("none"), "mailto://x", "json://x", ""),
        (Preferences(mentions=False), "mailto://x", "json://x", ""),
        (Preferences(blockers=False, reminders=False), "mailto://x", "", "e-mail"),
        (Preferences(), "", "", ""),
    ],
)
def test_the_way_is_the_persons_choice(
    store: Store,
    post: Post,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
    chosen: Preferences,
    mail: str,
    webhook: str,
    way: str,
) -> None:
    monkeypatch.setenv("OKRDASH_MAIL", mail)
    monkeypatch.setenv("OKRDASH_WEBHOOK", webhook)
    preferences.choose(signed_in("member"), chosen)
    leave(store)
    assert [one.way for one in call_due(CONSOLE)] == ([way] if way else [])
    found = messages.outbox(CONSOLE)
    assert (len(found.waiting), found.sent, found.not_needed) == (0, int(bool(way)), int(not way))


@pytest.mark.parametrize("chosen", [Preferences("pigeon"), Preferences(time_zone="Mars/Base")])
def test_a_choice_that_there_is_not_is_refused(signed_in: SignedIn, chosen: Preferences) -> None:
    with pytest.raises(Invalid):
        preferences.choose(signed_in("member"), chosen)
    assert preferences.own(signed_in("member")).preferences == Preferences()


def test_a_demo_company_calls_nobody(store: Store, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    leave(store)
    monkeypatch.setenv("OKRDASH_DEMO", "startup")
    assert (call_due(CONSOLE, DUE), post.came) == ([], [])
    with pytest.raises(Invalid, match="demo"):
        calling.send_test(CONSOLE, "chat")


@pytest.mark.parametrize("part", ["viewer", "member", "lead", "leader", "champion"])
def test_messages_are_the_admins(signed_in: SignedIn, part: str) -> None:
    who = signed_in(part)
    for service in (
        call_due,
        calling.to_call,
        calling.channels,
        messages.outbox,
        reminders.due,
        reminders.make,
        lambda actor: messages.try_again(actor, ["m"]),
        lambda actor: calling.send_test(actor, "chat"),
    ):
        with pytest.raises(Forbidden):
            service(who)
