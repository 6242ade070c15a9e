"""Aligning by doing, and what is wrong with the tree: the list, the drawers that mend, invitations in both places."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from okrdash.services import invitations, key_results, objectives, overview, tree
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sessions import start_session
from tests.services import small
from tests.ui.screens import WHO, field, open_page, open_script, press, said, seen


def wrong(username: str, **query: str) -> AppTest:
    return open_page(start_session(username), "alignment", view="What is wrong", **query)


def buttons(page: AppTest) -> list[str]:
    return [button.label.partition(" :gray[")[0] for button in page.button]


def drawer(form: str, arguments: list[str]) -> None:
    """What a drawer draws: a form of a module of okrdash.ui, with what it takes, as it was when it was opened."""
    import importlib

    import streamlit as st

    from okrdash.services import check_in, invitations, objectives, tree
    from okrdash.ui.forms import Form
    from okrdash.ui.session import require

    me = require()
    board = st.session_state.setdefault("board", check_in.board_to_check(me.actor))
    given = {
        "board": lambda: board,
        "names": lambda: me.names,
        "invited": lambda: invitations.open_for(me.actor)[0],
        "row": lambda: objectives.objective(me.actor, "o-story"),
        "twice": lambda: next(fault for fault in tree.faults(me.actor, board) if fault.kind == "written twice"),
    }
    for one in arguments:
        if one not in st.session_state:
            st.session_state[one] = given[one]() if one in given else one
    module, _, name = form.rpartition(".")
    draw = getattr(importlib.import_module(f"okrdash.ui.{module}"), name).__wrapped__
    draw(Form("form_1"), me, *(st.session_state[one] for one in arguments))


def drawn(actor: Actor, form: str, *arguments: str) -> AppTest:
    return open_script(actor, drawer, form=form, arguments=list(arguments))


def test_every_kind_is_a_list_with_its_rule_and_its_mends(demo: None) -> None:
    page = wrong("priya", wrong_stands_alone="true")
    labels = [one.label for one in page.expander]
    assert labels == [
        "Promises that rest on a stretch · 1",
        "Parts that nobody has taken on · 3",
        "Objectives that stand alone · 1",
    ]
    assert "Committed, but its progress counts an aspirational objective below it" in said(page)
    assert "Because: It changes how we decide, not what a practice gets" in seen(page)
    assert {"Say how it is meant", "Choose parents", "Say anew why"} <= set(buttons(page))
    assert len({button.label for button in page.button if " :gray[" in button.label}) == 3


def test_who_may_not_mend_sees_whom_to_ask(demo: None) -> None:
    page = wrong("noah")
    assert "Say how it is meant" not in buttons(page)
    assert "To be mended by who leads Hourfold: Inês Carvalho" in seen(page)


def test_a_tie_is_taken_away_in_place_and_comes_back(demo: None) -> None:
    version = objectives.objective(CONSOLE, "o-story")["version"]
    objectives.drop_objective(CONSOLE, "o-story", "The film is enough", version=version)
    page = wrong("priya", function="Marketing")
    assert "“The market understands what Waitlist Autofill does for a practice” was dropped" in seen(page)
    [untie] = [button for button in page.button if button.label.startswith("Untie")]
    untie.click().run()
    assert "The tie is gone." in seen(page)
    assert "was dropped" not in seen(page)
    press(page, "Undo")
    assert "was dropped" in seen(page)


def test_what_the_filters_leave_out_is_not_told(demo: None) -> None:
    assert "Nothing is wrong with" in seen(wrong("priya", function="Customer Support", team="Onboarding"))


def test_parents_are_proposed_and_a_circle_is_refused_with_its_path(demo: None) -> None:
    page = drawn(start_session("amara"), "objective_form.tie", "board", "row")
    proposed = page.get("button_group")[0]
    assert any("Practices stay with us" in option for option in proposed.options)
    page.text_input[0].input("tell our story").run()
    page.multiselect[0].select(page.multiselect[0].options[0]).run()
    press(page, "Tie")
    assert "already leads back" in seen(page)


def test_that_it_stands_alone_is_an_answer_with_a_reason(demo: None) -> None:
    amara = start_session("amara")
    objectives.unalign(amara, "o-story", "o-launch")
    page = drawn(amara, "objective_form.tie", "board", "row", "stands alone")
    press(page, "It stands alone")
    assert "The reason is missing" in seen(page)
    field(page, "Because …").input("A debt of ours").run()
    press(page, "It stands alone")
    assert tree.why_alone(CONSOLE, "o-story") == "A debt of ours"
    page = open_page(start_session("noah"), "objective", objective="o-story", view="Alignment")
    assert "Stands alone] because: A debt of ours" in seen(page)


def test_an_invitation_is_answered_from_the_week_with_a_draft(demo: None) -> None:
    amara = start_session(WHO["leader"])
    page = open_page(amara, "")
    assert "1 objective asks: which of yours carries this?" in seen(page)
    assert {"One of ours carries it", "A new one", "None of ours"} <= set(buttons(page))
    page = drawn(amara, "objective_form.new", "board", "names", "invited")
    assert page.multiselect[0].value == ["o-groups"]
    field(page, "Title").input("Groups find themselves on our pages").run()
    press(page, "Create it and answer")
    [one] = invitations.of(CONSOLE, "o-groups")
    assert (one.row["state"], one.answer_title) == ("answered", "Groups find themselves on our pages")
    page = open_page(start_session("mateo"), "")
    assert "**Marketing** says what carries “Win practices with more than one location”" in seen(page)


def test_a_team_is_invited_and_its_answer_stands_at_the_objective(demo: None) -> None:
    lena = start_session("lena")
    page = drawn(lena, "invitation_forms.invite", "board", "o-launch")
    field(page, "Function or team").select("Content").run()
    press(page, "Invite")
    grace = start_session("grace")
    page = drawn(grace, "invitation_forms.answer", "invited")
    field(page, "It is carried by").select("o-proof").run()
    press(page, "Answer")
    page = open_page(lena, "objective", objective="o-launch", view="Alignment")
    assert "● Carried] **Content**" in seen(page)
    assert "Invite a team" in buttons(page)
    page = open_page(grace, "objective", objective="o-answers", view="Alignment")
    assert "▲ Declined] **Scheduling**" in seen(page)
    assert "The booking page on the phone takes all of us" in seen(page)
    assert "Invite a team" not in buttons(page)


def test_two_key_results_become_one_after_saying_what_it_touches(demo: None) -> None:
    kept = key_results.key_result(CONSOLE, "kr-adoption")
    again = {name: kept[name] for name in ("title", "kind", "unit", "baseline", "target")}
    small.add(key_results=[again | {"id": "kr-again", "objective": "o-story"}])
    page = wrong("priya")
    assert "Key results written twice · 1" in [one.label for one in page.expander]
    assert {"Make it one", "They are two: say what differs"} <= set(buttons(wrong("priya", wrong_written_twice="true")))
    page = drawn(start_session("priya"), "tree_forms.make_one", "board", "names", "twice")
    assert "will count under “The market understands" in seen(page)
    press(page, "Make it one")
    assert "kr-again" not in overview.board(CONSOLE).key_results.index
    assert "o-story" in key_results.key_result(CONSOLE, "kr-adoption")["also"]
