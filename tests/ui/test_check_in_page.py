"""The check-in page without a browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.domain.errors import StoreError
from okrdash.domain.tables import TABLES
from okrdash.services import check_in, check_in_history
from okrdash.services.people import CONSOLE
from okrdash.services.sessions import start_session
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.conftest import SignedIn
from tests.ui.screens import WHO, open_page, press, seen, titles


def field(page: AppTest, begins: str) -> Any:
    """The first field of which the label begins so."""
    return next(one for one in page.text_input if one.label.startswith(begins))


def box(page: AppTest, begins: str, of: str) -> Any:
    """The box to tick of which the label begins so and names this key result."""
    return next(one for one in page.checkbox if one.label.startswith(begins) and of in one.label)


def save(page: AppTest) -> AppTest:
    return press(page, "Save check-ins")


@pytest.mark.parametrize("part", WHO)
def test_everybody_sees_their_own(silent_demo: None, part: str) -> None:
    page = open_page(start_session(WHO[part]), "check-in")
    assert titles(page) == ["Check in"]
    assert re.search(r"\d due by \w+day", seen(page)) or "You are up to date" in seen(page)


def test_a_value_shows_what_it_does_before_it_is_saved_and_after(silent_demo: None) -> None:
    noah = start_session("noah")
    page = open_page(noah, "check-in")
    assert "4 due by" in seen(page)
    field(page, "New value: Reach an adoption rate of 30 %").set_value("18k").run()
    assert "= 18,000 %" in seen(page)
    assert "Beyond" in seen(page) or "Reached" in seen(page)
    field(page, "New value: Reach").set_value("18").run()
    assert "→ **60 %** of the way" in seen(page)
    assert "Will save **1 check-in**." in seen(page)
    save(page)
    assert "1 check-in is saved." in seen(page)
    assert "0 → 18 → 30 %" in seen(page)
    assert "3 due by" in seen(page)
    assert "Nothing to save yet" in seen(page)
    assert check_in_history.history(noah, "kr-adoption")[0]["value"] == 18.0


def test_confidence_is_kept_only_when_it_is_touched(silent_demo: None) -> None:
    noah = start_session("noah")
    page = open_page(noah, "check-in")
    assert field(page, "Confidence: Reach").value
    field(page, "New value: Reach").set_value("18").run()
    save(page)
    assert check_in_history.history(noah, "kr-adoption")[0]["confidence"] is None
    field(page, "Confidence: Keep failed").set_value("9/10").run()
    assert "9 in 10, almost certain" in seen(page)
    save(page)
    newest = check_in_history.history(noah, "kr-errors")[0]
    assert (newest["value"], newest["confidence"]) == (None, 9)


def test_what_is_unclear_holds_the_save_and_loses_nothing(silent_demo: None) -> None:
    noah = start_session("noah")
    page = open_page(noah, "check-in")
    field(page, "New value: Reduce the median").set_value("5m").run()
    field(page, "What changed? Reach").set_value("*much*").run()
    assert "This can be 5 or 5000000: type one of them." in seen(page)
    save(page)
    assert "Nothing is saved yet: 1 field needs another look." in seen(page)
    assert field(page, "What changed? Reach").value == "*much*"
    assert field(page, "New value: Reduce the median").value == "5m"
    assert check_in_history.history(noah, "kr-adoption")[0]["note"] != "*much*"
    field(page, "New value: Reduce the median").set_value("9").run()
    save(page)
    assert "2 check-ins are saved." in seen(page)
    assert check_in_history.history(noah, "kr-adoption")[0]["note"] == "*much*"


def test_what_cannot_be_kept_is_said_at_its_field(silent_demo: None) -> None:
    page = open_page(start_session("noah"), "check-in")
    box(page, "Blocker", "adoption").check().run()
    field(page, "Evidence").set_value("not an address").run()
    assert "Type a web address that begins with" in seen(page)
    field(page, "What changed? Reach").set_value("x" * 100_000).run()
    assert "This has 100,000 characters, and 10,000 can be kept" in seen(page)
    save(page)
    assert "Nothing is saved yet: 2 fields need another look." in seen(page)
    assert field(page, "Evidence").value == "not an address"
    field(page, "Evidence").set_value("https://example.org/report").run()
    field(page, "What changed? Reach").set_value("Shorter.").run()
    save(page)
    assert "1 check-in is saved." in seen(page)


def test_a_fault_of_the_store_is_told_and_nothing_is_lost(silent_demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(start_session("noah"), "check-in")
    field(page, "New value: Reach").set_value("18").run()

    def full(*_: object, **__: object) -> int:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(check_in, "check_in", full)
        save(page)
    assert "The disk is full. Nothing is saved; what you typed is still there." in seen(page)
    assert field(page, "New value: Reach").value == "18"
    save(page)
    assert "1 check-in is saved." in seen(page)


def test_no_change_and_saving_twice(silent_demo: None) -> None:
    noah = start_session("noah")
    before = len(check_in_history.history(noah, "kr-adoption"))
    page = open_page(noah, "check-in")
    box(page, "No change", "adoption").check().run()
    save(save(page))
    history = check_in_history.history(noah, "kr-adoption")
    assert len(history) == before + 1
    assert history[0]["value"] is None


def test_steps_are_ticked(silent_demo: None) -> None:
    lena = start_session("lena")
    page = open_page(lena, "check-in")
    step = next(box for box in page.checkbox if box.label == "Waitlist for group classes")
    assert not step.value
    step.check().run()
    assert "→ **" in seen(page)
    save(page)
    assert next(
        box for box in open_page(lena, "check-in", key_result="kr-rollout").checkbox if box.label == step.label
    ).value


def test_what_someone_else_saved_meanwhile_is_not_overwritten(silent_demo: None) -> None:
    page = open_page(start_session("noah"), "check-in")
    check_in.check_in(start_session("noah"), [check_in.Entry("kr-adoption", value=19.0)])
    field(page, "New value: Raise completed").set_value("71").run()
    save(page)
    assert "1 check-in is saved." in seen(page)
    assert check_in_history.history(CONSOLE, "kr-adoption")[0]["value"] == 19.0


def test_a_link_opens_a_key_result_that_is_not_due(silent_demo: None) -> None:
    page = open_page(start_session("lena"), "check-in", key_result="kr-adoption")
    assert "You asked for" in seen(page)
    assert field(page, "New value: Reach")
    strange = open_page(start_session("noah"), "check-in", key_result="kr-visits")
    assert "is checked in on by" in seen(strange)
    gone = open_page(start_session("noah"), "check-in", key_result="no such")
    assert "not there (any more)" in seen(gone)


def test_others_are_folded(silent_demo: None) -> None:
    page = open_page(start_session("noah"), "check-in")
    assert any(one.label.startswith("Not due, but yours or your team's") for one in page.expander)
    assert len([one for one in page.text_input if one.label.startswith("New value")]) == 4


def test_nobody_owes_anything_in_an_empty_company(signed_in: SignedIn) -> None:
    for part in ("member", "lead", "champion", "admin"):
        assert "No key result is yours yet" in seen(open_page(signed_in(part), "check-in"))


def test_a_viewer_is_told_whom_it_is_for(signed_in: SignedIn) -> None:
    assert titles(open_page(signed_in("viewer"), "check-in")) == ["This page is not open to you"]


def test_up_to_date(silent_demo: None) -> None:
    noah = start_session("noah")
    due = ("kr-adoption", "kr-mobile", "kr-setup", "kr-errors")
    check_in.check_in(noah, [check_in.Entry(identifier) for identifier in due])
    page = open_page(noah, "check-in")
    assert re.search(r"You are up to date. The next check-in is due by \w+day", seen(page))


def test_hostile_titles_stay_text(store: Store, signed_in: SignedIn) -> None:
    title = "<img src=x onerror=alert(1)> **bold** [a](http://b) :red[c] $x$ " + "long " * 80
    today = datetime.now(UTC).date()
    with store.write(Event("console", "test")) as tx:
        tx.insert(
            "cycles",
            TABLES["cycles"].row(cycle="Q", start=today - timedelta(days=9), end=today + timedelta(days=9)),
        )
        tx.insert("objectives", TABLES["objectives"].row(id="O", cycle="Q", team="Web", title=title, owner="mia"))
        row = {"objective": "O", "title": title[:500], "kind": "increase", "baseline": 0.0, "target": 9.0}
        tx.insert("key_results", *(TABLES["key_results"].row(id=f"K{n}", **row) for n in range(30)))
    page = open_page(signed_in("member"), "check-in")
    shown = [element.value for element in [*page.markdown, *page.caption]]
    assert not any(re.search(r"(?<!\\)(<img|\[a|\*\*bold|:red\[)", value) for value in shown)
    assert len([one for one in page.text_input if one.label.startswith("New value: ＜img")]) == 25


def test_what_was_typed_comes_back_in_another_session(silent_demo: None) -> None:
    page = open_page(start_session("noah"), "check-in")
    field(page, "New value: Reach").set_value("18").run()
    box(page, "Blocker", "adoption").check().run()
    field(page, "What is in the way?").set_value("no *time*").run()
    again = open_page(start_session("noah"), "check-in")
    assert field(again, "New value: Reach").value == "18"
    assert field(again, "What is in the way?").value == "no *time*"
    save(again)
    assert field(open_page(start_session("noah"), "check-in"), "New value").value != "18"
    assert "Will save" not in seen(open_page(start_session("noah"), "check-in"))


def test_a_draft_tells_what_somebody_else_reported_since(silent_demo: None) -> None:
    field(open_page(start_session("noah"), "check-in"), "New value: Reach").set_value("18").run()
    check_in.check_in(start_session("lena"), [check_in.Entry("kr-adoption", value=19.0, note="From the *list*.")])
    page = open_page(start_session("noah"), "check-in")
    assert "Meanwhile Lena" in seen(page)
    assert "19 %. “From the *list*.”" in seen(page)
    save(page)
    assert "Just before you, Lena" in seen(page)
    assert [row["value"] for row in check_in_history.history(CONSOLE, "kr-adoption")[:2]] == [18.0, 19.0]


def test_a_save_is_taken_back_and_what_was_typed_stands_there_again(silent_demo: None) -> None:
    page = open_page(start_session("noah"), "check-in")
    before = check_in_history.history(CONSOLE, "kr-adoption")
    field(page, "New value: Reach").set_value("18").run()
    save(page)
    press(page, "Undo")
    assert check_in_history.history(CONSOLE, "kr-adoption") == before
    assert field(page, "New value: Reach").value == "18"
    assert "Will save **1 check-in**." in seen(page)
    save(page)
    assert check_in_history.history(CONSOLE, "kr-adoption")[0]["value"] == 18.0


def test_no_change_of_all_that_is_left_is_one_click(silent_demo: None) -> None:
    page = open_page(start_session("noah"), "check-in")
    field(page, "New value: Reach").set_value("18").run()
    press(page, "Save, no change in the other 3")
    assert "4 check-ins are saved." in seen(page)
    assert [check_in_history.history(CONSOLE, k)[0]["value"] for k in ("kr-adoption", "kr-setup")] == [18.0, None]


def test_confidence_is_confirmed_with_a_tick(silent_demo: None) -> None:
    page = open_page(start_session("noah"), "check-in")
    box(page, "Still 5 in 10", "median").check().run()
    save(page)
    newest = check_in_history.history(CONSOLE, "kr-setup")[0]
    assert (newest["value"], newest["confidence"]) == (None, 5)


def test_what_was_planned_is_asked_for_and_what_is_cleared_is_ticked(silent_demo: None) -> None:
    page = open_page(start_session("noah"), "check-in")
    box(page, "You planned", "").check().run()
    save(page)
    assert any(
        check_in_history.history(CONSOLE, k)[0]["note"].startswith("Done: ")
        for k in ("kr-adoption", "kr-mobile", "kr-setup", "kr-errors")
    )


def test_the_fourth_time_without_a_change_it_asks_whether_it_is_still_right(silent_demo: None) -> None:
    asks = "Three check-ins in a row without a change"
    noah = start_session("noah")
    assert asks not in seen(open_page(noah, "check-in", key_result="kr-adoption"))
    for _ in range(3):
        check_in.check_in(noah, [check_in.Entry("kr-adoption")])
    assert asks in seen(open_page(noah, "check-in", key_result="kr-adoption"))
    check_in.check_in(noah, [check_in.Entry("kr-adoption")])
    assert asks not in seen(open_page(noah, "check-in", key_result="kr-adoption"))


def test_a_past_day_is_understood_and_spoken_for(silent_demo: None) -> None:
    page = open_page(start_session("noah"), "check-in")
    box(page, "Blocker", "adoption").check().run()
    field(page, "The day it speaks for").set_value("tomorrow").run()
    assert "Type a day such as" in seen(page)
    field(page, "The day it speaks for").set_value("18 Nov").run()
    assert "= Wednesday 18 November" in seen(page)
    field(page, "New value: Reach").set_value("17").run()
    save(page)
    assert check_in_history.history(CONSOLE, "kr-adoption")[0]["as_of"].isoformat() == "2026-11-18"


def test_who_could_help_is_understood_as_it_is_typed(silent_demo: None) -> None:
    page = open_page(start_session("noah"), "check-in")
    box(page, "Blocker", "adoption").check().run()
    field(page, "What is in the way?").set_value("The texts").run()
    field(page, "Who could help?").set_value("conten").run()
    assert "Nobody here is called so, so nobody will be asked. Did you mean Content?" in seen(page)
    field(page, "Who could help?").set_value("content").run()
    assert "Grace" in seen(page)
    save(page)
    reopened = open_page(start_session("noah"), "check-in", key_result="kr-adoption")
    cleared = box(reopened, "In the way since", "The texts")
    cleared.check().run()
    save(reopened)
    assert not any("The texts" in one.label for one in open_page(start_session("noah"), "check-in").checkbox)


def test_what_turns_red_names_who_waits_and_a_team_can_be_asked(demo: None) -> None:
    page = open_page(start_session("grace"), "check-in", key_result="kr-cases")
    field(page, "New value: Publish eight case").set_value("4").run()
    assert "waits for this" not in seen(page)
    field(page, "New value: Publish eight case").set_value("1").run()
    assert "Product Development waits for this." in seen(page)
    box(page, "Blocker", "eight case").check().run()
    assert [one.label for one in page.button].count("Ask a team for something") == 1
