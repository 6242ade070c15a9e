"""The import page and the page on which members claim: what they show, and what they keep when something is wrong."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from okrdash.domain.errors import StoreError
from okrdash.services import exchange, open_points, overview
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store
from okrdash.transfer.importing import Options, carry_out, plan_import
from tests.conftest import SignedIn
from tests.ui.screens import field, open_page, press, said, titles

TODAY = date.today()
QUARTER = Options("Now", TODAY - timedelta(days=50), TODAY + timedelta(days=50))
OUTLINE = """# OKRs
## Growth
- OBJECTIVE: Be found by [everyone](http://evil.example)
  - KR: From 40 to 100 sign-ups
  - KR: A source of truth
"""


@pytest.fixture
def imported(store: Store) -> None:
    carry_out(CONSOLE, plan_import(CONSOLE, [("okrs.md", OUTLINE.encode())], QUARTER))


def test_a_new_company_is_told_what_it_can_bring(signed_in: SignedIn) -> None:
    app = open_page(signed_in("champion"), "import")
    assert "An OKR document in Markdown" in said(app)
    assert "Nothing is open" in said(app)


def test_a_pasted_document_is_previewed_and_then_imported(signed_in: SignedIn, store: Store) -> None:
    app = open_page(signed_in("champion"), "import")
    app.text_input[0].set_value("Now")
    app.date_input[0].set_value(QUARTER.start)
    app.date_input[1].set_value(QUARTER.end)
    app.text_area[0].set_value(OUTLINE).run()
    counts = app.dataframe[0].value.set_index("")["New"]
    assert [counts[what] for what in ("Teams", "Cycles", "Objectives", "Key results")] == [0, 1, 1, 2]
    with store.read() as reader:
        assert reader.table("objectives") == []
    press(app, "Import")
    with store.read() as reader:
        assert len(reader.table("key_results")) == 2


def test_a_document_with_a_fault_stays_typed_and_cannot_be_imported(signed_in: SignedIn) -> None:
    app = open_page(signed_in("champion"), "import")
    app.text_area[0].set_value(OUTLINE).run()
    assert "its first day" in said(app)
    assert app.text_area[0].value == OUTLINE
    assert next(b for b in app.button if b.label == "Import").disabled


@pytest.mark.usefixtures("imported")
def test_what_is_open_is_one_list_with_a_link_for_each_team(signed_in: SignedIn) -> None:
    app = open_page(signed_in("champion"), "import")
    assert [code.value.endswith("/claim?of=Growth") for code in app.code] == [True]


@pytest.mark.usefixtures("imported")
def test_text_from_the_document_is_shown_as_text(signed_in: SignedIn) -> None:
    app = open_page(signed_in("member"), "claim")
    app.selectbox[0].set_value("Growth").run()
    assert "Be found by everyone" in said(app)
    assert "http://" not in said(app)


@pytest.mark.usefixtures("imported")
def test_a_member_ticks_gives_the_number_and_owns_it(signed_in: SignedIn) -> None:
    actor = signed_in("member")
    app = open_page(actor, "claim")
    app.selectbox[0].set_value("Growth").run()
    field(app, "A source of truth").check().run()
    field(app, "How is it measured?").set_value("increase to").run()
    for name, value in {"From": 0, "To": 20}.items():
        field(app, name).set_value(value)
    press(app, "This one is mine")
    owned = overview.board(actor).key_results.set_index("title").loc["A source of truth"]
    assert (owned["accountable"], owned["target"]) == ("mia", 20)


@pytest.mark.usefixtures("imported")
def test_a_number_that_cannot_be_is_told_and_kept(signed_in: SignedIn) -> None:
    app = open_page(signed_in("member"), "claim")
    app.selectbox[0].set_value("Growth").run()
    field(app, "A source of truth").check().run()
    field(app, "How is it measured?").set_value("increase to").run()
    for name, value in {"From": 20, "To": 20}.items():
        field(app, name).set_value(value)
    press(app, "This one is mine")
    assert app.error[0].value.startswith("**A source of truth** target")
    assert [box.value for box in app.number_input] == [20, 20]


@pytest.mark.usefixtures("imported")
def test_a_fault_that_is_of_no_key_result_is_told_as_it_is(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(signed_in("member"), "claim", of="Growth")
    field(app, "A source of truth").check().run()

    def full(*_: object) -> int:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(open_points, "claim", full)
    press(app, "This one is mine")
    assert app.error[0].value.replace("\\", "") == "The disk is full."


@pytest.mark.usefixtures("imported")
def test_when_all_is_claimed_the_page_says_so(signed_in: SignedIn) -> None:
    open_points.settle(CONSOLE, {p.row["id"]: {"owner": "mia"} for p in open_points.open_points(CONSOLE)})
    app = open_page(signed_in("lead"), "claim")
    app.selectbox[0].set_value("Growth").run()
    assert "Every key result of Growth has an owner" in said(app)


def test_who_is_in_no_team_is_told_whom_to_ask(signed_in: SignedIn, store: Store) -> None:
    app = open_page(signed_in("champion"), "claim")
    assert "You belong to no team yet" in said(app)


def test_a_member_cannot_import(signed_in: SignedIn, store: Store) -> None:
    app = open_page(signed_in("member"), "import")
    assert titles(app) == ["This page is not open to you"]
    assert exchange.organisation_day(CONSOLE) == TODAY
