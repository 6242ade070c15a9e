"""The screens there are: one line each, in the order of the menu."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from okrdash.config import ROOT
from okrdash.services.permissions import Person
from okrdash.ui.session import may

ICON = ROOT / "okrdash" / "ui" / "static" / "okrdash.svg"
"""The mark of okrdash, for the browser's tab and the screen's corner."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: the script in pages/, what it is called, and who finds it in the menu."""

    path: str
    title: str
    icon: str
    address: str = ""
    """What stands behind the slash; the first screen has nothing there."""
    needs: str = "read"
    """The action, in the words of the permissions, that its visitors may do."""
    in_menu: bool = True


SCREENS = (
    Screen("my_week.py", "My week", ":material/today:"),
    Screen("check_in.py", "Check in", ":material/edit_note:", "check-in", needs="check in"),
    Screen("objectives.py", "Objectives", ":material/flag:", "objectives"),
    Screen("objective.py", "Objective", ":material/outlined_flag:", "objective", in_menu=False),
    Screen("alignment.py", "Alignment", ":material/account_tree:", "alignment"),
    Screen("dependencies.py", "Dependencies", ":material/swap_horiz:", "dependencies"),
    Screen("progress.py", "Progress", ":material/trending_up:", "progress"),
    Screen("review.py", "Leadership review", ":material/groups:", "review"),
    Screen("guide.py", "Guide", ":material/menu_book:", "guide"),
    Screen("import.py", "Import", ":material/upload_file:", "import", needs="import"),
    Screen("claim.py", "Which of these are yours?", ":material/pan_tool:", "claim", needs="claim", in_menu=False),
    Screen("admin.py", "Admin", ":material/settings:", "admin", needs="organise"),
    Screen("account.py", "Account", ":material/account_circle:", "account", in_menu=False),
    Screen("password.py", "Choose your password", ":material/key:", "password", in_menu=False),
)


def pages(person: Person | None) -> dict[str, StreamlitPage]:
    """Every screen as Streamlit's page, by its address; hidden from the menu where the person finds nothing on it.

    All are always given to `st.navigation`, so that a link still leads there after signing in.
    """
    return {
        screen.address: _page(screen, shown=screen.in_menu and person is not None and may(person, screen.needs))
        for screen in SCREENS
    }


@functools.cache
def page(address: str) -> StreamlitPage:
    """The screen at an address, for `st.page_link` and `st.switch_page`: "" is the first, "objective" is /objective.

    A path such as "pages/my_week.py" finds nothing there: Streamlit looks for it beside the entry script.
    """
    return _page(next(screen for screen in SCREENS if screen.address == address), shown=False)


def _page(screen: Screen, *, shown: bool) -> StreamlitPage:
    return st.Page(
        ROOT / "pages" / screen.path,
        title=screen.title,
        icon=screen.icon,
        url_path=screen.address or None,
        default=screen is SCREENS[0],
        visibility="visible" if shown else "hidden",
    )
