"""What a calendar of shares looks like: a row of cells for each team, a column for each week.

It is written as the specification itself, with fixed field names and without data: the same for everybody.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from okrdash.ui.charts import ROLES, Spec

_LABEL = {"expr": "scale('color', 'done')"}
"""The colour of text in both themes."""
_SVG = {"usermeta": {"embedOptions": {"renderer": "svg"}}}
_STEP = 52
_CELL = 26


def _colour(role: str) -> dict[str, Any]:
    """A colour of the theme by its role, from a field that `spec` gives every row."""
    return {"field": f"role_{role}", "type": "nominal", "scale": {"domain": list(ROLES)}, "legend": None}


def _only(*states: str) -> list[dict[str, Any]]:
    return [{"filter": {"field": "state", "oneOf": list(states)}}]


@cache
def spec() -> Spec:
    """The look. A row needs place, unit, group, day, due (the day as shown), state, share, figure, short, words, say.

    The state is "good", "half" (less than that), "none due" or "to come". A click on a cell is the selection "row".
    """
    week = {
        "field": "due",
        "type": "nominal",
        "sort": {"field": "day", "op": "min"},
        "title": None,
        "scale": {"paddingInner": 0.06, "paddingOuter": 0},
        "axis": {
            "orient": "top", "domain": False, "ticks": False, "labelAngle": 0, "labelColor": _LABEL,
            # Two lines, the lower next to the cells: in a narrow place the month stands below the day.
            "labelExpr": "bandwidth('x') < 44 ? split(datum.label, ' ') : ['', datum.label]", "labelFontSize": 12,
            "labelOverlap": False, "labelFlush": False, "labelPadding": 20,
        },
    }  # fmt: skip
    rows = {"field": "place", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0, "paddingOuter": 0}}
    cell = {"type": "rect", "height": _CELL, "yOffset": 10, "cornerRadius": 3}
    text = {"type": "text", "aria": False, "baseline": "middle"}
    tooltip = [
        {"field": "unit", "type": "nominal", "title": "Team"},
        {"field": "due", "type": "nominal", "title": "Due"},
        {"field": "words", "type": "nominal", "title": "Check-ins"},
    ]
    place = {"x": week, "y": rows}
    opacity = {"field": "share", "type": "quantitative", "legend": None}
    filled = {
        "params": [{"name": "row", "select": {"type": "point", "fields": ["place"], "toggle": False}}],
        "transform": _only("good", "half"),
        "mark": {**cell, "cursor": "pointer"},
        "encoding": {
            **place,
            "color": _colour("on_track"),
            "opacity": {**opacity, "scale": {"domain": [0, 1], "range": [0.06, 0.4]}},
            "tooltip": tooltip,
            "description": {"field": "say", "type": "nominal"},
        },
    }
    coming = {
        "transform": _only("to come"),
        "mark": {**cell, "filled": False, "strokeDash": [3, 3], "strokeWidth": 1, "opacity": 0.35, "aria": False},
        "encoding": {**place, "color": _colour("done")},
    }
    figures = {
        "mark": {**text, "yOffset": 10, "fontSize": {"expr": "bandwidth('x') < 30 ? 10 : 12"}},
        "encoding": {
            **place,
            "text": {"value": {"expr": "bandwidth('x') < 44 ? datum.short : datum.figure"}},
            "color": _colour("done"),
        },
    }
    low = {
        "transform": _only("half"),
        "mark": {
            "type": "point", "shape": "triangle-up", "filled": True, "size": 34, "opacity": 1, "yOffset": 3,
            "xOffset": -6, "aria": False,
        },
        "encoding": {"x": {**week, "bandPosition": 1}, "y": rows, "color": _colour("at_risk")},
    }  # fmt: skip

    def heading(field: str, x: dict[str, Any], **mark: Any) -> dict[str, Any]:
        return {
            # One for each row, not for each cell.
            "transform": [{"aggregate": [], "groupby": ["place", field, "role_done"]}],
            "mark": {**text, "yOffset": -14, **mark},
            "encoding": {"x": x, "y": rows, "text": {"field": field, "type": "nominal"}, "color": _colour("done")},
        }

    names = heading("unit", {"value": 0}, align="left", fontSize=13, fontWeight=600, limit={"expr": "width * 0.6"})
    group = heading("group", {"value": {"expr": "width"}}, align="right", fontSize=12, limit={"expr": "width * 0.38"})
    roles = [{"calculate": f"'{role}'", "as": f"role_{role.replace(' ', '_')}"} for role in ROLES]
    return {
        "transform": roles,
        "layer": [filled, coming, figures, low, names, group],
        "height": {"step": _STEP},
        **_SVG,
    }
