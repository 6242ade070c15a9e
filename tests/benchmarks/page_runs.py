"""What a run of a page costs beside Streamlit itself: beside a bare page that draws as many elements of the same kinds.

The bare page says a fixed text in each; of a table, a chart, a choice or a component it sends as much as the page does.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from types import CodeType
from typing import Any

import streamlit as st
from pandas import DataFrame
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from okrdash.config import ROOT
from okrdash.services.company import company
from okrdash.ui.alignment_tree import _drawn as component
from okrdash.ui.navigation import page
from okrdash.ui.session import SESSION, framed, identify

_TIMES = 30


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one page, in milliseconds of processor time: the middle of thirty runs of it, each beside a bare one."""

    elements: int
    own: float
    bare: float
    ratio: float
    """How many times as much as the bare page beside it."""


def app_of(file: str, session: str, query: Mapping[str, str | list[str]] | None = None) -> AppTest:
    """A page of `pages/` as the shell runs it for the session, with what the address says; not run yet."""
    app = AppTest.from_string(f"from {__name__} import run\nrun({file!r})", default_timeout=120)
    app.session_state[SESSION] = session
    for name, value in (query or {}).items():
        app.query_params[name] = value
    return app


def run(file: str) -> None:
    """Runs a page for whom the tab's session says, as the shell does: identified once, all of it of one moment."""
    with company().one_moment():
        me = identify()
        assert me
        with framed(me):
            exec(_code(file), {"__name__": "__main__"})


def cost(app: AppTest) -> Cost:
    """What a run of it costs, and a run of the bare page, in turn: a machine is now faster, now slower."""
    app.run()
    assert not app.exception, app.exception
    drawn = [(element.type, _size(element)) for element in app.main][1:]
    bare = AppTest.from_string(f"from {__name__} import draw\ndraw({drawn!r})", default_timeout=60)
    bare.run()
    assert not bare.exception, bare.exception
    taken = [(_seconds(app), _seconds(bare)) for _ in range(_TIMES)]
    own, least = (1000 * median(one) for one in zip(*taken, strict=True))
    return Cost(len(drawn), own, least, median(one / other for one, other in taken))


def _seconds(app: AppTest) -> float:
    start = time.process_time()
    app.run()
    return time.process_time() - start


def draw(elements: Sequence[tuple[str, Any]]) -> None:
    """The bare page: elements by kind and size."""
    for number, (kind, size) in enumerate(elements):
        _DRAWN.get(kind, lambda says, _: st.markdown(says))(f"Line {number}", size)


@functools.lru_cache
def _table(rows: int, columns: int) -> DataFrame:
    return DataFrame({f"column {n}": ["some text"] * rows for n in range(columns)})


def _size(element: Any) -> Any:
    """How much an element sends: rows and columns, choices, bytes; None where it does not matter."""
    match element.type:
        case "dataframe":
            return element.value.shape
        case "vega_lite_chart":
            return convert_arrow_bytes_to_pandas_df(element.proto.data.data).shape
        case "selectbox":
            return len(element.options)
        case "bidi_component":
            return len(element.proto.bytes)
    return None


@functools.lru_cache
def _code(file: str) -> CodeType:
    path = ROOT / "pages" / file
    return compile(path.read_text("utf-8"), path, "exec")


_DRAWN: dict[str, Callable[[str, Any], object]] = {
    "flex_container": lambda says, _: st.container(border=True),
    "grid_container": lambda says, _: st.grid(2),
    "tab_container": lambda says, _: st.tabs(["one", "two", "three", "four"], key=says, on_change="rerun"),
    "tab": lambda says, _: None,  # it came with its container, as a column does
    "column": lambda says, _: None,
    "popover": lambda says, _: st.popover(says, key=says, on_change="rerun"),
    "expander": lambda says, _: st.expander(says, key=says, on_change="rerun"),
    "button": lambda says, _: st.button(says, key=says),
    "text_input": lambda says, _: st.text_input(says, key=says),
    "date_input": lambda says, _: st.date_input(says, key=says),
    "selectbox": lambda says, size: st.selectbox(says, list(map(str, range(size))), key=says, bind="query-params"),
    "multiselect": lambda says, _: st.multiselect(says, ["one", "two"], key=says, bind="query-params"),
    "button_group": lambda says, _: st.segmented_control(says, ["one", "two"], key=says, bind="query-params"),
    "pagination": lambda says, _: st.pagination(9, key=says),
    "metric": lambda says, _: st.metric(says, "12", 3),
    "page_link": lambda says, _: st.page_link(page("objective"), label=says),
    "download_button": lambda says, _: st.download_button(says, lambda: b"", says, on_click="ignore", key=says),
    "dataframe": lambda says, size: st.dataframe(_table(*size), key=says),
    "vega_lite_chart": lambda says, size: st.vega_lite_chart(_table(*size), {"mark": "rect"}, key=says),
    "bidi_component": lambda says, size: component(
        key=says, data=b"{}" + b"\n" * size, on_open_change=lambda: None, on_order_change=lambda: None
    ),
    "title": lambda says, _: st.title(says),
    "header": lambda says, _: st.header(says),
    "subheader": lambda says, _: st.subheader(says),
    "caption": lambda says, _: st.caption(says),
}
"""How a bare page draws each kind; what is not among them is drawn as a line of text."""
