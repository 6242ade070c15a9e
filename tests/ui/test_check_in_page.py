"""The check-in page without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.config import ROOT
from okrdash.domain.errors import StoreError
from okrdash.domain.tables import TABLES
from okrdash.services import check_in, exchange
from okrdash.services.company import close_company, open_company
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sign_in import start_session
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from okrdash.transfer.demo import SIGN_INS, demo_rows
from okrdash.ui.session import SESSION

WHO = SIGN_INS["startup"]
SignedIn = Callable[[str], Actor]
SCRIPT = f"""
from pathlib import Path
import streamlit as st
from okrdash.ui.navigation import pages
st.navigation(list(pages(None).values()), position="hidden")
exec(compile(Path({str(ROOT / "pages" / "check_in.py")!r}).read_text("utf-8"), "check_in.py", "exec"), {{}})
"""


def open_page(actor: Actor, **query: str) -> AppTest:
    page = AppTest.from_string(SCRIPT, default_timeout=60)
    page.session_state[SESSION] = actor.session
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception, page.exception
    return page


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


def texts(page: AppTest) -> str:
    found = [*page.markdown, *page.caption, *page.success, *page.info, *page.error, *page.header]
    return "\n".join(element.value for element in found).replace("\\", "")


def field(page: AppTest, begins: str):
    return next(one for one in page.text_input if one.label.startswith(begins))


def save(page: AppTest) -> AppTest:
    button = next(one for one in page.button if one.label == "Save check-ins")
    page = button.click().run()
    assert not page.exception
    return page


@pytest.mark.parametrize("part", WHO)
def test_everybody_sees_their_own(demo: None, part: str) -> None:
    page = open_page(start_session(WHO[part]))
    assert [title.value for title in page.title] == ["Check in"]
    assert re.search(r"\d due by \w+day", texts(page)) or "You are up to date" in texts(page)


def test_a_value_shows_what_it_does_before_it_is_saved_and_after(demo: None) -> None:
    noah = start_session("noah")
    page = open_page(noah)
    assert "4 due by" in texts(page)
    field(page, "New value: Reach an adoption rate of 30 %").set_value("18k").run()
    assert "= 18,000 %" in texts(page)
    assert "Beyond" in texts(page) or "Reached" in texts(page)
    field(page, "New value: Reach").set_value("18").run()
    assert "→ **60 %** of the way" in texts(page)
    assert "Will save **1 check-in**." in texts(page)
    save(page)
    assert "1 check-in is saved." in texts(page)
    assert "0 → 18 → 30 %" in texts(page)
    assert "3 due by" in texts(page)
    assert "Nothing to save yet" in texts(page)
    assert check_in.history(noah, "kr-adoption")[0]["value"] == 18.0


def test_confidence_is_kept_only_when_it_is_touched(demo: None) -> None:
    noah = start_session("noah")
    page = open_page(noah)
    assert field(page, "Confidence: Reach").value
    field(page, "New value: Reach").set_value("18").run()
    save(page)
    assert check_in.history(noah, "kr-adoption")[0]["confidence"] is None
    field(page, "Confidence: Keep failed").set_value("9/10").run()
    assert "9 in 10, almost certain" in texts(page)
    save(page)
    newest = check_in.history(noah, "kr-errors")[0]
    assert (newest["value"], newest["confidence"]) == (None, 9)


def test_what_is_unclear_holds_the_save_and_loses_nothing(demo: None) -> None:
    noah = start_session("noah")
    page = open_page(noah)
    field(page, "New value: Reduce the median").set_value("5m").run()
    field(page, "What changed? Reach").set_value("*much*").run()
    assert "This can be 5 or 5000000: type one of them." in texts(page)
    save(page)
    assert "Nothing is saved yet: 1 field needs another look." in texts(page)
    assert field(page, "What changed? Reach").value == "*much*"
    assert field(page, "New value: Reduce the median").value == "5m"
    assert check_in.history(noah, "kr-adoption")[0]["note"] != "*much*"
    field(page, "New value: Reduce the median").set_value("9").run()
    save(page)
    assert "2 check-ins are saved." in texts(page)
    assert check_in.history(noah, "kr-adoption")[0]["note"] == "*much*"


def test_what_the_service_refuses_stands_at_its_field(demo: None) -> None:
    page = open_page(start_session("noah"))
    tick = next(box for box in page.checkbox if box.label == "Blocker or evidence")
    tick.check().run()
    field(page, "Evidence").set_value("not an address").run()
    save(page)
    assert "The evidence must be a web address" in texts(page)
    assert field(page, "Evidence").value == "not an address"
    field(page, "Evidence").set_value("https://example.org/report").run()
    assert "The evidence must be a web address" not in texts(page)
    save(page)
    assert "1 check-in is saved." in texts(page)


def test_a_fault_of_the_store_is_told_and_what_was_typed_stays(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(start_session("noah"))
    field(page, "New value: Reach").set_value("18").run()

    def full(*_: object, **__: object) -> int:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(check_in, "check_in", full)
        save(page)
    assert "The disk is full. Nothing is saved; what you typed is still there." in texts(page)
    assert field(page, "New value: Reach").value == "18"
    save(page)
    assert "1 check-in is saved." in texts(page)


def test_no_change_and_saving_twice(demo: None) -> None:
    noah = start_session("noah")
    before = len(check_in.history(noah, "kr-adoption"))
    page = open_page(noah)
    ticks = [box for box in page.checkbox if box.label == "No change"]
    values = [one.label for one in page.text_input if one.label.startswith("New value")]
    ticks[next(n for n, name in enumerate(values) if "adoption" in name)].check().run()
    save(save(page))
    history = check_in.history(noah, "kr-adoption")
    assert len(history) == before + 1
    assert history[0]["value"] is None


def test_steps_are_ticked(demo: None) -> None:
    lena = start_session("lena")
    page = open_page(lena)
    step = next(box for box in page.checkbox if box.label == "Waitlist for group classes")
    assert not step.value
    step.check().run()
    assert "→ **" in texts(page)
    save(page)
    assert next(box for box in open_page(lena, key_result="kr-rollout").checkbox if box.label == step.label).value


def test_what_someone_else_saved_meanwhile_is_not_overwritten(demo: None) -> None:
    page = open_page(start_session("noah"))
    check_in.check_in(start_session("noah"), [check_in.Entry("kr-adoption", value=19.0)])
    field(page, "New value: Raise completed").set_value("71").run()
    save(page)
    assert "1 check-in is saved." in texts(page)
    assert check_in.history(CONSOLE, "kr-adoption")[0]["value"] == 19.0


def test_a_link_opens_a_key_result_that_is_not_due(demo: None) -> None:
    page = open_page(start_session("lena"), key_result="kr-adoption")
    assert "You asked for" in texts(page)
    assert field(page, "New value: Reach")
    strange = open_page(start_session("noah"), key_result="kr-visits")
    assert "is checked in on by" in texts(strange)
    gone = open_page(start_session("noah"), key_result="no such")
    assert "not there (any more)" in texts(gone)


def test_others_are_folded(demo: None) -> None:
    page = open_page(start_session("noah"))
    assert any(one.label.startswith("Not due, but yours or your team's") for one in page.expander)
    assert len([one for one in page.text_input if one.label.startswith("New value")]) == 4


def test_nobody_owes_anything_in_an_empty_company(signed_in: SignedIn) -> None:
    for part in ("member", "lead", "champion", "admin"):
        assert "No key result is yours yet" in texts(open_page(signed_in(part)))


def test_a_viewer_is_told_whom_it_is_for(signed_in: SignedIn) -> None:
    assert [title.value for title in open_page(signed_in("viewer")).title] == ["This page is not open to you"]


def test_up_to_date(demo: None) -> None:
    noah = start_session("noah")
    due = ("kr-adoption", "kr-mobile", "kr-setup", "kr-errors")
    check_in.check_in(noah, [check_in.Entry(identifier) for identifier in due])
    page = open_page(noah)
    assert re.search(r"You are up to date. The next check-in is due by \w+day", texts(page))


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
    page = open_page(signed_in("member"))
    shown = [element.value for element in [*page.markdown, *page.caption]]
    assert not any(re.search(r"(?<!\\)(<img|\[a|\*\*bold|:red\[)", value) for value in shown)
    assert len([one for one in page.text_input if one.label.startswith("New value: ＜img")]) == 25
