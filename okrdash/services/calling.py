"""Calling people: what is due is made into messages, and what waits in the outbox is sent, once."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from okrdash import config
from okrdash.domain.columns import Row
from okrdash.domain.errors import Invalid
from okrdash.domain.settings import Settings
from okrdash.services import delivery, messages, reminders, sign_in_links
from okrdash.services.company import company
from okrdash.services.people import Actor, allow, order_of
from okrdash.services.preferences import Preferences, preferences_of
from okrdash.store.store import utc_now

_PLACES = {
    "reminder": ("check-in", "Check in (about a minute)"),
    "mention": ("", "Answer"),
    "blocker": ("", "Answer"),
    "dependency": ("dependencies", "Open it"),
    "password": (sign_in_links.ADDRESS, "Choose a new password"),
    "handover": ("objectives", "See what is yours"),
}
"""Where the link of each kind of message leads when it states no other place, and what it says."""
_LATE = timedelta(hours=1)
"""After so long who asked for a new password has found another way."""
_ENOUGH = 3
"""Failures in a row after which a way is left alone until the next round: its server is down, not the messages bad."""


@dataclass(frozen=True, slots=True)
class Called:
    """What became of one message."""

    name: str
    subject: str
    way: str
    """ "e-mail" or "chat"."""
    error: str = ""


def channels(actor: Actor) -> list[delivery.Channel]:
    """The ways on which people can be called here. Raises Forbidden for who is no admin."""
    with company().read() as reader:
        allow(reader, actor, "manage settings")
    return [delivery.channel(way) for way in ("e-mail", "chat")]


def call_due(actor: Actor, now: datetime | None = None, stop: threading.Event | None = None) -> list[Called]:
    """One round: makes the reminders that are due (`now` in UTC, naive), and sends every message whose time has come.

    What fails is tried again in a later round. A demo company calls nobody. Between two messages it ends when `stop`
    is set. Raises Forbidden for who is no admin.
    """
    if config.load().demo:
        return []
    reminders.make(actor, now)
    with company().read() as reader:
        allow(reader, actor, "manage settings")
        rows, chosen = messages.to_send(reader, now or utc_now()), preferences_of(reader)
        settings = order_of(reader).settings
    called: list[Called] = []
    failed: Counter[str] = Counter()
    for row in rows:
        if stop and stop.is_set():
            break
        way, why_not = _way(row, chosen.get(row["username"], Preferences()), now or utc_now(), settings)
        if failed[way] >= _ENOUGH:
            continue
        with company().write(None) as tx:
            if why_not:
                messages.settle(tx, row, now or utc_now(), why_not)
            mine = not why_not and messages.claim(tx, row, now or utc_now())
        if mine:
            error = _send(row, way)
            with company().write(None) as tx:
                if error:
                    messages.put_off(tx, row, now or utc_now(), error)
                else:
                    messages.settle(tx, row, now or utc_now())
            failed[way] = failed[way] + 1 if error else 0
            called.append(Called(row["name"], delivery.one_line(row["subject"]), way, error))
    return called


def to_call(actor: Actor, now: datetime | None = None) -> list[Called]:
    """Whom the next round would call, and why; nothing is written. Raises Forbidden for who is no admin."""
    now = now or utc_now()
    made = reminders.due(actor, now)
    with company().read() as reader:
        allow(reader, actor, "manage settings")
        settings, chosen = order_of(reader).settings, preferences_of(reader)
        rows = messages.to_send(reader, now)
        people = {row["username"]: row for row in reader.table("people")}
    found = [(row, chosen.get(row["username"], Preferences())) for row in rows]
    waiting = [(row, *_way(row, preferences, now, settings)) for row, preferences in found]
    called = [
        Called(row["name"], delivery.one_line(row["subject"]), way) for row, way, why_not in waiting if not why_not
    ]
    ways = config.load().ways
    for one in made:
        way = chosen.get(one.username, Preferences()).way(people[one.username]["email"], ways)
        called.append(Called(one.name, delivery.one_line(one.subject), way))
    return called


def send_test(actor: Actor, way: str) -> None:
    """Sends the actor a message on one way, now. Raises Forbidden, or Invalid with what went wrong."""
    with company().read() as reader:
        name = allow(reader, actor, "manage settings").name
        person = reader.get("people", actor.username)
    if config.load().demo:
        raise Invalid("A demo company calls nobody.")
    email = person["email"] if person else ""
    if way == "e-mail" and not email:
        raise Invalid("You have no e-mail address here. Give yourself one under People.")
    text = "If you can read this, people can be called this way."
    if error := delivery.deliver(
        way,
        name=name,
        email=email,
        subject="A test message from okrdash",
        text=text,
        says="Open okrdash",
        link=_link(),
    ):
        raise Invalid(error)


def _way(row: Row, preferences: Preferences, now: datetime, settings: Settings) -> tuple[str, str]:
    """The way that a message takes, and why it is not sent, one of them ""."""
    if not row["active"]:
        return "", "no longer here"
    if row["kind"] == "password":  # asked for, and for nobody's eyes but theirs: whatever they chose
        if now - row["made_at"] > _LATE:
            return "", "too late"
        return ("e-mail", "") if row["email"] and sign_in_links.sends_mail() else ("", "no way open")
    if not preferences.wants(row["kind"]):
        return "", "not wanted"
    if row["kind"] == "reminder" and row["about"] != reminders.ABOUT.format(preferences.clock(now, settings).date()):
        return "", "its day is over"
    way = preferences.way(row["email"], config.load().ways)
    return way, "" if way else "no way open"


def _send(row: Row, way: str) -> str:
    place, says = _PLACES[row["kind"]]
    link = _link(row["place"] or place)
    foot = f"How okrdash calls you, and whether it does, is your choice: {_link('account') or 'see Account.'}"
    if row["kind"] == "password":
        with company().write(None) as tx:
            link, foot = sign_in_links.mailed(tx, row["username"]), ""
    return delivery.deliver(
        way,
        name=row["name"],
        email=row["email"],
        subject=row["subject"],
        text=row["text"],
        says=says,
        link=link,
        foot=foot,
    )


def _link(address: str = "") -> str:
    """The link to a screen, by its address ("check-in"); "" where nobody said under which name okrdash is open."""
    base = config.load().address.rstrip("/")
    return f"{base}/{address}" if urlsplit(base).scheme in ("http", "https") else ""
