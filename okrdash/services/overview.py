"""What everyone reads: the board of a day, measured once per revision and shared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd
from pandas import DataFrame

from okrdash.domain.arrays import stacked
from okrdash.domain.board import Board
from okrdash.domain.columns import Row
from okrdash.domain.errors import NotFound
from okrdash.domain.facts import Facts, checked_in, of
from okrdash.domain.measure import history as domain_history
from okrdash.domain.measure import measure
from okrdash.services import company
from okrdash.services.kept import Kept
from okrdash.services.people import Actor, allow, order_of, resource_of_objective
from okrdash.services.permissions import Person, can
from okrdash.store.reader import Reader
from okrdash.store.transaction import Writer

_facts: Kept[Facts] = Kept(4)
"""They share what did not change between them."""
_boards: Kept[Board] = Kept(8)
"""Today's, and those of the days that someone compares it with."""


def board(actor: Actor, day: date | None = None) -> Board:
    """The board of a day (default: today), of the present revision. Raises Forbidden for who is signed out."""
    with company.company().read() as reader:
        allow(reader, actor, "read")
        return board_at(reader, day)


def board_at(reader: Reader, day: date | None = None) -> Board:
    """The same at the reader's revision: for services, which have asked who it is."""
    wanted = day or company.today(order_of(reader).settings)
    return _boards.get((*version(reader), wanted), lambda: measure(facts_of(reader), wanted))


def private_board(actor: Actor, objective: str, day: date | None = None) -> Board:
    """The board with one objective on it that is not everybody's: a draft, a proposal, a confidential one.

    Raises NotFound for who may not know of it, just as if it did not exist.
    """
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        row = reader.get("objectives", objective)
        if row is None or not visible(person, row):
            raise NotFound("There is no such objective. It may have been moved; look for it under Objectives.")
        return measure(facts_of(reader), day or company.today(order_of(reader).settings), shown=(objective,))


def history(actor: Actor, key_result: str, days: Sequence[date]) -> pd.DataFrame:
    """One key result measured on several days: columns day, value, raw, progress, expected, status.

    Raises NotFound where the actor may not see it.
    """
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        row = reader.get("key_results", key_result)
        home = reader.get("objectives", row["objective"]) if row else None
        if row is None or home is None or not visible(person, home):
            raise NotFound("There is no such key result.")
        return domain_history(facts_of(reader), key_result, days)


def facts_of(reader: Reader) -> Facts:
    """Everything that is known at the reader's revision, confidential too: for services, never for a page.

    After a change within a transaction, which is not known to anybody else, as it was before where that is kept.
    """
    if isinstance(reader, Writer) and reader.changes:
        return _facts.known((company.company().opening, reader.revision())) or reader.facts()
    return _facts.renew(version(reader), reader.facts)


def by_key_result(
    reader: Reader, kept: Kept[tuple[Facts, DataFrame]], make: Callable[[Facts, date], DataFrame]
) -> DataFrame:
    """What `make` gives of today's facts: rows about one `key_result` each, whatever is said of the others.

    While nothing but check-ins comes in, it is asked again only of their key results; the rows keep no order.
    """
    day = company.today(order_of(reader).settings)

    def renewed(known: tuple[Facts, DataFrame] | None) -> tuple[Facts, DataFrame]:
        facts = facts_of(reader)
        again = checked_in(known[0], facts) if known else None
        if known is None or again is None:
            return facts, make(facts, day)
        others = known[1][~known[1]["key_result"].isin(again)]
        return facts, stacked(others, make(of(facts, again), day))

    return kept.renew((*version(reader), day), renewed)[1]


def version(reader: Reader) -> tuple[str, int]:
    """What everything that is worked out of the database depends on: which one, and its newest change."""
    if isinstance(reader, Writer) and reader.changes:
        raise RuntimeError("what is not saved yet would be kept for everybody")
    return company.company().opening, reader.revision()


def visible(person: Person, objective: Row) -> bool:
    """Whether the person may know of the objective."""
    return objective["visibility"] == "company" or can(person, "see confidential", resource_of_objective(objective))


def revision(actor: Actor) -> int:
    """The number of the newest change, to see whether what is on the screen is still right."""
    with company.company().read() as reader:
        allow(reader, actor, "read")
        return reader.revision()
