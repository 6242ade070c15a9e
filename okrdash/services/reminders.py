"""Who is to be reminded now: once on the due day, at the due hour where they are, of everything that is due."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from okrdash import config
from okrdash.domain import dependencies
from okrdash.domain.due import due_now
from okrdash.domain.measure import measure
from okrdash.services import blockers, messages
from okrdash.services.company import company
from okrdash.services.dependency_asked import Asked
from okrdash.services.overview import facts_of, visible
from okrdash.services.people import CONSOLE, Actor, Order, allow, order_of, person_in
from okrdash.services.preferences import Preferences, preferences_of
from okrdash.store.reader import Reader
from okrdash.store.store import utc_now

ABOUT = "due {}"
"""What a reminder is about, in the outbox, with its day."""
_NAMED, _LONGEST = 10, 120
"""Of how many things a message tells the titles, and how many letters of each."""
_AT_ONCE = 200
"""Messages of one transaction, so that nobody waits long to save."""

_asked: dict[tuple[str, date], set[str]] = {}
"""Whose hour has come on a day, by database: what falls due to them later that day waits for the next due day."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One message for everything that one person owes on a day. Nothing confidential is named in it."""

    username: str
    name: str
    about: str
    subject: str
    text: str


@dataclass(slots=True)
class _Owed:
    """What is due from one person."""

    titles: list[str] = field(default_factory=list)
    confidential: int = 0
    blockers: list[str] = field(default_factory=list)
    requests: int = 0
    """What other teams ask for, and wait to be answered."""


def due(actor: Actor, now: datetime | None = None) -> list[Reminder]:
    """The reminders that are due now (UTC, naive) and not made yet. Raises Forbidden for who is no admin."""
    with company().read() as reader:
        allow(reader, actor, "manage settings")
        called = _called(reader, now or utc_now())
        return [one for day, names in called.items() for one in _reminders(reader, day, names)]


def make(actor: Actor, now: datetime | None = None) -> int:
    """Leaves the reminders that are due now in the outbox; returns how many. Raises Forbidden for who is no admin.

    Within one process everybody is looked at once a day, at their hour.
    """
    now, path = now or utc_now(), company().opening
    made = []
    with company().read() as reader:
        allow(reader, actor, "manage settings")
        called = _called(reader, now)
        for day, names in called.items():
            new = {username: name for username, name in names.items() if username not in _asked.get((path, day), ())}
            made += _reminders(reader, day, new)
    for start in range(0, len(made), _AT_ONCE):
        with company().write(None) as tx:
            messages.clear_away(tx, now)
            for one in made[start : start + _AT_ONCE]:
                messages.leave(tx, [one.username], "reminder", about=one.about, subject=one.subject, text=one.text)
    for day, names in called.items():
        _asked.setdefault((path, day), set()).update(names)
    for key in [key for key in _asked if key[1] < now.date() - timedelta(days=2)]:
        del _asked[key]
    return len(made)


def _called(reader: Reader, now: datetime) -> dict[date, dict[str, str]]:
    """Whose hour has come and who was not reminded yet, by the day it is where they are: names by username.

    Left out are those who are away, do not want to be reminded, or cannot be reached.
    """
    ways, order, chosen = config.load().ways, order_of(reader), preferences_of(reader)
    settings = order.settings
    recent = ABOUT.format(now.date() - timedelta(days=1))
    rows = reader.rows("SELECT username, about FROM messages WHERE kind = 'reminder' AND about >= $1", recent)
    reminded = {(row["username"], row["about"]) for row in rows}
    called: dict[date, dict[str, str]] = {}
    for person in order.active.values() if ways else ():
        username, preferences = person["username"], chosen.get(person["username"], Preferences())
        here = preferences.clock(now, settings)
        day = here.date()
        if (
            day.isoweekday() == settings.due_weekday
            and here.hour >= settings.remind_hour
            and day not in settings.closed_days
            and preferences.wants("reminder")
            and preferences.way(person["email"], ways)
            and (username, ABOUT.format(day)) not in reminded
        ):
            called.setdefault(day, {})[username] = person["name"]
    for day, names in called.items():
        for username in _stand_ins(order, day).keys() & names.keys():
            del names[username]
    return called


def _stand_ins(order: Order, day: date) -> Mapping[str, Collection[str]]:
    """Who is away on a day, and who stands in for them."""
    found: dict[str, set[str]] = {}
    for absence in order.absences:
        if absence["start"] <= day <= absence["end"]:
            found.setdefault(absence["person"], set()).add(absence["deputy"])
    return found


def _reminders(reader: Reader, day: date, names: Mapping[str, str]) -> list[Reminder]:
    """The reminders of these people, those who owe nothing left out."""
    if not names:
        return []
    owed = _owed(reader, day, names)
    return [
        Reminder(username, names[username], ABOUT.format(day), _subject(one), _text(one))
        for username, one in sorted(owed.items(), key=lambda item: names[item[0]].casefold())
    ]


def _owed(reader: Reader, day: date, usernames: Collection[str]) -> dict[str, _Owed]:
    """What is due from whom on a day: check-ins, and what they, or those they stand in for, are asked by others."""
    private = reader.table("objectives", "visibility = 'confidential' AND state IN ('active', 'closed')")
    hidden = {row["id"] for row in private}
    board = measure(facts_of(reader), day, shown=hidden)
    owed: dict[str, _Owed] = {}
    order = order_of(reader)
    people = order.active
    viewers = {username for username, row in order.people.items() if row["role"] == "viewer"}
    of = {row["id"]: row for row in private}

    def knows(username: str, objective: str) -> bool:
        """Whether they may know of it: what is hidden from them is not counted either."""
        return objective not in hidden or visible(person_in(order, people[username]), of[objective])

    rows = board.key_results[due_now(board)].sort_values("missed", ascending=False, kind="stable")
    for username, title, home in zip(rows["owes"], rows["title"], rows["objective"], strict=True):
        if username in usernames and username not in viewers and knows(username, home):
            one = owed.setdefault(username, _Owed())
            if home in hidden:
                one.confidential += 1
            else:
                one.titles.append(title)
    stand_ins = _stand_ins(order, day)
    shown = board.key_results[~board.key_results["objective"].isin(hidden)]
    for blocker in blockers.open_at(reader, allow(reader, CONSOLE, "read"), shown.index):
        asked = blocker.asked.union(*(stand_ins.get(one, ()) for one in blocker.asked))
        for username in asked.intersection(usernames):
            title = _short(str(shown.at[blocker.key_result, "title"]))
            owed.setdefault(username, _Owed()).blockers.append(f"{_short(blocker.text)} (in the way of: {title})")
    answers, requests = Asked(reader, board), dependencies.view(board)
    for request in requests[requests["open"]].to_dict("records"):
        named = answers.for_answer({str(name): value for name, value in request.items()})
        for username in named.union(*(stand_ins.get(one, ()) for one in named)).intersection(usernames) - viewers:
            if knows(username, request["objective"]):
                owed.setdefault(username, _Owed()).requests += 1
    return owed


def _subject(owed: _Owed) -> str:
    check_ins, helps = len(owed.titles) + owed.confidential, len(owed.blockers)
    said = []
    if check_ins:
        said.append("1 check-in is due today" if check_ins == 1 else f"{check_ins} check-ins are due today")
    if helps:
        said.append("1 blocker waits for your help" if helps == 1 else f"{helps} blockers wait for your help")
    if owed.requests:
        said.append("1 request waits for your answer" if owed.requests == 1 else f"{owed.requests} requests to answer")
    return ", ".join(said)


def _text(owed: _Owed) -> str:
    lines = _listed([_short(title) for title in owed.titles])
    if owed.confidential:
        lines.append(f"- {owed.confidential} confidential")
    if owed.blockers:
        lines += [*([""] if lines else []), "You are asked for help:", *_listed(owed.blockers)]
    if owed.requests:
        lines += [*([""] if lines else []), "Other teams need something from yours: it is listed under My week."]
    return "\n".join(lines)


def _listed(texts: Sequence[str]) -> list[str]:
    more = [f"- and {len(texts) - _NAMED} more"] if len(texts) > _NAMED else []
    return [*(f"- {text}" for text in texts[:_NAMED]), *more]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
