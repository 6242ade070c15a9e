"""Many people at once, from a sheet: what it would do is read before it is done."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from okrdash.domain.columns import Row
from okrdash.services import organisation
from okrdash.transfer.importing import Plan, carry_out
from okrdash.transfer.people_sheet import COLUMNS, plan_people, sheet, template
from okrdash.ui.forms import Form, drawer
from okrdash.ui.import_preview import show_problems
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain

_MOST = 500
"""People that the preview names."""
_PASTED = "pasted"


@drawer("Add and change many", width="medium")
def draw(form: Form, me: Me) -> None:
    """Takes in a sheet of people, all or nothing."""
    st.markdown(
        f"A CSV file with the columns {', '.join(COLUMNS)}: a row for each person, and one more for each further team"
        " of theirs. A column that you leave out stays as it is. Nobody is taken out of a team, or away."
    )
    people, memberships = (organisation.listed(me.actor, table) for table in ("people", "memberships"))
    with st.container(horizontal=True):
        for says, name, data in (
            ("Template", "people-template.csv", template()),
            ("The list as it is", "people.csv", sheet(people, memberships)),
        ):
            st.download_button(
                says, data, name, "text/csv", key=form.key(name), icon=":material/download:", on_click="ignore"
            )
    file = st.file_uploader("CSV file", type=["csv"], key=form.key("file"), max_upload_size=5)
    pasted = st.text_area("Or paste it, also from a spreadsheet", key=form.key("pasted"), max_chars=1_000_000)
    name, data = (file.name, file.getvalue()) if file else (_PASTED, (pasted or "").encode())
    if not data.strip():
        return
    plan = plan_people(me.actor, name, data)
    changes = [] if plan.problems else preview(plan, people, memberships)
    if plan.problems:
        show_problems(plan.problems)
    elif not changes:
        st.info("Everything in it is known already; there is nothing to do.", icon=":material/task_alt:")
    else:
        _listed(changes, plan)
    for warning in plan.warnings:
        st.caption(md(warning))
    out = len(_disabled(plan) & {row["username"] for row in people if row["active"]})
    lose = "1 person loses" if out == 1 else f"{out:,} people lose"
    sure = not out or st.checkbox(f"Yes, {lose} access at once", key=form.key("sure"))
    form.save(
        "Take it in",
        lambda key: carry_out(me.actor, plan),
        done=f"Done: {_counts(plan)}.",
        disabled=bool(plan.problems or not changes or not sure),
    )


def preview(plan: Plan, people: list[Row], memberships: list[Row]) -> list[tuple[str, str, str]]:
    """What the plan does to each person it touches: their name, "new" or "changed", and in what."""
    known = {row["username"]: row for row in people}
    members = {(row["person"], row["team"]): row for row in memberships}
    after = {row["username"]: row for row in plan.rows.get("people", ())}
    said: dict[str, list[str]] = {username: _said(known.get(username), row) for username, row in after.items()}
    for row in plan.rows.get("memberships", ()):
        before = members.get((row["person"], row["team"]))
        part = "leads" if row["leads"] else "in" if before is None else "no longer leads"
        said.setdefault(row["person"], []).append(f"{part} {row['team']}")
    named = {**known, **after}
    return [
        (named[username]["name"], "changed" if username in known else "new", "; ".join(lines))
        for username, lines in said.items()
    ]


def _said(before: Row | None, row: Row) -> list[str]:
    if before is None:
        return [row["username"], row["role"], *([row["email"]] if row["email"] else [])] + (
            [] if row["active"] else ["disabled"]
        )
    lines = [
        f"{name}: {before[name] or 'none'} → {row[name] or 'none'}"
        for name in ("name", "email", "role")
        if before[name] != row[name]
    ]
    if before["active"] != row["active"]:
        lines.append("active again" if row["active"] else "disabled: signed out everywhere at once")
    return lines


def _disabled(plan: Plan) -> set[str]:
    return {row["username"] for row in plan.rows.get("people", ()) if not row["active"]}


def _counts(plan: Plan) -> str:
    def of(counts: Mapping[str, int]) -> int:
        return counts.get("people", 0)

    return f"{of(plan.created):,} new, {of(plan.changed):,} changed, {of(plan.unchanged):,} as before"


def _listed(changes: list[tuple[str, str, str]], plan: Plan) -> None:
    st.markdown(f"**What it does:** {_counts(plan)}.")
    frame = pd.DataFrame([[plain(cell) for cell in line] for line in changes[:_MOST]], columns=["Name", "", "What"])
    st.dataframe(
        frame, hide_index=True, key="bulk_preview", alt=f"What becomes of each of {len(changes)} people", height="auto"
    )
    if len(changes) > _MOST:
        st.caption(f"The first {_MOST} of {len(changes):,}.")
