"""Who needs what from whom: the page, the drawer of one dependency, asking, and what waits in My week."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.domain.dependencies import view
from okrdash.services import dependencies, dependency_reads, exchange, overview
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sessions import start_session
from okrdash.ui import dependency_counts, dependency_lists, slips
from tests.conftest import SignedIn
from tests.ui.screens import WHO, add_person, field, headers, open_page, open_script, press, said, seen, titles

SOON = date(2026, 12, 4)
WANTED = "A calendar without personal data"


def state_of(identifier: str) -> Any:
    return dependency_reads.dependency(CONSOLE, identifier).row


def cards(page: AppTest, of: str) -> list[str]:
    """The dependencies in one list of the page, by id."""
    return [str(b.key).removeprefix(f"title_{of}_") for b in page.button if str(b.key).startswith(f"title_{of}_")]


@pytest.mark.parametrize("role", WHO)
def test_everybody_sees_who_waits_for_whom_and_their_own_sides(demo: None, role: str) -> None:
    page = open_page(start_session(WHO[role]), "dependencies")
    assert titles(page) == ["Dependencies"]
    assert "■ Late" in seen(page)
    whose = page.selectbox(key="of").value
    assert whose == ("Marketing" if role == "leader" else "Product Development")
    assert cards(page, "owes")
    assert cards(page, "owed")


def test_a_viewer_reads_and_is_offered_nothing(demo: None) -> None:
    add_person("new", "viewer")
    page = open_page(start_session("new"), "dependencies")
    assert cards(page, "owes")
    assert "ask" not in [button.key for button in page.button]
    assert offered(start_session("new"), "d-upgrade") == []


def test_a_new_company_is_told_what_will_be_here(signed_in: SignedIn) -> None:
    page = open_page(signed_in("admin"), "dependencies")
    assert "who needs what from whom" in said(page)
    assert not page.selectbox


def test_a_link_is_a_view_of_one_cell(demo: None) -> None:
    page = open_page(start_session("noah"), "dependencies", asking="Sales", providing="Product Development")
    assert headers(page) == ["Sales from Product Development · 3"]
    assert cards(page, "pair") == ["d-upgrade", "d-sso", "d-annex"]
    page.button(key="all_again").click().run()
    assert headers(page) == []


def test_the_teams_of_one_function_are_units_of_their_own(demo: None) -> None:
    page = open_page(start_session("noah"), "dependencies", function="Product Development")
    pairs = [b.label for b in page.button if str(b.key).startswith("title_cell_")]
    assert "Scheduling from Platform: 1 open, ■ 1 late, ▲ 1 disputed" in pairs
    assert not any(label.startswith("Product Development from Platform") for label in pairs)


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"state": "✕ Declined"}, {"A free plan for practices with one calendar"}),
        ({"trouble": "? Unanswered", "function": "Sales"}, {"Data-protection annex in three languages"}),
        ({"words": "sign-on marketplaces"}, {"Single sign-on for the second marketplace"}),
    ],
)
def test_the_table_is_filtered_by_the_address(demo: None, filters: dict[str, str], left: set[str]) -> None:
    page = open_page(start_session("noah"), "dependencies", list="All as a table", **filters)
    assert {text.replace("\u2060", "") for text in page.dataframe[0].value["open"]} == left


def test_the_file_holds_all_and_no_formula(demo: None) -> None:
    rows = view(overview.board(CONSOLE)).assign(cycle="Q4", need='=HYPERLINK("x")')
    lines = dependency_lists.csv_of(rows).decode("utf-8-sig").splitlines()
    assert len(lines) == len(rows) + 1
    assert lines[1].startswith("\"'=HYPERLINK")


def test_a_promise_that_nobody_may_know_of_is_not_there(demo: None) -> None:
    page = open_script(start_session("noah"), drawer, identifier="d-nowhere")
    assert "There is no such dependency" in said(page)


def drawer(identifier: str) -> None:
    from okrdash.ui.dependency_drawer import draw
    from okrdash.ui.session import require

    draw(require(), identifier, "form_1")


def offered(actor: Actor, identifier: str) -> list[str]:
    """The steps that the drawer offers."""
    page = open_script(actor, drawer, identifier=identifier)
    return [option.split(": ")[-1] for pills in page.button_group for option in _options(pills)]


def _options(group: Any) -> list[str]:
    return [option.content for option in group.proto.options]


def step(page: AppTest, name: str) -> AppTest:
    """Chooses what to do."""
    [pills] = [one for one in page.button_group if one.label == "What do you want to do?"]
    return pills.set_value([name] if isinstance(pills.value, list) else name).run()


def test_the_drawer_tells_of_both_sides_and_who_feels_it(demo: None) -> None:
    page = open_script(start_session("priya"), drawer, identifier="d-upgrade")
    text = seen(page)
    assert "**Sales** needs this from **Scheduling**" in text
    assert "In time? Sales says it won’t, Scheduling says it will" in text
    assert "A plain promise" in text
    assert "goals of" in text
    assert "**Scheduling** promised it for 19 Nov 2026" in text


def test_a_request_is_accepted_as_a_key_result_of_ones_own(demo: None) -> None:
    page = open_script(start_session("amara"), drawer, identifier="d-videos")
    field(page, "Promised for").set_value(SOON).run()
    field(page, "How does it stand in your own OKRs?").select("new").run()
    press(page, "Accept")
    assert "The objective" in said(page)  # refused at its field, and what was typed is kept
    assert field(page, "Promised for").value == SOON
    objective = field(page, "Under which objective")
    objective.select_index(0).run()
    press(page, "Accept")
    assert (state_of("d-videos")["state"], state_of("d-videos")["promised"]) == ("accepted", SOON)
    assert dependency_reads.dependency(CONSOLE, "d-videos").commitment
    assert [button.label for button in page.button if button.label == "Undo"] == ["Undo"]


def test_a_day_is_proposed_with_a_reason_and_agreed_to(demo: None) -> None:
    page = step(open_script(start_session("amara"), drawer, identifier="d-videos"), "propose")
    field(page, "It can be there by").set_value(SOON).run()
    press(page, "Propose this day")
    assert "The reason" in said(page)
    field(page, "Why not earlier?").input("Liam is away.").run()
    press(page, "Propose this day")
    assert "◐ Another day proposed" in said(page)
    page = open_script(start_session("hana"), drawer, identifier="d-videos")
    assert "Liam is away" in seen(page)
    press(page, "Agree")
    assert state_of("d-videos")["state"] == "accepted"


@pytest.mark.parametrize(
    ("who", "identifier", "name", "button", "reason", "left"),
    [
        ("amara", "d-videos", "decline", "Decline", "Why not?", "declined"),
        ("yuki", "d-upgrade", "deliver", "It is delivered", "", "delivered"),
        ("lena", "d-sms", "confirm", "Confirm", "", "confirmed"),
        ("lena", "d-sms", "reopen", "Reopen", "What is missing?", "accepted"),
        ("daniel", "d-upgrade", "withdraw", "Withdraw", "Why is it not needed any more?", "withdrawn"),
    ],
)
def test_one_step_is_taken(
    demo: None, who: str, identifier: str, name: str, button: str, reason: str, left: str
) -> None:
    page = step(open_script(start_session(who), drawer, identifier=identifier), name)
    if reason:
        press(page, button)
        assert "The reason" in said(page)
        field(page, reason).input("Because of *it*.").run()
    press(page, button)
    assert state_of(identifier)["state"] == left


def test_a_request_is_handed_on_and_asked_for_in_other_words(demo: None) -> None:
    identifier = dependencies.ask(CONSOLE, "kr-launch-tickets", "Marketing", "Films", SOON)
    page = step(open_script(start_session("amara"), drawer, identifier=identifier), "hand on")
    field(page, "To which team").select("Content").run()
    press(page, "Hand on")
    assert state_of(identifier)["to_team"] == "Content"
    page = step(open_script(start_session("hana"), drawer, identifier=identifier), "change")
    field(page, "What is needed").input("Short films").run()
    press(page, "Save changes")
    assert state_of(identifier)["need"] == "Short films"


def test_a_word_is_saved_at_once(demo: None) -> None:
    page = open_script(start_session("noah"), drawer, identifier="d-upgrade")
    [group] = [one for one in page.button_group if "in time" in one.label]
    group.set_value("may").run()
    assert state_of("d-upgrade")["provider_says"] == "may"


def test_two_who_answer_at_once_are_told_of_each_other(demo: None) -> None:
    page = step(open_script(start_session("amara"), drawer, identifier="d-videos"), "decline")
    field(page, "Why not?").input("No time.").run()
    dependencies.accept(start_session("grace"), "d-videos", SOON)
    press(page, "Decline")
    assert "Grace Kim has promised it" in seen(page)
    assert state_of("d-videos")["state"] == "accepted"


def ask_drawer(key_result: str) -> None:
    from okrdash.services import check_in
    from okrdash.ui.ask_form import open_ask
    from okrdash.ui.forms import Form
    from okrdash.ui.session import require

    me = require()
    open_ask.__wrapped__(Form("form_1"), me, check_in.board_to_check(me.actor), key_result)


def test_something_is_asked_for_and_a_ring_is_named(demo: None) -> None:
    page = open_script(start_session("oleksandr"), ask_drawer, key_result="kr-controls")
    field(page, "We need").input(WANTED).run()
    field(page, "by").set_value(date(2020, 1, 1)).run()
    press(page, "Ask")
    assert "The team" in said(page)
    assert "has passed" in said(page)
    field(page, "from").select("Scheduling").run()
    field(page, "by").set_value(SOON).run()
    press(page, "Ask")
    new = view(overview.board(CONSOLE)).iloc[-1]
    assert (new["from_team"], new["to_team"], new["need"]) == (
        "Platform",
        "Scheduling",
        "A calendar without personal data",
    )
    assert "Platform waits for Scheduling waits for Platform" in str(page.session_state["okrdash_told"].text)
    page = open_page(start_session("noah"), "dependencies")
    assert "Scheduling waits for Platform waits for Scheduling" in seen(page)


def week() -> None:
    from okrdash.services import dependency_reads
    from okrdash.ui.session import require
    from okrdash.ui.week_dependencies import show_waiting

    me = require()
    show_waiting(me, dependency_reads.waiting_for(me.actor))


def test_my_week_shows_what_waits_for_a_person(demo: None) -> None:
    page = open_script(start_session("lena"), week)
    assert "1 thing is delivered to you" in said(page)
    press(page, "Confirm")
    assert state_of("d-sms")["state"] == "confirmed"
    assert "delivered to you" not in said(page)


def test_a_word_that_is_due_is_given_in_my_week(demo: None) -> None:
    page = open_script(start_session("yuki"), week)
    [group] = [one for one in page.button_group if "Upgrade" in one.label]
    group.set_value("won't").run()
    assert state_of("d-upgrade")["provider_says"] == "won't"


def test_what_a_unit_waits_for_and_owes_is_one_line(demo: None) -> None:
    rows = view(overview.board(CONSOLE))
    assert dependency_counts.said(dependency_counts.counts(rows, "Product Development")) == "waiting for 2, owing 4"
    assert dependency_counts.said(dependency_counts.counts(rows, "Nobody")) == ""


def test_who_waits_for_a_key_result_is_one_line(demo: None) -> None:
    assert slips.waiting_line(overview.board(CONSOLE), "kr-controls") == ""
    exchange.import_rows(CONSOLE, {"commitments": [{"dependency": "d-sso", "key_result": "kr-controls", "step": ""}]})
    assert slips.waiting_line(overview.board(CONSOLE), "kr-controls") == "Partners waits for this"
