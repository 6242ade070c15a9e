"""The landing page without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.domain.errors import StoreError
from okrdash.services import comments, exchange
from okrdash.services.people import CONSOLE
from okrdash.services.sessions import start_session
from okrdash.store.store import Store
from tests.conftest import PEOPLE, SignedIn
from tests.services import small
from tests.ui.screens import WHO, add_person, headers, open_page, press, seen


def links(page: AppTest) -> list[tuple[str, str]]:
    """Where the page's links lead, with their query."""
    return [(link.proto.page, link.proto.query_string) for link in page.get("page_link")]


def test_a_member_sees_what_is_due_and_what_is_theirs(silent_demo: None) -> None:
    page = open_page(start_session(WHO["member"]), "")
    assert "4 check-ins due by" in seen(page)
    assert headers(page)[0].startswith("To do · ")
    assert "Yours" in headers(page)
    assert any("o-mobile" in query for _, query in links(page))


def test_a_draft_leads_to_where_it_is_finished(silent_demo: None) -> None:
    page = open_page(start_session(WHO["lead"]), "")
    assert "**1 objective** of yours not agreed on yet" in seen(page)
    assert any("o-n-default" in query for _, query in links(page))


def test_a_leader_sees_what_is_wrong_below(silent_demo: None) -> None:
    page = open_page(start_session(WHO["leader"]), "")
    assert "Your teams" in seen(page)
    labels = [one.label for one in page.expander]
    assert any(label.startswith("Off track: ") for label in labels)
    assert any(label.startswith("Update overdue: ") for label in labels)


def test_who_leads_teams_is_asked_to_agree(silent_demo: None) -> None:
    page = open_page(start_session("sigrun"), "")  # leads Customer Support, where one is proposed
    assert "proposed in your teams" in seen(page)


def test_a_champion_sees_what_is_open(silent_demo: None) -> None:
    for part in ("champion", "admin"):
        page = open_page(start_session(WHO[part]), "")
        assert "without an owner or a number" in seen(page)
        assert any(page_name.endswith("import") for page_name, _ in links(page))
    assert "The company" not in seen(open_page(start_session(WHO["member"]), ""))


def test_open_key_results_of_my_team_lead_to_the_claim(silent_demo: None) -> None:
    rows, _ = exchange.everything(CONSOLE)
    bare = next(row for row in rows["key_results"] if row["id"] == "kr-controls")
    step_less = bare | {"id": "kr-bare", "title": "Something", "objective": "o-mobile", "team": "Scheduling"}
    exchange.import_rows(CONSOLE, {"key_results": [step_less]})
    page = open_page(start_session("noah"), "")
    assert "**1 key result** of your teams without an owner or a number yet" in seen(page)
    assert any("of=Scheduling" in query for _, query in links(page))


def test_nothing_to_do_is_a_pleasure(signed_in: SignedIn) -> None:
    for part in PEOPLE:
        page = open_page(signed_in(part), "")
        assert "Nothing is waiting for you." in seen(page)
        assert "There are no objectives yet" in seen(page)
        assert "no cycle is running" in seen(page)


def test_a_new_person_is_shown_around(silent_demo: None) -> None:
    add_person("new", "viewer")
    page = open_page(start_session("new"), "")
    assert "Nothing is waiting for you." in seen(page)
    assert "No objective or key result of a running cycle is yours." in seen(page)
    assert len(links(page)) >= 2


def test_who_opens_a_new_company_is_told_the_first_steps(signed_in: SignedIn) -> None:
    page = open_page(signed_in("champion"), "")
    assert "First steps" in seen(page)
    assert any(page_name.endswith("import") for page_name, _ in links(page))
    assert "First steps" not in seen(open_page(signed_in("member"), ""))


@pytest.fixture
def week(store: Store, signed_in: SignedIn) -> None:
    """Something of every kind: mia's key result fell behind and waits for leo's help, vera asks about it."""
    small.quarter()
    small.check_in("c1", 20, 30.0)
    small.check_in("c2", 6, 12.0, note="Nobody searches", blocker="No budget", helper="Leo Lead")
    comments.comment(signed_in("viewer"), "K", "Why, @Leo Lead?")
    comments.thank(signed_in("champion"), "K", "Keep going")


WHAT = ("call for your help", "comment to you", "turned red", "Worth a cheer", "What changed around you")
SEES = {
    "viewer": (),
    "member": ("comment to you", "Worth a cheer", "What changed around you"),
    "lead": ("call for your help", "comment to you", "turned red", "Worth a cheer"),
    "leader": ("turned red", "Worth a cheer", "What changed around you"),
    "champion": (),
}


@pytest.mark.parametrize("part", SEES)
def test_what_waits_for_whom(week: None, signed_in: SignedIn, part: str) -> None:
    text = seen(open_page(signed_in(part), ""))
    assert tuple(says for says in WHAT if says in text) == SEES[part]


def typed(page: AppTest, label: str, text: str, button: str) -> AppTest:
    """Types into the field of this label and presses the button beside it."""
    next(one for one in page.text_input if one.label == label).set_value(text)
    return press(page, button)


def test_a_call_for_help_is_answered_and_cleared_here_and_cleared_can_be_undone(
    week: None, signed_in: SignedIn
) -> None:
    page = open_page(signed_in("lead"), "")
    typed(page, "Your answer to Mia Member", "Take mine", "Answer")
    assert "Leo Lead" in seen(page)
    assert "“Take mine”" in seen(page)
    assert [one.value for one in page.toast] == ["Mia Member finds your answer in My week\\."]
    press(page, "It is cleared")
    assert "call for your help" not in seen(page)
    press(page, "Undo")
    assert "call for your help" in seen(page)
    assert [one.label for one in page.button if one.label == "Undo"] == []
    assert "“Take mine”" in seen(open_page(signed_in("member"), ""))


def test_what_is_refused_is_said_at_the_field_and_kept(
    week: None, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("The disk is full.")

    page = open_page(signed_in("lead"), "")
    typed(page, "Your answer to Mia Member", " ", "Answer")
    assert "The text is missing" in seen(page)
    monkeypatch.setattr(comments, "comment", full)
    typed(page, "Your answer to Mia Member", "Take mine", "Answer")
    assert [one.value for one in page.error] == ["The disk is full\\."]
    assert next(one for one in page.text_input if one.label == "Your answer to Mia Member").value == "Take mine"


def test_a_comment_is_answered_or_settled_here(week: None, signed_in: SignedIn) -> None:
    page = open_page(signed_in("lead"), "")
    typed(page, "Your reply to Vera Viewer", "Look at the figures", "Reply")
    assert "comment to you" not in seen(page)
    assert "“Look at the figures”" in seen(open_page(signed_in("viewer"), ""))
    page = open_page(signed_in("member"), "")
    press(page, "Done")
    assert "comment to you" not in seen(page)


def test_who_has_seen_what_turned_red_says_so(week: None, signed_in: SignedIn) -> None:
    page = open_page(signed_in("leader"), "")
    assert "“Nobody searches”" in seen(page)
    assert "● On track" in seen(page)
    press(page, "Seen")
    assert "turned red" not in seen(page)
    assert "turned red" not in seen(open_page(signed_in("lead"), ""))


def test_many_are_folded(store: Store, signed_in: SignedIn) -> None:
    small.quarter()
    for number in range(12):
        small.check_in(f"c{number}", 6, 50.0, blocker=f"Reason {number}", helper="Leo Lead")
    page = open_page(signed_in("lead"), "")
    assert "12 calls for your help" in seen(page)
    assert len(page.text_input) == 3
    assert [one.label for one in page.expander if "more" in one.label] == ["9 more blockers"]


def test_a_quiet_week_is_said_kindly(store: Store, signed_in: SignedIn) -> None:
    small.quarter()
    small.check_in("c1", 0, 50.0)
    page = open_page(signed_in("member"), "")
    assert "Nothing is waiting for you." in seen(page)
    assert "All quiet since" in seen(page)
