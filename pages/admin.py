"""Admin: teams, memberships, cycles, the event log, export; for admins also people, settings, backups and the like."""

from __future__ import annotations

import streamlit as st

from okrdash.services import overview
from okrdash.services.permissions import can
from okrdash.ui import (
    absences,
    admin_backup,
    admin_cycles,
    admin_exchange,
    admin_log,
    admin_messages,
    admin_people,
    admin_sessions,
    admin_settings,
    admin_teams,
)
from okrdash.ui.session import require
from okrdash.ui.told import show_told

me = require("organise")
board = overview.board(me.actor)

st.title("Admin")
show_told(me.actor)
if board.cycles.empty:
    st.info(
        "Nothing can be planned yet: a cycle is missing. Add one under Cycles, or import your OKR document.",
        icon=":material/event:",
    )

DRAW = {
    "Teams": lambda: admin_teams.draw_teams(me, board),
    "Memberships": lambda: admin_teams.draw_memberships(me),
    "Absences": lambda: absences.draw_admin(me),
    "Cycles": lambda: admin_cycles.draw(me, board),
}
if can(me.person, "manage people"):
    DRAW["People"] = lambda: admin_people.draw(me, board)
    DRAW["Sessions"] = lambda: admin_sessions.draw(me)
if can(me.person, "manage settings"):
    DRAW["Settings"] = lambda: admin_settings.draw(me, board)
    DRAW["Messages"] = lambda: admin_messages.draw(me, board)
    DRAW["Backup"] = lambda: admin_backup.draw(me)
    admin_backup.warn(me)
if can(me.person, "read log"):
    DRAW["Event log"] = lambda: admin_log.draw(me, board)
if can(me.person, "import"):
    DRAW["Import and export"] = lambda: admin_exchange.draw(me, board)

for name, tab in zip(DRAW, st.tabs(list(DRAW), key="tab", bind="query-params"), strict=True):
    if tab.open:
        with tab:
            st.header(name)
            DRAW[name]()
