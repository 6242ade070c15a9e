"""The landing page without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.config import ROOT
from okrdash.services import exchange
from okrdash.services.company import close_company, open_company
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sign_in import start_session
from okrdash.transfer.demo import SIGN_INS, demo_rows
from okrdash.ui.session import SESSION

WHO = SIGN_INS["startup"]
SCRIPT = f"""
from pathlib import Path
import streamlit as st
from okrdash.ui.navigation import pages
st.navigation(list(pages(None).values()), position="hidden")
exec(compile(Path({str(ROOT / "pages" / "my_week.py")!r}).read_text("utf-8"), "my_week.py", "exec"), {{}})
"""


def open_page(actor: Actor) -> AppTest:
    page = AppTest.from_string(SCRIPT, default_timeout=60)
    page.session_state[SESSION] = actor.session
    page.run()
    assert not page.exception, page.exception
    assert [title.value for title in page.title] == ["My week"]
    return page


def texts(page: AppTest) -> str:
    found = [*page.markdown, *page.caption, *page.success, *page.info, *page.header]
    return "\n".join(element.value for element in found).replace("\\", "")


def links(page: AppTest) -> list[tuple[str, str]]:
    """Where the page's links lead, with their query."""
    return [(link.proto.page, link.proto.query_string) for link in page.get("page_link")]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[None]:
    """The demo company, in which nobody has checked in for a week."""
    close_company()
    open_company(tmp_path / "okrdash.duckdb")
    today = datetime.now(UTC).date()
    rows = demo_rows("startup", today)
    rows["check_ins"] = [row for row in rows["check_ins"] if row["as_of"] < today - timedelta(days=7)]
    exchange.import_rows(CONSOLE, rows)
    yield
    close_company()


def test_a_member_sees_what_is_due_and_what_is_theirs(demo: None) -> None:
    page = open_page(start_session(WHO["member"]))
    assert "4 check-ins due by" in texts(page)
    assert [header.value for header in page.header][:2] == ["To do", "Yours"]
    assert any("o-mobile" in query for _, query in links(page))


def test_a_draft_leads_to_where_it_is_finished(demo: None) -> None:
    page = open_page(start_session(WHO["lead"]))
    assert "**1 objective** of yours not agreed on yet" in texts(page)
    assert any("o-n-default" in query for _, query in links(page))


def test_a_leader_sees_what_is_wrong_below(demo: None) -> None:
    page = open_page(start_session(WHO["leader"]))
    assert "Your teams" in texts(page)
    labels = [one.label for one in page.expander]
    assert any(label.startswith("Off track: ") for label in labels)
    assert any(label.startswith("Update overdue: ") for label in labels)


def test_who_leads_teams_is_asked_to_agree(demo: None) -> None:
    page = open_page(start_session("sigrun"))  # leads Customer Support, where one is proposed
    assert "proposed in your teams" in texts(page)


def test_a_champion_sees_what_is_open(demo: None) -> None:
    for part in ("champion", "admin"):
        page = open_page(start_session(WHO[part]))
        assert "without an owner or a number" in texts(page)
        assert any(page_name.endswith("import") for page_name, _ in links(page))
    assert "The company" not in texts(open_page(start_session(WHO["member"])))


def test_open_key_results_of_my_team_lead_to_the_claim(demo: None) -> None:
    rows, _ = exchange.everything(CONSOLE)
    bare = next(row for row in rows["key_results"] if row["id"] == "kr-controls")
    step_less = bare | {"id": "kr-bare", "title": "Something", "objective": "o-mobile", "team": "Scheduling"}
    exchange.import_rows(CONSOLE, {"key_results": [step_less]})
    page = open_page(start_session("noah"))
    assert "**1 key result** of your teams without an owner or a number yet" in texts(page)
    assert any("unit=Scheduling" in query for _, query in links(page))


def test_nothing_to_do_is_a_pleasure(signed_in: Callable[[str], Actor]) -> None:
    for part in ("viewer", "member", "lead", "leader", "champion", "admin"):
        page = open_page(signed_in(part))
        assert "Nothing is waiting for you." in texts(page)
        assert "There are no objectives yet" in texts(page)
        assert "no cycle is running" in texts(page)


def test_a_new_person_is_shown_around(demo: None) -> None:
    exchange.import_rows(
        CONSOLE,
        {
            "people": [
                {"username": "new", "name": "New", "email": "", "role": role, "active": True} for role in ("viewer",)
            ]
        },
    )
    page = open_page(start_session("new"))
    assert "Nothing is waiting for you." in texts(page)
    assert "No objective or key result of a running cycle is yours." in texts(page)
    assert len(links(page)) >= 2
