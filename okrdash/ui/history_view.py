"""What happened to an objective and its key results: check-ins, steps, links, and what was changed and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.columns import Row
from okrdash.domain.time import local
from okrdash.services.history import Change
from okrdash.ui import show
from okrdash.ui.check_in_words import likely
from okrdash.ui.open_points import KIND_WORDS
from okrdash.ui.text import md, plain

PAGE = 20
_FIELDS: Mapping[str, str] = {
    "objective": "objective",
    "also": "also under",
    "kind": "kind",
    "baseline": "from",
    "target": "target",
    "lower": "at least",
    "upper": "at most",
    "progress_from": "progress comes from",
    "visible_to": "also seen by",
    "visibility": "who sees it",
    "cadence_weeks": "weeks between check-ins",
    "score_reason": "reason of the score",
    "done_on": "done on",
}
"""Columns by the words that the screens have for them, where these differ."""


def draw_check_ins(
    rows: Sequence[Row],
    unit: str,
    names: Mapping[str, str],
    key: str,
    correct: Callable[[Row], None] | None = None,
) -> None:
    """Check-ins, the newest first; a corrected one is struck, with who corrected it; `correct` opens a correction."""
    told = as_told(rows)
    corrected = {row["replaces"]: row for row in told if row["replaces"]}
    for row in told[_paged(len(told), key)]:
        by = corrected.get(row["id"])
        with st.container(gap=None):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.markdown(_said(row, unit, names, by), width="content")
                if correct and not by:
                    says = f"Correct {show.day(row['as_of'])}"
                    if st.button(says, key=f"correct_{row['id']}", icon=":material/edit:", type="tertiary"):
                        correct(row)
            for line in _words(row):
                st.caption(f"~~{line}~~" if by else line)


def as_told(rows: Sequence[Row]) -> list[Row]:
    """The check-ins as people know them: one that only says that its blocker is cleared stands for the one before."""
    known = {row["id"]: row for row in rows}
    only_cleared = {
        row["id"]: row["replaces"] for row in rows if row["replaces"] in known and _same(row, known[row["replaces"]])
    }
    before = set(only_cleared.values())
    told = []
    for row in rows:
        if row["id"] not in before:
            replaces, passed = row["replaces"], row["id"]
            while passed in only_cleared:
                passed = only_cleared[passed]
                replaces = known[passed]["replaces"]
            told.append(row | {"replaces": replaces})
    return told


def _same(row: Row, other: Row) -> bool:
    """Whether two check-ins differ in nothing but the day on which the blocker was cleared."""
    return all(row[name] == other[name] for name in row if name not in ("id", "replaces", "cleared_on"))


def _said(row: Row, unit: str, names: Mapping[str, str], by: Row | None) -> str:
    what = [show.number(row["value"], unit)] if row["value"] is not None else []
    if row["confidence"] is not None:
        what.append(f"confidence {likely(row['confidence'])}")
    who = show.person(row["author"], names) if row["author"] else "imported"
    line = f"**{show.day(row['as_of'])}** · {md(' · '.join([*what, who]))}"
    if row["replaces"]:
        line += " · a correction"
    return f"~~{line}~~ corrected by {md(show.person(by['author'], names))}" if by else line


def _words(row: Row) -> list[str]:
    said = [md(row["note"])] if row["note"] else []
    said += [f"Next: {md(row['next'])}"] if row["next"] else []
    if row["blocker"]:
        cleared = f", cleared on {show.day(row['cleared_on'])}" if row["cleared_on"] else ""
        helper = f" (needs {md(row['helper'])})" if row["helper"] else ""
        said.append(f"In the way: {md(row['blocker'])}{helper}{cleared}")
    return said + ([f"Evidence: {md(row['evidence'])}"] if row["evidence"] else [])


def draw_steps(board: Board, key_result: str) -> None:
    """The steps of a key result with their days."""
    for step in board.steps[board.steps["key_result"] == key_result].to_dict("records"):
        done = not show.blank(step["done_on"])
        late = not done and not show.blank(step["due"]) and step["due"].date() < board.day
        when = f"done {show.day(step['done_on'])}" if done else ""
        due = "" if show.blank(step["due"]) else f"due {show.day(step['due'])}" + (", past its day" if late else "")
        weight = "" if step["weight"] == 1 else f"weight {show.number(step['weight'])}"
        icon = ":material/check_circle:" if done else ":material/radio_button_unchecked:"
        tail = " · ".join(part for part in (when, due, weight) if part)
        st.markdown(f"{icon} {md(step['step'])}" + (f" · :gray[{md(tail)}]" if tail else ""))


def draw_changes(board: Board, rows: Sequence[Change], names: Mapping[str, str], *, few: int = 0) -> None:
    """What was changed, the newest first: of what, from what to what, by whom, why; an import is one line.

    With `few` only so many.
    """
    known = titles(board)
    told = [row for row in rows if row.action != "import" or row.before or row.table == "objectives"]
    for row in told[:few] if few else told[_paged(len(told), "changes")]:
        who = md(names.get(row.actor, "a command on the server" if row.actor == "console" else row.actor))
        when = show.day(local(row.happened_at, board.settings.zone))
        why = f", because: {md(row.reason)}" if row.reason else ""
        st.markdown(f"**{when}** · {what(row, known, names)} · by {who}{why}")


def titles(board: Board) -> dict[str, str]:
    """The titles of everything on the board, by identifier."""
    rows = (*board.objectives["title"].items(), *board.key_results["title"].items())
    return {str(identifier): str(title) for identifier, title in rows}


def what(row: Change, titles: Mapping[str, str], names: Mapping[str, str]) -> str:
    """What was changed, as Markdown: of what, from what to what."""
    subject = md(titles.get(row.subject, row.subject))
    match row.table:
        case "alignment":
            tied = md(titles.get(row.key[1], row.key[1]))
            return f"tied to “{tied}”" if row.after else f"no longer tied to “{tied}”"
        case "stands_alone":
            return f"stands alone, because “{md(row.after['reason'])}”" if row.after else "stands alone no more"
        case "links":
            if not row.before or not row.after:
                return f"“{subject}”, link “{md(row.key[1])}” {'added' if row.after else 'removed'}"
            return f"“{subject}”, link “{md(row.key[1])}”: {'done' if row.after.get('done_on') else 'not done'}"
        case "milestones" | "phases":
            part = f"“{subject}”, {'step' if row.table == 'milestones' else 'phase'} “{md(row.key[1])}”"
            if not row.before or not row.after:
                return f"{part} {'added' if row.after else 'taken away'}{_promised(row)}"
            return f"{part}: {_from_to(row, names, titles)}"
    if not row.before:
        return (
            f"“{subject}” {'imported, with all that is under it' if row.action == 'import' else 'made'}{_promised(row)}"
        )
    return f"“{subject}”: {_from_to(row, names, titles)}"


def _promised(row: Change) -> str:
    """What is new because another team was promised something says so."""
    return ", to keep a promise to another team" if row.action == "accept dependency" else ""


def _from_to(row: Change, names: Mapping[str, str], titles: Mapping[str, str]) -> str:
    return md(
        ", ".join(
            f"{_FIELDS.get(name, name)} {_value(name, row.before.get(name), names, titles)}"
            f" → {_value(name, after, names, titles)}"
            for name, after in row.after.items()
        )
    )


def _value(name: str, value: Any, names: Mapping[str, str], titles: Mapping[str, str]) -> str:
    if show.blank(value):
        return show.NONE
    if isinstance(value, date):
        return show.day(value)
    if isinstance(value, float | int):
        return show.number(float(value))
    text = str(value)
    if name in ("owner", "visible_to", "also", "objective"):
        known = {**titles, **names} if name in ("owner", "visible_to") else titles
        return ", ".join(known.get(part, part) for part in text.split(";"))
    text = KIND_WORDS.get(text, text) if name == "kind" else text
    return f"“{plain(text)}”" if name in ("title", "why") else plain(text)


def _paged(count: int, key: str) -> slice:
    """The part of a long list that is shown, chosen by page."""
    if count <= PAGE:
        return slice(0, count)
    at = st.pagination(-(-count // PAGE), key=f"page_{key}")
    return slice((at - 1) * PAGE, at * PAGE)
