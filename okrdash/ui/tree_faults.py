"""What is wrong with the tree, as a list by kind: each fault with its reason, and what mends it for who may."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.tree_faults import KINDS, Fault
from okrdash.services import key_results, objectives, tree
from okrdash.services.permissions import Resource, can
from okrdash.ui import invitation_forms, key_result_form, objective_form, show, tree_forms
from okrdash.ui.dependency_drawer import open_dependency
from okrdash.ui.objective_actions import draw_refused, mend, open_now
from okrdash.ui.objective_drawer import title_button
from okrdash.ui.session import Me
from okrdash.ui.text import label, md, short
from okrdash.ui.told import show_told

PAGE = 20
_ALONE = "stands alone"
_LONGEST = 140


def draw(me: Me, board: Board, shown: pd.DataFrame) -> None:
    """Draws what is wrong with the objectives in `shown`, rows of `board.objectives`."""
    show_told(me.actor, "tree")
    draw_refused()
    wanted = set(shown.index)
    groups: dict[str, list[Fault]] = {}
    for fault in tree.faults(me.actor, board):
        if fault.objective in wanted:
            groups.setdefault(fault.kind, []).append(fault)
    wrong = {kind: found for kind, found in groups.items() if kind != _ALONE}
    if wrong:
        count = show.count(sum(map(len, wrong.values())), "thing")
        st.caption(f"{count} to put right among {show.count(len(shown), 'objective')}.")
    else:
        st.success(f"Nothing is wrong with {show.count(len(shown), 'objective')}.", icon=":material/check_circle:")
    names = me.names
    for kind, found in groups.items():
        opened = st.expander(
            label(f"{KINDS[kind].title} · {len(found):,}"),
            expanded=kind == next(iter(wrong), ""),
            key=f"wrong_{kind.replace(' ', '_')}",
            on_change="rerun",
            bind="query-params",
        )
        if opened.open:
            with opened:
                _draw_kind(me, board, kind, found, names)


def _draw_kind(me: Me, board: Board, kind: str, found: Sequence[Fault], names: Mapping[str, str]) -> None:
    st.caption(KINDS[kind].rule)
    pages = -(-len(found) // PAGE)
    at = st.pagination(pages, key=f"wrong_page_{kind}_{pages}") if pages > 1 else 1
    part = found[(at - 1) * PAGE : at * PAGE]
    rows = board.objectives.loc[[fault.objective for fault in part]]
    leads = tree.leads(me.actor, rows["team"])
    for number, (fault, (_, row)) in enumerate(zip(part, rows.iterrows(), strict=True)):
        key = f"{kind}_{number}_{fault.objective}".replace(" ", "_")
        with st.container(gap="xsmall"):
            title_button(me, fault.objective, short(row["title"], _LONGEST), key=key)
            where = f"{md(row['team'])} · {md(row['cycle'])} · {md(show.person(row['accountable'], names))}"
            reason = f"Because: {fault.reason}" if kind == _ALONE else fault.reason[:1].upper() + fault.reason[1:]
            st.markdown(f"{md(reason)}  \n:small[:gray[{where}]]")
            with st.container(horizontal=True, gap="small", key=f"mends_{key}"):
                if not _draw_mends(_Case(me, board, fault), row, key):
                    asked = ", ".join(md(show.person(one, names)) for one in leads[row["team"]])
                    st.caption(f"To be mended by who leads {md(row['team'])}" + (f": {asked}." if asked else "."))


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """A fault as it is looked at."""

    me: Me
    board: Board
    fault: Fault

    def tie(self, how: str = "contributes") -> None:
        """Opens the drawer that chooses parents, or says why there are none."""
        row = objectives.objective(self.me.actor, self.fault.objective)
        objective_form.tie(self.me, self.board, row, how)

    def rename(self) -> None:
        """Opens the drawer in which the title of a key result is changed, among all of it."""
        row = key_results.key_result(self.me.actor, self.fault.key_result)
        key_result_form.edit(self.me, self.board, self.me.names, row)

    def untie(self) -> int:
        """Takes the tie away that is at fault."""
        return objectives.unalign(self.me.actor, self.fault.objective, self.fault.parent)

    def put_under(self) -> int:
        """Puts what skips a level under the objective that goes between."""
        fault = self.fault
        return objectives.align(self.me.actor, fault.objective, fault.other, instead_of=fault.parent)


class _Mend(NamedTuple):
    """One way to mend a fault: a drawer that opens, or what is done at once."""

    says: str
    icon: str
    opens: Callable[[_Case], None] | None = None
    does: Callable[[_Case], int] | None = None
    done: str = ""


_PARENTS = _Mend("Choose parents", ":material/add_link:", _Case.tie)
_MENDS: Mapping[str, tuple[str, Sequence[_Mend]]] = {
    "unaligned": (
        "decide",
        (_PARENTS, _Mend("It stands alone", ":material/center_focus_weak:", lambda case: case.tie(_ALONE))),
    ),
    "no team": (
        "ask",
        (
            _Mend(
                "Invite a team",
                ":material/group_add:",
                lambda case: invitation_forms.invite(case.me, case.board, case.fault.objective),
            ),
        ),
    ),
    "parent gone": (
        "decide",
        (_PARENTS, _Mend("Untie", ":material/link_off:", does=_Case.untie, done="The tie is gone.")),
    ),
    "level skipped": (
        "decide",
        (
            _Mend("Put it under that", ":material/account_tree:", does=_Case.put_under, done="It goes through it now."),
            _PARENTS,
        ),
    ),
    "rests on a stretch": (
        "decide",
        (
            _Mend(
                "Say how it is meant",
                ":material/balance:",
                lambda case: tree_forms.stretch(case.me, case.board, case.fault),
            ),
        ),
    ),
    "no key results": (
        "decide",
        (
            _Mend(
                "Add a key result",
                ":material/add:",
                lambda case: key_result_form.new(case.me, case.board, case.me.names, case.fault.objective),
            ),
        ),
    ),
    "no owner": (
        "decide",
        (
            _Mend(
                "Name an owner",
                ":material/person_add:",
                lambda case: tree_forms.owner(case.me, case.board, case.me.names, case.fault.objective),
            ),
        ),
    ),
    "written twice": (
        "decide",
        (
            _Mend(
                "Make it one",
                ":material/merge:",
                lambda case: tree_forms.make_one(case.me, case.board, case.me.names, case.fault),
            ),
            _Mend("They are two: say what differs", ":material/edit:", _Case.rename),
        ),
    ),
    "not taken on": (
        "read",
        (_Mend("Open it", ":material/open_in_full:", lambda case: open_dependency(case.me, case.fault.dependency)),),
    ),
    _ALONE: (
        "decide",
        (_PARENTS, _Mend("Say anew why", ":material/edit:", lambda case: case.tie(_ALONE))),
    ),
}
"""Of each kind: the permission that mending it asks for, and the ways to do it."""


def _draw_mends(case: _Case, row: pd.Series[Any], key: str) -> bool:
    """The buttons that mend a fault; False where none is offered to this person, who may not."""
    action, ways = _MENDS[case.fault.kind]
    if not can(case.me.person, action, Resource(row["owner"], (row["team"],))):
        return False
    for way in ways:
        says = f"{way.says} :gray[{label(short(row['title'], _LONGEST))}]"  # read out: what each is for; not seen
        name = f"{way.says}_{key}".replace(" ", "_")
        if way.does:
            st.button(says, key=name, icon=way.icon, on_click=mend, args=(functools.partial(way.does, case), way.done))
        elif st.button(says, key=name, icon=way.icon) and way.opens:
            open_now(functools.partial(way.opens, case))
    return True
