"""The four numbers on top of the leadership review: each with its rule, its change since last time, and its list."""

from __future__ import annotations

from datetime import date

import streamlit as st

from okrdash.domain.attention import WELL, Numbers
from okrdash.domain.settings import Settings
from okrdash.ui import links, show
from okrdash.ui.dependency_words import TROUBLES

ARROW = ":material/arrow_forward:"


def show_numbers(now: Numbers, then: Numbers | None, since: date, settings: Settings, *, tidy: str) -> None:
    """Draws them; `then` are those of the day `since`, None where nobody knows, `tidy` the tab with what is overdue."""
    with st.grid(4, min_column_width=170):
        with st.container(border=True, gap="xsmall", height="stretch"):
            rule = "On track, achieved or met, of all that run."
            change = now.on_track - then.on_track if then else None
            _metric("Objectives on track", f"{now.on_track:,} of {now.objectives:,}", change, since, rule, good=True)
            links.to("objectives", "See them", icon=ARROW, status=[show.status(word) for word in WELL])  # type: ignore[arg-type]
        with st.container(border=True, gap="xsmall", height="stretch"):
            rule = f"Progress below {show.percent(settings.at_risk_pace)} of what is expected by today."
            change = now.off_track - then.off_track if then else None
            _metric("Objectives off track", f"{now.off_track:,}", change, since, rule)
            links.to("objectives", "See them", icon=ARROW, status=show.status("off track"))
        with st.container(border=True, gap="xsmall", height="stretch"):
            rule = f"Key results without an update for {settings.overdue_after} or more due days."
            change = now.overdue - then.overdue if then else None
            _metric("Updates overdue", f"{now.overdue:,} of {now.key_results:,}", change, since, rule)
            links.turn("See which teams", "tab", tidy, icon=ARROW, type="tertiary")
        with st.container(border=True, gap="xsmall", height="stretch"):
            rule = "Open promises between teams (requested or accepted) whose day, needed by or promised, has passed."
            change = now.late - then.late if then else None
            _metric("Promises late", f"{now.late:,} of {now.promises:,}", change, since, rule)
            links.to("dependencies", "See them", icon=ARROW, list="All as a table", trouble=TROUBLES["late"])


def _metric(says: str, value: str, change: int | None, since: date, rule: str, *, good: bool = False) -> None:
    """One number; `good` says whether more is better."""
    st.metric(
        says,
        value,
        change,
        delta_color="off" if not change else "normal" if good else "inverse",
        delta_arrow="auto" if change else "off",
        delta_description=f"since {since:%-d %b}",
        help=rule,
    )
