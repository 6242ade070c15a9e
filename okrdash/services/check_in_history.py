"""What was said of key results before: their check-ins, those that count, and what a form reminds of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from okrdash.domain.columns import Row
from okrdash.services import company, overview
from okrdash.services.editing import home_of
from okrdash.services.people import Actor, allow
from okrdash.services.permissions import Person
from okrdash.store.reader import Reader, places


@dataclass(frozen=True, slots=True)
class Before:
    """What was said of a key result before, as a form shows it."""

    values: tuple[tuple[date, float], ...] = ()
    """The last values, oldest first, with the days for which they speak."""
    newest: Row | None = None
    """The newest check-in."""
    unchanged: int = 0
    """How many of the newest check-ins in a row left the value, or the steps, as they were."""
    plan: str = ""
    """What should come next, as the newest check-in that says so has it."""
    planned_by: str = ""
    planned_on: date | None = None


def before(actor: Actor, identifiers: Collection[str], values: int = 13) -> dict[str, Before]:
    """The last values and the last plan of each of these key results, hidden ones left out."""
    if len(identifiers) == 0:
        return {}
    with company.company().read() as reader:
        return before_at(reader, allow(reader, actor, "read"), identifiers, values)


def before_at(reader: Reader, person: Person, identifiers: Collection[str], values: int = 13) -> dict[str, Before]:
    """The same at the reader's revision: for services, which have asked who it is."""
    wanted = list(identifiers)
    if not wanted:
        return {}
    rows = reader.table("key_results", f"id IN ({places(wanted)})", *wanted)
    seen = {row["id"] for row in rows if overview.visible(person, home_of(reader, row))}
    said: dict[str, list[Row]] = {}
    for row in reader.table("check_ins", f"key_result IN ({places(wanted)})", *wanted):
        said.setdefault(row["key_result"], []).append(row)
    done: dict[str, list[date]] = {}
    for row in reader.table("milestones", f"key_result IN ({places(wanted)}) AND done_on IS NOT NULL", *wanted):
        done.setdefault(row["key_result"], []).append(row["done_on"])
    return {one: _before(said.get(one, []), done.get(one, []), values) for one in seen}


def _before(said: Sequence[Row], done: Sequence[date], values: int) -> Before:
    rows = sorted(_counting(said), key=_order)
    plans = [row for row in rows if row["next"]]
    last = plans[-1] if plans else None
    return Before(
        tuple((row["as_of"], row["value"]) for row in rows if row["value"] is not None)[-values:],
        rows[-1] if rows else None,
        _unchanged(rows, done),
        last["next"] if last else "",
        last["author"] if last else "",
        last["as_of"] if last else None,
    )


def _unchanged(rows: Sequence[Row], done: Sequence[date]) -> int:
    """Of check-ins, the oldest first, how many of the last left things as they were: the same value or none, and no
    step `done` since the one before.
    """
    count, value, day = 0, None, date.min
    for row in rows:
        moved = row["value"] is not None and row["value"] != value
        moved = moved or any(day < step <= row["as_of"] for step in done)
        count, value, day = 0 if moved else count + 1, row["value"] if moved else value, row["as_of"]
    return count


def history(actor: Actor, key_result: str) -> list[Row]:
    """Every check-in of a key result, newest first, replaced ones included. Raises NotFound where it is hidden."""
    overview.history(actor, key_result, ())
    with company.company().read() as reader:
        return sorted(
            reader.table("check_ins", "key_result = $1", key_result),
            key=_order,
            reverse=True,
        )


def newest(reader: Reader, key_result: str) -> Row | None:
    """The newest check-in of a key result, as it counts."""
    return max(_counting(reader.table("check_ins", "key_result = $1", key_result)), key=_order, default=None)


def _counting(said: Sequence[Row]) -> list[Row]:
    """The check-ins that no other replaces."""
    replaced = {row["replaces"] for row in said}
    return [row for row in said if row["id"] not in replaced]


def _order(row: Row) -> tuple[date, datetime, str]:
    noon = datetime.combine(row["as_of"], datetime.min.time()).replace(hour=12)
    return row["as_of"], row["entered_at"] or noon, row["id"]
