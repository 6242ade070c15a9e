"""The leadership review: what is on its agenda today, and on which days one was finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from pandas import DataFrame

from okrdash.domain import attention
from okrdash.domain.attention import Item, Numbers
from okrdash.domain.board import Board
from okrdash.domain.columns import Row
from okrdash.domain.dependencies import slips_of
from okrdash.domain.errors import Conflict, Invalid, NotFound, Problem
from okrdash.domain.measure import measure
from okrdash.domain.past import without
from okrdash.domain.tables import TABLES
from okrdash.services import acknowledgements, changed, check_in_history, company, overview, past, stories
from okrdash.services.check_in_history import Before
from okrdash.services.editing import event
from okrdash.services.kept import Kept
from okrdash.services.people import Actor, allow, order_of, permit
from okrdash.services.permissions import Person, Resource
from okrdash.store.reader import Reader
from okrdash.store.store import RepeatedError

ACTIONS = ("finish review",)
"""What the event log calls it."""
FEW = 5
"""Key results of which a list of disagreements tells the story."""
MOST = 7
"""Items of an agenda; what comes after them waits for the next review."""
_ASKED = 2
"""Promises that are told of one item."""
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, eq=False)
class Agenda:
    """What is on the table today; of what is confidential it knows nothing, so one serves everybody."""

    board: Board
    numbers: Numbers
    since: date
    """The day with which it compares: of the last review before today, else seven days ago."""
    reviewed: bool
    """Whether a review was finished on that day."""
    numbers_then: Numbers | None
    """The numbers at the end of that day as they were shown then; None where nothing is known of it. Where the log
    begins later (an import, mostly), the day is measured from what was known first."""
    finished: Row | None
    """Today's review (day, author), if it is finished."""
    items: tuple[Item, ...]
    """What needs a decision, the first MOST."""
    count: int
    """How many there are in all."""
    tellers: Mapping[str, str]
    """The key result by which the story of each item's objective is told; "" for none."""
    waits: Mapping[str, DataFrame]
    """What feels it if an item's objective slips, as `okrdash.domain.dependencies.slips` tells it."""
    asked: Mapping[str, Sequence[Row]]
    """The first promises that are a reason for each item, as `okrdash.domain.attention.promises` has them."""
    promises: DataFrame
    """The others in question, the earliest first."""
    more_confident: tuple[str, ...]
    less_confident: tuple[str, ...]
    """Key results of which the owner is more, or less, sure than the numbers, the furthest apart first."""
    blocked: tuple[str, ...]
    """Key results with an open blocker."""
    stories: Mapping[str, Row]
    """What was last said, as `okrdash.services.stories` has it, of those of which a story is told."""
    values: Mapping[str, Before]
    """The last values of the key results of which a story is told."""


_agendas: Kept[Agenda] = Kept()
_numbers: Kept[Numbers] = Kept(8)
_untidy: Kept[dict[str, DataFrame]] = Kept()
_ANYBODY = Person("", "", "viewer")
"""Sees what everybody sees."""


def agenda(actor: Actor) -> Agenda:
    """Today's agenda, worked out once per revision. Raises Forbidden for who is signed out."""
    with company.company().read() as reader:
        allow(reader, actor, "read")
        day = company.today(order_of(reader).settings)
        return _agendas.get((*overview.version(reader), day), lambda: _agenda(reader))


def housekeeping(actor: Actor) -> dict[str, DataFrame]:
    """What keeps today's figures from being right, as `okrdash.domain.attention.housekeeping` tells it."""
    with company.company().read() as reader:
        allow(reader, actor, "read")
        day = company.today(order_of(reader).settings)
        key = (*overview.version(reader), day)
        return _untidy.get(key, lambda: attention.housekeeping(overview.board_at(reader)))


def finish(actor: Actor, day: date | None = None, *, request_key: str = "") -> int:
    """Keeps that the review of a day (default: today) is finished; returns the revision by which it is undone.

    Those may who decide for the company as a whole. Raises Forbidden, Invalid for a day to come, and Conflict where the
    review of that day is finished already.
    """
    try:
        with company.company().write(event(actor, "finish review", request_key=request_key)) as tx:
            permit(allow(tx, actor, "read"), "decide", whole_company(tx))
            today = company.today(order_of(tx).settings)
            if day is not None and day > today:
                raise Invalid(Problem("day", "has not come yet. Name today or a day before."))
            if tx.get("reviews", day or today):
                raise Conflict("The review of this day is finished already.")
            author = actor.username if tx.get("people", actor.username) else ""
            tx.insert("reviews", TABLES["reviews"].row(day=day or today, author=author))
    except RepeatedError as fault:
        return fault.revision
    return tx.written


def last(actor: Actor, before: date | None = None) -> Row | None:
    """The newest review that was finished (day, author), if need be the newest before a day; None for none."""
    with company.company().read() as reader:
        allow(reader, actor, "read")
        return _last(reader, before or date.max)


def whole_company(reader: Reader) -> Resource:
    """The company as what somebody decides for."""
    return Resource(teams=tuple(name for name, row in order_of(reader).teams.items() if row["kind"] == "company"))


def _agenda(reader: Reader) -> Agenda:
    board = overview.board_at(reader)
    every = attention.decisions(board, acknowledgements.unanswered(reader))
    items = tuple(every[:MOST])
    said = stories.stories_at(reader)
    more, less = attention.more_confident(board).index, attention.less_confident(board).index
    tellers = {item.objective: _teller(board, attention.told_by(board, item), said) for item in items}
    told = dict.fromkeys([*tellers.values(), *more[:FEW], *less[:FEW]])
    promises = attention.promises(board)
    promises = promises[promises["trouble"] != ""].sort_values("due", kind="stable")
    asked = {item.objective: _asked(item, promises) for item in items}
    told_of = [row["id"] for rows in asked.values() for row in rows]
    before, today = _last(reader, board.day), reader.get("reviews", board.day)
    since = before["day"] if before else board.day - _WEEK
    return Agenda(
        board=board,
        numbers=attention.numbers(board),
        since=since,
        reviewed=before is not None,
        numbers_then=_numbers_then(reader, since),
        finished=today,
        items=items,
        count=len(every),
        tellers=tellers,
        waits=slips_of(board, [item.objective for item in items]),
        asked=asked,
        promises=promises[~promises["id"].isin(told_of)],
        more_confident=tuple(more),
        less_confident=tuple(less),
        blocked=tuple(said.index[said["open_blocker"] != ""].intersection(board.key_results.index)),
        stories=cast("dict[str, Row]", said[said.index.isin(told)].to_dict("index")),
        values=check_in_history.before_at(reader, _ANYBODY, [one for one in told if one]),
    )


def _teller(board: Board, candidates: Sequence[str], said: DataFrame) -> str:
    """The key result that tells a story: of those that are behind one that is blocked, else one of which something was
    said; else of any; else the first.
    """
    heard = [one for one in candidates if one in said.index]
    blocked = [one for one in heard if said.at[one, "open_blocker"]]
    behind = [one for one in [*blocked, *heard] if board.key_results.at[one, "status"] in ("off track", "at risk")]
    return next(iter([*behind, *blocked, *heard, *candidates]), "")


def _asked(item: Item, promises: DataFrame) -> list[Row]:
    wanted = [reason.dependency for reason in item.reasons if reason.dependency][:_ASKED]
    rows = promises[promises["id"].isin(wanted)].to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _last(reader: Reader, before: date) -> Row | None:
    return reader.one("SELECT day, author FROM reviews WHERE day < $1 ORDER BY day DESC LIMIT 1", before)


def _numbers_then(reader: Reader, day: date) -> Numbers | None:
    try:
        revision, _ = changed.revision_then(reader, day)
    except NotFound:
        return None
    hidden = past.hidden_from(reader, _ANYBODY)
    return _numbers.get(
        (*past.state_of(reader, revision), day, hidden),
        lambda: attention.numbers(measure(without(past.facts_as_of(reader, revision), hidden), day)),
    )
