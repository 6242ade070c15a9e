"""What changed between two days: the difference of what the board showed at the end of each, with the reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from okrdash.domain import difference
from okrdash.domain.board import Board
from okrdash.domain.difference import Difference
from okrdash.domain.errors import Invalid, NotFound
from okrdash.domain.facts import Facts
from okrdash.domain.measure import measure
from okrdash.domain.past import Told, without
from okrdash.domain.time import local
from okrdash.services import company
from okrdash.services.kept import Kept
from okrdash.services.overview import version, visible
from okrdash.services.past import facts_as_of, hidden_from, revision_of, state_of
from okrdash.services.people import Actor, allow, order_of
from okrdash.services.permissions import Person
from okrdash.store import log
from okrdash.store.reader import Reader

_found: Kept[Difference] = Kept(8)
"""Of two revisions, for all who may see the same."""
_asked: Kept[Difference] = Kept(8)
"""The same for whoever asks again while nothing was changed."""


def what_changed(actor: Actor, since: date, until: date) -> Difference:
    """The difference between what the actor could see at the end of `since` and at the end of `until`.

    Where the log begins after `since` (an import, mostly), that day is measured from what was known first, and the
    difference says so. Of what is confidential it tells to those who may see it now. Raises Forbidden for who is signed
    out, NotFound where the log begins after `until`, Invalid for a day to come, and for days in the wrong order.
    """
    if since > until:
        raise Invalid(f"{since} is after {until}. Name the earlier day first.")
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        key = (*version(reader), company.today(order_of(reader).settings), since, until, person)
        return _asked.get(key, lambda: _seen_by(reader, person, since, until))


def _seen_by(reader: Reader, person: Person, since: date, until: date) -> Difference:
    last = revision_of(reader, until)
    first, logged = revision_then(reader, since)
    hidden = hidden_from(reader, person)
    private = reader.table("objectives", "visibility = 'confidential'")
    seen = frozenset(row["id"] for row in private if visible(person, row))
    return _found.get(
        (*state_of(reader, last), first, since, until, hidden, seen),
        lambda: replace(_difference(reader, (since, first), (until, last), hidden, seen), logged=logged),
    )


def revision_then(reader: Reader, day: date) -> tuple[int, bool]:
    """The newest change by the end of a day, else the first there was; and whether the log begins by then.

    Raises NotFound where nothing was ever changed, Invalid for a day to come.
    """
    try:
        return revision_of(reader, day), True
    except NotFound:
        row = reader.one("SELECT min(revision) AS revision FROM events")
        if row is None or row["revision"] is None:
            raise
        return int(row["revision"]), False


def _difference(
    reader: Reader,
    since: tuple[date, int],
    until: tuple[date, int],
    hidden: frozenset[str],
    seen: frozenset[str],
) -> Difference:
    after, before = (without(facts_as_of(reader, revision), hidden) for _, revision in (until, since))
    states = difference.States(_states(before), _states(after))
    told = _told(reader, since[1], until[1])
    return difference.difference(_board(before, since[0], seen), _board(after, until[0], seen), states, told)


def _board(facts: Facts, day: date, seen: frozenset[str]) -> Board:
    """The board of a day with what is confidential and seen; drafts stay away."""
    agreed = facts.objectives["id"].isin(seen) & facts.objectives["state"].isin(["active", "closed"])
    return measure(facts, day, facts.objectives.loc[agreed, "id"].tolist())


def _states(facts: Facts) -> dict[str, str]:
    return {
        identifier: state
        for rows in (facts.objectives, facts.key_results)
        for identifier, state in zip(rows["id"], rows["state"], strict=True)
    }


_TELLING = ("objectives", "key_results", "milestones", "phases", "alignment", "dependencies", "teams", "cycles")
"""Tables of which the log has reasons, and names that were changed."""


def _told(reader: Reader, after: int, until: int) -> list[Told]:
    """Who changed what and why between two revisions, the oldest first; new rows of tables that tell for themselves
    are left out, as imports have thousands.
    """
    places = ", ".join(f"'{name}'" for name in _TELLING)
    rows = reader.rows(
        'SELECT happened_at, actor, reason, "table", "row", "before", "after" FROM events'  # noqa: S608
        f' WHERE revision > $1 AND revision <= $2 AND "table" IN ({places})'
        " AND (\"before\" NOT IN ('', '{}') OR \"table\" = 'alignment') ORDER BY revision, number",
        after,
        until,
    )
    zone = order_of(reader).settings.zone
    changes = ((row, log.change_of(row)) for row in rows)
    return [
        Told(change, local(row["happened_at"], zone).date(), row["actor"], row["reason"])
        for row, change in changes
        if change is not None
    ]
