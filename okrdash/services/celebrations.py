"""What went well of late: what was achieved, what came back inside its bounds, and thanks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from okrdash.domain import turned
from okrdash.domain.board import Board
from okrdash.domain.columns import Row
from okrdash.services import company
from okrdash.services.people import Actor, allow
from okrdash.services.turned import turned_by_now
from okrdash.store.store import utc_now

WINDOW = timedelta(days=14)
"""For how long something is celebrated."""


@dataclass(frozen=True, slots=True)
class GoneWell:
    """A key result that was achieved, or a guardrail that is kept again."""

    check_in: str
    """Which said so."""
    key_result: str
    as_of: date
    kept: bool
    """Whether it is a guardrail that is back inside its bounds."""


@dataclass(frozen=True, slots=True)
class Celebrated:
    """What is celebrated with a person, the latest first."""

    gone_well: tuple[GoneWell, ...] = ()
    kudos: tuple[Row, ...] = ()
    """Rows of `kudos`: thanks by others for what is theirs, or their teams'."""


def celebrated(actor: Actor, board: Board) -> Celebrated:
    """What of the last two weeks is worth a cheer: of the actor's objectives and key results, and of their teams.

    `board` is what `check_in.board_to_check` gave the actor. Raises Forbidden for who is signed out.
    """
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        near, mine = list(person.teams | person.leads), person.username
        goals = board.objectives[board.objectives["team"].isin(near) | (board.objectives["accountable"] == mine)]
        rows = board.key_results
        rows = rows[rows["team"].isin(near) | (rows["accountable"] == mine) | rows["objective"].isin(goals.index)]
        since = board.day - WINDOW
        found = turned_by_now(reader)
        found = found[found["turned"].isin([turned.ACHIEVED, turned.KEPT]) & found["key_result"].isin(rows.index)]
        thanks = reader.table("kudos", "entered_at > $1 AND author <> $2", utc_now() - WINDOW, mine)
    return Celebrated(
        gone_well=tuple(
            GoneWell(row["check_in"], row["key_result"], row["as_of"].date(), row["turned"] == turned.KEPT)
            for row in found.to_dict("records")
            if row["as_of"].date() > since
        ),
        kudos=tuple(row for row in reversed(thanks) if row["about"] in rows.index or row["about"] in goals.index),
    )
