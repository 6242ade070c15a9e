"""Who is asked for what between teams: for an answer, a decision, a word, a look at what nobody answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from pandas import DataFrame

from okrdash.domain.board import Board
from okrdash.domain.settings import Settings
from okrdash.domain.tables import TABLES
from okrdash.domain.time import begins
from okrdash.services.dependency_calls import people
from okrdash.store import log
from okrdash.store.reader import Reader

WANTS = ("answer", "decide", "confirm", "say", "escalated")
"""What somebody can be asked for, the most urgent first."""


class Asked:
    """Who is asked for what on one board."""

    def __init__(self, reader: Reader, board: Board) -> None:
        """Reads the order of the company and what was said this week."""
        everyone = people(reader)
        self._leads, self._leads_above = cache(everyone.leads), cache(everyone.leads_above)
        self._owners: Mapping[str, str] = dict(
            zip(board.key_results.index, board.key_results["accountable"], strict=True)
        )
        self._week = _week(board.day, board.settings)
        self._said = _said(reader, self._week, board.settings)

    def for_answer(self, row: Mapping[str, Any]) -> frozenset[str]:
        """Who is to answer a row of `okrdash.domain.dependencies.view`; nobody where it waits for no answer."""
        return self._leads(row["to_team"]) if row["state"] == "requested" and not row["proposed"] else frozenset()

    def near(self, me: Collection[str], rows: DataFrame) -> DataFrame:
        """The rows that can want something of these people: few, where there are many."""
        teams = {*rows["from_team"], *rows["to_team"]}
        theirs = [team for team in teams if not self._leads_above(team).isdisjoint(me)]
        owned = [key_result for key_result, owner in self._owners.items() if owner in me]
        teams_of = rows["from_team"].isin(theirs) | rows["to_team"].isin(theirs)
        return rows[teams_of | rows["owner"].isin(list(me)) | rows["carrier"].isin(owned)]

    def wants(self, me: Collection[str], row: Mapping[str, Any]) -> tuple[str, str]:
        """What an open row wants of one of these people, and on which side; ("", "") where nothing."""
        leads_asker = self._leads(row["from_team"])
        asker = leads_asker | ({row["owner"]} if row["owner"] else set())
        if not self.for_answer(row).isdisjoint(me):
            return "answer", "provider"
        if row["proposed"] and not asker.isdisjoint(me):
            return "decide", "asker"
        if row["state"] == "delivered" and not asker.isdisjoint(me):
            return "confirm", "asker"
        if row["state"] == "accepted":
            carrier = self._owners.get(row["carrier"], "")
            for side, owner, team in (("asker", row["owner"], "from_team"), ("provider", carrier, "to_team")):
                if self._word_due(row, side) and not ({owner} if owner else self._leads(row[team])).isdisjoint(me):
                    return "say", side
        reached = self._leads_above(row["from_team"]) | self._leads_above(row["to_team"])
        return ("escalated", "") if row["escalated"] and not reached.isdisjoint(me) else ("", "")

    def _word_due(self, row: Mapping[str, Any], side: str) -> bool:
        column, answered = f"{side}_says", row["answered_on"]
        promised_now = answered == answered and answered.date() >= self._week  # NaT is not itself
        return not promised_now and (row[column] == "" or (row["id"], column) not in self._said)


def _week(day: date, settings: Settings) -> date:
    """The day after the last due day: what was said from then on counts for this week."""
    return day - timedelta(days=(day.isoweekday() - settings.due_weekday % 7 - 1) % 7)


def _said(reader: Reader, since: date, settings: Settings) -> set[tuple[str, str]]:
    """Of which dependencies a side said something since a day: with the column."""
    rows = reader.rows(
        'SELECT "row", "after" FROM events WHERE "table" = \'dependencies\' AND action = \'say dependency\''
        " AND happened_at >= $1",
        begins(since, settings.zone),
    )
    return {(row["row"], name) for row in rows for name in log.read(TABLES["dependencies"], row["after"])}
