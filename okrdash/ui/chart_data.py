"""What a chart is drawn from, to read and to take away: the same as a table, as CSV, and the picture itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from pandas import DataFrame

from okrdash.ui import choices, show
from okrdash.ui.spreadsheet import as_csv
from okrdash.ui.text import plain

_ROW, _MOST = 35, 12
"""The pixels of a table's row, and the rows seen at once."""
_HTML = """
<div role="group"><button type="button" data-as="png">Picture (PNG)</button>
<button type="button" data-as="svg">Picture (SVG)</button><span role="status"></span></div>
"""
_CSS = """
div { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; font: inherit }
button { font: inherit; font-size: .875rem; min-height: 2.5rem; padding: .25rem .75rem; cursor: pointer;
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, .5rem) }
button:hover, button:focus-visible { color: var(--st-primary-color); border-color: var(--st-primary-color) }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px }
span { font-size: .875rem; color: var(--st-text-color) }
"""
_JS = """
const save = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};
const picture = (drawn, back) => {
  const svg = drawn.cloneNode(true), ns = "http://www.w3.org/2000/svg";
  const { width, height } = drawn.getBoundingClientRect();
  svg.setAttribute("xmlns", ns);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  svg.style.fontFamily = getComputedStyle(document.body).fontFamily;
  const ground = document.createElementNS(ns, "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", back);
  svg.insertBefore(ground, svg.firstChild);
  return { text: new XMLSerializer().serializeToString(svg), width, height };
};
const asPng = ({ text, width, height }) => new Promise((done, fail) => {
  const image = new Image();
  image.onerror = fail;
  image.onload = () => {
    const canvas = document.createElement("canvas");
    canvas.width = 2 * width;
    canvas.height = 2 * height;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => blob ? done(blob) : fail());
  };
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
});
export default function ({ parentElement, data }) {
  const status = parentElement.querySelector("span");
  parentElement.querySelector("div").setAttribute("aria-label", `Download the chart: ${data.title}`);
  for (const button of parentElement.querySelectorAll("button")) {
    const as = button.dataset.as;
    button.setAttribute("aria-label", `Download as ${as.toUpperCase()}: ${data.title}`);
    button.onclick = async () => {
      const drawn = document.querySelector(`.st-key-${data.chart} svg.marks`);
      status.textContent = drawn ? "" : "The chart is not drawn yet.";
      if (!drawn) return;
      const found = picture(drawn, getComputedStyle(parentElement.host ?? parentElement)
        .getPropertyValue("--st-background-color") || "white");
      try {
        const svg = new Blob([found.text], { type: "image/svg+xml" });
        save(as === "svg" ? svg : await asPng(found), `${data.file}.${as}`);
      } catch { status.textContent = "Your browser could not draw the picture. Take the other one."; }
    };
  }
}
"""
_pictures = st.components.v2.component("okrdash_pictures", html=_HTML, css=_CSS, js=_JS)


def show_data(
    title: str, frame: Callable[[], DataFrame], *, chart: str, config: Mapping[str, Any] | None = None
) -> None:
    """A folded table of what a chart shows, with ways to take it away; worked out when it is unfolded.

    `chart` is the key of the chart's container, `title` the chart's name, in our words alone, also on the files. What
    people typed stands in the frame as they did.
    """
    folded = st.expander(f"{title} as a table", icon=":material/table:", key=f"{chart}_data", on_change="rerun")
    if not folded.open:
        return
    with folded:
        rows = frame()
        name = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")
        st.dataframe(
            rows.map(_cell).set_axis(_names(rows), axis="columns"),
            key=f"{chart}_table",
            hide_index=True,
            height=_ROW * (min(len(rows), _MOST) + 1) + 3,
            placeholder=show.NONE,
            alt=f"{title}: {show.count(len(rows), 'row')} with {', '.join(_names(rows))}",
            column_config={_names(rows)[0]: st.column_config.TextColumn(pinned=True), **(config or {})},
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                f"{title} (CSV)",
                lambda: as_csv(rows.columns, rows.itertuples(index=False)),
                f"{name}.csv",
                "text/csv",
                key=f"{chart}_csv",
                on_click="ignore",
            )
            said = {"chart": chart, "title": title, "file": name}
            _pictures(key=f"{chart}_pictures", data=said, width="content")


def _cell(value: Any) -> Any:
    return plain(value) if isinstance(value, str) else value


def _names(rows: DataFrame) -> list[str]:
    """The columns', of which some are names that people typed: as they can be shown, and told apart."""
    return list(choices.distinct({name: name for name in map(str, rows.columns)}).values())
