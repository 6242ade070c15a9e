"""What became of what teams promised each other, between the boards of two days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from okrdash.domain.board import Board
from okrdash.domain.past import Told

ASKED, MADE, OTHER_DAY, KEPT, LATE, BROKEN = "asked", "made", "other day", "kept", "late", "broken"
WANTS_LONGER, REOPENED, DECLINED, WITHDRAWN = "wants longer", "reopened", "declined", "withdrawn"
PROMISE_COLUMNS = (
    *("id", "key_result", "title", "need", "from_team", "to_team", "asking_function", "providing_function"),
    *("what", "was", "now", "reasons", "by"),
)
_PROMISED, _DONE = ("accepted", "delivered", "confirmed"), ("delivered", "confirmed")


def promises(before: Board, after: Board, told: Sequence[Told]) -> list[dict[str, Any]]:
    """A row (PROMISE_COLUMNS) for each step that a dependency on the later board took since the earlier one.

    what is one of: asked; made (promised for the day `now`); other day (promised for `now` instead of `was`); kept
    (delivered by its day; `was` is that day, `now` the one on which it was delivered), late (delivered, but after its
    day); broken (its day has passed since, and it is not delivered); wants longer (it was promised for `was`, the
    provider now proposes `now`); reopened, declined, withdrawn. A dependency may have taken several.
    """
    earlier = {str(row["id"]): row for row in _rows(before)}
    titles = dict(zip(after.key_results.index, after.key_results["title"], strict=True))
    functions = dict(zip(after.teams.index, after.teams["function"], strict=True))
    log: dict[str, list[Told]] = {}
    for one in told:
        log.setdefault(str(one.change.key[0]), []).append(one)
    found = []
    for row in _rows(after):
        said = log.get(str(row["id"]), [])
        same = {name: row[name] for name in ("id", "key_result", "need", "from_team", "to_team")}
        same |= {
            "title": titles.get(row["key_result"], ""),
            "asking_function": functions.get(row["from_team"], ""),
            "providing_function": functions.get(row["to_team"], ""),
            "reasons": tuple(dict.fromkeys(one.reason for one in said if one.reason)),
            "by": tuple(dict.fromkeys(one.actor for one in said)),
        }
        days = (before.day, after.day)
        found += [same | step for step in _steps(earlier.get(str(row["id"]), _NOTHING), row, _delivered(said), days)]
    return found


_NOTHING: Mapping[str, Any] = {"state": "", "promised": None}


def _rows(board: Board) -> Iterator[dict[str, Any]]:
    for record in board.dependencies.to_dict("records"):
        promised = record["promised"]
        yield {
            **{str(name): value for name, value in record.items()},
            "promised": None if pd.isna(promised) else promised.date(),
        }


def _delivered(told: Sequence[Told]) -> date | None:
    """The day on which it was last delivered, as far as the log tells."""
    return next((one.day for one in reversed(told) if one.change.after.get("state") == "delivered"), None)


def _steps(
    was: Mapping[str, Any], now: Mapping[str, Any], delivered: date | None, days: tuple[date, date]
) -> Iterator[dict[str, Any]]:
    old, new, day = was["promised"], now["promised"], delivered or days[1]
    held, holds = was["state"] in _PROMISED, now["state"] in _PROMISED
    if not was["state"]:
        yield {"what": ASKED, "was": None, "now": None}
    if holds and not held:
        yield {"what": MADE, "was": None, "now": new}
    elif holds and old != new:
        yield {"what": OTHER_DAY, "was": old, "now": new}
    if held and now["state"] == "requested":
        yield {"what": WANTS_LONGER, "was": old, "now": new}
    if was["state"] in _DONE and now["state"] == "accepted":
        yield {"what": REOPENED, "was": None, "now": new}
    if now["state"] in _DONE and was["state"] not in _DONE:
        yield {"what": KEPT if new is None or day <= new else LATE, "was": new, "now": day}
    passed_before = was["state"] == "accepted" and old == new and old is not None and old < days[0]
    if now["state"] == "accepted" and new is not None and new < days[1] and not passed_before:
        yield {"what": BROKEN, "was": new, "now": None}
    if now["state"] in (DECLINED, WITHDRAWN) and was["state"] != now["state"]:
        yield {"what": now["state"], "was": old, "now": None}
