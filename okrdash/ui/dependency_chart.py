"""What the matrix looks like: a row for each unit that asks, a column for each that provides, in a cell how many.

It is written as the specification itself, with fixed field names and without data: the same for everybody.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from okrdash.ui.charts import ROLES, Spec

_LABEL = {"expr": "scale('color', 'done')"}
"""The colour of text in both themes."""
_TWO_LINES = "split(indexof(datum.label, '\\n') < 0 ? '\\n' + datum.label : datum.label, '\\n')"
_ONE_LINE = "join(split(datum.label, '\\n'), ' ')"
WIDE = 10
"""Columns up to which their names stand upright, and a cell has two lines."""


def _colour(role: str) -> dict[str, Any]:
    """A colour of the theme by its role, from a field that `spec` gives every row."""
    return {"field": f"role_{role}", "type": "nominal", "scale": {"domain": list(ROLES)}, "legend": None}


def _axis(**options: Any) -> dict[str, Any]:
    line = {"grid": True, "gridOpacity": 0.4, "domain": False, "ticks": False, "bandPosition": 0}
    return {**line, "labelColor": _LABEL, "labelFontSize": 12, "labelPadding": 8, "titleColor": _LABEL} | options


@cache
def spec(*, few: bool) -> Spec:
    """The look, for a few columns or for many. A row is a pair of units with something open.

    It has a and p (the places of the asking and the providing unit), asking, providing (as shown; a line break parts a
    long name in two), asks, gives and told (for the tooltip), share (0…1 of the largest), figure, mark, short and words
    (what is wrong, ever longer), role (of the gravest trouble, or ""), chosen and say. The selection, by a and p, is
    called `cell`.
    """
    across = {
        "field": "providing",
        "type": "nominal",
        "sort": {"field": "p", "op": "min"},
        "title": None,
        "scale": {"paddingInner": 0.05, "paddingOuter": 0},
        "axis": _axis(
            orient="top",
            labelExpr=_TWO_LINES if few else _ONE_LINE,
            labelAngle=0 if few else -50,
            labelLimit={"expr": "bandwidth('x') + 4"} if few else 150,
            labelOverlap=False,
            labelAlign="center" if few else "left",
            # Two lines, the lower next to the cells, also where the name has but one.
            **({"labelLineHeight": 15, "labelPadding": 22} if few else {}),
        ),
    }
    down = {
        "field": "asking",
        "type": "nominal",
        "sort": {"field": "a", "op": "min"},
        "title": None,
        "scale": {"paddingInner": 0.08, "paddingOuter": 0},
        "axis": _axis(labelLimit={"expr": "width < 500 ? 90 : 170"}),
    }
    place = {"x": across, "y": down}
    cells = {
        "params": [{"name": "cell", "select": {"type": "point", "fields": ["a", "p"], "toggle": False}}],
        "mark": {"type": "rect", "cornerRadius": 3, "cursor": "pointer"},
        "encoding": {
            **place,
            "color": _colour("not_started"),
            "opacity": {
                "field": "share",
                "type": "quantitative",
                "legend": None,
                "scale": {"domain": [0, 1], "range": [0.08, 0.4]},
            },
            "tooltip": [
                {"field": "asks", "type": "nominal", "title": "Asking"},
                {"field": "gives", "type": "nominal", "title": "Providing"},
                {"field": "told", "type": "nominal", "title": "Open"},
            ],
            "description": {"field": "say", "type": "nominal"},
        },
    }
    chosen = {
        "transform": [{"filter": "datum.chosen"}],
        "mark": {"type": "rect", "filled": False, "strokeWidth": 2, "cornerRadius": 3, "aria": False, "opacity": 1},
        "encoding": {**place, "color": _colour("done")},
    }

    edge_width = 4 if few else 2
    left = {"expr": f"{edge_width / 2} - bandwidth('x') / 2"}

    def edge(role: str) -> dict[str, Any]:
        """A mark at the left of a cell in the colour of its gravest trouble; the words say which."""
        return {
            "transform": [{"filter": f"datum.role == '{role.replace('_', ' ')}'"}],
            "mark": {
                "type": "rect",
                "width": edge_width,
                "xOffset": left,
                "cornerRadius": 2,
                "aria": False,
                "opacity": 1,
            },
            "encoding": {**place, "color": _colour(role)},
        }

    text = {"type": "text", "aria": False, "baseline": "middle", "opacity": 1}
    if few:
        figure = {"value": {"expr": "datum.figure"}}
        lines = [({**text, "fontSize": 14, "fontWeight": 600, "yOffset": {"expr": "datum.short ? -8 : 0"}}, figure)]
        below = "bandwidth('x') >= 100 ? datum.words : bandwidth('x') >= 44 ? datum.short : ''"
        lines.append(({**text, "fontSize": 11, "yOffset": 10}, {"value": {"expr": below}}))
    else:
        # Where there is no room for more, the shape of the gravest trouble stands beside the number.
        both = "bandwidth('x') >= 60 && datum.short ? datum.figure + '   ' + datum.short : datum.mark + datum.figure"
        size = {"expr": "bandwidth('x') >= 30 ? 12 : 10"}
        lines = [({**text, "fontSize": size, "xOffset": 1}, {"value": {"expr": both}})]
    said = [{"mark": mark, "encoding": {**place, "text": of, "color": _colour("done")}} for mark, of in lines]
    roles = [{"calculate": f"'{role}'", "as": f"role_{role.replace(' ', '_')}"} for role in ROLES]
    edges = [edge(role) for role in ("off_track", "at_risk", "not_started")]
    height = {"step": 46 if few else 26}
    return {"transform": roles, "layer": [cells, *edges, *said, chosen], "height": height}
