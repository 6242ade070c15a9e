"""How one wants to be called: on which way, what for, and in which time zone."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from zoneinfo import available_timezones

import streamlit as st

from okrdash.services import preferences
from okrdash.services.preferences import Preferences, Reached
from okrdash.ui import choices
from okrdash.ui.forms import Form
from okrdash.ui.session import Me
from okrdash.ui.text import label


def draw(me: Me) -> None:
    """The section of the Account page."""
    reached = preferences.own(me.actor)
    before, settings = reached.preferences, reached.settings
    st.header("How you are called")
    with st.container(width=480):
        st.caption("One message for everything, and only when there is something to do.")
        if not reached.ways:
            st.info(
                "Nobody is called yet: neither e-mail nor a chat is set up for okrdash."
                " What you choose here counts as soon as one is.",
                icon=":material/notifications_off:",
            )
        form = Form("calls")
        ways = _ways(reached)
        usual = before.channel or reached.way or preferences.WAYS[0]
        way = st.radio("Call me", list(ways), list(ways).index(usual), format_func=ways.get, key=form.key("channel"))
        form.below("Call me", "channel")
        off = way == "none"
        day, hour = calendar.day_name[settings.due_weekday - 1], f"{settings.remind_hour:02}:00"
        reminders = st.checkbox(
            f"When check-ins are due, on {day}s at {hour}",
            before.reminders,
            key=form.key("reminders"),
            disabled=off,
        )
        mentions = st.checkbox("When somebody mentions me", before.mentions, key=form.key("mentions"), disabled=off)
        blockers = st.checkbox(
            "When somebody asks for my help with a blocker", before.blockers, key=form.key("blockers"), disabled=off
        )
        dependencies = st.checkbox(
            "When another team needs something from mine, or answers what we asked for",
            before.dependencies,
            key=form.key("dependencies"),
            disabled=off,
        )
        zones = _zones(reached)
        zone = st.selectbox(
            "My time zone",
            list(zones),
            list(zones).index(before.time_zone),
            format_func=choices.shown(zones),
            key=form.key("time_zone"),
            disabled=off,
        )
        form.below("My time zone", "time_zone")
        # Who leaves it at what is usual goes on with what is usual, when e-mail or the chat is set up later.
        channel = before.channel if way == usual else way
        chosen = Preferences(channel, zone, reminders, mentions, blockers, dependencies)
        form.save(
            "Save how I am called",
            lambda _: preferences.choose(me.actor, chosen),
            done="okrdash does not call you any more." if off else "How you are called is saved.",
        )


def _ways(reached: Reached) -> Mapping[str, str]:
    """The ways to choose from, in words, with what keeps one from working."""
    email = f"by e-mail, to {label(reached.email)}" if reached.email else "by e-mail, once an admin entered my address"
    said = {"e-mail": email, "chat": "in the company’s chat channel, by name", "none": "not at all"}
    closed = [way for way in ("e-mail", "chat") if reached.ways and way not in reached.ways]
    return said | {way: f"{said[way]} (not set up here)" for way in closed}


def _zones(reached: Reached) -> dict[str, str]:
    """The time zones to choose from: first the company's, then the browser's."""
    zones = {"": f"the company’s, {reached.settings.time_zone}"}
    known, browser = available_timezones() | {reached.preferences.time_zone}, st.context.timezone
    if isinstance(browser, str) and browser in known and browser:
        zones[browser] = f"{browser}, my browser’s"
    return zones | {zone: zone for zone in sorted(known - zones.keys())}
