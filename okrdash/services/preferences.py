"""How each person wants to be called: on which way, in which time zone, and what for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

from okrdash import config
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.settings import Settings
from okrdash.services.company import company
from okrdash.services.messages import Kind
from okrdash.services.people import Actor, allow, order_of
from okrdash.store.reader import Reader

WAYS = ("e-mail", "chat", "none")
"""How somebody can be called; who never chose gets e-mail where that can be sent to them, else the chat."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What one person chose; the defaults are those of who never did."""

    channel: str = ""
    """One of WAYS, or "" for not chosen."""
    time_zone: str = ""
    """IANA name, or "" for the organisation's."""
    reminders: bool = True
    mentions: bool = True
    blockers: bool = True
    dependencies: bool = True

    def wants(self, kind: Kind) -> bool:
        """Whether messages of this kind are to be sent at all."""
        wanted: dict[Kind, bool] = {
            "reminder": self.reminders,
            "mention": self.mentions,
            "blocker": self.blockers,
            "dependency": self.dependencies,
            "handover": True,
            "password": True,
        }
        return wanted[kind] and self.channel != "none"

    def clock(self, now: datetime, settings: Settings) -> datetime:
        """What day and hour it is where the person is; `now` is UTC, naive."""
        zone = ZoneInfo(self.time_zone) if self.time_zone else settings.zone
        return now.replace(tzinfo=UTC).astimezone(zone)

    def way(self, email: str, open_ways: Collection[str]) -> str:
        """The way that a message takes, of those that are open here ("e-mail", "chat"); "" where there is none."""
        reachable = [way for way in WAYS if way in open_ways and (way != "e-mail" or email)]
        if self.channel:
            return self.channel if self.channel in reachable else ""
        return reachable[0] if reachable else ""


@dataclass(frozen=True, slots=True)
class Reached:
    """How a person is called now."""

    preferences: Preferences
    email: str
    ways: tuple[str, ...]
    """Those that are open here, "e-mail" and "chat"."""
    settings: Settings

    @property
    def way(self) -> str:
        """The way that is taken; "" for none."""
        return self.preferences.way(self.email, self.ways)


def own(actor: Actor) -> Reached:
    """How the actor is called. Raises Forbidden for who is signed out."""
    with company().read() as reader:
        allow(reader, actor, "read")
        chosen = preferences_of(reader).get(actor.username, Preferences())
        person = reader.get("people", actor.username)
        return Reached(chosen, person["email"] if person else "", config.load().ways, order_of(reader).settings)


def choose(actor: Actor, preferences: Preferences) -> None:
    """Keeps what the actor chose. Raises Forbidden, or Invalid where there is no such way or time zone."""
    problems = []
    if preferences.channel not in ("", *WAYS):
        problems.append(Problem("channel", f"is {preferences.channel!r}, but must be one of: {', '.join(WAYS)}."))
    if preferences.time_zone not in ("", *available_timezones()):
        problems.append(Problem("time_zone", f"{preferences.time_zone!r} is no time zone; choose one of the list."))
    if problems:
        raise Invalid(*problems)
    with company().write(None) as tx:
        allow(tx, actor, "read")
        tx.run(
            "INSERT INTO preferences (username, channel, time_zone, reminders, mentions, blockers, dependencies)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (username) DO UPDATE SET channel = excluded.channel,"
            " time_zone = excluded.time_zone, reminders = excluded.reminders, mentions = excluded.mentions,"
            " blockers = excluded.blockers, dependencies = excluded.dependencies",
            actor.username,
            preferences.channel,
            preferences.time_zone,
            preferences.reminders,
            preferences.mentions,
            preferences.blockers,
            preferences.dependencies,
        )


def preferences_of(reader: Reader) -> dict[str, Preferences]:
    """What everybody chose who did, by username."""
    chosen = "username, channel, time_zone, reminders, mentions, blockers, dependencies"
    rows = reader.rows(f"SELECT {chosen} FROM preferences")  # noqa: S608
    return {row.pop("username"): Preferences(**row) for row in rows}
