"""The page of one objective, without a browser."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.services import (
    blockers,
    check_in,
    check_in_history,
    comments,
    dependencies,
    key_results,
    links,
    objectives,
    organisation,
)
from okrdash.services.carrying import Carried
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sessions import start_session
from okrdash.store.store import Store
from tests.conftest import SignedIn
from tests.ui.screens import WHO, add_person, field, open_page, open_script, press, said, seen, titles

ADOPTION = "Reach an adoption rate of 30 % within three months"
TODAY = datetime.now(UTC).date()


def open_objective(actor: Actor, identifier: str = "", **query: str) -> AppTest:
    return open_page(actor, "objective", objective=identifier, **query)


@pytest.fixture
def cycle(store: Store) -> None:
    """A running cycle, Now."""
    year = {"start": TODAY.replace(month=1, day=1), "end": TODAY.replace(month=12, day=31)}
    organisation.add_cycle(CONSOLE, {"cycle": "Now", "state": "active", **year})


@pytest.mark.parametrize("role", WHO)
@pytest.mark.parametrize("view", ["Key results", "Conversation", "History", "Alignment", "Changes"])
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
    newest = check_in_history.history(CONSOLE, "kr-adoption")[0]
    check_in.check_in(CONSOLE, [check_in.Entry("kr-adoption", 14.0, note="Counted twice.", replaces=newest["id"])])
    page = open_objective(start_session("priya"), "o-launch", view="History")
    page.selectbox(key="of").select("kr-adoption").run()
    assert "corrected by" in said(page)
    assert "Counted twice" in said(page)


def correction(which: str) -> None:
    from okrdash.services import check_in_history, overview
    from okrdash.ui import correction_form
    from okrdash.ui.forms import Form
    from okrdash.ui.session import require

    me = require()
    row = next(row for row in check_in_history.history(me.actor, "kr-adoption") if row["id"] == which)
    correction_form.correct.__wrapped__(Form("form_1"), me, overview.board(me.actor), row)


def test_a_check_in_is_corrected_in_a_drawer_and_what_is_refused_stays(demo: None) -> None:
    newest = check_in_history.history(CONSOLE, "kr-adoption")[0]
    assert f"correct_{newest['id']}" in [
        button.key for button in open_objective(start_session("noah"), "o-launch", view="History", of=ADOPTION).button
    ]
    page = open_script(start_session("noah"), correction, which=newest["id"])
    assert page.text_input(key="form_1_value").value == "15.6"
    page.text_input(key="form_1_value").input("14,5")
    page.text_input(key="form_1_evidence").input("in the sheet")
    press(page, "Save the correction")
    assert "The evidence must be a web address" in seen(page)
    page.text_input(key="form_1_evidence").input("")
    press(page, "Save the correction")
    rows = check_in_history.history(CONSOLE, "kr-adoption")
    [corrected] = [row for row in rows if row["replaces"] == newest["id"]]
    assert (corrected["value"], corrected["note"], corrected["as_of"]) == (14.5, newest["note"], newest["as_of"])


def test_who_may_not_check_in_corrects_nothing(demo: None) -> None:
    page = open_objective(start_session("noah"), "o-launch", view="History")  # of the whole company
    assert [button.key for button in page.button if str(button.key).startswith(("correct_", "add_check"))] == []


def test_a_blocker_is_cleared_where_it_is_read_and_nothing_is_struck(demo: None) -> None:
    assert [one.key_result for one in blockers.open_now(CONSOLE, ["kr-launch-tickets"])] == ["kr-launch-tickets"]
    page = open_objective(start_session("hana"), "o-launch")
    assert "Still no help videos" in said(page)
    press(page, "Cleared")
    assert "Still no help videos" not in said(page)
    assert blockers.open_now(CONSOLE, ["kr-launch-tickets"]) == []
    page = open_objective(start_session("hana"), "o-launch", view="History")
    page.selectbox(key="of").select("kr-launch-tickets").run()
    assert "cleared on 22 Nov 2026" in said(page)
    assert "~~" not in said(page)
    assert "a correction" not in said(page)


def newest(objective: str) -> comments.Comment:
    return comments.comments(CONSOLE, objective)[-1]


def test_a_comment_is_written_edited_answered_settled_and_opened_again(demo: None) -> None:
    page = open_objective(start_session("noah"), "o-launch", view="Conversation")
    press(page, "Comment")
    page.selectbox[0].select("kr-adoption")
    press(page, "Send")
    assert "write what you want to say" in seen(page)
    page.text_area[0].input("Well *done*, @priya!")
    page.multiselect[0].select("team Help Desk")
    press(page, "Send")
    assert (newest("o-launch").about, newest("o-launch").text) == ("kr-adoption", "Well *done*, @priya!\n@Help Desk")
    assert "Well \\*done\\*\\, :primary[**\\@\u2060priya**]\\!" in said(page)
    page.button(key=f"edit_{newest('o-launch').first}").click().run()
    page.text_area[0].input("Better")
    press(page, "Save")
    page.button(key=f"answer_{newest('o-launch').first}").click().run()
    page.text_area[0].input("Indeed")
    press(page, "Send")
    thread = newest("o-launch")
    assert (thread.text, thread.earlier, [reply.text for reply in thread.replies]) == (
        "Better",
        ("Well *done*, @priya!\n@Help Desk",),
        ["Indeed"],
    )
    page.button(key=f"settle_{thread.first}").click().run()
    assert "Better" not in said(page)
    assert [folded.label for folded in page.expander] == ["Settled: 1"]


def test_an_edit_that_another_tab_overtook_is_asked_about(demo: None) -> None:
    noah = start_session("noah")
    said_first = comments.comment(noah, "o-launch", "First")
    page = open_objective(noah, "o-launch", view="Conversation")
    page.button(key=f"edit_{said_first}").click().run()
    comments.edit_comment(noah, said_first, "Elsewhere")
    page.text_area[0].input("Here")
    press(page, "Save")
    assert "“Elsewhere”" in seen(page)
    assert page.text_area[0].value == "Here"
    press(page, "Save")
    assert newest("o-launch").text == "Here"


def test_others_can_thank_and_change_only_their_own(demo: None) -> None:
    comments.comment(start_session("noah"), "o-launch", "Mine")
    page = open_objective(start_session("grace"), "o-launch", view="Conversation")
    assert f"edit_{newest('o-launch').first}" not in [button.key for button in page.button]
    press(page, "Thank somebody")
    page.text_area[0].input("Great work")
    press(page, "Send")
    assert ":material/favorite: Great work" in said(page)


def test_a_link_is_added_with_what_is_wrong_at_its_field(demo: None) -> None:
    def fields() -> None:
        from okrdash.services import links
        from okrdash.ui import link_list
        from okrdash.ui.session import require

        me = require()
        for n, row in enumerate(links.links(me.actor, ["kr-practices"]).get("kr-practices", [])):
            link_list._draw_link(me, n, row)
        link_list._draw_fields(me, "kr-practices")

    page = open_script(start_session("noah"), fields)
    field(page, "Title").input("Plan")
    field(page, "Address").input("example.org")
    press(page, "Add link")
    assert "The address must be a web address" in seen(page)
    field(page, "Address").input("https://example.org/plan")
    press(page, "Add link")
    press(page, "Done")
    [row] = links.links(CONSOLE, ["kr-practices"])["kr-practices"]
    assert (row["title"], row["done_on"] is not None) == ("Plan", True)
    press(page, "Remove")
    assert links.links(CONSOLE, ["kr-practices"]) == {}


def drawer(which: str) -> None:
    from okrdash.ui import objective_drawer
    from okrdash.ui.session import require

    objective_drawer.draw(require(), which)


def test_the_drawer_shows_what_the_page_does(demo: None) -> None:
    page = open_script(start_session("noah"), drawer, which="o-launch")
    assert [header.value for header in page.header] == [
        *("Key results", "Conversation", "Contributes to", "What contributes to it", "Who contributes", "Last changes"),
    ]
    assert "0 → 15\\.6 → 30 \\%" in said(page)
    assert "Still no help videos" in said(page)
    press(page, "Comment")
    page.text_area[0].input("From the drawer")
    press(page, "Send")
    assert "From the drawer" in said(page)


def test_the_drawer_of_what_is_hidden_says_that_there_is_none(cycle: None, signed_in: SignedIn) -> None:
    values = {"title": "Secret", "team": "Acme", "cycle": "Now", "visibility": "confidential"}
    secret = objectives.create_objective(CONSOLE, values)
    hidden, nowhere = (open_script(signed_in("lead"), drawer, which=one) for one in (secret, "o-nowhere"))
    assert said(hidden) == said(nowhere)


def test_changes_are_told_with_their_reason(demo: None) -> None:
    key_results.edit_key_result(start_session("priya"), "kr-adoption", {"target": 40}, version=1, reason="It went well")
    page = open_objective(start_session("noah"), "o-launch", view="Changes")
    assert "target 30 → 40 · by Priya Raman, because: It went well" in said(page)


def change_drawer(which: str) -> None:
    import streamlit as st

    from okrdash.services import key_results, overview
    from okrdash.ui import key_result_form
    from okrdash.ui.forms import Form
    from okrdash.ui.session import require

    me = require()
    row = st.session_state.setdefault("row", key_results.key_result(me.actor, which))
    key_result_form.edit.__wrapped__(Form("form_1"), me, overview.board(me.actor), me.names, row)


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


def test_a_card_says_what_it_needs_and_who_waits_for_it(demo: None) -> None:
    page = open_objective(start_session("hana"), "o-launch")
    keys = [str(button.key) for button in page.button]
    assert "title_owed_d-videos" in keys
    assert "ask_kr-launch-tickets" in keys
    assert "? Unanswered" in said(page)
    assert "asked of **Content**, nobody has taken it on yet" in said(page)
    assert "**Needs of others**" not in said(open_objective(start_session("hana"), "o-import"))
    page = open_script(start_session("hana"), drawer, which="o-answers")
    assert "**Launch squad waits for this**" in said(page)
    assert "title_owe_d-load" not in [button.key for button in page.button]  # it cannot open a second drawer


def test_who_may_not_ask_is_not_offered_it(demo: None) -> None:
    add_person("new", "viewer")
    page = open_objective(start_session("new"), "o-launch")
    assert [button.key for button in page.button if str(button.key).startswith("ask_")] == []


def dropping(which: str) -> None:
    from okrdash.services import key_results
    from okrdash.ui import key_result_form
    from okrdash.ui.forms import Form
    from okrdash.ui.session import require

    me = require()
    key_result_form.drop.__wrapped__(Form("form_1"), me, key_results.key_result(me.actor, which))


def test_who_drops_a_key_result_sees_who_will_be_told(demo: None) -> None:
    page = open_script(start_session("priya"), dropping, which="kr-rollout")
    assert "**Customer Support**, asked for: Answers to launch questions" in seen(page)
    page = open_script(start_session("priya"), dropping, which="kr-adoption")
    assert not page.warning


def test_asking_follows_the_change_of_a_key_result_if_wanted(demo: None) -> None:
    page = open_drawer("kr-launch-tickets")
    field(page, "Then ask another team for what it needs").check()
    save(page)
    assert page.session_state["okrdash_ask"] == "kr-launch-tickets"


def test_what_is_new_because_of_a_promise_says_so(demo: None) -> None:
    carried = Carried(title="Three help videos", objective="o-proof")
    dependencies.accept(CONSOLE, "d-videos", date(2026, 11, 27), carried_by=carried)
    page = open_objective(start_session("grace"), "o-proof", view="Changes")
    assert "to keep a promise to another team" in said(page)
