"""Account: one's own absences, how one is called, password, and signing out."""

from __future__ import annotations

import streamlit as st

from okrdash.domain.errors import Invalid
from okrdash.services.sign_in import LONGEST, SHORTEST, set_password
from okrdash.ui import absences, calls
from okrdash.ui.session import require
from okrdash.ui.sign_in import sign_out
from okrdash.ui.text import md
from okrdash.ui.told import show_told

me = require()

st.title("Account")
show_told(me.actor)
st.caption(f"{md(me.person.name)} · username {md(me.person.username)} · {me.person.role}")

absences.draw_account(me)
calls.draw(me)

st.header("Change your password")
with st.form("password", clear_on_submit=False, width=480):
    problems = {}
    current = st.text_input("Current password", type="password", autocomplete="current-password")
    problems["current password"] = st.empty()
    new = st.text_input(
        "New password",
        type="password",
        help=f"{SHORTEST} to {LONGEST} characters. A sentence is good.",
        autocomplete="new-password",
    )
    problems["password"] = st.empty()
    again = st.text_input("New password again", type="password", autocomplete="new-password")
    problems["again"] = st.empty()
    wanted = st.form_submit_button("Change password")
if wanted and new != again:
    problems["again"].error("This is not the same as the new password above.")
elif wanted:
    try:
        set_password(me.actor, me.actor.username, new, current=current)
    except Invalid as fault:
        for problem in fault.problems:
            problems[problem.where].error(md(f"This {problem.message}"))
    else:
        st.success("Your password is changed. Everywhere else you are signed out.", icon=":material/check:")

st.header("Your sessions")
st.markdown("A lost device, or a browser that is not yours? This signs you out everywhere, here too.")
st.button("End all my sessions", on_click=sign_out, args=(me.actor,), kwargs={"everywhere": True})
