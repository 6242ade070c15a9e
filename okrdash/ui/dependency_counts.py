"""How much a function or team waits for, and how much it owes others: one line for pages about something else."""

from __future__ import annotations

from dataclasses import dataclass

from pandas import DataFrame

from okrdash.domain.dependencies import AWAITED


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one unit, with the teams below it taken together; what its teams need of each other is not in it."""

    waits: int
    """Asked for or promised, and not delivered yet."""
    owes: int


def counts(waiting: DataFrame, unit: str) -> Counts:
    """What a function or team waits for and owes; `waiting` are rows of `dependencies.view` or `.waiting`."""
    live = waiting[waiting["state"].isin(AWAITED)]
    asks = (live["from_team"] == unit) | (live["asking_function"] == unit)
    owes = (live["to_team"] == unit) | (live["providing_function"] == unit)
    return Counts(int((asks & ~owes).sum()), int((owes & ~asks).sum()))


def said(found: Counts) -> str:
    """The line: "waiting for 4, owing 2"; "" where there is neither."""
    told = ([f"waiting for {found.waits:,}"] if found.waits else []) + ([f"owing {found.owes:,}"] if found.owes else [])
    return ", ".join(told)
