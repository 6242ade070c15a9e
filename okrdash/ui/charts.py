"""The charts: what they look like, built once, and the data and the words that go with each.

Colours come from the theme by position: a chart names the five roles of a status and Streamlit fills in the colours
of the theme that is on, so that light and dark need no rerun. Every text from people reaches a chart as data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
SHAPES = ("circle", "triangle-up", "square", _RING, "diamond")
"""The shape of each role."""
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


def draw_door(
    drawing: Drawing, *, key: str, turn: Callable[[Mapping[str, Any]], None] | None = None
) -> dict[str, Any] | None:
    """Draws it as `draw` does, and tells which of its marks was clicked: the fields of the selection "row" in its look.

    They go to `turn`, before the page runs again; without it they are returned, once. They come from the browser, so
    make sure of them. `key` also names a container around the chart.
    """
    state = st.session_state.setdefault(f"okrdash_door_{key}", {"number": 0, "clicked": None})
    name = f"{key}_{state['number']}"

    def clicked() -> None:
        points = st.session_state[name]["selection"].get("row")
        if points:
            state["number"] += 1  # so that the chart forgets it, and the same mark can be clicked again
            if turn:
                turn(points[0])
            else:
                state["clicked"] = points[0]

    with st.container(key=key):
        st.vega_lite_chart(
            drawing.data,
            drawing.spec,
            width="stretch",
            alt=drawing.alt,
            key=name,
            on_select=clicked,
            selection_mode=["row"],
        )
    found: dict[str, Any] | None = state["clicked"]
    state["clicked"] = None
    return found


def role(word: str) -> str:
    """The role whose colour and shape a status has."""
    return _ROLE_OF.get(word, "not started")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid: its figure, the word whose colour it has, how strong that is (0…1), and what it says."""

    figure: str
    word: str
    share: float
    says: str


def grid(
    first: str, columns: Sequence[str], rows: Mapping[str, Mapping[str, Cell]], *, row: str, column: str, what: str
) -> Drawing:
    """Rows of cells, by the column in which each stands; `first` begins its words, the others name row, column and
    cell. A row without a cell in a column is empty there.
    """
    spoken = {heading: plain(heading).lstrip("".join({*show.ICONS.values()}) + " ") for heading in columns}
    cells = []
    for place, (name, found) in enumerate(rows.items()):
        for position, heading in enumerate(columns):
            cell = found.get(heading, Cell("", "", 0.0, ""))
            cells.append(
                {
                    "place": place,
                    "position": position,
                    "name": plain(name),
                    "heading": plain(heading),
                    "role": role(cell.word),
                    "figure": cell.figure,
                    "share": cell.share,
                    "says": cell.says,
                    "say": f"{plain(name)}, {spoken[heading]}: {cell.says}",
                }
            )
    said = [
        f"{plain(name)}: " + (", ".join(f"{found[c].says} {spoken[c]}" for c in columns if c in found) or "none")
        for name, found in rows.items()
    ]
    return Drawing(DataFrame(cells), _grid_spec(row, column, what), sentences(first, said))


def statuses(counts: Mapping[str, Mapping[str, int]], words: Sequence[str]) -> Drawing:
    """How many objectives of each unit have each status; `words` are the columns, in order."""
    headings = {word: show.status(word) for word in words}
    rows: dict[str, dict[str, Cell]] = {}
    for unit, tally in counts.items():
        every = sum(tally.values())
        rows[unit] = {
            headings[word]: Cell(f"{count:,}", word, count / every, f"{count:,} of {every:,}")
            for word, count in tally.items()
            if count
        }
    return grid("Objectives by status.", list(headings.values()), rows, row="Unit", column="Status", what="Objectives")


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
    return alt.Shape(f"{field}:N", scale=alt.Scale(domain=list(ROLES), range=list(SHAPES)), legend=None)


def _finished(layers: list[alt.Chart], height: Any) -> Spec:
    spec: Spec = alt.layer(*layers).properties(height=height).to_dict()
    for part in (spec, *spec["layer"]):
        for name in ("config", "$schema", "data", "datasets"):
            part.pop(name, None)
    return spec


_LABEL_COLOUR = alt.ExprRef(f"scale('color', '{_TEXT}')")


@cache
def _grid_spec(row: str, column: str, what: str) -> Spec:
    # Three lines, the lowest next to the cells: in a narrow place a heading's words stand below each other.
    words = "split(datum.label, ' ')"
    broken = (
        f"length({words}) > 3 ? [{words}[0] + ' ' + {words}[1], {words}[2], join(slice({words}, 3), ' ')]"
        f" : length({words}) > 2 ? ['', {words}[0] + ' ' + {words}[1], {words}[2]]"
        f" : length({words}) > 1 ? ['', {words}[0], {words}[1]] : ['', '', {words}[0]]"
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
        cells.transform_filter("datum.figure != ''")
        .mark_rect(height=30, yOffset=10, cornerRadius=4, cursor="pointer")
        .encode(
            color=_colour("role"),
            opacity=share,
            description="say:N",
            tooltip=[
                alt.Tooltip("name:N", title=row),
                alt.Tooltip("heading:N", title=column),
                alt.Tooltip("says:N", title=what),
            ],
        )
        .add_params(alt.selection_point("row", fields=["place", "position"], toggle=False))
    )
    figures = cells.mark_text(fontSize=14, fontWeight=600, yOffset=10, aria=False).encode(
        text="figure:N", color=_constant(_TEXT)
    )
    names = base.mark_text(
        yOffset=-18, fontSize=14, fontWeight=600, align="left", limit=alt.ExprRef("width"), aria=False
    ).encode(x=alt.value(0), text="name:N", color=_constant(_TEXT))
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
