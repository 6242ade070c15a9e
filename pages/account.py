"""Account: one's own absences, how one is called, password, and where one is signed in."""

from __future__ import annotations

import streamlit as st

from okrdash.ui import absences, calls, new_password, sessions
from okrdash.ui.session import require
from okrdash.ui.text import md
from okrdash.ui.told import show_told

me = require()

st.title("Account")
show_told(me.actor)
st.caption(f"{md(me.person.name)} · username {md(me.person.username)} · {me.person.role}")

absences.draw_account(me)
calls.draw(me)
new_password.draw_change(me)
sessions.draw(me)
