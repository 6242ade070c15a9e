"""The check-in page without a browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.domain.errors import StoreError
from okrdash.domain.tables import TABLES
from okrdash.services import check_in
from okrdash.services.people import CONSOLE
from okrdash.services.sign_in import start_session
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.conftest import SignedIn
from tests.ui.screens import WHO, open_page, press, seen, titles


def field(page: AppTest, begins: str) -> Any:
    """The first field of which the label begins so."""
    return next(one for one in page.text_input if one.label.startswith(begins))


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
    assert check_in.history(noah, "kr-adoption")[0]["value"] == 18.0


def test_confidence_is_kept_only_when_it_is_touched(silent_demo: None) -> None:
    noah = start_session("noah")
    page = open_page(noah, "check-in")
    assert field(page, "Confidence: Reach").value
    field(page, "New value: Reach").set_value("18").run()
    save(page)
    assert check_in.history(noah, "kr-adoption")[0]["confidence"] is None
    field(page, "Confidence: Keep failed").set_value("9/10").run()
    assert "9 in 10, almost certain" in seen(page)
    save(page)
    newest = check_in.history(noah, "kr-errors")[0]
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
    assert check_in.history(noah, "kr-adoption")[0]["note"] != "*much*"
    field(page, "New value: Reduce the median").set_value("9").run()
    save(page)
    assert "2 check-ins are saved." in seen(page)
    assert check_in.history(noah, "kr-adoption")[0]["note"] == "*much*"


def test_what_the_service_refuses_stands_at_its_field(silent_demo: None) -> None:
    page = open_page(start_session("noah"), "check-in")
    tick = next(box for box in page.checkbox if box.label == "Blocker or evidence")
    tick.check().run()
    field(page, "Evidence").set_value("not an address").run()
    save(page)
    assert "The evidence must be a web address" in seen(page)
    assert field(page, "Evidence").value == "not an address"
    field(page, "Evidence").set_value("https://example.org/report").run()
    assert "The evidence must be a web address" not in seen(page)
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
    before = len(check_in.history(noah, "kr-adoption"))
    page = open_page(noah, "check-in")
    ticks = [box for box in page.checkbox if box.label == "No change"]
    values = [one.label for one in page.text_input if one.label.startswith("New value")]
    ticks[next(n for n, name in enumerate(values) if "adoption" in name)].check().run()
    save(save(page))
    history = check_in.history(noah, "kr-adoption")
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
    assert check_in.history(CONSOLE, "kr-adoption")[0]["value"] == 19.0


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
