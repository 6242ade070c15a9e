"""Bars against an expected mark: units, objectives and cycles are drawn alike, each with its words beside it.

The look is the specification itself, with fixed field names and without data: the same for everybody, built once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pandas import DataFrame

from okrdash.ui import show
from okrdash.ui.charts import ROLES, SHAPES, Drawing, Spec, role, sentences
from okrdash.ui.text import plain

_LABEL = {"expr": "scale('color', 'done')"}
"""The colour of text in both themes."""
_ASIDE = 152
"""The pixels to the right of the bars, in which the figures stand."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two bars of a row."""

    progress: float
    expected: float
    """NaN for none."""
    status: str
    after: str
    """What stands behind the figure."""

    @property
    def figure(self) -> str:
        """What stands beside the bar: "62 %  On track"."""
        return f"{show.percent(self.progress)}  {self.after}"

    @property
    def words(self) -> str:
        """The same in words: "62 % where 66 % is expected, at risk"."""
        known = not math.isnan(self.expected)
        line = f" where {show.percent(self.expected)} is expected" if known else ""
        return show.percent(self.progress) + line + (f", {self.status}" if self.status else "")


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: the bar that counts, and a thin one below it."""

    title: str
    own: Side | None
    below: Side | None
    aside: str = ""
    """What else is said, at the end of the title's line; where that is narrow, `short`."""
    short: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """How the rows and their two bars are called in words: "Unit", "Own", "Teams below"."""

    row: str
    own: str
    below: str
    no_own: str = "nothing of its own"


UNITS = Names("Unit", "Own", "Teams below")


def bars(first: str, rows: Sequence[Bar], names: Names, *, door: bool = False) -> Drawing:
    """The rows in their order. A `door` can be clicked: its selection "row" names the `place`, counted from 0."""
    data = [_row(place, row, names) for place, row in enumerate(rows)]
    return Drawing(DataFrame(data), _spec(names, door), sentences(first, [row["say"] for row in data]))


def units_progress(units: DataFrame, asides: Mapping[str, tuple[str, str]] | None = None, *, door: bool) -> Drawing:
    """Every unit against its expected line: its own progress, and that of the teams below.

    `units` are rows of `board.units`, of one cycle; `asides` say more of a unit, in full and in short.
    """
    rows = []
    for row in units.to_dict("records"):
        aside = (asides or {}).get(row["unit"], ("", ""))
        own, below = _side(row, "own"), _side(row, "below")
        rows.append(Bar(row["unit"], own, below, *aside))
    return bars("Progress against the expected line.", rows, UNITS, door=door)


def _side(row: Mapping[Any, Any], side: str) -> Side | None:
    if not row[f"{side}_objectives"]:
        return None
    word = row[f"{side}_status"]
    after = word.capitalize() if side == "own" else "teams below"
    return Side(row[f"{side}_progress"], row[f"{side}_expected"], word, after)


def _row(place: int, row: Bar, names: Names) -> dict[str, Any]:
    out: dict[str, Any] = {"place": place, "title": plain(row.title), "aside": row.aside, "short": row.short}
    for name, side in (("own", row.own), ("below", row.below)):
        out[f"has_{name}"] = side is not None
        out[name] = side.progress if side else math.nan
        out[f"{name}_expected"] = side.expected if side else math.nan
        out[f"{name}_role"] = role(side.status if side else "")
        out[f"{name}_figure"] = plain(side.figure) if side else ""
        out[f"{name}_words"] = side.words if side else ""
    out["own_words"] = out["own_words"] or names.no_own
    out["below_words"] = out["below_words"] or "none"
    told = f"{out['title']}: {names.own.lower()} {row.own.words}" if row.own else f"{out['title']}: {names.no_own}"
    told += f"; {names.below.lower()} {row.below.words}" if row.below else ""
    out["say"] = told + (f"; {row.aside}" if row.aside else "")
    return out


def _colour(field: str) -> dict[str, Any]:
    return {"field": field, "type": "nominal", "scale": {"domain": list(ROLES)}, "legend": None}


@cache
def _spec(names: Names, door: bool) -> Spec:
    y = {"field": "place", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0, "paddingOuter": 0}}
    scale = {"domain": [0, 1], "range": [0, {"expr": f"width - {_ASIDE + 14}"}], "nice": False}
    axis = {"format": ".0%", "values": [0, 0.5, 1], "labelColor": _LABEL, "ticks": False, "labelFlush": False}
    text = {"type": "text", "aria": False, "baseline": "middle"}
    ink = _colour("ink")
    tooltip = [
        {"field": "title", "type": "nominal", "title": names.row},
        {"field": "own_words", "type": "nominal", "title": names.own},
        {"field": "below_words", "type": "nominal", "title": names.below},
    ]

    def from_right(pixels: int) -> dict[str, Any]:
        return {"value": {"expr": f"width - {pixels}"}}

    def side(field: str, at: int, height: int, size: int) -> list[dict[str, Any]]:
        x = {"field": field, "type": "quantitative", "title": None, "scale": scale, "axis": axis}
        mark = {"type": "point", "size": size * 8, "filled": True, "opacity": 1, "yOffset": at, "aria": False}
        shapes = {"domain": list(ROLES), "range": list(SHAPES)}
        layers: list[dict[str, Any]] = [
            {
                "mark": {"type": "bar", "height": height, "yOffset": at, "cornerRadiusEnd": 2},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": _colour(f"{field}_role"),
                    "tooltip": tooltip,
                    "description": {"field": "say", "type": "nominal"},
                },
            },
            {
                "transform": [{"filter": f"isValid(datum.{field}_expected)"}],
                "mark": {
                    "type": "tick", "thickness": 3, "size": height + 8, "yOffset": at, "opacity": 1, "aria": False
                },
                "encoding": {"x": {**x, "field": f"{field}_expected"}, "y": y, "color": ink},
            },
            {
                "mark": mark,
                "encoding": {
                    "x": from_right(_ASIDE - 6),
                    "y": y,
                    "color": _colour(f"{field}_role"),
                    "shape": {"field": f"{field}_role", "type": "nominal", "scale": shapes, "legend": None},
                },
            },
            {
                "mark": {**text, "yOffset": at, "fontSize": size, "align": "left", "limit": _ASIDE - 18},
                "encoding": {
                    "x": from_right(_ASIDE - 18),
                    "y": y,
                    "text": {"field": f"{field}_figure", "type": "nominal"},
                    "color": ink,
                },
            },
        ]  # fmt: skip
        for layer in layers:
            layer["transform"] = [{"filter": f"datum.has_{field}"}, *layer.get("transform", [])]
        return layers

    titles = {
        "mark": {
            **text, "yOffset": -20, "fontSize": 14, "fontWeight": 600, "align": "left",
            "limit": {"expr": "(width < 560 ? datum.short : datum.aside) ? width * 0.55 : width"},
        },
        "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "title", "type": "nominal"}, "color": ink},
    }  # fmt: skip
    asides = {
        "transform": [{"filter": "datum.aside != ''"}],
        "mark": {**text, "yOffset": -20, "fontSize": 12, "align": "right", "limit": {"expr": "width * 0.44"}},
        "encoding": {
            "x": from_right(0),
            "y": y,
            "text": {"value": {"expr": "width < 560 ? datum.short : datum.aside"}},
            "color": ink,
        },
    }
    layers: list[dict[str, Any]] = [titles, asides, *side("own", -2, 12, 13), *side("below", 15, 5, 12)]
    if door:
        whole = {"x": {"value": 0}, "x2": {"value": "width"}, "y": y}
        layers.append(
            {
                "params": [{"name": "row", "select": {"type": "point", "fields": ["place"], "toggle": False}}],
                "mark": {"type": "rect", "fill": "transparent", "strokeOpacity": 0, "cursor": "pointer", "aria": False},
                "encoding": {**whole, "tooltip": tooltip},
            }
        )
    return {
        "transform": [{"calculate": "'done'", "as": "ink"}],
        "layer": layers,
        "height": {"step": 64},
        "usermeta": {"embedOptions": {"renderer": "svg"}},
    }
