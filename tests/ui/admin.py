"""The Admin page and its drawers, opened for a test."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from okrdash.services.people import Actor
from tests.ui.screens import open_page, open_script


def open_admin(actor: Actor, tab: str = "") -> AppTest:
    return open_page(actor, "admin", **({"tab": tab} if tab else {}))


def drawer(actor: Actor, what: str, name: str = "", state: str = "") -> AppTest:
    """A drawer, opened on the row of this name or on nothing yet, as a click in the list opens it.

    That of a cycle may be opened to give it another `state`.
    """

    def script(what: str, name: str, state: str) -> None:
        import streamlit as st

        from okrdash.domain.tables import TABLES
        from okrdash.services import organisation, overview
        from okrdash.services.people import CONSOLE
        from okrdash.ui import admin_bulk, admin_cycles, admin_handover, admin_people, admin_teams
        from okrdash.ui.forms import Form
        from okrdash.ui.navigation import pages
        from okrdash.ui.session import require

        st.navigation(list(pages(None).values()), position="hidden")
        me, form = require("organise"), Form("form_1")
        board, teams = overview.board(me.actor), organisation.listed(me.actor, "teams")
        names = {row["username"]: row["name"] for row in organisation.listed(CONSOLE, "people")}
        row = {}
        if name:
            # The row is what it was when the drawer was opened, however often the drawer is drawn since.
            rows = organisation.listed(me.actor, what)
            found = next(row for row in rows if name in [row.get(key) for key in ("username", "team", "cycle")])
            row = st.session_state.setdefault("row", found)
        draw, *arguments = {
            ("memberships", False): (admin_teams.put, names, [row["team"] for row in teams], "Web"),
            ("people", False): (admin_people.add,),
            ("people", True): (admin_people.edit, board, row),
            ("teams", False): (admin_teams.add, teams),
            ("teams", True): (admin_teams.edit, board, teams, row),
            ("cycles", False): (admin_cycles.add, board, TABLES["cycles"].row(state="planning")),
            ("quarter", False): (admin_cycles.add, board, organisation.next_cycle(me.actor)),
            ("handover", False): (admin_handover.anyones,),
            ("many", False): (admin_bulk.draw,),
            ("cycles", True): (admin_cycles.edit, board, row, state),
        }[what, bool(name)]
        draw.__wrapped__(form, me, *arguments)

    return open_script(actor, script, what=what, name=name, state=state)
