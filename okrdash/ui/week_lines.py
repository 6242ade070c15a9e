"""Units week by week: for each a small line against its expected line, all on the same scale, in one chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
from pandas import DataFrame

from okrdash.ui import show
from okrdash.ui.charts import ROLES, SHAPES, Drawing, Spec, role, sentences
from okrdash.ui.text import plain

_LABEL = {"expr": "scale('color', 'done')"}
_ASIDE = 152
"""The pixels to the right of the lines, in which the figures stand."""
_STEP, _TOP, _HIGH, _AXIS = 118, 34, 68, 30
"""The pixels of a row, those above its lines, those from 0 to 100 %, and those of the days on top."""


def week_lines(
    units: DataFrame, order: Sequence[str], *, changed: Mapping[str, Mapping[date, int]], told: str
) -> Drawing:
    """The units of `order`, each on every day: rows of `Board.units` of one cycle with their day.

    Drawn thick is what a unit carries itself, with what was expected of it, and thin the teams below it; these are
    thick where it carries nothing. Upright are the days on which key results of it were `changed`: by unit, how many on
    which day. A click on a row is the selection "row", by `place`. `told` begins the words.
    """
    rows: list[dict[str, Any]] = []
    said = []
    groups = dict(iter(units.groupby("unit", sort=False)))
    for place, unit in enumerate(order):
        weeks = groups[unit].to_dict("records")
        anew = changed.get(unit, {})
        rows += _rows(place, unit, weeks) + _changes(place, unit, anew)
        said.append(_words(unit, weeks, anew))
    data = DataFrame(rows)
    data["day"] = pd.to_datetime(data["day"]).astype("datetime64[ms]")
    return Drawing(data, _spec(len(order)), sentences(told, said))


def main_side(week: dict[Any, Any]) -> str:
    """Whether a unit is told by what it carries itself, or by the teams below it as it carries nothing."""
    return "own" if week["own_objectives"] else "below"


def _blank(place: int, unit: str) -> dict[str, Any]:
    """What all rows of a unit begin with."""
    return {
        "place": place, "title": plain(unit), "role": role(""), "say": "",
        "first": "", "second": "", "third": "",
        "top": place * _STEP, "bottom": (place + 1) * _STEP - 4,
    }  # fmt: skip


def _changes(place: int, unit: str, changed: Mapping[date, int]) -> list[dict[str, Any]]:
    """The days on which key results were measured anew: upright through the row."""
    mark = {**_blank(place, unit), "part": "changed", "at": _at(place, 1.0), "bottom": _at(place, 0.0)}
    return [
        {**mark, "day": pd.Timestamp(day), "say": f"{mark['title']}, {show.day(day)}: {_anew(count)}"}
        for day, count in changed.items()
    ]


def _anew(count: int) -> str:
    return f"{show.count(count, 'key result')} measured anew"


def _rows(place: int, unit: str, weeks: Sequence[dict[Any, Any]]) -> list[dict[str, Any]]:
    last, main = weeks[-1], main_side(weeks[-1])
    blank = _blank(place, unit)
    rows = []
    for week in weeks:
        when = f"{blank['title']}, {show.day(week['day'])}"
        for side in ("own", "below"):
            if not week[f"{side}_objectives"]:
                continue
            progress, expected, word = (week[f"{side}_{name}"] for name in ("progress", "expected", "status"))
            say = f"{when}: {show.percent(progress)} where {show.percent(expected)} is expected, {word}"
            drawn = {"day": week["day"], "role": role(word), "say": say}
            rows.append({**blank, **drawn, "part": "main" if side == main else "other", "at": _at(place, progress)})
            if side == main:
                rows.append({**blank, **drawn, "part": "expected", "at": _at(place, expected)})
    both = main == "own" and bool(last["below_objectives"])
    text = {
        "first": f"{show.percent(last[f'{main}_progress'])}  {last[f'{main}_status'].capitalize()}",
        "second": f"{show.percent(last[f'{main}_expected'])}  expected",
        "third": f"{show.percent(last['below_progress'])}  teams below" if both else "",
    }
    if main == "below":
        text["third"] = "teams below alone"
    row = {**blank, **text, "role": role(last[f"{main}_status"]), "day": last["day"]}
    rows.append({**row, "part": "name", "at": place * _STEP + 12})
    rows += [{**blank, "day": last["day"], "part": "ground", "at": _at(place, share)} for share in (0.0, 1.0)]
    return rows


def _at(place: int, share: float) -> float:
    """Where a share of a row is drawn, in pixels from the top."""
    return place * _STEP + _TOP + (1 - min(max(share, 0.0), 1.0)) * _HIGH


def _words(unit: str, weeks: Sequence[dict[Any, Any]], changed: Mapping[date, int]) -> str:
    side = main_side(weeks[-1])
    told = [show.percent(week[f"{side}_progress"]) for week in weeks if week[f"{side}_objectives"]]
    last = weeks[-1]
    whose = "own" if side == "own" else "teams below"
    return (
        f"{plain(unit)}, {whose}: {', '.join(told)}; now {show.percent(last[f'{side}_expected'])} is expected,"
        f" {last[f'{side}_status']}" + "".join(f"; {show.day(day)} {_anew(count)}" for day, count in changed.items())
    )


def _colour(field: str) -> dict[str, Any]:
    return {"field": field, "type": "nominal", "scale": {"domain": list(ROLES)}, "legend": None}


@cache
def _spec(count: int) -> Spec:
    high = count * _STEP
    x = {
        "field": "day",
        "type": "temporal",
        "title": None,
        "scale": {"type": "utc", "range": [4, {"expr": f"width - {_ASIDE + 14}"}], "nice": False},
        "axis": {
            "orient": "top", "format": "%-d %b", "labelColor": _LABEL, "grid": False, "domain": False, "ticks": False,
            "tickCount": 7, "values": {"expr": "width < 480 ? domain('x') : null"}, "labelOverlap": True,
            "labelFlush": True,
        },
    }  # fmt: skip
    y = {
        "field": "at",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, high], "range": [0, high], "nice": False, "zero": False},
    }
    ink = _colour("ink")
    text = {"type": "text", "aria": False, "baseline": "middle", "align": "left"}

    def from_right(pixels: int) -> dict[str, Any]:
        return {"value": {"expr": f"width - {pixels}"}}

    def part(name: str, mark: dict[str, Any], **encoding: Any) -> dict[str, Any]:
        return {
            "transform": [{"filter": f"datum.part == '{name}'"}],
            "mark": mark,
            "encoding": {"x": x, "y": y, **encoding},
        }

    def beside(field: str, down: int, size: int, weight: int) -> dict[str, Any]:
        mark = {**text, "fontSize": size, "fontWeight": weight, "yOffset": down, "limit": _ASIDE - 18}
        said = {"field": field, "type": "nominal"}
        return part("name", mark, x=from_right(_ASIDE - 18), text=said, color=ink)

    line = {"type": "line", "aria": False}
    place = {"field": "place", "type": "nominal"}
    shape = {
        "field": "role",
        "type": "nominal",
        "scale": {"domain": list(ROLES), "range": list(SHAPES)},
        "legend": None,
    }
    say = {"field": "say", "type": "nominal"}
    layers = [
        part(
            "ground", {"type": "rule", "strokeWidth": 1, "opacity": 0.25, "aria": False},
            x={"value": 4}, x2={"value": {"expr": f"width - {_ASIDE + 14}"}}, color=ink,
        ),
        part(
            "changed", {"type": "rule", "strokeWidth": 1.5, "strokeDash": [2, 3]},
            y2={"field": "bottom"}, color=ink, description=say,
        ),
        part("other", {**line, "strokeWidth": 1.5}, detail=place, color=_colour("gray")),
        part("expected", {**line, "strokeWidth": 1.5, "strokeDash": [3, 3]}, detail=place, color=ink),
        part("main", {**line, "strokeWidth": 3}, detail=place, color=_colour("blue")),
        part(
            "main", {"type": "point", "size": 36, "filled": True, "opacity": 1},
            color=_colour("role"), shape=shape, description=say,
        ),
        part("name", {**text, "fontSize": 14, "fontWeight": 600, "limit": {"expr": "width"}}, x={"value": 0},
             text={"field": "title", "type": "nominal"}, color=ink),
        part(
            "name", {"type": "point", "size": 104, "filled": True, "opacity": 1, "yOffset": 32, "aria": False},
            x=from_right(_ASIDE - 6), color=_colour("role"), shape=shape,
        ),
        beside("first", 32, 13, 400), beside("second", 51, 12, 400), beside("third", 70, 12, 400),
        {
            "transform": [{"filter": "datum.part == 'name'"}],
            "params": [{"name": "row", "select": {"type": "point", "fields": ["place"], "toggle": False}}],
            "mark": {"type": "rect", "fill": "transparent", "strokeOpacity": 0, "cursor": "pointer", "aria": False},
            "encoding": {
                "x": {"value": 0}, "x2": {"value": "width"},
                "y": {**y, "field": "top"}, "y2": {"field": "bottom"},
                "tooltip": [
                    {"field": "title", "type": "nominal", "title": "Unit"},
                    {"field": "first", "type": "nominal", "title": "Now"},
                    {"field": "second", "type": "nominal", "title": "Line"},
                ],
            },
        },
    ]  # fmt: skip
    roles = {"ink": "done", "gray": "not started", "blue": "on track"}
    return {
        "transform": [{"calculate": f"'{name}'", "as": field} for field, name in roles.items()],
        "layer": layers,
        "height": high + _AXIS,
        "usermeta": {"embedOptions": {"renderer": "svg"}},
    }
