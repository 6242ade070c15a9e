"""The one way from facts to figures: today's board, a past day's, a key result's history and a form's preview."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

from okrdash.domain import key_results, objectives, units
from okrdash.domain.arrays import put, stacked, texts
from okrdash.domain.board import Board
from okrdash.domain.errors import NotFound
from okrdash.domain.facts import Facts, frame
from okrdash.domain.standing import Standing, stand
from okrdash.domain.tables import TABLES
from okrdash.domain.teams import board_teams
from okrdash.domain.time import day_number, day_numbers, elapsed


def measure(facts: Facts, day: date, shown: Collection[str] = ()) -> Board:
    """The board of the day, measured from everything known now.

    `shown` names objectives to include beyond those that everybody sees (drafts, confidential ones), for one person's
    view; they get figures of their own and change nobody else's. Rows that contradict each other never raise: an
    unknown owner or team gives way to the next rule, an objective of an unknown cycle is left out.
    """
    standing = stand(facts, shown)
    measured = key_results.measured(standing, day)
    goals, parts = objectives.measured(standing, measured, day)
    today = day_number(day)
    start, end = day_numbers(standing.cycles["start"]), day_numbers(standing.cycles["end"])
    needed, commitments = facts.dependencies["key_result"].isin(measured.index), facts.commitments
    dependencies = facts.dependencies[needed].reset_index(drop=True)
    return Board(
        day=day,
        revision=facts.revision,
        settings=facts.settings,
        cycles=standing.cycles.assign(running=(start <= today) & (today <= end), elapsed=elapsed(today, start, end)),
        teams=board_teams(standing.tree),
        objectives=goals.drop(columns=["from_day", "to_day", "counts", "has_value"]),
        key_results=measured.drop(columns=["from_day", "to_day", "cycle_end", "runs", "has_value"]),
        parts=parts.drop(columns=["at", "of"]),
        edges=standing.edges,
        steps=standing.steps.drop(columns="of"),
        phases=standing.phases.drop(columns="of"),
        units=units.measured(standing, goals, measured, parts, day),
        dependencies=dependencies,
        commitments=commitments[
            commitments["dependency"].isin(dependencies["id"]) & commitments["key_result"].isin(measured.index)
        ].reset_index(drop=True),
    )


def units_on(standing: Standing, day: date) -> DataFrame:
    """How far the units had come on a day, as `Board.units` of the same facts says; for many days of one standing."""
    measured = key_results.measured(standing, day, ahead=False)
    goals, parts = objectives.measured(standing, measured, day)
    return units.measured(standing, goals, measured, parts, day)


def history(facts: Facts, key_result_id: str, days: Sequence[date]) -> DataFrame:
    """One key result as it stands on each of these days, by what is known now: a row per day, in their order.

    Columns day (datetime64[s]), value, raw, progress, expected, status. A dropped or private one is measured too.
    NotFound for an unknown key result.
    """
    alone = only(facts, key_result_id)
    alone = replace(alone, key_results=put(alone.key_results, state=texts("active" for _ in alone.key_results.index)))
    standing = stand(alone, alone.objectives["id"].tolist())
    names = ["value", "raw", "progress", "expected", "status"]
    rows = [key_results.measured(standing, day)[names] for day in days]
    if not rows:
        return DataFrame({"day": np.array([], dtype="datetime64[s]"), **{name: [] for name in names}})
    out = pd.concat(rows, ignore_index=True)
    if not len(out):  # its home is unknown, so that it stands nowhere
        return history(facts, key_result_id, [])
    out.insert(0, "day", np.array(days, dtype="datetime64[s]"))
    return out


def only(facts: Facts, key_result_id: str) -> Facts:
    """The facts of one key result and what it needs: its home, the teams above, its people, steps and check-ins.

    Measured, it stands as it does among all; its objective and its units do not, as the other key results are missing.
    NotFound for an unknown key result.
    """
    mine = facts.key_results[facts.key_results["id"] == key_result_id]
    if mine.empty:
        raise NotFound(f"There is no key result {key_result_id!r}.")
    home = facts.objectives[facts.objectives["id"] == mine["objective"].iat[0]]
    parent = dict(zip(facts.teams["team"], facts.teams["parent"], strict=True))
    kind = dict(zip(facts.teams["team"], facts.teams["kind"], strict=True))
    chain = {team for team, what in kind.items() if what == "company"}
    for name in (*mine["team"], *home["team"]):
        team = name
        while team in parent and team not in chain:
            chain.add(team)
            team = parent[team]
    memberships = facts.memberships[facts.memberships["team"].isin(chain) & facts.memberships["leads"]]
    named = {*mine["owner"], *home["owner"], *memberships["person"]}
    absences = facts.absences[facts.absences["person"].isin(named)]
    people = facts.people[facts.people["username"].isin({*named, *absences["deputy"]})]
    return replace(
        facts,
        teams=facts.teams[facts.teams["team"].isin(chain)],
        people=people,
        memberships=memberships,
        absences=absences,
        cycles=facts.cycles[facts.cycles["cycle"].isin(home["cycle"])],
        objectives=home,
        key_results=mine,
        milestones=facts.milestones[facts.milestones["key_result"] == key_result_id],
        phases=facts.phases[facts.phases["key_result"] == key_result_id],
        check_ins=facts.check_ins[facts.check_ins["key_result"] == key_result_id],
        alignment=facts.alignment.iloc[:0],
        dependencies=facts.dependencies.iloc[:0],
        commitments=facts.commitments.iloc[:0],
    )


def with_check_in(facts: Facts, row: Mapping[str, Any]) -> Facts:
    """The facts with one more check-in, which need not be complete; without `entered_at` it is the last one entered."""
    full = TABLES["check_ins"].row(**row)
    added, stated = frame("check_ins", [full]), facts.check_ins
    if full["entered_at"] is None:
        days = np.append(stated["as_of"].to_numpy(), added["as_of"].to_numpy()) + np.timedelta64(1, "D")
        times = np.append(stated["entered_at"].to_numpy(), days)  # after all entries, those without a time too
        added["entered_at"] = np.array([times[~np.isnat(times)].max() + np.timedelta64(1, "s")], dtype="datetime64[us]")
    return replace(facts, check_ins=stacked(stated, added))
