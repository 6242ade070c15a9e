"""Choosing a password: by a one-time link, signed out, and on Account."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from okrdash import config
from okrdash.domain.errors import Invalid, NotFound, OkrdashError
from okrdash.services import sign_in, sign_in_links
from okrdash.services.passwords import LONGEST, SHORTEST
from okrdash.ui import links, visitor
from okrdash.ui.session import Me
from okrdash.ui.sign_in import card, enter
from okrdash.ui.text import md
from okrdash.ui.told import tell

HELP = f"{SHORTEST} to {LONGEST} characters. A sentence is good."
_CURRENT, _NEW, _AGAIN = "current password", "password", "again"


def draw_by_link() -> None:
    """The screen for who comes with a one-time link: for whom it is, and the new password, twice."""
    token = st.query_params.get("link", "")
    with card():
        st.title("Choose your password")
        try:
            person = sign_in_links.whose(token)
        except NotFound as fault:
            st.warning(md(fault), icon=":material/link_off:")
            links.to("", "To okrdash", icon=":material/arrow_forward:")
            return
        with st.form("password by link"):
            st.markdown(f"For **{md(person.name)}**")
            st.text_input("Username", person.username, disabled=True, autocomplete="username", key="link_username")
            slots = {"": st.empty()}
            new, again = _new(slots, "link")
            wanted = st.form_submit_button("Choose password and sign in", width="stretch")
        st.caption("The link works once. You are signed out wherever you were signed in before.")
    if wanted and _same(slots, new, again):
        try:
            actor = sign_in.sign_in_by_link(token, new, address=visitor.address(), browser=visitor.browser())
        except OkrdashError as fault:
            _show(slots, fault)
        else:
            enter(actor)
            links.go("")


def draw_change(me: Me) -> None:
    """The form on Account by which one changes one's password, or gives oneself the first one; where there are any."""
    if config.load().passwords == "off":
        return
    has_one = sign_in.has_password(me.actor)
    st.header("Change your password" if has_one else "Choose a password")
    if not has_one:
        st.caption("You sign in without a password so far. With one, you can sign in by your username too.")
    with st.form("password", width=480):
        slots = {"": st.empty()}
        current = ""
        if has_one:
            current = st.text_input(
                "Current password", type="password", key="current_password", autocomplete="current-password"
            )
            slots[_CURRENT] = st.empty()
        new, again = _new(slots, "account")
        wanted = st.form_submit_button("Change password" if has_one else "Choose password")
    if wanted and _same(slots, new, again):
        try:
            sign_in.set_password(me.actor, me.actor.username, new, current=current)
        except OkrdashError as fault:
            _show(slots, fault)
        else:
            tell("Your password is changed. Everywhere else you are signed out.")
            st.rerun()


def _new(slots: dict[str, DeltaGenerator], where: str) -> tuple[str, str]:
    typed = []
    for field, says, help_ in ((_NEW, "New password", HELP), (_AGAIN, "New password again", None)):
        typed.append(
            st.text_input(says, type="password", help=help_, key=f"{where}_{field}", autocomplete="new-password")
        )
        slots[field] = st.empty()
    return typed[0], typed[1]


def _same(slots: dict[str, DeltaGenerator], new: str, again: str) -> bool:
    if new != again:
        slots[_AGAIN].error("This is not the same as the new password above.", icon=":material/error:")
    return new == again


def _show(slots: dict[str, DeltaGenerator], fault: OkrdashError) -> None:
    if not isinstance(fault, Invalid):
        slots[""].error(md(fault), icon=":material/error:")
        return
    for problem in fault.problems:
        where = problem.where if problem.where in slots else ""
        slots[where].error(md(f"This {problem.message}"), icon=":material/error:")
