"""What the check-in says of a key result: what it serves, where it stands, what a new value would do. Pure text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd

from okrdash.domain.board import Board
from okrdash.domain.columns import Row
from okrdash.domain.effect import effect, expected_value
from okrdash.domain.settings import Settings
from okrdash.domain.time import local
from okrdash.services.blockers import Blocker, Meant
from okrdash.services.check_in_history import Before
from okrdash.ui import show
from okrdash.ui.text import md

LIKELY: Mapping[int, str] = {
    0: "it will not be",
    1: "very unlikely",
    3: "unlikely",
    5: "as likely as not",
    7: "likely",
    9: "almost certain",
    10: "certain",
}
"""Words for how likely it is that a key result is met; what lies between takes the one below."""
STILL_RIGHT = (
    ":material/help: Three check-ins in a row without a change: is it still the right key result, and is anything in"
    " the way? Its lead can change or drop it."
)
CONFIDENCE = "**Confidence**: how likely is it to be met? 1 very unlikely · 5 as likely as not · 9 almost certain."


def rule(settings: Settings) -> str:
    """How a status comes about, beside every page that shows some."""
    on_track, at_risk = show.percent(settings.on_track_pace), show.percent(settings.at_risk_pace)
    return (
        "*Expected today* is where an even pace to the due day would stand. "
        f"With {on_track} of it or more something is on track, with {at_risk} or more at risk, with less off track. "
        f"After {settings.overdue_after} missed updates nothing counts as on track."
    )


def likely(confidence: int) -> str:
    """A confidence in words: "7 in 10, likely"."""
    return f"{confidence} in 10, {LIKELY[max(n for n in LIKELY if n <= confidence)]}"


def weekday(value: date | datetime | pd.Timestamp) -> str:
    """A day with its weekday: "Friday 27 November"."""
    return f"{value:%A %-d %B}"


def serves(board: Board, key_result: pd.Series[Any]) -> str:
    """The objective that a key result serves and what that one contributes to, as Markdown."""
    edges = board.edges[(board.edges["child"] == key_result["objective"]) & (board.edges["kind"] == "contributes")]
    titles = board.objectives["title"].reindex(edges["parent_objective"]).dropna().tolist()
    parent = f" → {md(titles[0])}" if titles else ""
    more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
    return f"→ {md(key_result['objective_title'])}{parent}{more}"


def where(key_result: pd.Series[Any], trend: str = "") -> str:
    """Where a key result stands: from → now → to, what is expected today, status, silence; as Markdown.

    `trend` is a picture of how it came there.
    """
    late = show.freshness(key_result)
    return " · ".join([figures(key_result, trend), _standing(key_result), *([late] if late else [])])


def figures(key_result: pd.Series[Any], trend: str = "") -> str:
    """Where a key result stands and what is expected today, as Markdown; `trend` is a picture of how it came there."""
    expected = expected_value(key_result)
    stands = f"{md(show.stands(key_result))} {trend}".strip()
    if expected is not None and key_result["expected"] > 0:
        return f"{stands} · expected today {md(show.number(expected))}"
    if key_result["kind"] == "milestone":
        return f"{stands} · expected today {show.percent(key_result['expected'])}"
    return stands


def planned(before: Before, me: str, names: Mapping[str, str]) -> str:
    """What was to come next by the last plan: "You planned: …"; "" where there is none."""
    if not before.plan:
        return ""
    who = "You" if before.planned_by == me else show.person(before.planned_by, names) if before.planned_by else "It was"
    return f"{who} planned: {before.plan}"


def cleared(blocker: Blocker, names: Mapping[str, str]) -> str:
    """An open blocker as something to tick once it is out of the way."""
    helper = f" ({names.get(blocker.helper, blocker.helper)} could help)" if blocker.helper else ""
    return f"In the way since {show.day(blocker.since)}: {blocker.text}{helper}. Cleared?"


def asked(meant: Meant, names: Mapping[str, str]) -> str:
    """Who will be asked to help, as somebody's name is being typed."""
    if meant.asked:
        return f"{' and '.join(show.person(username, names) for username in meant.asked)} will be asked."
    near = f" Did you mean {' or '.join(meant.near)}?" if meant.near else ""
    return f"Nobody here is called so, so nobody will be asked.{near}"


def said_meanwhile(other: Row, unit: str, names: Mapping[str, str], board: Board) -> str:
    """What somebody else reports while one is typing."""
    said = _said(other, unit, names, board)
    return f"Meanwhile {said} If you save too, both stay in the history and the newer one stands."


def said_before(other: Row, unit: str, names: Mapping[str, str], board: Board) -> str:
    """What somebody else had reported when one saved."""
    return f"Just before you, {_said(other, unit, names, board)} Both are in the history."


def _said(other: Row, unit: str, names: Mapping[str, str], board: Board) -> str:
    told = show.number(other["value"], unit) if other["value"] is not None else "no new value"
    day = f" for {show.day(other['as_of'])}" if other["as_of"] < board.day else ""
    at = f" at {local(other['entered_at'], board.settings.zone):%H:%M}" if other["entered_at"] else ""
    note = f" “{other['note']}”" if other["note"] else ""
    who = show.person(other["author"], names) if other["author"] else "an import"
    return f"{who} checked in{at}{day}: {told}.{note}"


def becomes(before: pd.Series[Any], after: pd.Series[Any]) -> str:
    """What an entry would do, as Markdown: progress and status from → to, and how far the value moved."""
    parts = []
    change = effect(before, after).change
    if after["guardrail"]:
        parts.append(f"{show.badge(after['guardrail'])} {md(show.bounds(after))}")
    elif after["kind"] == "baseline":
        parts.append(f"the value found: **{md(show.number(after['value'], after['unit']))}**")
    else:
        parts += [_from_to(before, after), show.badge(after["status"])]
    if change is not None:
        parts.append(_moved(change, before))
    return " · ".join(parts)


def remark(before: pd.Series[Any], after: pd.Series[Any]) -> str:
    """A sentence where the entry is worth one: a step back is asked about, what is reached is celebrated."""
    seen = effect(before, after)
    if seen.reached:
        return "Reached. Well done!"
    if seen.beyond:
        return "Beyond the target: well done! Is it still ambitious enough?"
    if seen.mended:
        return "Back within its bounds. Well done!"
    if seen.broke:
        return "This is outside its bounds. What would bring it back?"
    if seen.step_back:
        return "That is a step back. What happened?"
    return ""


def turned_red(before: pd.Series[Any], after: pd.Series[Any]) -> bool:
    """Whether an entry brings a key result off track that was not."""
    return bool(before["status"] != "off track" and after["status"] == "off track")


def _standing(key_result: pd.Series[Any]) -> str:
    """The status; of a guardrail whether it is kept, which says the same but where nobody has looked for long."""
    told = key_result["status"] if key_result["status"] in ("unknown", "to be scored", "not started") else ""
    return show.badge(told or key_result["guardrail"] or key_result["status"])


def _from_to(before: pd.Series[Any], after: pd.Series[Any]) -> str:
    old, new = show.percent(before["raw"]), show.percent(after["raw"])
    return f"**{new}** of the way" if old == new else f"{old} → **{new}** of the way"


def _moved(change: float, before: pd.Series[Any]) -> str:
    if change == 0:
        return "unchanged"
    sign = "+" if change > 0 else ""
    since = f" since {show.day(before['last_check_in'])}" if not show.blank(before["last_check_in"]) else ""
    return f"{sign}{show.number(change)}{since}"
