"""The landing page without a browser."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from okrdash.services import exchange
from okrdash.services.people import CONSOLE
from okrdash.services.sign_in import start_session
from tests.conftest import PEOPLE, SignedIn
from tests.ui.screens import WHO, add_person, open_page, seen


def links(page: AppTest) -> list[tuple[str, str]]:
    """Where the page's links lead, with their query."""
    return [(link.proto.page, link.proto.query_string) for link in page.get("page_link")]


def test_a_member_sees_what_is_due_and_what_is_theirs(silent_demo: None) -> None:
    page = open_page(start_session(WHO["member"]), "")
    assert "4 check-ins due by" in seen(page)
    assert [header.value for header in page.header][:2] == ["To do", "Yours"]
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
