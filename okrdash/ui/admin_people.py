"""The people of the company: the list, and the drawers in which one is added, or changed in any way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.columns import ID, NAME, Row
from okrdash.domain.tables import ROLES, TABLES
from okrdash.services import handover, organisation, sign_in
from okrdash.ui import admin_access, admin_bulk, admin_handover, admin_lists, links, show
from okrdash.ui.forms import Form, changed, drawer
from okrdash.ui.roles import ROLES as MAY
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain

_ACTIVE, _ALL = "Active", "Disabled too"
_LINK, _FIRST, _LATER = "By a link that I give them", "With a first password that I set", "Not with a password yet"
_DETAILS, _ACCESS, _HAND_OVER, _FORGET = "Details", "Sign-in", "Hand over", "Forget"


def draw(me: Me, board: Board) -> None:
    """The list of people, to add one or open one."""
    busy = admin_access.draw_new_link()
    people = organisation.listed(me.actor, "people")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = admin_lists.search("Search people", key="people")
        which = st.segmented_control(
            "Show", [_ACTIVE, _ALL], default=_ACTIVE, required=True, key="which_people", bind="query-params"
        )
        if st.button("Add a person", key="add_person", icon=":material/person_add:", type="primary"):
            add(me)
        if st.button("Add and change many", key="many_people", icon=":material/upload_file:"):
            admin_bulk.draw(me)
    rows = [
        {**row, "shown": plain(row["name"]), "state": "active" if row["active"] else "disabled"}
        for row in people
        if row["active"] or which == _ALL
    ]
    config = st.column_config
    opened = admin_lists.draw(
        admin_lists.found(rows, words),
        {
            "shown": "Name",
            "username": config.TextColumn("Username"),
            "role": config.TextColumn("Role"),
            "email": config.TextColumn("E-mail"),
            "state": config.TextColumn("State"),
        },
        key="person",
        opens="shown",
        what="person",
    )
    if opened and not busy:
        edit(me, board, opened)


@drawer("Add a person")
def add(form: Form, me: Me) -> None:
    """Adds a person, with a link to come in by, a first password, or neither."""
    values = _fields(form, TABLES["people"].row())
    values["username"] = form.text(
        "Username", "username", max_chars=ID, help="Letters, digits and . _ @ - only. It stays for good."
    )
    way = st.radio("How they sign in first", [_LINK, _FIRST, _LATER], key=form.key("way"))
    password = ""
    if way == _FIRST:
        password = admin_access.password_field(form, "First password", "They can change it under Account.")
    if way == _LATER:
        st.caption("They come in by the company's own sign-in, or once you give them a link.")
    form.save(
        "Add person",
        lambda key: _add(me, values, str(way), password, key),
        done=f"{values['name']} is added" + (" and can sign in." if way == _FIRST else "."),
    )


@drawer("Change a person")
def edit(form: Form, me: Me, board: Board, row: Row) -> None:
    """Everything that an admin does about a person, as they were when the drawer was opened."""
    st.markdown(f"**{md(row['name'])}** · {md(row['username'])}" + ("" if row["active"] else " · disabled"))
    parts = [_DETAILS, _ACCESS, _HAND_OVER] + ([] if row["active"] else [_FORGET])
    part = st.segmented_control("What to do", parts, default=_DETAILS, required=True, key=form.key("part"))
    inner = Form(form.key(str(part).replace(" ", "_")))
    if part == _ACCESS and row["username"] == me.actor.username:
        links.to("account", "Change your own password", icon=":material/key:")
    elif part == _ACCESS:
        admin_access.draw(inner, me, row)
    elif part == _HAND_OVER:
        admin_handover.draw(inner, me, row["username"])
    elif part == _FORGET:
        admin_access.draw_forgetting(inner, me, row)
    else:
        _details(form, me, board, row)


def _details(form: Form, me: Me, board: Board, row: Row) -> None:
    values = _fields(form, row)
    values["active"] = st.toggle("Active", row["active"], key=form.key("active"), help="Who is not cannot sign in.")
    form.below("Active", "active")
    changes = changed(row, values)
    confirmed = admin_lists.sure(form, _touched(me, board, row, changes))
    form.save(
        "Save changes",
        lambda key: organisation.edit_person(
            me.actor, row["username"], changes, version=form.known(row)["version"], request_key=key
        ),
        done=f"{values['name']} is saved." if changes else "Nothing was changed.",
        reread=lambda: admin_lists.reread(me, "people", row),
        disabled=not confirmed,
    )


def _fields(form: Form, row: Row) -> dict[str, Any]:
    return {
        "name": form.text("Name", "name", row["name"], max_chars=NAME),
        "email": form.text("E-mail", "email", row["email"], max_chars=254),
        "role": form.choice("Role", "role", {r: f"{r.capitalize()}: {MAY[r]}" for r in ROLES}, row["role"]),
    }


def _touched(me: Me, board: Board, row: Row, changes: Mapping[str, Any]) -> list[str]:
    """What a change of role, or disabling, means."""
    name, said = md(row["name"]), []
    if changes.get("active") is False:
        owned = int((board.key_results["accountable"] == row["username"]).sum())
        said.append(f"{name} is signed out everywhere at once and cannot sign in. What they wrote stays.")
        if owned:
            what = "1 key result falls" if owned == 1 else f"{owned} key results fall"
            said.append(f"{what} to the owner of the objective, else to the lead of the team.")
        if held := len(handover.what(me.actor, row["username"])):
            hangs = f"{show.count(held, 'thing')} {'hangs' if held == 1 else 'hang'} on {name}"
            said.append(f"{hangs}. Under Hand over you can give it all to somebody at once, before or after.")
    if "role" in changes:
        said.append(
            f"{name} is {row['role']} now ({MAY[row['role']]}) and becomes {changes['role']}:"
            f" {MAY[changes['role']]}. It counts from their next click."
        )
    return said


def _add(me: Me, values: Mapping[str, Any], way: str, password: str, key: str) -> None:
    if way == _FIRST:
        admin_access.checked(password)
    organisation.add_person(me.actor, values, request_key=key)
    username = str(values["username"]).strip()
    if way == _FIRST:
        sign_in.set_password(me.actor, username, password)
    elif way == _LINK:
        admin_access.invite(me, username, str(values["name"]), key)
