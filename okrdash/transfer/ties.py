"""Ties between objectives that say the same on different levels of the company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from okrdash.domain.columns import Row
from okrdash.domain.tables import TABLES

from .words import same_words

_RANK = {"company": 0, "function": 1, "team": 2}


def ties(rows: Mapping[str, Sequence[Row]], known: Mapping[str, Sequence[Row]], cycle: str) -> list[Row]:
    """The edges from each objective in `rows` to the one of a higher level with the same words, if there is one.

    The higher one is of the nearest unit above its own, else of the nearest level. Known edges stay as they are; an
    edge between two objectives that are both known and not tied was taken away by someone and stays away.
    """
    units = _Units({row["team"]: row for row in [*known["teams"], *rows["teams"]]})
    live = [row for row in known["objectives"] if row["cycle"] == cycle and row["state"] != "dropped"]
    alike: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in [*rows["objectives"], *live]:
        alike[same_words(row["title"])].setdefault(row["id"], row)
    old = {row["id"] for row in known["objectives"]}
    edges = {(row["child"], row["parent"]): row for row in known["alignment"]}
    home: dict[str, str] = {row["id"]: row["objective"] for row in known["key_results"]}
    up: dict[str, set[str]] = defaultdict(set)
    for child, above in edges:
        up[child].add(str(home.get(above, above)))
    found = []
    for row in rows["objectives"]:
        parent = units.nearest_above(row["team"], list(alike[same_words(row["title"])].values()))
        if parent is None:
            continue
        if there := edges.get((row["id"], parent["id"])):
            found.append(there)
        elif not {row["id"], parent["id"]} <= old and not _leads(parent["id"], row["id"], up):
            up[row["id"]].add(parent["id"])
            found.append(TABLES["alignment"].row(child=row["id"], parent=parent["id"], kind="contributes"))
    return found


def _leads(start: str, goal: str, up: Mapping[str, set[str]]) -> bool:
    """Whether the edges lead from one objective up to the other: tying them the other way would close a loop."""
    seen, left = {start}, [start]
    while left:
        new = up.get(left.pop(), set()) - seen
        seen |= new
        left += new
    return goal in seen


class _Units:
    def __init__(self, rows: Mapping[str, Row]) -> None:
        self.rows = rows

    def above(self, unit: str) -> list[str]:
        """The units above it, the nearest first."""
        found: list[str] = []
        while (row := self.rows.get(unit)) and row["parent"] and row["parent"] not in found:
            unit = row["parent"]
            found.append(unit)
        return found

    def level(self, unit: str) -> int:
        """How low it stands: a team of a team is lower than the team."""
        rank = _RANK.get(self.rows[unit]["kind"], 1) if unit in self.rows else 1
        above = [self.rows[name]["kind"] for name in self.above(unit) if name in self.rows]
        return rank + (above.count("team") if rank == _RANK["team"] else 0)

    def nearest_above(self, unit: str, objectives: Sequence[Row]) -> Row | None:
        """Of these objectives the one to which one of the unit with the same words is tied."""
        if len(objectives) < 2:
            return None
        own, level = self.above(unit), self.level(unit)
        higher = [row for row in objectives if self.level(row["team"]) < level]

        def distance(row: Row) -> tuple[int, int]:
            return own.index(row["team"]) if row["team"] in own else len(own), -self.level(row["team"])

        return min(higher, key=distance, default=None)
