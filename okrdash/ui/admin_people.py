"""The people of the company: the list, and the drawers in which one is added or changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.tables import ID, NAME, ROLES, TABLES, Row
from okrdash.services import organisation, sign_in
from okrdash.ui import admin_lists, links
from okrdash.ui.forms import Form, changed, drawer
from okrdash.ui.roles import ROLES as MAY
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain

_ACTIVE, _ALL = "Active", "Disabled too"
_PASSWORD = f"{sign_in.SHORTEST} to {sign_in.LONGEST} characters; a sentence is good. Tell it them in person."


def draw(me: Me, board: Board) -> None:
    """The list of people, to add one or open one."""
    people = organisation.listed(me.actor, "people")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = admin_lists.search("Search people", key="people")
        which = st.segmented_control(
            "Show", [_ACTIVE, _ALL], default=_ACTIVE, required=True, key="which_people", bind="query-params"
        )
        if st.button("Add a person", key="add_person", icon=":material/person_add:", type="primary"):
            add(me)
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
        what="people",
    )
    if opened:
        edit(me, board, opened)


@drawer("Add a person")
def add(form: Form, me: Me) -> None:
    """Adds a person, with a first password or none."""
    values = _fields(form, TABLES["people"].row())
    values["username"] = form.text(
        "Username", "username", max_chars=ID, help="Letters, digits and . _ @ - only. It stays for good."
    )
    password = _password(form, "First password", "May be left blank: then they cannot sign in yet.")
    form.save(
        "Add person",
        lambda key: _add(me, values, password, key),
        done=f"{values['name']} is added" + (" and can sign in." if password else ", without a password yet."),
    )


@drawer("Change a person")
def edit(form: Form, me: Me, board: Board, row: Row) -> None:
    """Changes a person as they were when the drawer was opened."""
    st.caption(f"Username {md(row['username'])}")
    values = _fields(form, row)
    values["active"] = st.toggle("Active", row["active"], key=form.key("active"), help="Who is not cannot sign in.")
    form.below("Active", "active")
    password = ""
    if row["username"] == me.actor.username:
        links.to("account", "Change your own password", icon=":material/key:")
    else:
        password = _password(form, "New password", "Blank: the password stays. A new one signs them out everywhere.")
    changes = changed(row, values)
    confirmed = admin_lists.sure(form, _touched(board, row, changes))
    form.save(
        "Save changes",
        lambda key: _edit(me, row, changes, password, form.known(row)["version"], key),
        done=f"{values['name']} is saved." if changes or password else "Nothing was changed.",
        reread=lambda: admin_lists.reread(me, "people", row),
        disabled=not confirmed,
    )


def _fields(form: Form, row: Row) -> dict[str, Any]:
    return {
        "name": form.text("Name", "name", row["name"], max_chars=NAME),
        "email": form.text("E-mail", "email", row["email"], max_chars=254),
        "role": form.choice("Role", "role", {r: f"{r.capitalize()}: {MAY[r]}" for r in ROLES}, row["role"]),
    }


def _password(form: Form, says: str, help: str) -> str:
    return form.text(
        says,
        "password",
        called="The password",
        type="password",
        max_chars=None,
        help=f"{help} {_PASSWORD}",
        autocomplete="new-password",
    )


def _touched(board: Board, row: Row, changes: Mapping[str, Any]) -> list[str]:
    """What a change of role, or disabling, means."""
    name, said = md(row["name"]), []
    if changes.get("active") is False:
        owned = int((board.key_results["accountable"] == row["username"]).sum())
        said.append(f"{name} is signed out everywhere at once and cannot sign in. What they wrote stays.")
        if owned:
            what = "1 key result falls" if owned == 1 else f"{owned} key results fall"
            said.append(f"{what} to the owner of the objective, else to the lead of the team.")
    if "role" in changes:
        said.append(
            f"{name} is {row['role']} now ({MAY[row['role']]}) and becomes {changes['role']}:"
            f" {MAY[changes['role']]}. It counts from their next click."
        )
    return said


def _check(password: str) -> None:
    if password and (problems := sign_in.password_problems(password)):
        raise Invalid(*(Problem("password", problem.message) for problem in problems))


def _add(me: Me, values: Mapping[str, Any], password: str, key: str) -> None:
    _check(password)
    organisation.add_person(me.actor, values, request_key=key)
    if password:
        sign_in.set_password(me.actor, str(values["username"]).strip(), password)


def _edit(me: Me, row: Row, changes: Mapping[str, Any], password: str, version: int, key: str) -> None:
    _check(password)
    organisation.edit_person(me.actor, row["username"], changes, version=version, request_key=key)
    if password:
        sign_in.set_password(me.actor, row["username"], password)
