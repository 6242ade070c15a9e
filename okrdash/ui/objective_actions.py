"""What a person can do with an objective and its key results: the buttons, and the drawers that they open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.columns import Row
from okrdash.domain.errors import OkrdashError
from okrdash.services import blockers, check_in, key_results, objectives
from okrdash.services.blockers import Blocker
from okrdash.services.permissions import Person, Resource, can
from okrdash.ui import asking, key_result_form, link_list, links, objective_form, objective_needs, show
from okrdash.ui.ask_form import open_ask
from okrdash.ui.objective_view import Goal
from okrdash.ui.session import Me
from okrdash.ui.text import md
from okrdash.ui.told import tell

_REFUSED = "okrdash_refused"


@dataclass(frozen=True, slots=True)
class Rights:
    """What to offer to a person for an objective; the services ask again."""

    change: bool
    decide: bool

    @classmethod
    def of(cls, person: Person, row: Row) -> Rights:
        """What a person may do with it in its present state."""
        resource = Resource(row["owner"], (row["team"],))
        decide = can(person, "decide", resource)
        return cls(decide or (row["state"] in objectives.DRAFTS and can(person, "draft", resource)), decide)


def draw(me: Me, board: Board, names: Mapping[str, str], row: Row, may: Rights) -> None:
    """The buttons of an objective, as far as they are offered."""
    draw_refused()
    if not may.change:
        return
    identifier, version = row["id"], row["version"]
    with st.container(horizontal=True, gap="small"):
        if row["state"] == "dropped":
            if may.decide:
                _at_once("Bring it back", "restore", ":material/unarchive:", _restore, me, identifier, version)
            return
        if row["state"] == "draft":
            _at_once("Propose", "propose", ":material/send:", _to_state, me, identifier, version, "proposed")
        if row["state"] in objectives.DRAFTS and may.decide:
            _at_once("Agree on it", "agree", ":material/task_alt:", _to_state, me, identifier, version, "active")
        if st.button("Add key result", key="add_key_result", icon=":material/add:"):
            key_result_form.new(me, board, names, identifier)
        if st.button("Change", key="change", icon=":material/edit:"):
            objective_form.edit(me, board, names, row)
        if may.decide and st.button("Drop", key="drop", icon=":material/archive:"):
            objective_form.drop(me, row)


def draw_refused() -> None:
    """Says why what was just done was not."""
    if refused := st.session_state.pop(_REFUSED, ""):
        st.error(md(refused), icon=":material/error:")


def draw_of_key_result(
    me: Me, goal: Goal, needs: objective_needs.Needs, key_result: pd.Series[Any], linked: Sequence[Row]
) -> None:
    """The buttons of a key result, and its links to the work."""
    identifier, teams, board, names = str(key_result.name), (str(key_result["team"]),), goal.board, goal.names
    drafting = _state_at_home(goal, key_result) in objectives.DRAFTS
    may_change = can(me.person, "draft" if drafting else "decide", Resource(teams=teams))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            "History",
            key=f"history_{identifier}",
            icon=":material/history:",
            type="tertiary",
            on_click=_show_history,
            args=(identifier,),
        )
        link_list.draw(me, identifier, linked)
        draw_check_in(me, goal, identifier)
        if may_ask(me, goal, key_result) and ask_button(identifier):
            open_ask(me, board, identifier)
        objective_needs.draw_slips(needs, names, identifier)
        if may_change and st.button("Change", key=f"change_{identifier}", icon=":material/edit:", type="tertiary"):
            open_now(lambda: key_result_form.edit(me, board, names, key_results.key_result(me.actor, identifier)))
        if may_change and st.button("Drop", key=f"drop_{identifier}", icon=":material/archive:", type="tertiary"):
            open_now(lambda: key_result_form.drop(me, key_results.key_result(me.actor, identifier)))


def may_ask(me: Me, goal: Goal, key_result: pd.Series[Any]) -> bool:
    """Whether to offer to ask a team for what a key result needs: it can be needed until the key result is due."""
    state, owner, team = _state_at_home(goal, key_result), str(key_result["accountable"]), str(key_result["team"])
    return bool(key_result["due"].date() >= goal.board.day) and asking.may_ask(me, state, owner, team)


def ask_button(key_result: str) -> bool:
    """The button that asks a team for what a key result needs; whether it was clicked."""
    return st.button("Ask a team", key=f"ask_{key_result}", icon=":material/swap_horiz:", type="tertiary")


def _state_at_home(goal: Goal, key_result: pd.Series[Any]) -> str:
    """The state of the objective at which a key result is at home."""
    states = goal.board.objectives["state"]
    return str(states.get(key_result["objective"], goal.row["state"]))


def draw_check_in(me: Me, goal: Goal, key_result: str) -> None:
    """The way to check in on a key result, for those who may."""
    if goal.row["state"] == "active" and check_in.may_check_in(me.person, goal.board.key_result(key_result)):
        links.to("check-in", "Check in", icon=":material/edit_note:", key_result=key_result)


def draw_blockers(me: Me, goal: Goal, stuck: Sequence[Blocker]) -> None:
    """What is in the way of a key result, what was answered, and for those who may the button that clears it."""
    for one in stuck:
        helper = f" · asked to help: {md(one.helper)}" if one.helper else ""
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(
                f":material/block: **In the way:** {md(one.text)}  \n:small[since {show.day(one.since)}{helper}]",
                width="content",
            )
            mine = {me.person.username, *me.person.deputises} & one.asked
            if mine or check_in.may_check_in(me.person, goal.board.key_result(one.key_result)):
                st.button(
                    "Cleared",
                    key=f"clear_{one.check_in}",
                    icon=":material/check:",
                    type="tertiary",
                    on_click=_clear,
                    args=(me, one.check_in),
                )
        for answer in one.answers:
            st.caption(f"{md(show.person(answer['author'], goal.names))}: {md(answer['text'])}")


def draw_dropped(me: Me, objective: str, may: Rights) -> None:
    """The dropped key results of an objective, which can come back."""
    rows = key_results.dropped(me.actor, objective)
    if not rows:
        return
    with st.expander(f"Dropped key results: {len(rows)}"):
        for row in rows[:25]:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(md(row["title"]), width="stretch")
                if may.change:
                    _at_once(
                        "Bring it back",
                        f"restore_{row['id']}",
                        ":material/unarchive:",
                        lambda me, one, version: key_results.restore_key_result(me.actor, one, version=version),
                        me,
                        row["id"],
                        row["version"],
                    )


def draw_tying(me: Me, board: Board, row: Row, may: Rights) -> None:
    """The button that chooses parents for the objective, or says why it has none."""
    offered = may.change and row["state"] not in ("dropped", "closed")
    if offered and st.button("Choose parents", key="tie", icon=":material/add_link:"):
        objective_form.tie(me, board, row)


def untie(me: Me) -> Callable[[str, str], None]:
    """What takes a tie away, for `on_click`."""

    def call(child: str, parent: str) -> None:
        mend(lambda: objectives.unalign(me.actor, child, parent), "The tie is gone.")

    return call


def mend(call: Callable[[], int], says: str) -> None:
    """Does what gives a revision, for `on_click`: it is told with the way to undo it, or why it was refused."""
    try:
        revision = call()
    except OkrdashError as fault:
        st.session_state[_REFUSED] = str(fault)
    else:
        tell(says, undo=revision)


def _at_once(says: str, key: str, icon: str, call: Callable[..., None], *arguments: Any) -> None:
    """A button that does one thing without asking further."""
    st.button(says, key=key, icon=icon, on_click=lambda: _done(lambda: call(*arguments), f"{says}: done."))


def _done(call: Callable[[], None], says: str) -> None:
    try:
        call()
    except OkrdashError as fault:
        st.session_state[_REFUSED] = str(fault)
    else:
        tell(says)


def _clear(me: Me, check_in: str) -> None:
    mend(lambda: blockers.clear(me.actor, check_in), "Cleared: it is in nobody's way any more.")


def open_now(drawer: Callable[[], None]) -> None:
    """Opens a drawer on what is there now; it may be gone since the page was drawn."""
    try:
        drawer()
    except OkrdashError as fault:
        st.error(md(fault), icon=":material/error:")


def _restore(me: Me, identifier: str, version: int) -> None:
    objectives.restore_objective(me.actor, identifier, version=version)


def _to_state(me: Me, identifier: str, version: int, state: str) -> None:
    objectives.edit_objective(me.actor, identifier, {"state": state}, version=version)


def _show_history(key_result: str) -> None:
    """Turns to the history of one key result."""
    st.session_state["view"] = "History"
    st.session_state["of"] = key_result
