"""The page of one objective, without a browser."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.services import check_in, key_results, objectives, organisation
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sign_in import start_session
from okrdash.store.store import Store
from tests.conftest import SignedIn
from tests.ui.screens import WHO, open_page, open_script, press, said, seen, titles

TODAY = datetime.now(UTC).date()


def open_objective(actor: Actor, identifier: str = "", **query: str) -> AppTest:
    return open_page(actor, "objective", objective=identifier, **query)


@pytest.fixture
def cycle(store: Store) -> None:
    """A running cycle, Now."""
    year = {"start": TODAY.replace(month=1, day=1), "end": TODAY.replace(month=12, day=31)}
    organisation.add_cycle(CONSOLE, {"cycle": "Now", "state": "active", **year})


@pytest.mark.parametrize("role", WHO)
@pytest.mark.parametrize("view", ["Key results", "History", "Alignment", "Changes"])
def test_everybody_reads_it(demo: None, role: str, view: str) -> None:
    page = open_objective(start_session(WHO[role]), "o-launch", view=view)
    assert titles(page) == ["Launch a new feature successfully"]
    assert "▲ At risk" in said(page)
    assert [metric.label for metric in page.metric] == ["Progress", "Expected by now", "Pace", "Key results"]


def test_progress_stands_beside_what_is_expected(demo: None) -> None:
    page = open_objective(start_session("noah"), "o-launch")
    assert [metric.value for metric in page.metric] == ["45 %", "57 %", "79 %", "5"]
    assert "0 → 15\\.6 → 30 \\%" in said(page)
    assert "at home under Practices stay with us" in said(page)  # it counts here too
    assert "guardrail, outside the mean" in said(page)
    assert "**Help Desk**: 2 key results" in said(page)


def test_members_are_offered_no_change_and_leads_are(demo: None) -> None:
    keys = {role: [b.key for b in open_objective(start_session(WHO[role]), "o-launch").button] for role in WHO}
    assert "change" not in keys["member"]
    assert {"change", "drop", "add_key_result"} <= set(keys["lead"])


@pytest.mark.parametrize("identifier", ["", "o-nowhere", "kr-nps", "'; DROP TABLE objectives"])
def test_an_unknown_one_leads_back_to_the_list(demo: None, identifier: str) -> None:
    page = open_objective(start_session("noah"), identifier)
    assert titles(page) == ["Objective"]
    assert page.info[0].value


def test_a_confidential_one_is_as_if_it_were_not(cycle: None, signed_in: SignedIn) -> None:
    values = {"title": "Secret", "team": "Acme", "cycle": "Now", "visibility": "confidential", "visible_to": "mia"}
    secret = objectives.create_objective(CONSOLE, values)
    hidden, nowhere = (open_objective(signed_in("lead"), one) for one in (secret, "o-nowhere"))
    assert titles(hidden) == titles(nowhere)
    assert [i.value for i in hidden.info] == [i.value for i in nowhere.info]
    assert titles(open_objective(signed_in("member"), secret)) == ["Secret"]


def test_a_draft_is_read_proposed_and_agreed_on(cycle: None, signed_in: SignedIn) -> None:
    values = {"title": "Hostile <b> *title* $x$", "team": "Web", "cycle": "Now", "state": "draft"}
    draft = objectives.create_objective(CONSOLE, values)
    page = open_objective(signed_in("member"), draft)
    assert page.title[0].value == "Hostile \\<b\\> \\*title\\* \\$x\\$"
    assert "Draft" in said(page)
    assert "agree" not in [button.key for button in page.button]
    page.button(key="propose").click().run()
    assert "Proposed" in said(page)
    page = open_objective(signed_in("lead"), draft)
    page.button(key="agree").click().run()
    assert objectives.objective(CONSOLE, draft)["state"] == "active"
    assert "No key results yet" in said(page)


def test_a_correction_strikes_what_it_replaces(demo: None) -> None:
    newest = check_in.history(CONSOLE, "kr-adoption")[0]
    check_in.check_in(CONSOLE, [check_in.Entry("kr-adoption", 14.0, note="Counted twice.", replaces=newest["id"])])
    page = open_objective(start_session("priya"), "o-launch", view="History")
    page.selectbox(key="of").select("kr-adoption").run()
    assert "corrected by" in said(page)
    assert "Counted twice" in said(page)


def test_changes_are_told_with_their_reason(demo: None) -> None:
    key_results.edit_key_result(start_session("priya"), "kr-adoption", {"target": 40}, version=1, reason="It went well")
    page = open_objective(start_session("noah"), "o-launch", view="Changes")
    assert "target 30 → 40 · by Priya Raman, because: It went well" in said(page)


def change_drawer(which: str) -> None:
    import streamlit as st

    from okrdash.services import key_results, overview, people
    from okrdash.ui import key_result_form
    from okrdash.ui.forms import Form
    from okrdash.ui.session import require

    me = require()
    row = st.session_state.setdefault("row", key_results.key_result(me.actor, which))
    key_result_form.edit.__wrapped__(Form("form_1"), me, overview.board(me.actor), people.names(me.actor), row)


def open_drawer(which: str) -> AppTest:
    """The drawer in which a key result is changed."""
    return open_script(start_session("priya"), change_drawer, which=which)


def save(page: AppTest) -> None:
    press(page, "Save changes")


def test_a_refused_change_keeps_what_was_typed(demo: None) -> None:
    page = open_drawer("kr-launch-tickets")
    page.text_input(key="form_1_target").input("120")
    page.text_input(key="form_1_reason").input("test")
    save(page)
    assert "The baseline is 120 and the target 120" in seen(page)
    assert page.text_input(key="form_1_target").value == "120"
    page.text_input(key="form_1_target").input("0.1k")
    save(page)
    assert key_results.key_result(CONSOLE, "kr-launch-tickets")["target"] == 100


@pytest.mark.parametrize("typed", ["abc", "nan", "inf", "1e308", "−", "12..5"])
def test_what_is_no_number_is_asked_about(demo: None, typed: str) -> None:
    page = open_drawer("kr-launch-tickets")
    page.text_input(key="form_1_target").input(typed)
    save(page)
    assert len(page.error) == 2
    assert page.text_input(key="form_1_target").value == typed
    assert key_results.key_result(CONSOLE, "kr-launch-tickets")["version"] == 1


def test_a_conflict_names_what_changed_and_the_next_save_goes_through(demo: None) -> None:
    page = open_drawer("kr-launch-tickets")
    page.text_input(key="form_1_title").input("Fewer tickets")
    key_results.edit_key_result(CONSOLE, "kr-launch-tickets", {"owner": "ines"}, version=1)
    save(page)
    assert "changed this meanwhile" in said(page)
    assert page.text_input(key="form_1_title").value == "Fewer tickets"
    save(page)
    row = key_results.key_result(CONSOLE, "kr-launch-tickets")
    assert (row["title"], row["owner"]) == ("Fewer tickets", "ines")


def test_a_multiple_is_worked_out(demo: None) -> None:
    page = open_drawer("kr-practices")
    page.selectbox(key="form_1_how").select("a multiple").run()
    page.text_input(key="form_1_multiple").input("2").run()
    assert "From **1,150** to **2,300 practices**" in seen(page)
    page.text_input(key="form_1_reason").input("Doubled")
    save(page)
    assert key_results.key_result(CONSOLE, "kr-practices")["target"] == 2300


def test_another_kind_asks_for_what_it_needs(demo: None) -> None:
    page = open_drawer("kr-practices")
    page.selectbox(key="form_1_kind").select("maintain").run()
    page.text_input(key="form_1_reason").input("It is a guardrail")
    save(page)
    assert "State the bounds" in said(page)
    page.text_input(key="form_1_lower").input("1,150")
    save(page)
    assert "type one of them" in said(page)  # a thousand, or one and a bit
    page.text_input(key="form_1_lower").input("1150")
    save(page)
    row = key_results.key_result(CONSOLE, "kr-practices")
    assert (row["kind"], row["lower"]) == ("maintain", 1150)
