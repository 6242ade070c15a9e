"""When people are away and who stands in: one's own absences, those of one's people, and everybody's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from okrdash.domain.columns import Row
from okrdash.domain.tables import TABLES
from okrdash.services import absences
from okrdash.services.absences import Rota
from okrdash.services.permissions import can
from okrdash.ui import admin_lists, choices, links, show
from okrdash.ui.forms import Form, changed, drawer
from okrdash.ui.session import Me, may
from okrdash.ui.text import md, plain

_OPEN, _ALL = "Now and to come", "Past too"
_NOBODY = "nobody: the days do not count"
_WIDTH = 760
_FEW = 10
"""Absences that are overlooked without a search."""


def draw_account(me: Me) -> None:
    """One's own absences and, for those who lead, those of their people; nothing for who never owes anything."""
    if not may(me.person, "set absence"):
        return
    rota = absences.rota(me.actor)
    mine = [row for row in rota.rows if row["person"] == me.actor.username]
    others = [row for row in rota.rows if row["person"] != me.actor.username]
    st.header("When you are away")
    with st.container(width=_WIDTH):
        st.caption(
            "Name a deputy and they check in for you. Without one, the days on which you are away do not count,"
            " and nothing of yours gets late by them."
        )
        _lines(me, rota, mine)
        if can(me.person, "organise"):
            links.to("admin", "Everybody’s absences", icon=":material/event_busy:", tab="Absences")
        elif len(rota.people) > 1:
            st.subheader("When your people are away")
            _list(me, rota, others)


def draw_admin(me: Me) -> None:
    """Everybody's absences."""
    rota = absences.rota(me.actor)
    st.caption(
        "Who is away names a deputy, who checks in for them. Without one, the days on which they are away do not count."
    )
    _list(me, rota, rota.rows)


@drawer("Enter an absence")
def add(form: Form, me: Me, rota: Rota, person: str) -> None:
    """Enters an absence, of `person` or, with "", of whom is chosen."""
    values = TABLES["absences"].row(person=person)
    if not person:
        values["person"] = form.choice(
            "Who is away", "person", choices.people(rota.people), called="The person", placeholder="Choose one"
        )
    values |= _fields(form, me, rota, values)
    whose = "Your absence" if values["person"] == me.actor.username else "The absence"
    form.save(
        "Enter absence",
        lambda key: absences.add(me.actor, values | {"person": values["person"] or ""}, request_key=key),
        done=f"{whose} is entered.",
    )


@drawer("Change an absence")
def change(form: Form, me: Me, rota: Rota, row: Row) -> None:
    """Changes an absence as it was when the drawer was opened, or takes it back."""
    if row["person"] != me.actor.username:
        st.markdown(f"**{md(rota.people[row['person']])}**")
    if rota.over(row):
        st.markdown(f"{span(row['start'], row['end'])}. {_follows(me, rota, row)}")
        st.info("This is over, so it stays as it was.", icon=":material/history:")
        return
    values = _fields(form, me, rota, row)
    gone = not rota.begun(row) and st.checkbox("It does not take place", key=form.key("gone"))
    changes = changed(row, values)

    def save(key: str) -> None:
        version = form.known(row)["version"]
        if gone:
            absences.remove(me.actor, row["person"], row["start"], version=version, request_key=key)
        else:
            absences.change(me.actor, row["person"], row["start"], changes, version=version, request_key=key)

    form.save(
        "Take it back" if gone else "Save changes",
        save,
        done="The absence is taken back." if gone else "The absence is saved." if changes else "Nothing was changed.",
        reread=lambda: _reread(me, row),
    )


def span(start: date, end: date) -> str:
    """From when to when: "7 to 18 Dec 2026", "28 Dec 2026 to 5 Jan 2027", "7 Dec 2026"."""
    if start == end:
        return show.day(start)
    same = (start.year, start.month) == (end.year, end.month)
    return f"{start:%-d} to {show.day(end)}" if same else f"{show.day(start)} to {show.day(end)}"


def _lines(me: Me, rota: Rota, rows: Sequence[Row]) -> None:
    """The actor's own absences, a line each, to enter one or open one."""
    if st.button("Enter an absence", key="add_absence", icon=":material/event_busy:"):
        add(me, rota, me.actor.username)
    if not rows:
        st.markdown("None is entered.")
    past = [row for row in reversed(rows) if rota.over(row)]
    for row in [row for row in rows if not rota.over(row)]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            when, deputy = span(row["start"], row["end"]), row["deputy"]
            who = f"{_name(rota, deputy)} stands in" if deputy else "nobody stands in"
            st.markdown(f"**{when}** · {who}" + (" · now" if row["start"] <= rota.day else ""), width="content")
            if st.button(f"Change {when}", key=f"change_{row['start']}", type="tertiary", icon=":material/edit:"):
                change(me, rota, row)
    if past:
        said = ", ".join(span(row["start"], row["end"]) for row in past[:_FEW])
        st.caption(f"Past: {said}" + (f" and {len(past) - _FEW} more." if len(past) > _FEW else "."))


def _list(me: Me, rota: Rota, rows: Sequence[Row]) -> None:
    """The absences of others, to enter one or open one."""
    past = [row for row in rows if rota.over(row)]
    which: Any = _OPEN
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = admin_lists.search("Search absences", key="absences") if len(rows) > _FEW else ""
        if past:
            which = st.segmented_control(
                "Show", [_OPEN, _ALL], default=_OPEN, required=True, key="which_absences", bind="query-params"
            )
        if st.button("Enter one for somebody", key="add_absence_of", icon=":material/event_busy:"):
            add(me, rota, "")
    current = [row for row in rows if not rota.over(row)]
    shown = [*current, *reversed(past)] if which == _ALL else current
    if not shown:
        st.markdown("Nobody is away, now or later.")
        return
    config = st.column_config
    opened = admin_lists.draw(
        admin_lists.found([_shown(rota, row) for row in shown], words),
        {
            "name": "Name",
            "when": config.TextColumn("Away", width="medium"),
            "stands_in": config.TextColumn("Deputy", width="medium"),
            "state": config.TextColumn("State"),
        },
        key="absence",
        opens="name",
        what="absence",
    )
    if opened:
        change(me, rota, opened)


def _shown(rota: Rota, row: Row) -> Row:
    state = "over" if rota.over(row) else "now" if row["start"] <= rota.day else "to come"
    return {
        **row,
        "name": plain(rota.people[row["person"]]),
        "when": span(row["start"], row["end"]),
        "stands_in": plain(rota.deputies.get(row["deputy"], row["deputy"])) if row["deputy"] else "nobody",
        "state": state,
    }


def _fields(form: Form, me: Me, rota: Rota, row: Row) -> dict[str, Any]:
    """The days and the deputy, and what follows from them."""
    if row["start"] and rota.begun(row):
        st.caption(f"Since {show.day(row['start'])}; the first day stays.")
        form.below("The absence", "start")
        values = {"start": row["start"]}
    else:
        values = {"start": form.day("First day", "start", row["start"], called="The first day")}
    values["end"] = form.day("Last day", "end", row["end"], called="The last day")
    people = {one: name for one, name in rota.deputies.items() if one != row["person"]}
    values["deputy"] = form.choice(
        "Who stands in", "deputy", choices.people(people, _NOBODY), row["deputy"], called="The deputy"
    )
    if values["start"] and values["end"] and values["start"] <= values["end"]:
        stated = row | values
        st.markdown(_follows(me, rota, stated))
        for other in absences.away(me.actor, values["deputy"], values["start"], values["end"]):
            st.warning(
                f"{_name(rota, values['deputy'])} is away too, {span(other['start'], other['end'])}: what is due then"
                " still waits for them. Choose somebody who is there, if you can.",
                icon=":material/event_busy:",
            )
    return values


def _follows(me: Me, rota: Rota, row: Row) -> str:
    """What follows from an absence, as Markdown."""
    mine = row["person"] == me.actor.username
    whose, them, they = ("your", "you", "you") if mine else ("their", "them", "they")
    start, end = row["start"], row["end"]
    when = f"On {show.day(start)}" if start == end else f"From {span(start, end)}"
    if row["deputy"]:
        deputy = _name(rota, row["deputy"])
        return f"{when} **{deputy}** owes {whose} check-ins and acts for {them} on what {they} own."
    return f"{when} nobody is asked for {whose} check-ins, and the days do not count: nothing gets late by them."


def _name(rota: Rota, username: str) -> str:
    return md(rota.deputies.get(username, username))


def _reread(me: Me, row: Row) -> Row:
    """The absence as it is now; as it was, where it is gone."""
    key_of = TABLES["absences"].key_of
    return next((now for now in absences.rota(me.actor).rows if key_of(now) == key_of(row)), row)
