"""What the board showed on past days: everything that was changed since is turned back, by the event log.

A day ends with midnight in the organisation's time zone, as it was set then. Boards of the past show what they showed,
with two exceptions: a person who was forgotten bears the pseudonym, and what is confidential now is not there for those
who may not see it now, whatever they saw then. A log that came with an import tells of its own database, whose rows
came with it: the past before the import is that database's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from okrdash.domain import settings as domain_settings
from okrdash.domain.board import Board
from okrdash.domain.errors import Invalid, NotFound
from okrdash.domain.facts import Facts
from okrdash.domain.measure import measure
from okrdash.domain.past import facts_before, without
from okrdash.domain.settings import Settings
from okrdash.domain.tables import TABLES
from okrdash.domain.time import begins, local
from okrdash.services import company
from okrdash.services.kept import Kept
from okrdash.services.overview import facts_of, visible
from okrdash.services.people import Actor, allow, order_of
from okrdash.services.permissions import Person
from okrdash.store import log
from okrdash.store.reader import Reader

_facts: Kept[Facts] = Kept(3)
_boards: Kept[Board] = Kept(8)


def board_as_shown(actor: Actor, day: date) -> Board:
    """The board as it was at the end of a day: its revision, its settings, teams, owners, targets, everything.

    Raises Forbidden for who is signed out, NotFound for a day before the log begins, Invalid for one that is to come.
    """
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        revision = revision_of(reader, day)
        hidden = hidden_from(reader, person)
        key = (*state_of(reader, revision), day, hidden)
        return _boards.get(key, lambda: measure(without(facts_as_of(reader, revision), hidden), day))


def revision_of(reader: Reader, day: date) -> int:
    """The newest change by the end of a day. Raises NotFound before the first, Invalid for a day to come."""
    if day > company.today(order_of(reader).settings):
        raise Invalid(f"{day} has not come yet. Name today or a day before.")
    zones = _zones(reader)
    row = reader.one("SELECT max(revision) AS revision FROM events WHERE happened_at < $1", _end(day, zones))
    if row is None or row["revision"] is None:
        first = reader.one("SELECT min(happened_at) AS moment FROM events")
        if first is None or first["moment"] is None:
            raise NotFound("Nothing was ever changed here, so there is no past to show. Begin with an import.")
        day_one = local(first["moment"], zones[-1].zone).date()
        raise NotFound(f"The log of changes begins on {day_one}; nobody knows what was shown before. Name a later day.")
    return int(row["revision"])


def facts_as_of(reader: Reader, revision: int) -> Facts:
    """Everything as it was known at a revision, confidential too: for services, never for a page."""
    facts = facts_of(reader)
    return _facts.get(state_of(reader, revision), lambda: turned_back(reader, facts, revision))


def state_of(reader: Reader, revision: int) -> tuple[str, int, int]:
    """What everything that is worked out of a past revision depends on: later changes do not touch it, unless somebody
    is forgotten.
    """
    row = reader.one("SELECT max(revision) AS revision FROM events WHERE action = $1", log.FORGETTING)
    return company.company().opening, revision, int((row and row["revision"]) or 0)


def turned_back(reader: Reader, facts: Facts, revision: int) -> Facts:
    """Facts as they were at a revision that is not later than their own."""
    if revision == facts.revision:
        return facts
    return facts_before(facts, reader.changes_after(revision, facts.revision), revision)


def hidden_from(reader: Reader, person: Person) -> frozenset[str]:
    """The objectives that are confidential now and of which the person may not know, and the key results there."""
    private = reader.table("objectives", "visibility = 'confidential'")
    hidden = {row["id"] for row in private if not visible(person, row)}
    under = reader.rows(
        "SELECT k.id, k.objective FROM key_results k JOIN objectives o ON o.id = k.objective"
        " WHERE o.visibility = 'confidential'"
    )
    return frozenset(hidden | {row["id"] for row in under if row["objective"] in hidden})


_EVER, _NEVER = datetime.combine(date.min, time()), datetime.combine(date.max, time())
"""Before every change, and after every one."""


@dataclass(frozen=True, slots=True)
class _Zone:
    """A time zone in which the company lived."""

    zone: ZoneInfo
    since: datetime
    until: datetime
    """In UTC."""


def _zones(reader: Reader) -> list[_Zone]:
    """The time zones of the company, the newest first."""
    table, zones, until = TABLES["settings"], [], _NEVER
    zone = reader.settings().zone
    for row in reader.rows(
        'SELECT happened_at, "before" FROM events WHERE "table" = \'settings\' AND "row" = \'time_zone\''
        " ORDER BY revision DESC, number DESC"
    ):
        zones.append(_Zone(zone, row["happened_at"], until))
        until = row["happened_at"]
        before = log.read(table, row["before"]).get("value") or Settings().time_zone
        zone = domain_settings.parse([{"name": "time_zone", "value": before}]).zone
    return [one for one in (*zones, _Zone(zone, _EVER, until)) if one.since < one.until]


def _end(day: date, zones: Sequence[_Zone]) -> datetime:
    """When a day of the company ended, in UTC: with its midnight, or when the company moved to where it was over."""
    ends = (begins(day + timedelta(days=1), one.zone) for one in zones)
    return next(min(end, one.until) for end, one in zip(ends, zones, strict=True) if end > one.since)
