"""What an import left open, as the one editable list of the champion and as what a member sends back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from okrdash.domain.tables import KINDS
from okrdash.services.open_points import FIELDS, OpenPoint
from okrdash.ui import show
from okrdash.ui.text import plain

KIND_WORDS: Mapping[str, str] = {
    "increase": "increase to",
    "decrease": "reduce to",
    "maintain": "keep within",
    "milestone": "steps",
    "baseline": "find the starting value",
}
"""What the kinds of key results are called on screens."""

COLUMNS = ("title", "open", *FIELDS, "right")


def frame(points: Sequence[OpenPoint]) -> pd.DataFrame:
    """The list as a frame by key result id, for the editor: texts plain, days as days, a tick for "right as it is"."""
    rows = [
        {name: point.row[name] for name in FIELDS}
        | {
            "title": plain(point.row["title"]),
            "open": plain("; ".join([*(f"no {what}" for what in point.missing), *point.notes])),
            "team": point.row["team"] or point.row["unit_of"],
            "right": False,
        }
        for point in points
    ]
    out = pd.DataFrame(rows, columns=list(COLUMNS), index=[point.row["id"] for point in points])
    for name in ("baseline", "target", "lower", "upper"):
        out[name] = out[name].astype("float64")
    for name in ("owner", "unit", "kind", "team"):
        out[name] = out[name].replace("", None).astype(object)
    return out.assign(due=pd.to_datetime(out["due"]), right=out["right"].astype(bool))


def columns(names: Mapping[str, str], teams: Sequence[str]) -> dict[str, Any]:
    """How the editor shows the list; `names` are the people that can own a key result, by username."""
    config = st.column_config
    return {
        "title": config.TextColumn("Key result", disabled=True, width="large", pinned=True),
        "open": config.TextColumn("What is open", disabled=True, width="medium"),
        "owner": config.SelectboxColumn(
            "Owner", options=list(names), format_func=lambda user: plain(show.person(str(user), names))
        ),
        "team": config.SelectboxColumn("Team", options=list(teams), format_func=plain),
        "kind": config.SelectboxColumn("Kind", options=list(KINDS), format_func=lambda kind: KIND_WORDS[str(kind)]),
        "unit": config.TextColumn("Unit", max_chars=120),
        "baseline": config.NumberColumn("From"),
        "target": config.NumberColumn("To"),
        "lower": config.NumberColumn("At least", help="For “keep within”."),
        "upper": config.NumberColumn("At most", help="For “keep within”."),
        "due": config.DateColumn("Due", help="Blank: the end of its cycle."),
        "right": config.CheckboxColumn("Right as it is", help="Takes it off this list without a change."),
    }


def changes(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """What was edited, by key result id: only changed fields; {} for a row ticked as right."""
    found: dict[str, dict[str, Any]] = {}
    for identifier in after.index:
        edited = {
            name: _value(after.at[identifier, name])
            for name in FIELDS
            if _value(after.at[identifier, name]) != _value(before.at[identifier, name])
        }
        if edited or after.at[identifier, "right"]:
            found[str(identifier)] = {name: "" if v is None and name in _TEXTS else v for name, v in edited.items()}
    return found


_TEXTS = ("owner", "team", "kind", "unit")


def _value(cell: Any) -> Any:
    """A cell as a row holds it: None where blank, days as dates."""
    if show.blank(cell):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, str | date) else float(cell)
