"""The organisation's settings: each with what it does and its default."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import available_timezones

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.settings import DESCRIPTIONS, Settings, text_of
from okrdash.services import organisation
from okrdash.ui.forms import Form, changed, opening
from okrdash.ui.session import Me
from okrdash.ui.text import md

_OPENED = "settings_opened"
_NAMES: Mapping[str, str] = {
    "company": "Company name",
    "time_zone": "Time zone",
    "due_weekday": "Check-in day",
    "cadence_weeks": "Check-in every",
    "overdue_after": "Overdue after",
    "closed_days": "Closed days",
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
            what = DESCRIPTIONS[setting]
            st.caption(f"{what[:1].upper()}{what[1:]}." + (f" Default: {md(default)}." if default else ""))
            form.below(_NAMES.get(setting, setting), setting)
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
    says, key = _NAMES.get(setting, setting), form.key(setting)
    if setting == "time_zone":
        zones = sorted(available_timezones() | {text})
        return st.selectbox(says, zones, zones.index(text), key=key)
    if setting in _CHOICES:
        options = list(_CHOICES[setting])
        return st.selectbox(says, options, options.index(text), format_func=_CHOICES[setting].__getitem__, key=key)
    if setting == "closed_days":
        typed = st.text_area(says, text, key=key, placeholder="2026-12-24; 2026-12-25")
        return ";".join(part.strip() for part in typed.replace("\n", ";").split(";") if part.strip())
    return st.text_input(says, text, key=key).strip()


def _shown(setting: str, text: str) -> str:
    return _CHOICES[setting][text] if setting in _CHOICES else text


def _texts(settings: Settings) -> dict[str, str]:
    return {setting: text_of(setting, settings) for setting in DESCRIPTIONS}
