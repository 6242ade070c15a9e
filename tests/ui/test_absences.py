"""Absences on the screen: one's own on Account, those of one's people there or in Admin, and their drawers."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.domain.tables import TABLES
from okrdash.services import absences
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sessions import start_session
from tests.ui.screens import field, headers, open_page, open_script, press, seen, titles

OWN, OTHERS = "When you are away", "When your people are away"


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def drawer(actor: Actor, person: str, start: date | None = None) -> AppTest:
    """The drawer to enter an absence, or to change the one of that person and day."""

    def script(person: str, start: str) -> None:
        import streamlit as st

        from okrdash.services import absences as service
        from okrdash.ui import absences
        from okrdash.ui.forms import Form
        from okrdash.ui.session import require

        me, form = require(), Form("form_1")
        rota = service.rota(me.actor)
        if start:
            # The row is what it was when the drawer was opened, however often the drawer is drawn since.
            if "row" not in st.session_state:
                rows = (row for row in rota.rows if (row["person"], str(row["start"])) == (person, start))
                st.session_state["row"] = next(rows)
            absences.change.__wrapped__(form, me, rota, st.session_state["row"])
        else:
            absences.add.__wrapped__(form, me, rota, person)

    return open_script(actor, script, person=person, start=str(start or ""))


@pytest.mark.parametrize(
    ("who", "own", "others", "everybodys"),
    [("margit", False, False, False), ("noah", True, False, False), ("hana", True, True, False), ("priya", True, 0, 1)],
)
def test_who_finds_what_on_account(demo: None, who: str, own: bool, others: bool, everybodys: bool) -> None:
    page = open_page(start_session(who), "account")
    assert titles(page) == ["Account"]
    assert (OWN in headers(page)) == own
    assert (OTHERS in [one.value for one in page.subheader]) == bool(others)
    assert ("Everybody’s absences" in [link.label for link in page.get("page_link")]) == bool(everybodys)


def test_own_absences_are_told_with_the_deputy_and_past_ones_stay(demo: None) -> None:
    page = open_page(start_session("kwame"), "account")
    assert "**4 to 27 Nov 2026** · Elif Demir stands in · now" in seen(page)
    assert "Change 4 to 27 Nov 2026" in labels(page)
    assert "Past: 5 to 9 Oct 2026." in seen(open_page(start_session("grace"), "account"))


def test_in_admin_stand_those_of_everybody(demo: None) -> None:
    page = open_page(start_session("priya"), "admin", tab="Absences")
    assert page.dataframe[0].value["name"].tolist() == ["Kwame Mensah", "Ben Carter"]
    page.segmented_control(key="which_absences").set_value("Past too").run()
    assert page.dataframe[0].value["state"].tolist() == ["now", "now", "over"]


def test_one_is_entered_and_says_what_follows(demo: None) -> None:
    page = drawer(start_session("noah"), "noah")
    field(page, "First day").set_value(date(2026, 12, 7))
    field(page, "Last day").set_value(date(2026, 12, 18)).run()
    assert "From 7 to 18 Dec 2026 nobody is asked for your check-ins" in seen(page)
    field(page, "Who stands in").set_value("ben").run()
    assert "**Ben Carter** owes your check-ins" in seen(page)
    press(page, "Enter absence")
    row = next(row for row in absences.rota(CONSOLE).rows if row["person"] == "noah")
    assert (row["start"], row["end"], row["deputy"]) == (date(2026, 12, 7), date(2026, 12, 18), "ben")


def test_a_deputy_who_is_away_too_is_told_and_allowed(demo: None) -> None:
    page = drawer(start_session("noah"), "noah")
    field(page, "First day").set_value(date(2026, 11, 24))
    field(page, "Last day").set_value(date(2026, 11, 30))
    field(page, "Who stands in").set_value("ben").run()
    assert "Ben Carter is away too, 9 to 25 Nov 2026" in seen(page)
    press(page, "Enter absence")
    assert not page.error


def test_what_is_wrong_stands_at_its_field_and_what_was_chosen_stays(demo: None) -> None:
    page = drawer(start_session("hana"), "")
    press(page, "Enter absence")
    assert "The first day is blank, but is needed." in seen(page)
    field(page, "Who is away").set_value("ben")
    field(page, "First day").set_value(date(2026, 11, 20))
    field(page, "Last day").set_value(date(2026, 12, 1)).run()
    press(page, "Enter absence")
    assert "This overlaps the absence from 9 Nov 2026 to 25 Nov 2026." in seen(page)
    assert field(page, "Last day").value == date(2026, 12, 1)


def test_one_that_runs_changes_its_end_and_can_not_be_taken_back(demo: None) -> None:
    page = drawer(start_session("kwame"), "kwame", date(2026, 11, 4))
    assert [one.label for one in page.date_input] == ["Last day"]
    assert not page.checkbox
    field(page, "Last day").set_value(date(2026, 11, 24))
    press(page, "Save changes")
    assert any(row["end"] == date(2026, 11, 24) for row in absences.rota(CONSOLE).rows)


def test_one_to_come_is_taken_back(demo: None) -> None:
    absences.add(
        CONSOLE, TABLES["absences"].row(person="noah", start=date(2026, 12, 7), end=date(2026, 12, 8), deputy="ben")
    )
    page = drawer(start_session("noah"), "noah", date(2026, 12, 7))
    field(page, "It does not take place").check().run()
    press(page, "Take it back")
    assert not [row for row in absences.rota(CONSOLE).rows if row["person"] == "noah"]


def test_one_that_is_over_is_only_shown(demo: None) -> None:
    page = drawer(start_session("grace"), "grace", date(2026, 10, 5))
    assert "This is over, so it stays as it was." in seen(page)
    assert not page.button
