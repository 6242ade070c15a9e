"""The organisation's settings: each with what it does and its default."""

from __future__ import annotations

import contextlib
import re
from calendar import month_name
from collections.abc import Mapping
from datetime import date
from zoneinfo import available_timezones

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.settings import DESCRIPTIONS, Settings, text_of
from okrdash.services import organisation
from okrdash.ui import show
from okrdash.ui.forms import Form, changed, opening
from okrdash.ui.session import Me
from okrdash.ui.text import md

_OPENED = "settings_opened"
NAMES: Mapping[str, str] = {
    "company": "Company name",
    "time_zone": "Time zone",
    "due_weekday": "Check-in day",
    "cadence_weeks": "Check-in every",
    "remind_hour": "Reminders at",
    "overdue_after": "Overdue after",
    "closed_days": "Closed days",
    "fiscal_year_start": "The fiscal year begins in",
    "early_share": "Early share of the time",
    "on_track_pace": "On track from",
    "at_risk_pace": "At risk from",
    "aspirational_bar": "Aspirational goals are met at",
    "answer_days": "Days to answer a request",
}
"""What a setting is called on the screen; one that is missing here is called by its own name."""
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "due_weekday": {
        str(number): day
        for number, day in enumerate(
            ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), start=1
        )
    },
    "remind_hour": {str(hour): f"{hour:02}:00" for hour in range(24)},
    "fiscal_year_start": {str(month): name for month, name in enumerate(month_name) if name},
    "cadence_weeks": {"1": "week", "2": "2 weeks", "4": "4 weeks"},
}


def draw(me: Me, board: Board) -> None:
    """Every setting in one form; what was typed stays until it is saved."""
    if _OPENED not in st.session_state:
        st.session_state[_OPENED] = (opening(), _texts(board.settings), _versions(me))
    name, before, versions = st.session_state[_OPENED]
    form = Form(name)
    st.caption(
        "They count for the whole company and for every figure, also of the past, from the moment they are saved."
    )
    values: dict[str, str] = {}
    with st.container(width=640):
        for setting in DESCRIPTIONS:
            values[setting] = _field(form, setting, before[setting])
            default = _shown(setting, text_of(setting, Settings()))
            what = DESCRIPTIONS[setting].split(": ")[0] if setting in _CHOICES else DESCRIPTIONS[setting]
            said = f"Default: {md(default)}." if default else ""
            said = _days_read(values[setting]) if setting == "closed_days" else said
            st.caption(f"{what[:1].upper()}{what[1:]}. {said}")
            form.below(NAMES.get(setting, setting), setting)
        changes = changed(before, values)
        form.save(
            "Save settings",
            lambda key: _save(me, changes, form.known(versions), key),
            done="The settings are saved." if changes else "Nothing was changed.",
            reread=lambda: _versions(me),
            type="primary",
        )


def _save(me: Me, changes: Mapping[str, str], versions: Mapping[str, int], key: str) -> None:
    organisation.change_settings(me.actor, changes, versions=versions, request_key=key)
    del st.session_state[_OPENED]


def _versions(me: Me) -> dict[str, int]:
    return {row["name"]: int(row["version"]) for row in organisation.listed(me.actor, "settings")}


def _field(form: Form, setting: str, text: str) -> str:
    says, key = NAMES.get(setting, setting), form.key(setting)
    if setting == "time_zone":
        zones = sorted(available_timezones() | {text})
        return st.selectbox(says, zones, zones.index(text), key=key)
    if setting in _CHOICES:
        options = list(_CHOICES[setting])
        return st.selectbox(says, options, options.index(text), format_func=_CHOICES[setting].__getitem__, key=key)
    if setting == "closed_days":
        typed = st.text_area(says, text.replace(";", "\n"), key=key, placeholder="2026-12-24\n2026-12-25")
        days = [part.strip() for line in (typed or "").splitlines() for part in re.split("[;,]", line) if part.strip()]
        return ";".join(days)
    return st.text_input(says, text, key=key).strip()


def _shown(setting: str, text: str) -> str:
    return _CHOICES[setting][text] if setting in _CHOICES else text


def _days_read(days: str) -> str:
    """How closed days are understood, so that a wrong year or month is seen."""
    read: list[date] = []
    for text in days.split(";"):
        with contextlib.suppress(ValueError):  # saving says what is wrong with it
            read.append(date.fromisoformat(text))
    if not read:
        return "One on each line, like 2026-12-24."
    return "Taken as " + ", ".join(f"{day:%a} {show.day(day)}" for day in sorted(read)) + "."


def _texts(settings: Settings) -> dict[str, str]:
    return {setting: text_of(setting, settings) for setting in DESCRIPTIONS}
