"""The drawers that mend what is wrong with the tree, where no other drawer does: an owner, a promise, one of two."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.tree_faults import Fault
from okrdash.services import objectives, tree
from okrdash.ui import choices, show
from okrdash.ui.dependency_line import show_who_is_told
from okrdash.ui.forms import Form, drawer
from okrdash.ui.session import Me
from okrdash.ui.text import md, short

_LONGEST = 140


@drawer("Name an owner")
def owner(form: Form, me: Me, board: Board, names: Mapping[str, str], objective: str) -> None:
    """Names the one person who answers for an objective."""
    row = objectives.objective(me.actor, objective)
    st.markdown(f"**{md(row['title'])}**, of {md(row['team'])}")
    lead = str(board.objectives.at[objective, "accountable"])
    st.caption(f"Today {md(show.person(lead, names))} answers for it, as the lead of its team.")
    who = form.choice("Owner", "owner", choices.people(names), placeholder="Type to find a person")
    form.save(
        "Name the owner",
        lambda key: objectives.edit_objective(
            me.actor, objective, {"owner": who or ""}, version=form.known(row)["version"], request_key=key
        ),
        done=f"{show.person(who or '', names)} is its owner now.",
        reread=lambda: objectives.objective(me.actor, objective),
        disabled=not who,
    )


@drawer("A promise that rests on a stretch")
def stretch(form: Form, me: Me, board: Board, fault: Fault) -> None:
    """Makes one of the two what the other is, or takes the tie away."""
    above = board.objective(fault.objective)
    below = board.objective(fault.other)
    bar = show.percent(board.settings.aspirational_bar)
    st.markdown(
        f"**{md(short(above['title'], _LONGEST))}** is a promise. It counts"
        f" **{md(short(below['title'], _LONGEST))}**, which is a stretch: met at {bar}."
    )
    says = {
        "below": f"It is a promise too: {short(below['title'], 60)}",
        "above": f"It is a stretch itself: {short(above['title'], 60)}",
    }
    texts = choices.distinct(says)
    which = form.choice("How is it meant", "ambition", texts, called="The answer", placeholder="Choose one")
    identifier, ambition = (fault.other, "committed") if which == "below" else (fault.objective, "aspirational")
    row = objectives.objective(me.actor, identifier)
    form.save(
        "Change it",
        lambda key: objectives.edit_objective(
            me.actor, identifier, {"ambition": ambition}, version=row["version"], request_key=key
        ),
        done=f"“{short(row['title'], 60)}” is {ambition} now.",
        disabled=not which,
    )


@drawer("Make it one", width="medium")
def make_one(form: Form, me: Me, board: Board, names: Mapping[str, str], fault: Fault) -> None:
    """Asks once, saying what it touches, and makes two key results one."""
    again = board.key_result(fault.key_result)
    first = board.key_result(fault.other)
    touched = tree.touched_by_one(me.actor, fault.key_result, fault.other)
    for says, row in (("Stays", first), ("Is dropped", again)):
        st.markdown(
            f"**{says}:** {md(row['title'])}  \n:small[{md(row['team'])}, {md(show.person(row['accountable'], names))}"
            f" · under {md(row['objective_title'])} · {md(show.stands(row))}]"
        )
    lines = [f"- The one that stays will count under {_all(touched.under)} too."] if touched.under else []
    lines.append("- It keeps its value, its owner and its check-ins.")
    kept = f"with its {show.count(touched.check_ins, 'check-in')}" if touched.check_ins else "without check-ins so far"
    lines.append(f"- The other one, {kept}, stays in the history and can come back.")
    if touched.tied:
        lines.append(f"- What contributed to the other one contributes to its objective: {_all(touched.tied)}.")
    st.markdown("\n".join(lines))
    show_who_is_told(me, fault.key_result)
    form.save(
        "Make it one",
        lambda key: tree.make_one(me.actor, fault.key_result, fault.other, request_key=key),
        done="They are one now.",
        undo=lambda revision: revision,
        icon=":material/merge:",
    )


def _all(titles: tuple[str, ...]) -> str:
    """The titles, the first few; as Markdown."""
    few = ", ".join(f"“{md(short(title, _LONGEST))}”" for title in titles[:3])
    return few + (f" and {len(titles) - 3} more" if len(titles) > 3 else "")
