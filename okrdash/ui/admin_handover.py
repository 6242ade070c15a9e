"""Handing over what hangs on a person who leaves or moves on: named, chosen, given to somebody else at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from okrdash.services import handover, organisation
from okrdash.services.handover import Given, Held
from okrdash.ui import admin_lists, choices, show
from okrdash.ui.forms import Form, drawer
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain, short

_KINDS: Mapping[str, tuple[str, str]] = {
    "memberships": ("Leads", "lead role"),
    "objectives": ("Objectives", "objective"),
    "key_results": ("Key results", "key result"),
    "decisions": ("Decisions to carry out", "decision"),
    "absences": ("Stands in for", "deputy's part"),
}
"""What the kinds of things are called, and one of them."""
_FEW = 12
"""Things of a kind that are listed."""
_ALL, _SOME = "All of it", "Only some"


@drawer("Hand over")
def anyones(form: Form, me: Me) -> None:
    """Hands over what hangs on a person who is chosen first."""
    people = organisation.listed(me.actor, "people")
    texts = choices.people({row["username"]: row["name"] for row in people})
    username = form.choice("Whose", "whose", texts, placeholder="Choose who leaves or moves on")
    if username:
        draw(Form(form.key(username)), me, username)


def draw(form: Form, me: Me, username: str) -> None:
    """What hangs on a person, and the fields and the button by which it is handed over."""
    people = {row["username"]: row for row in organisation.listed(me.actor, "people")}
    name = people[username]["name"]
    held = handover.what(me.actor, username)
    if not held:
        st.info(f"Nothing hangs on {md(name)}: no lead role, nothing they own.", icon=":material/task_alt:")
        return
    st.markdown(f"**{md(name)}** has {_counted(held)}.")
    _listed(held)
    takers = {one: row["name"] for one, row in people.items() if row["active"] and row["role"] != "viewer"}
    takers.pop(username, None)
    to = form.choice("To whom", "to", choices.people(takers), called="Who takes over", placeholder="Choose one")
    which = st.radio("What", [_ALL, _SOME], horizontal=True, key=form.key("what"))
    chosen = held if which == _ALL else _some(form, held)
    form.below("The choice", "which")
    reason = form.reason("Why (it stands in the log)")
    touched = []
    if to and chosen:
        touched.append(f"{_counted(chosen).capitalize()} {_are(chosen)} {md(takers[to])}'s at once; a message says so.")
    if to and which == _SOME and chosen and len(chosen) < len(held):
        touched.append(f"{_counted([one for one in held if one not in chosen])} stay with {md(name)}.")
    confirmed = admin_lists.sure(form, touched)
    form.save(
        "Hand over",
        lambda key: handover.hand_over(
            me.actor, username, to or "", [one.name for one in chosen], reason=reason, request_key=key
        ),
        done=lambda given: _done(given, name, takers.get(to or "", "")),
        disabled=not (to and chosen and confirmed),
    )


def _some(form: Form, held: Sequence[Held]) -> list[Held]:
    texts = choices.distinct({str(n): f"{_KINDS[one.table][0]}: {one.title}" for n, one in enumerate(held)})
    picked = st.multiselect(
        "Hand over these", list(texts), format_func=choices.shown(texts), key=form.key("some"), placeholder="Choose"
    )
    return [held[int(n)] for n in picked]


def _listed(held: Sequence[Held]) -> None:
    for table, (says, _) in _KINDS.items():
        of_kind = [one for one in held if one.table == table]
        if not of_kind:
            continue
        lines = [f"**{says}**"]
        for one in of_kind[:_FEW]:
            where = "" if table == "memberships" else f" · :gray[{md(one.where)}]"
            lines.append(f"- {md(short(plain(one.title), 120))}{where}")
            lines += [f"    - goes with it: {md(short(plain(promise), 160))}" for promise in one.along]
        if len(of_kind) > _FEW:
            lines.append(f"- … and {len(of_kind) - _FEW:,} more")
        st.markdown("\n".join(lines))


def _counted(held: Sequence[Held]) -> str:
    """How many of each kind: "1 lead role, 3 key results"."""
    counts = {table: sum(one.table == table for one in held) for table in _KINDS}
    return ", ".join(show.count(count, _KINDS[table][1]) for table, count in counts.items() if count)


def _are(held: Sequence[Held]) -> str:
    return "becomes" if len(held) == 1 else "become"


def _done(given: Given, name: str, to: str) -> str:
    if not given.handed:
        return "This was handed over already."
    said = f"{_counted(given.handed).capitalize()} {'is' if len(given.handed) == 1 else 'are'} {to}'s now."
    if not given.left:
        return f"{said} Nothing is left with {name}."
    titles = ", ".join(f"“{short(one.title, 40)}”" for one in given.left[:3])
    more = f" and {len(given.left) - 3} more" if len(given.left) > 3 else ""
    return f"{said} Still with {name}: {titles}{more}."
