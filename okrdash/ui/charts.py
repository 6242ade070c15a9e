"""The charts: what they look like, built once, and the data and the words that go with each.

Colours come from the theme by position: a chart names the five roles of a status and Streamlit fills in the colours
of the theme that is on, so that light and dark need no rerun. Every text from people reaches a chart as data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import altair as alt
import streamlit as st
from pandas import DataFrame

from okrdash.ui import show
from okrdash.ui.text import plain

ROLES = ("on track", "at risk", "off track", "not started", "done")
"""What the first five colours of a theme stand for."""

_ROLE_OF: Mapping[str, str] = {
    **{word: word for word in ("on track", "at risk", "off track")},
    **{"kept": "on track", "broken": "off track", "missed": "off track", "achieved": "done", "met": "done"},
}
_RING = "M1,0A1,1,0,1,1,-1,0A1,1,0,1,1,1,0ZM.65,0A.65,.65,0,1,0,-.65,0A.65,.65,0,1,0,.65,0Z"
_SHAPES = ("circle", "triangle-up", "square", _RING, "diamond")
_TEXT = "done"
"""The role whose colour is that of text in both themes."""
_DAY = "%-d %b"

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A chart to be drawn: its data, its look, and the same in words."""

    data: DataFrame
    spec: Spec
    alt: str


def draw(drawing: Drawing, *, key: str) -> None:
    """Draws it, as wide as its place is."""
    st.vega_lite_chart(drawing.data, drawing.spec, width="stretch", alt=drawing.alt, key=key)


def role(word: str) -> str:
    """The role whose colour and shape a status has."""
    return _ROLE_OF.get(word, "not started")


def units_progress(units: DataFrame) -> Drawing:
    """Every unit against its expected line, in the rows' order: its own progress, and that of the teams below.

    `units` are rows of `board.units`, of one cycle.
    """
    rows = [_unit(place, row) for place, row in enumerate(units.to_dict("records"))]
    data = DataFrame(rows)
    return Drawing(data, _units_spec(), sentences("Progress against the expected line.", [r["say"] for r in rows]))


def statuses(counts: Mapping[str, Mapping[str, int]], words: Sequence[str]) -> Drawing:
    """How many objectives of each unit have each status; `words` are the columns, in order."""
    rows = []
    for place, (unit, tally) in enumerate(counts.items()):
        every = sum(tally.values())
        for word in words:
            count = tally.get(word, 0)
            rows.append(
                {
                    "place": place,
                    "unit": plain(unit),
                    "heading": show.status(word),
                    "position": words.index(word),
                    "role": role(word),
                    "count": count,
                    "figure": str(count) if count else "",
                    "share": count / every if every else 0.0,
                    "say": f"{plain(unit)}: {count} of {every} objectives {word}",
                }
            )
    said = [
        f"{plain(unit)}: " + (", ".join(f"{tally[w]} {w}" for w in words if tally.get(w)) or "no objectives")
        for unit, tally in counts.items()
    ]
    return Drawing(DataFrame(rows), _statuses_spec(), sentences("Objectives by status.", said))


def _unit(place: int, row: Mapping[Any, Any]) -> dict[str, Any]:
    own, below = row["own_objectives"] > 0, row["below_objectives"] > 0
    out: dict[str, Any] = {"place": place, "unit": plain(row["unit"]), "carries": bool(own), "over": bool(below)}
    for side in ("own", "below"):
        out[side] = row[f"{side}_progress"]
        out[f"{side}_expected"] = row[f"{side}_expected"]
        out[f"{side}_role"] = role(row[f"{side}_status"])
    out["own_figure"] = f"{show.percent(row['own_progress'])}  {row['own_status'].capitalize()}" if own else ""
    out["below_figure"] = f"{show.percent(row['below_progress'])}  teams below" if below else ""
    out["own_words"] = _side_words(row, "own") if own else "nothing of its own"
    out["below_words"] = _side_words(row, "below") if below else "no teams below with key results"
    out["say"] = f"{out['unit']}: own {out['own_words']}" if own else f"{out['unit']}: nothing of its own"
    out["say"] += f"; teams below {out['below_words']}" if below else ""
    return out


def _side_words(row: Mapping[Any, Any], side: str) -> str:
    progress, expected = show.percent(row[f"{side}_progress"]), show.percent(row[f"{side}_expected"])
    return f"{progress} where {expected} is expected, {row[f'{side}_status']}"


def sentences(first: str, said: Sequence[str], most: int = 12) -> str:
    """What a chart says in words, for those who do not see it: the first `most` of many."""
    rest = [f"And {len(said) - most} more."] if len(said) > most else []
    return " ".join([first, *(f"{text}." for text in said[:most]), *rest])


# What they look like. Field names are fixed; a chart that has no data in it is the same for everybody and built once.


def _colour(field: str) -> alt.Color:
    return alt.Color(f"{field}:N", scale=alt.Scale(domain=list(ROLES)), legend=None)


def _constant(name: str) -> alt.Color:
    """A colour of the theme by its role; `_base` gives every row the field it reads."""
    return _colour(f"role_{name.replace(' ', '_')}")


def _base(*names: str) -> alt.Chart:
    chart = alt.Chart()
    for name in names:
        chart = chart.transform_calculate(**{f"role_{name.replace(' ', '_')}": f"'{name}'"})
    return chart


def _shape(field: str) -> alt.Shape:
    return alt.Shape(f"{field}:N", scale=alt.Scale(domain=list(ROLES), range=list(_SHAPES)), legend=None)


def _from_right(pixels: int) -> Any:
    return alt.value(alt.ExprRef(f"width - {pixels}"))


def _finished(layers: list[alt.Chart], height: Any) -> Spec:
    spec: Spec = alt.layer(*layers).properties(height=height).to_dict()
    for part in (spec, *spec["layer"]):
        for name in ("config", "$schema", "data", "datasets"):
            part.pop(name, None)
    return spec


_LABEL_COLOUR = alt.ExprRef(f"scale('color', '{_TEXT}')")
_ASIDE = 146
"""The pixels to the right of the bars, in which the figures stand."""


@cache
def _units_spec() -> Spec:
    base = _base(_TEXT).encode(y=alt.Y("place:O", axis=None))
    own, below = base.transform_filter("datum.carries"), base.transform_filter("datum.over")
    scale = alt.Scale(domain=[0, 1], range=[0, alt.ExprRef(f"width - {_ASIDE + 14}")], nice=False)
    axis = alt.Axis(format=".0%", values=[0, 0.5, 1], labelColor=_LABEL_COLOUR, ticks=False, labelFlush=False)
    text: dict[str, Any] = {"aria": False, "baseline": "middle", "align": "left"}
    tooltip = [
        alt.Tooltip("unit:N", title="Unit"),
        alt.Tooltip("own_words:N", title="Own"),
        alt.Tooltip("below_words:N", title="Teams below"),
    ]

    def side(rows: alt.Chart, field: str, at: int, height: int, size: int) -> list[alt.Chart]:
        x = alt.X(f"{field}:Q", title=None, scale=scale, axis=axis)
        bar = rows.mark_bar(height=height, yOffset=at, cornerRadiusEnd=2).encode(
            x=x, color=_colour(f"{field}_role"), tooltip=tooltip, description="say:N"
        )
        tick = rows.mark_tick(thickness=3, size=height + 8, yOffset=at, aria=False, opacity=1).encode(
            x=alt.X(f"{field}_expected:Q", scale=scale), color=_constant(_TEXT)
        )
        mark = rows.mark_point(size=size * 8, filled=True, opacity=1, yOffset=at, aria=False).encode(
            x=_from_right(_ASIDE - 6), color=_colour(f"{field}_role"), shape=_shape(f"{field}_role")
        )
        words = rows.mark_text(yOffset=at, fontSize=size, **text).encode(
            x=_from_right(_ASIDE - 18), text=f"{field}_figure:N", color=_constant(_TEXT)
        )
        return [bar, tick, mark, words]

    names = base.mark_text(yOffset=-20, fontSize=14, fontWeight=600, limit=alt.ExprRef("width"), **text).encode(
        x=alt.value(0), text="unit:N", color=_constant(_TEXT)
    )
    layers = [names, *side(own, "own", -2, 12, 13), *side(below, "below", 15, 5, 12)]
    return _finished(layers, alt.Step(64))


@cache
def _statuses_spec() -> Spec:
    # Three lines, the lowest next to the cells: in a narrow place a heading's words stand below each other.
    words = "split(datum.label, ' ')"
    broken = (
        f"length({words}) > 3 ? [{words}[0] + ' ' + {words}[1], {words}[2], {words}[3]]"
        f" : length({words}) > 2 ? ['', {words}[0] + ' ' + {words}[1], {words}[2]] : ['', {words}[0], {words}[1]]"
    )
    lines = f"bandwidth('x') >= 100 ? ['', '', datum.label] : ({broken})"
    axis = alt.Axis(
        orient="top", labelAngle=0, domain=False, ticks=False, labelFlush=False, labelColor=_LABEL_COLOUR,
        labelExpr=lines, labelFontSize=12, labelPadding=34, labelLimit=120, labelOverlap=False,
    )  # fmt: skip
    x = alt.X("heading:N", sort=alt.EncodingSortField("position", op="min"), title=None, axis=axis)
    base = _base(_TEXT).encode(y=alt.Y("place:O", axis=None, scale=alt.Scale(paddingInner=0)))
    cells = base.encode(x=x)
    share = alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 0.6], range=[0.1, 0.4], clamp=True), legend=None)
    rects = (
        cells.transform_filter("datum.count > 0")
        .mark_rect(height=30, yOffset=10, cornerRadius=4)
        .encode(
            color=_colour("role"),
            opacity=share,
            description="say:N",
            tooltip=[
                alt.Tooltip("unit:N", title="Unit"),
                alt.Tooltip("heading:N", title="Status"),
                alt.Tooltip("count:Q", title="Objectives"),
            ],
        )
    )
    figures = cells.mark_text(fontSize=14, fontWeight=600, yOffset=10, aria=False).encode(
        text="figure:N", color=_constant(_TEXT)
    )
    names = base.mark_text(
        yOffset=-18, fontSize=14, fontWeight=600, align="left", limit=alt.ExprRef("width"), aria=False
    ).encode(x=alt.value(0), text="unit:N", color=_constant(_TEXT))
    first = names.transform_filter("datum.position == 0")
    return _finished([rects, figures, first], alt.Step(64))


@cache
def over_time_spec(*, stair: bool, tight: bool, decimals: int) -> Spec:
    """How a key result over time looks: as a stair of shares, or with an axis that is not rounded up."""
    base = _base("on track", "not started", _TEXT)
    form = ".0%" if stair else f",.{decimals}f"
    x = alt.X(
        "day:T",
        title=None,
        scale=alt.Scale(type="utc", range=[0, alt.ExprRef("width - 112")], nice=False),
        axis=alt.Axis(
            format=_DAY, labelColor=_LABEL_COLOUR, grid=False, tickCount=alt.ExprRef("width < 480 ? 3 : 6"),
            labelFlush=False, labelOverlap=True,
        ),
    )  # fmt: skip
    y = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(zero=stair, nice=not tight),
        axis=alt.Axis(format=form, tickCount=5, labelColor=_LABEL_COLOUR, labelFlush=False),
    )
    placed = base.encode(x=x, y=y)

    def part(name: str) -> alt.Chart:
        return placed.transform_filter(alt.datum.part == name)

    curve: Any = "step-after" if stair else "linear"
    text: dict[str, Any] = {"fontSize": 12, "fontWeight": 600, "aria": False}
    layers = [
        part("band").mark_area(opacity=0.18, aria=False).encode(y2="upper:Q", color=_constant("on track")),
        part("ahead").mark_area(opacity=0.12, aria=False).encode(y2="upper:Q", color=_constant("not started")),
        part("edge").mark_point(opacity=0, aria=False),
        part("today").mark_rule(strokeWidth=1, opacity=0.35, aria=False).encode(
            y=alt.value(0), y2=alt.value(alt.ExprRef("height")), color=_constant(_TEXT)
        ),
        part("change").mark_rule(strokeWidth=1, strokeDash=[2, 3], aria=False).encode(
            y=alt.value(0), y2=alt.value(alt.ExprRef("height")), color=_constant(_TEXT)
        ),
        part("target").mark_line(strokeWidth=1, opacity=0.6, aria=False).encode(
            detail="value:Q", color=_constant(_TEXT)
        ),
        part("expected").mark_line(
            strokeDash=[3, 3], strokeWidth=2, interpolate=curve, aria=False
        ).encode(color=_constant(_TEXT)),
        part("actual").mark_line(strokeWidth=3, interpolate=curve, aria=False).encode(color=_constant("on track")),
        part("actual").mark_point(size=60, filled=True, opacity=1).encode(
            color=_colour("role"), shape=_shape("role"), description="say:N",
            tooltip=[alt.Tooltip("say:N", title="Check-in")],
        ),
        *(
            part(f"{side} {end}")
            .mark_text(dy=-13 if side == "above" else 14, align="left" if end == "right" else "right", **text)
            .encode(text="text:N", color=_constant(_TEXT))
            for side in ("above", "below")
            for end in ("left", "right")
        ),
        part("right").mark_text(align="left", dx=8, limit=104, **text).encode(text="text:N", color=_constant(_TEXT)),
        part("change").mark_text(align="left", dx=4, fontSize=12, aria=False).encode(
            y=alt.value(6), text="text:N", color=_constant(_TEXT)
        ),
        part("unit").mark_text(align="left", fontSize=12, limit=300, aria=False).encode(
            x=alt.value(0), y=alt.value(-12), text="text:N", color=_constant(_TEXT)
        ),
    ]  # fmt: skip
    return _finished(layers, 260)
