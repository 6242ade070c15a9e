"""A company in a few lines: a cycle of a hundred days, so that a day is a hundredth."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from okrdash.domain.board import Board
from okrdash.domain.facts import Facts, facts
from okrdash.domain.measure import measure
from okrdash.domain.settings import Settings
from okrdash.domain.tables import TABLES

START = date(2026, 1, 1)  # a Thursday: with weekly check-ins on Fridays days 1, 8, 15, 22 … are due


def day(n: int) -> date:
    return START + timedelta(days=n)


class Company:
    """Co over the functions Marketing and Sales; Growth and Brand are teams of Marketing. maya leads nobody."""

    def __init__(self, **settings: Any) -> None:
        self.settings = Settings(**settings)
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.add("teams", team="Co", kind="company")
        for function in ("Marketing", "Sales"):
            self.add("teams", team=function, kind="function", parent="Co")
        for team in ("Growth", "Brand"):
            self.add("teams", team=team, kind="team", parent="Marketing")
        for name in ("maya", "omar", "lea", "carl"):
            self.person(name)
        self.cycle("Q1", 0, 100)

    def add(self, table: str, **values: Any) -> Company:
        self.rows.setdefault(table, []).append(TABLES[table].row(**values))
        return self

    def person(self, username: str, **values: Any) -> Company:
        return self.add("people", username=username, name=username.title(), **values)

    def lead(self, person: str, team: str) -> Company:
        return self.add("memberships", person=person, team=team, leads=True)

    def away(self, person: str, first: int, last: int, deputy: str = "") -> Company:
        return self.add("absences", person=person, start=day(first), end=day(last), deputy=deputy)

    def cycle(self, name: str, start: int, end: int) -> Company:
        return self.add("cycles", cycle=name, start=day(start), end=day(end))

    def objective(self, id: str = "O", **values: Any) -> Company:
        return self.add("objectives", **{"id": id, "cycle": "Q1", "team": "Growth", "title": f"Title of {id}"} | values)

    def key_result(self, id: str = "K", objective: str = "O", kind: str = "increase", **values: Any) -> Company:
        ends = {"increase": {"baseline": 0.0, "target": 100.0}, "decrease": {"baseline": 100.0, "target": 0.0}}
        row = {"id": id, "objective": objective, "kind": kind, "title": f"Title of {id}"} | ends.get(kind, {})
        for name in ("start", "due"):
            if name in values:
                values[name] = day(values[name])
        return self.add("key_results", **row | values)

    def step(self, step: str, *, of: str = "K", **values: Any) -> Company:
        days = {name: day(values.pop(name)) for name in ("due", "done_on") if name in values}
        return self.add("milestones", key_result=of, step=step, **days, **values)

    def phase(self, n: int, value: float, of: str = "K") -> Company:
        return self.add("phases", key_result=of, date=day(n), value=value)

    def check_in(self, n: int, value: float | None = None, *, of: str = "K", **values: Any) -> Company:
        number = len(self.rows.get("check_ins", ()))
        row = {"id": f"c{number:04}", "key_result": of, "as_of": day(n), "value": value} | values
        return self.add("check_ins", **row)

    def edge(self, child: str, parent: str, kind: str = "contributes") -> Company:
        return self.add("alignment", child=child, parent=parent, kind=kind)

    @property
    def facts(self) -> Facts:
        return facts(self.settings, self.rows, revision=42)

    def on(self, n: int, shown: tuple[str, ...] = ()) -> Board:
        return measure(self.facts, day(n), shown)

    def kr(self, n: int, id: str = "K") -> pd.Series[Any]:
        return self.on(n).key_results.loc[id]

    def ob(self, n: int, id: str = "O") -> pd.Series[Any]:
        return self.on(n).objectives.loc[id]

    def unit(self, n: int, name: str, cycle: str = "Q1") -> dict[str, Any] | None:
        units = self.on(n).as_json(cycle)["units"]
        return next((unit for unit in units if unit["unit"] == name), None)


def one(kind: str = "increase", **values: Any) -> Company:
    """A company with one objective and one key result."""
    return Company().objective().key_result(kind=kind, **values)
