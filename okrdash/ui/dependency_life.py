"""What happened to a dependency, step by step: who, when, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from okrdash.domain.settings import Settings
from okrdash.domain.time import local
from okrdash.services.dependency_reads import Dependency, Step
from okrdash.ui import show
from okrdash.ui.dependency_words import SAYS, STATES
from okrdash.ui.text import md

_SIGNS: Mapping[str, str] = {
    "ask": "○",
    "accept": "●",
    "agree": "●",
    "propose": "◐",
    "decline": "✕",
    "deliver": "◇",
    "confirm": "◆",
    "reopen": "●",
    "withdraw": "–",
}


def draw_life(one: Dependency, names: Mapping[str, str], settings: Settings) -> None:
    """The steps, oldest first, each with its day and what was said."""
    lines = []
    for step in one.steps:
        if step.action == "import":
            lines += _imported(one.row | step.after)
        else:
            day = show.day(local(step.happened_at, settings.zone))
            lines.append(_line(_SIGNS.get(step.action, "·"), sentence(step, names, one), day, step.reason))
    with st.container(gap="xsmall"):
        for line in lines or _imported(one.row):
            st.markdown(line)


def _line(sign: str, text: str, day: str, reason: str) -> str:
    said = f"  \n“{md(reason)}”" if reason else ""
    return f"{sign} {text} :small[· {day}]{said}" if day else f"{sign} {text}{said}"


def sentence(step: Step, names: Mapping[str, str], one: Dependency) -> str:
    """One step as Markdown: "**Grace Kim** promised it for 24 Nov 2026"."""
    who = f"**{md(show.person(step.actor, names))}**" if step.actor else "Somebody"
    after = step.after
    promised = show.day(after.get("promised") or one.row["promised"])
    match step.action:
        case "ask":
            team, day = after.get("to_team") or one.row["to_team"], after.get("need_by")
            return f"{who} asked {md(team)} for it" + (f", needed by {show.day(day)}" if day else "")
        case "change":
            return f"{who} asked again" if "state" in after else f"{who} changed {_changed(step)}"
        case "accept":
            return f"{who} promised it for {promised}"
        case "propose":
            return f"{who} proposed {promised}"
        case "agree":
            return f"{who} agreed to {promised}"
        case "hand on":
            return f"{who} handed it on to {md(after.get('to_team', ''))}"
        case "say":
            word = after.get("asker_says") or after.get("provider_says") or ""
            return f"{who} said that it {SAYS[word]} be there in time" if word else f"{who} said the same again"
        case "undo":
            return f"{who} took the step before back"
        case action:
            done = {"decline": "declined", "deliver": "delivered it", "confirm": "confirmed that it is there"}
            return f"{who} {({**done, 'reopen': 'reopened it', 'withdraw': 'withdrew it'}).get(action, action)}"


def _changed(step: Step) -> str:
    told = []
    if "need" in step.after:
        told.append(f"what is needed to “{md(step.after['need'])}”")
    if "need_by" in step.after:
        told.append(f"the day to {show.day(step.after['need_by'])}")
    return " and ".join(told) or "it"


def _imported(row: Mapping[str, Any]) -> list[str]:
    """What the row tells of its life before it came into this company: that it was asked for, and answered."""
    asked, answered = (show.day(row[name]) if row[name] else "" for name in ("requested_on", "answered_on"))
    asks, gives = (f"**{md(row[side])}**" for side in ("from_team", "to_team"))
    lines = [_line(_SIGNS["ask"], f"{asks} asked {gives} for it", asked, "" if answered else row["reason"])]
    if answered:
        to = f"promised it for {show.day(row['promised'])}" if row["promised"] else "answered"
        told = "declined" if row["state"] == "declined" else to
        sign = _SIGNS["decline" if row["state"] == "declined" else "accept"]
        lines.append(_line(sign, f"{gives} {told}", answered, row["reason"]))
    if row["state"] in ("delivered", "confirmed", "withdrawn"):
        lines.append(f"{STATES[row['state']]} before it came here")
    return lines
