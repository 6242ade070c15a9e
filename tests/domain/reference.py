"""The rules of the board a second time, slow and plain: one object, one day and one rule at a time, without frames.

It reads the same rows as the program and shares nothing with it but the settings. Where the two differ, one is wrong.
Its rows are those that the program would accept: windows run forwards, edges close no loop, names are known.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

from okrdash.domain.settings import Settings

Row = dict[str, Any]
Part = tuple[float, list[Any]]
"""A weight, and what it is the weight of: a key result, a child, or all children, whose mean it is."""


def nine(number: float) -> float:
    """A number as thresholds see it."""
    return round(number, 9)


def elapsed(start: date, end: date, day: date) -> float:
    """The share of the days from start to end that have gone by: 0 on the first day, 1 on the last."""
    return min(1.0, max(0.0, (day - start).days / (end - start).days))


def mean(pairs: list[tuple[float, float]]) -> float:
    """The mean of (weight, number)."""
    return sum(weight * number for weight, number in pairs) / sum(weight for weight, _ in pairs)


def rolled_up(parts: list[Part], name: str, day: date) -> float:
    """The weighted mean of a figure of these parts."""
    return mean([(weight, mean([(1.0, getattr(one, name)(day)) for one in of])) for weight, of in parts])


def quotient(progress: float | None, expected: float | None) -> float | None:
    """The pace: progress as a multiple of what is expected, where something is."""
    return None if progress is None or expected is None or nine(expected) <= 0 else progress / expected


def by_pace(settings: Settings, pace: float | None, gone: float) -> str:
    """What a pace means; in the first part of the time, and without one, nothing can be behind."""
    if pace is None or nine(gone) <= settings.early_share:
        return "on track"
    if nine(pace) < settings.at_risk_pace:
        return "off track"
    return "at risk" if nine(pace) < settings.on_track_pace else "on track"


def days_between(first: date, last: date) -> list[date]:
    """All days from the first through the last."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def in_order(check_in: Row) -> tuple[Any, ...]:
    """What makes a check-in newer than another: its day, the time it was entered, its id."""
    noon = datetime.combine(check_in["as_of"], time(12))
    return check_in["as_of"], check_in["entered_at"] or noon, check_in["id"]


class Company:
    """Everything that was entered, and the day asked for."""

    def __init__(self, settings: Settings, rows: dict[str, list[Row]], day: date) -> None:
        self.settings, self.rows, self.day = settings, rows, day
        self.teams = {row["team"]: row for row in self.table("teams")}
        self.top = next(name for name, row in self.teams.items() if row["kind"] == "company")
        self.cycles = {row["cycle"]: row for row in self.table("cycles")}
        self.active = {row["username"] for row in self.table("people") if row["active"]}
        self.replaced = {row["replaces"] for row in self.table("check_ins")}
        self.homes = {row["id"]: Objective(self, row) for row in self.table("objectives")}
        self.objectives = {id: one for id, one in self.homes.items() if one.agreed and not one.confidential}
        live = [KeyResult(self, row) for row in self.table("key_results") if row["state"] == "active"]
        self.key_results = [k for k in live if k.under and not k.home.confidential]

    def table(self, name: str) -> list[Row]:
        return self.rows.get(name, [])

    def above(self, team: str) -> list[str]:
        """The team itself and those over it, nearest first."""
        path = []
        while team:
            path.append(team)
            team = self.teams[team]["parent"] or (self.top if team != self.top else "")
        return path

    def leads(self, team: str) -> list[str]:
        """The active people who lead the team and those above it, nearest first."""
        units = [unit for unit in self.above(team) if self.teams[unit]["active"]]
        leading = [(row["team"], row["person"]) for row in self.table("memberships") if row["leads"]]
        return [person for unit in units for team, person in leading if team == unit and person in self.active]

    def cadence(self, team: str) -> int:
        """The weeks between check-ins that the team states, else the nearest above, else the organisation."""
        stated = [self.teams[unit]["cadence_weeks"] for unit in self.above(team)]
        return next((weeks for weeks in stated if weeks), self.settings.cadence_weeks)


class KeyResult:
    """One key result, on any day."""

    def __init__(self, company: Company, row: Row) -> None:
        self.company, self.row, self.id, self.kind = company, row, row["id"], row["kind"]
        self.home = company.homes[row["objective"]]
        self.also = [name for name in row["also"].split(";") if name in company.objectives]
        self.under = [name for name in (self.home.id, *self.also) if name in company.objectives]
        self.team, self.weight = row["team"] or self.home.row["team"], row["weight"]
        self.start = row["start"] or self.home.start
        self.due = row["due"] or self.home.end
        self.guards, self.score = self.kind == "maintain", row["score"]
        mine = [c for c in company.table("check_ins") if c["key_result"] == self.id and c["id"] not in company.replaced]
        self.check_ins = sorted(mine, key=in_order)
        steps = [s for s in company.table("milestones") if s["key_result"] == self.id]
        self.steps = steps or [{"weight": 1.0, "due": None, "done_on": None}]

    def last(self, column: str, day: date) -> Any:
        """The newest entry of a column that speaks for the day or an earlier one."""
        stated = [c[column] for c in self.check_ins if c["as_of"] <= day and c[column] is not None]
        return stated[-1] if stated else None

    def reports(self, day: date) -> list[date]:
        """The days for which somebody has said something, be it only a note, or done a step."""
        days = [c["as_of"] for c in self.check_ins]
        if self.kind == "milestone":
            days += [s["done_on"] for s in self.steps if s["done_on"]]
        return [d for d in days if d <= day]

    def known(self, day: date) -> bool:
        """Whether there is anything to judge: a note tells nothing about a number, but may about steps."""
        return bool(self.reports(day)) if self.kind == "milestone" else self.last("value", day) is not None

    def inside(self, day: date) -> bool | None:
        """Whether a guardrail's value lies within its bounds; None without a value."""
        value, lower, upper = self.last("value", day), self.row["lower"], self.row["upper"]
        return None if value is None else (lower is None or value >= lower) and (upper is None or value <= upper)

    def meaning(self, value: float) -> float:
        """The progress that a value means, unclamped."""
        return float((value - self.row["baseline"]) / (self.row["target"] - self.row["baseline"]))

    def raw(self, day: date) -> float:
        value = self.last("value", day)
        if self.kind == "milestone":
            done = [s["weight"] for s in self.steps if s["done_on"] and s["done_on"] <= day]
            return float(sum(done) / sum(s["weight"] for s in self.steps))
        if value is None:
            return 0.0
        if self.kind == "baseline":
            return 1.0
        return self.share_inside(day) if self.guards else self.meaning(value)

    def share_inside(self, day: date) -> float:
        """The share of days on which the value was inside, since there is one, the start at the earliest."""
        first = min(c["as_of"] for c in self.check_ins if c["value"] is not None)
        kept = [self.inside(at) for at in days_between(max(first, self.start), day)]
        return kept.count(True) / len(kept) if kept else 0.0

    def progress(self, day: date) -> float:
        return min(1.0, max(0.0, self.raw(day)))

    def expected(self, day: date) -> float:
        """Where it should stand: on its way to the bar, through its phases, up its steps or all at once at the end."""
        bar = self.home.bar
        if self.guards:
            return 1.0
        if self.kind == "baseline":
            return bar if day > self.due else 0.0
        if self.kind == "milestone":
            due = [s["weight"] for s in self.steps if day > (s["due"] or self.due)]
            return float(bar * sum(due) / sum(s["weight"] for s in self.steps))
        phases = [p for p in self.company.table("phases") if p["key_result"] == self.id]
        points = sorted((p["date"], self.meaning(p["value"])) for p in phases)
        points = [(self.start, 0.0), *points, (self.due, bar)]
        for (day0, at0), (day1, at1) in pairwise(points):
            if day <= day1:
                return at0 + (at1 - at0) * elapsed(day0, day1, day)
        return bar

    def scored(self, day: date) -> bool:
        """Whether its score counts: from the last day of its cycle on."""
        return self.score is not None and day >= self.home.end

    @cached_property
    def owner(self) -> str | None:
        """The one who is responsible; None where it is the champions together."""
        stated = (self.row["owner"], self.home.row["owner"])
        people = [person for person in stated if person in self.company.active]
        return next(iter(people + self.company.leads(self.team)), None)

    def excused(self, day: date) -> bool:
        """Whether nothing can be asked for on a day: the company is closed, or the owner away without a deputy."""
        absences = [a for a in self.company.table("absences") if a["person"] == self.owner]
        deputies = [a["deputy"] for a in absences if a["start"] <= day <= a["end"]]
        covered = any(name in self.company.active and name != self.owner for name in deputies)
        return day in self.company.settings.closed_days or (bool(deputies) and not covered)

    def owed(self, day: date) -> bool:
        """Whether check-ins are owed: from the start until it is scored, while its home is agreed on."""
        return self.home.agreed and self.start <= day and not self.scored(day)

    def missed(self, day: date) -> int:
        """The due days since somebody last said something that went by before this day."""
        if not self.owed(day):
            return 0
        weeks = self.row["cadence_weeks"] or self.company.cadence(self.team)
        weekdays = [at for at in days_between(self.start, day) if at.isoweekday() == self.company.settings.due_weekday]
        due = [at for at in weekdays if at > self.start][weeks - 1 :: weeks]
        since = max([self.start, *self.reports(day)])
        return len([at for at in due if since < at < day and not self.excused(at)])

    def freshness(self, day: date) -> str | None:
        if not self.owed(day):
            return None
        if self.missed(day) >= self.company.settings.overdue_after:
            return "overdue"
        return "late" if self.missed(day) else "fresh"

    def pace(self, day: date) -> float | None:
        return quotient(self.progress(day), self.expected(day))

    def achieved(self, day: date) -> bool:
        return day >= self.start and nine(self.progress(day)) >= 1 and not self.guards

    def line(self, day: date) -> tuple[str, bool]:
        """The first line of the status that applies, and whether it is the owner's word."""
        if self.score is not None and self.scored(day):
            return ("met" if nine(self.score) >= nine(self.home.bar) else "missed"), False
        if day < self.start:
            return "not started", False
        if self.achieved(day):
            return "achieved", False
        if day > self.due or not self.known(day):
            return ("to be scored" if day > self.due else "no value yet"), False
        if self.guards:
            return ("on track" if self.inside(day) else "off track"), False
        if self.pace(day) is None:
            confidence = self.last("confidence", day)
            if confidence is None or confidence >= 7:
                return "on track", True
            return ("off track" if confidence <= 3 else "at risk"), True
        return by_pace(self.company.settings, self.pace(day), elapsed(self.start, self.due, day)), False

    def status(self, day: date) -> str:
        silent, word = self.freshness(day) == "overdue", self.line(day)[0]
        return "unknown" if silent and word == "on track" else word

    def as_json(self, day: date) -> Row:
        guardrail = {True: "kept", False: "broken", None: None}[self.inside(day)] if self.guards else None
        shown: Row = {name: self.row[name] for name in ("id", "objective", "title", "kind", "score")}
        shown |= {name: getattr(self, name) for name in ("also", "team", "owner")}
        for name in ("raw", "progress", "expected", "pace", "status", "missed", "freshness"):
            shown[name] = getattr(self, name)(day)
        value = None if self.kind == "milestone" else self.last("value", day)
        shown |= {"value": value, "confidence": self.last("confidence", day)}
        return shown | {"guardrail": guardrail, "stated": self.line(day)[1]}


class Objective:
    """One objective, on any day."""

    def __init__(self, company: Company, row: Row) -> None:
        self.company, self.row, self.id = company, row, row["id"]
        cycle = company.cycles[row["cycle"]]
        self.start, self.end = cycle["start"], cycle["end"]
        self.bar = company.settings.aspirational_bar if row["ambition"] == "aspirational" else 1.0
        self.agreed, self.confidential = row["state"] in ("active", "closed"), row["visibility"] == "confidential"

    @cached_property
    def key_results(self) -> list[KeyResult]:
        """Those under it, at home here or not."""
        return [k for k in self.company.key_results if self.id in k.under]

    @cached_property
    def children(self) -> list[Objective]:
        """The objectives that contribute to it or to a key result at home here, as far as they have progress."""
        mine = {self.id} | {k.id for k in self.key_results if k.home is self}
        edges = [e for e in self.company.table("alignment") if e["kind"] == "contributes" and e["parent"] in mine]
        names = dict.fromkeys(e["child"] for e in edges)
        found = [self.company.objectives[name] for name in names if name in self.company.objectives]
        return [child for child in found if child.parts]

    @cached_property
    def parts(self) -> list[Part]:
        measured = [k for k in self.key_results if not k.guards] or self.key_results
        own: list[Part] = [(k.weight, [k]) for k in measured]
        comes_from = self.row["progress_from"]
        if comes_from == "children" or not own:
            return [(1.0, [child]) for child in self.children]
        return [*own, (1.0, self.children)] if comes_from == "both" and self.children else own

    @property
    def counted(self) -> list[Any]:
        """The key results and children that its parts are."""
        return [one for _, of in self.parts for one in of]

    def progress(self, day: date) -> float:
        return rolled_up(self.parts, "progress", day)

    def expected(self, day: date) -> float:
        return rolled_up(self.parts, "expected", day)

    def known(self, day: date) -> bool:
        return any(one.known(day) for one in self.counted)

    def achieved(self, day: date) -> bool:
        return day >= self.start and all(one.achieved(day) for one in self.counted)

    @cached_property
    def score(self) -> float | None:
        """Its own, or the mean of its parts' when all have one."""
        if self.row["score"] is not None or not self.parts:
            return self.row["score"]
        unscored = any(one.score is None for one in self.counted)
        return (
            None if unscored else mean([(weight, mean([(1.0, one.score) for one in of])) for weight, of in self.parts])
        )

    def status(self, day: date) -> str:
        key_results = self.key_results
        if self.score is not None and day >= self.end:
            kept = all(k.inside(self.end) for k in key_results if k.guards)
            return "met" if nine(self.score) >= nine(self.bar) and kept else "missed"
        if day < self.start:
            return "not started"
        if not self.known(day):
            return "no value yet"
        if self.achieved(day):
            return "achieved"
        if day > self.end:
            return "to be scored"
        pace = quotient(self.progress(day), self.expected(day))
        word = by_pace(self.company.settings, pace, elapsed(self.start, self.end, day))
        if word != "on track":
            return word
        if any(k.status(day) == "off track" or (k.guards and k.inside(day) is False) for k in key_results):
            return "at risk"
        silent = sum(k.weight for k in key_results if k.freshness(day) == "overdue")
        return "unknown" if silent > sum(k.weight for k in key_results) / 2 else "on track"

    def as_json(self, day: date) -> Row:
        progress, expected = (self.progress(day), self.expected(day)) if self.parts else (None, None)
        shown = {name: self.row[name] for name in ("id", "cycle", "team", "title", "ambition", "state")}
        shown |= {"progress": progress, "expected": expected, "pace": quotient(progress, expected)}
        shown["off_track"] = [k.status(day) for k in self.key_results].count("off track")
        shown["overdue"] = [k.freshness(day) for k in self.key_results].count("overdue")
        return shown | {"status": self.status(day), "score": self.score}


def figures(company: Company, cycle: Row, units: set[str]) -> Row | None:
    """What these units together carry in a cycle: the mean over the objectives of what they carry in each."""
    day, carried = company.day, []
    for objective in company.objectives.values():
        parts = [part for part in objective.parts if isinstance(part[1][0], KeyResult)]
        if parts:
            parts = [part for part in parts if part[1][0].team in units]
        elif objective.row["team"] in units:
            parts = objective.parts
        if parts and objective.row["cycle"] == cycle["cycle"]:
            carried.append((objective, parts))
    if not carried:
        return None
    sides = [(rolled_up(parts, "progress", day), rolled_up(parts, "expected", day)) for _, parts in carried]
    progress, expected = (mean([(1.0, figure) for figure in side]) for side in zip(*sides, strict=True))
    pace = quotient(progress, expected)
    if day < cycle["start"]:
        status = "not started"
    elif not any(one.known(day) for _, parts in carried for _, of in parts for one in of):
        status = "no value yet"
    else:
        status = by_pace(company.settings, pace, elapsed(cycle["start"], cycle["end"], day))
    shown: Row = {"progress": progress, "expected": expected, "pace": pace, "status": status}
    return shown | {"objectives": len(carried), "statuses": dict(Counter(o.status(day) for o, _ in carried))}


def board(settings: Settings, rows: dict[str, list[Row]], day: date, only: str | None = None) -> Row:
    """The board of a day: the cycles that run on it (or the one named), and what is live in them."""
    company = Company(settings, rows, day)
    running = {name for name, c in company.cycles.items() if c["start"] <= day <= c["end"]}
    names = running if only is None else {only}
    cycles = [c for name, c in company.cycles.items() if name in names]
    units = []
    for name in (name for name, team in company.teams.items() if team["active"]):
        under = {other for other in company.teams if name in company.above(other)[1:]}
        for cycle in cycles:
            own, below = figures(company, cycle, {name}), figures(company, cycle, under)
            if own or below:
                kind = company.teams[name]["kind"]
                units.append({"unit": name, "kind": kind, "cycle": cycle["cycle"], "own": own, "below": below})
    objectives = {o.id: o for o in company.objectives.values() if o.row["cycle"] in names}
    shown: Row = {"as_of": day.isoformat(), "units": units}
    shown["cycles"] = [{"cycle": c["cycle"]} | {n: c[n].isoformat() for n in ("start", "end")} for c in cycles]
    shown["objectives"] = [o.as_json(day) for o in objectives.values()]
    shown["key_results"] = [k.as_json(day) for k in company.key_results if objectives.keys() & set(k.under)]
    return shown
