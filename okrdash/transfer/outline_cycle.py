"""The cycle of an outline: its name and days, as they are given or as the document says them."""

from __future__ import annotations

from datetime import date

from okrdash.domain.columns import NAME
from okrdash.domain.tables import TABLES

from .days import Cycle, cycle_days, cycle_name
from .draft import Draft
from .structure import Structure
from .words import same_words

_GIVE = ("the cycle's name (--cycle)", "its first day (--start)", "its last day (--end)")
"""What the reader is asked for when a document does not say it."""


def find_cycle(draft: Draft, found: Structure, name: str | None, start: date | None, end: date | None) -> None:
    """Enters the cycle of a document into its draft: what is given wins, then what is known, then what it says."""
    said = f"{found.title}\n{found.notes}"
    name = name or cycle_name(found.title) or cycle_name(found.notes)
    words = sorted(same_words(name).split())
    row = next((r for r in draft.known["cycles"] if r["cycle"] == name), None) or next(
        (r for r in draft.known["cycles"] if name and sorted(same_words(r["cycle"]).split()) == words), None
    )
    note = ""
    if row is not None:
        name = row["cycle"]
        start, end = start or row["start"], end or row["end"]
    elif (start is None or end is None) and (days := cycle_days(said)):
        start, end, note = start or days[0], end or days[1], days[2]
    missing = [what for what, value in zip(_GIVE, (name, start, end), strict=True) if not value]
    if missing or not start or not end:
        where = "name its cycle" if missing == [_GIVE[0]] else "say when its cycle starts and ends"
        draft.problem(1, f"the document does not {where}: give {' and '.join(missing)}")
        return
    if start >= end:
        draft.problem(1, f"the cycle ends on {end}, not after its start on {start}: give {_GIVE[1]} and {_GIVE[2]}")
        return
    if len(name) > NAME or ";" in name:
        draft.problem(1, f"the cycle's name has a semicolon or over {NAME} characters: give {_GIVE[0]}")
        return
    draft.cycle = Cycle(name, start, end)
    if note:
        draft.guess(name, "end" if str(end.day) in note else "start", note, 1)
    values = dict(row) if row is not None else {"state": "planning" if start > draft.today else "active"}
    draft.rows["cycles"].append(TABLES["cycles"].row(**{**values, "cycle": name, "start": start, "end": end}))
