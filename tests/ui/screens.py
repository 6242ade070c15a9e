"""Screens without a browser: opened by somebody who is signed in, what is done there, and what stands there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from streamlit.testing.v1 import AppTest

from okrdash.config import ROOT
from okrdash.services import exchange
from okrdash.services.people import CONSOLE, Actor
from okrdash.transfer.demo import SIGN_INS
from okrdash.ui.navigation import SCREENS
from okrdash.ui.session import SESSION

DAY = date(2026, 11, 22)
"""Today in the demo company, whose figures depend on the weekday."""
WHO = SIGN_INS["startup"]
"""Who plays each role in the demo company."""
_ALONE = """
from pathlib import Path
import streamlit as st
from okrdash.ui.navigation import pages
st.navigation(list(pages(None).values()), position="hidden")
exec(compile(Path({path!r}).read_text("utf-8"), {path!r}, "exec"), {{}})
"""


def open_page(actor: Actor, address: str, **query: str) -> AppTest:
    """A screen by itself, without the frame around it, as a link with this query opens it."""
    script = next(ROOT / "pages" / screen.path for screen in SCREENS if screen.address == address)
    return _run(AppTest.from_string(_ALONE.format(path=str(script)), default_timeout=60), actor, query)


def open_script(actor: Actor, script: Callable[..., None], **kwargs: Any) -> AppTest:
    """What a function draws; it imports what it needs.

    So drawers are tested, by the function that draws them: AppTest runs no fragments, and in one they would close at
    the next run.
    """
    return _run(AppTest.from_function(script, default_timeout=60, kwargs=kwargs), actor, {})


def _run(page: AppTest, actor: Actor, query: dict[str, str]) -> AppTest:
    page.session_state[SESSION] = actor.session
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception, page.exception
    return page


def said(page: AppTest) -> str:
    """All texts of a page, as Markdown, and what components are given to draw."""
    kinds = (page.header, page.markdown, page.caption, page.info, page.success, page.warning, page.error)
    given = [component.proto.bytes.decode() for component in page.get("bidi_component")]
    return "\n".join([*(str(element.value) for elements in kinds for element in elements), *given])


def seen(page: AppTest) -> str:
    """All texts of a page without the backslashes that keep what was typed from being Markdown."""
    return said(page).replace("\\", "")


def titles(page: AppTest) -> list[str]:
    """The headings of the first level."""
    return [title.value for title in page.title]


def headers(page: AppTest) -> list[str]:
    """The headings of the second level."""
    return [header.value for header in page.header]


def field(page: AppTest, label: str) -> Any:
    """The one field of this label."""
    kinds = (page.text_input, page.text_area, page.number_input, page.date_input, page.selectbox)
    [found] = [
        one for fields in (*kinds, page.toggle, page.checkbox, page.radio) for one in fields if one.label == label
    ]
    return found


def press(page: AppTest, label: str) -> AppTest:
    """Clicks the one button of this label."""
    [button] = [one for one in page.button if one.label == label]
    button.click().run()
    assert not page.exception, page.exception
    return page


def add_person(username: str, role: str) -> None:
    """Adds somebody who is in no team."""
    person = {"username": username, "name": username.title(), "email": "", "role": role, "active": True}
    exchange.import_rows(CONSOLE, {"people": [person]})
