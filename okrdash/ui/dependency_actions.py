"""What a person can do with a dependency: one step at a time, each with just the fields that it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.columns import TITLE
from okrdash.services import dependencies, dependency_reads
from okrdash.services.carrying import Carried
from okrdash.services.dependency_reads import Dependency
from okrdash.ui import choices, show
from okrdash.ui.dependency_say import choose, draw_refused
from okrdash.ui.forms import Form
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain, short

_WORDS: Mapping[str, str] = {
    "accept": ":material/handshake: Accept",
    "agree": ":material/handshake: Agree to the day",
    "confirm": ":material/task_alt: Confirm",
    "deliver": ":material/package_2: It is delivered",
    "propose": ":material/event_repeat: Propose another day",
    "decline": ":material/block: Decline",
    "hand on": ":material/move_down: Hand on",
    "reopen": ":material/replay: Reopen",
    "change": ":material/edit: Change it",
    "withdraw": ":material/undo: Withdraw",
}
"""Every step in the order in which it is offered."""
_FIRST = ("accept", "agree", "confirm")
"""Steps that stand open: what others wait for."""

_Draw = Callable[[Form, Me, Board, Dependency], None]


def draw(me: Me, board: Board, one: Dependency, name: str, names: Mapping[str, str]) -> None:
    """The steps that the person may take now; `name` is that of one opening of the drawer."""
    draw_refused()
    forms = f"{name}_forms"
    name = st.session_state.setdefault(forms, name)
    one = _as_read(me, one, name, names)
    if "say" in one.can:
        _say(me, one, name)
    offered = [step for step in _WORDS if step in one.can]
    if not offered:
        return
    first = next((step for step in offered if step in _FIRST), None)
    texts = {**_WORDS, **({"change": ":material/replay: Ask again"} if _again(one) else {})}
    step = st.pills(
        "What do you want to do?",
        offered,
        default=first,
        required=first is not None,
        format_func=lambda one: texts[one],
        key=f"{name}_step_{one.row['state']}",
    )
    if step:
        with st.container(border=True):
            _DRAWS[step](Form(f"{name}_{step.replace(' ', '_')}", stays=forms), me, board, one)


def _again(one: Dependency) -> bool:
    return one.row["state"] == "declined" or bool(one.row["promised"])


def _as_read(me: Me, one: Dependency, name: str, names: Mapping[str, str]) -> Dependency:
    """The dependency as it was read before the person pressed a button, so that a change meanwhile is not overlooked.

    What somebody else did while the drawer was open is told.
    """
    key = f"{name}_read"
    before: Dependency = st.session_state.setdefault(key, one)
    if before.row["version"] == one.row["version"]:
        return one
    if any(st.session_state.get(f"{name}_{step.replace(' ', '_')}_save") for step in _WORDS):
        return before
    st.session_state[key] = one
    newest = one.steps[-1] if one.steps else None
    if newest and newest.actor != me.person.username:
        who = md(show.person(newest.actor, names))
        st.warning(f"{who} changed this while you looked at it. This is how it stands now.", icon=":material/sync:")
    return one


def _say(me: Me, one: Dependency, name: str) -> None:
    row = one.row
    word = {"asker": row["asker_says"], "provider": row["provider_says"]}.get(one.side, "")
    asked = "Will it be there in time?" if one.side != "both" else f"Will it be there in time, says {row['from_team']}?"
    choose(me, row["id"], asked, key=f"{name}_say_{row['version']}", now=word)
    if one.side == "both":
        other = f"Will it be there in time, says {row['to_team']}?"
        choose(me, row["id"], other, key=f"{name}_answer_{row['version']}", now=row["provider_says"], side="provider")


def _save(form: Form, me: Me, one: Dependency, says: str, call: Callable[[int, str], int], done: str) -> None:
    """The button of a step; `call` gets the version that was read and the key of the request."""
    form.save(
        says,
        lambda key: call(form.known(one.row)["version"], key),
        done=done,
        undo=lambda revision: revision,
        reread=lambda: dependency_reads.dependency(me.actor, one.row["id"]).row,
    )


def _accept(form: Form, me: Me, board: Board, one: Dependency) -> None:
    row = one.row
    day = row["need_by"] if row["need_by"] and row["need_by"] >= board.day else None
    promised = form.day("Promised for", "promised", day, called="The day", help=_needed(one))
    carried = _carried(form, me, one)
    _save(
        form,
        me,
        one,
        "Accept",
        lambda version, key: dependencies.accept(
            me.actor, row["id"], promised, carried_by=carried, version=version, request_key=key
        ),
        f"Promised. {row['from_team']} is told.",
    )


def _carried(form: Form, me: Me, one: Dependency) -> Carried | None:
    """How the promise stands in the provider's own OKRs."""
    found = dependency_reads.can_carry(me.actor, one.row["id"])
    existing = {row["id"]: f"{row['title']} · {row['objective_title']}" for row in found["key_results"]}
    steps = {row["id"]: existing[row["id"]] for row in found["key_results"] if row["kind"] == "milestone"}
    objectives = {row["id"]: f"{row['title']} · {row['cycle']}" for row in found["objectives"]}
    ways = {
        "plain": "A plain promise",
        **({"step": "A step of one of your key results"} if steps else {}),
        **({"key result": "One of your key results as it is"} if existing else {}),
        **({"new": "A new key result"} if objectives else {}),
    }
    way = form.choice("How does it stand in your own OKRs?", "way", ways, "plain", help=_CARRIED)
    need = short(" ".join(one.row["need"].split()), TITLE)
    match way:
        case "step":
            milestones = choices.distinct(steps)
            key_result = form.choice("Of which key result", "key_result", milestones, called="The key result")
            return Carried(key_result or "", form.text("The step", "step", need, called="The step", max_chars=TITLE))
        case "key result":
            key_results = choices.distinct(existing)
            return Carried(form.choice("Which key result", "key_result", key_results, called="The key result") or "")
        case "new":
            homes = choices.distinct(objectives)
            objective = form.choice("Under which objective", "objective", homes, called="The objective")
            title = form.text("Its title", "title", need, called="The title", max_chars=TITLE)
            return Carried(objective=objective or "", title=title)
    return None


_CARRIED = "What is promised to others is work too: in your own OKRs it is checked in on with the rest."


def _propose(form: Form, me: Me, board: Board, one: Dependency) -> None:
    promised = form.day("It can be there by", "promised", one.row["promised"], called="The day", help=_needed(one))
    reason = form.reason("Why not earlier?", lines=True)
    _save(
        form,
        me,
        one,
        "Propose this day",
        lambda version, key: dependencies.propose(
            me.actor, one.row["id"], promised, reason, version=version, request_key=key
        ),
        f"Proposed. {one.row['from_team']} decides on it.",
    )


def _hand_on(form: Form, me: Me, board: Board, one: Dependency) -> None:
    teams = {team: plain(team) for team in dependency_reads.hands_on_to(me.actor, one.row["id"])}
    team = form.choice("To which team", "team", teams, called="The team")
    reason = form.text("A word to them (optional)", "reason", called="The word", lines=True)
    _save(
        form,
        me,
        one,
        "Hand on",
        lambda version, key: dependencies.hand_on(
            me.actor, one.row["id"], team or "", reason, version=version, request_key=key
        ),
        "Handed on. The team is told.",
    )


def _change(form: Form, me: Me, board: Board, one: Dependency) -> None:
    row = one.row
    need = form.text("What is needed", "need", row["need"], called="What is needed", lines=True)
    need_by = form.day("Needed by", "need_by", row["need_by"], called="The day")
    again = _again(one)
    reason = form.text("Why? (optional)", "reason", called="The reason", lines=True) if again else ""
    now = {"need": need, "need_by": need_by}
    _save(
        form,
        me,
        one,
        "Ask again" if again else "Save changes",
        lambda version, key: dependencies.change(
            me.actor,
            row["id"],
            {name: value for name, value in now.items() if value != row[name]},
            reason,
            version=version,
            request_key=key,
        ),
        f"{'Asked again' if again else 'Changed'}. {row['to_team']} is told.",
    )


def _with_reason(says: str, button: str, step: Callable[..., int], done: str, *, needed: bool = True) -> _Draw:
    def drawn(form: Form, me: Me, board: Board, one: Dependency) -> None:
        reason = form.reason(says, lines=True) if needed else form.text(says, "note", called="The word", lines=True)
        _save(
            form,
            me,
            one,
            button,
            lambda version, key: step(me.actor, one.row["id"], reason, version=version, request_key=key),
            done,
        )

    return drawn


def _at_once(says: str, button: str, step: Callable[..., int], done: str) -> _Draw:
    def drawn(form: Form, me: Me, board: Board, one: Dependency) -> None:
        st.markdown(says.format(day=show.day(one.row["promised"])))
        _save(
            form,
            me,
            one,
            button,
            lambda version, key: step(me.actor, one.row["id"], version=version, request_key=key),
            done,
        )

    return drawn


_DRAWS: Mapping[str, _Draw] = {
    "accept": _accept,
    "agree": _at_once(
        "It is then promised for **{day}**.", "Agree", dependencies.agree, "Agreed: it is promised for that day."
    ),
    "confirm": _at_once("It is there, and it is what was needed.", "Confirm", dependencies.confirm, "Confirmed."),
    "deliver": _with_reason(
        "A word to those who asked (optional)",
        "It is delivered",
        dependencies.deliver,
        "Delivered. Those who asked confirm it.",
        needed=False,
    ),
    "propose": _propose,
    "decline": _with_reason("Why not?", "Decline", dependencies.decline, "Declined. Those who asked are told."),
    "hand on": _hand_on,
    "reopen": _with_reason("What is missing?", "Reopen", dependencies.reopen, "Reopened: it is promised again."),
    "change": _change,
    "withdraw": _with_reason(
        "Why is it not needed any more?", "Withdraw", dependencies.withdraw, "Withdrawn. The other side is told."
    ),
}


def _needed(one: Dependency) -> str:
    day = one.row["need_by"]
    due = f"The key result that needs it is due on {show.day(one.row['due'])}."
    return (f"Needed by {show.day(day)}. " if day else "") + due
