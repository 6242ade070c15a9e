"""By which check-ins key results turned red, were achieved, or came back inside their bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
from pandas import DataFrame

from okrdash.domain import key_results
from okrdash.domain.arrays import Texts, put, texts
from okrdash.domain.facts import Facts, of
from okrdash.domain.standing import stand
from okrdash.domain.status import first

RED, ACHIEVED, KEPT = "red", "achieved", "kept"
DAYS = 28
"""How far back a turn is looked for."""
_COLUMNS = ("key_result", "check_in", "as_of", "author", "note", "was", "turned", "entered_at")


def turned(facts: Facts, day: date) -> DataFrame:
    """A row for each key result that is now red, achieved or kept and became so by a check-in of the last four weeks.

    Red is off track or a broken guardrail; kept is a guardrail, and counts as turned only after it was red. Each
    check-in is measured on the day for which it speaks, by what is known now; of several for one day the last stands
    for all. What has turned back since, or was so before, is left out. Confidential ones are in it.

    Columns: key_result, check_in (the one that turned it), as_of, author, note, was (the status by the check-in before,
    "" where it was the first), turned (RED, ACHIEVED, KEPT), entered_at; the latest first.
    """
    running = facts.objectives["id"][facts.objectives["state"] == "active"].tolist()
    facts = replace(facts, absences=facts.absences.iloc[:0])  # who is away changes nothing here, and takes time
    today = key_results.measured(stand(facts, running), day)
    now = pd.Series(_so(today), index=today.index)
    now = now[(now != "") & today["objective"].isin(running)]
    rows = _last_of_days(facts.check_ins, now.index, day)
    rows = put(rows, **_measured(facts, running, rows))
    before = rows.groupby("key_result", sort=False)[["so", "status"]].shift(1, fill_value="")
    rows = put(rows, before=before["so"].to_numpy(), was=before["status"].to_numpy())
    change = rows[rows["so"] != rows["before"]].drop_duplicates("key_result", keep="last")
    newest = rows.drop_duplicates("key_result", keep="last").set_index("key_result")["so"]
    same = (change["so"] == now.reindex(change["key_result"]).to_numpy()) & (
        change["so"] == newest.reindex(change["key_result"]).to_numpy()
    )
    fresh = change["as_of"] > np.datetime64(day, "s") - np.timedelta64(DAYS, "D")
    back = (change["so"] != KEPT) | (change["before"] == RED)
    out = change[same & fresh & back].rename(columns={"id": "check_in", "so": "turned"})
    return latest_first(out[list(_COLUMNS)])


def latest_first(rows: DataFrame) -> DataFrame:
    """The rows of `turned` in its order."""
    return rows.sort_values(["as_of", "entered_at", "check_in"], ascending=False, kind="stable", ignore_index=True)


def _so(measured: DataFrame) -> Texts:
    return first(
        (((measured["status"] == "off track") | (measured["guardrail"] == "broken")).to_numpy(), RED),
        ((measured["status"] == "achieved").to_numpy(), ACHIEVED),
        ((measured["guardrail"] == "kept").to_numpy(), KEPT),
        otherwise="",
    )


def _last_of_days(check_ins: DataFrame, identifiers: pd.Index, day: date) -> DataFrame:
    """Of these key results the last check-in of each day of the window, and the one before it; the oldest first."""
    rows = check_ins[check_ins["key_result"].isin(identifiers) & (check_ins["as_of"] <= np.datetime64(day, "s"))]
    rows = rows[~rows["id"].isin(set(check_ins["replaces"]) - {""})]
    rows = rows.sort_values(["as_of", "entered_at", "id"], kind="stable", na_position="first")
    rows = rows.drop_duplicates(["key_result", "as_of"], keep="last")
    inside = rows["as_of"] > np.datetime64(day, "s") - np.timedelta64(DAYS, "D")
    return pd.concat([rows[~inside].drop_duplicates("key_result", keep="last"), rows[inside]], ignore_index=True)


def _measured(facts: Facts, running: list[str], rows: DataFrame) -> dict[str, Texts]:
    """What each check-in made of its key result: `so` and `status`, "" before anything was measured."""
    so, status = texts("" for _ in rows.index), texts("" for _ in rows.index)
    standing = stand(of(facts, set(rows["key_result"])), running)
    days = rows["as_of"].to_numpy()
    for day in np.unique(days):
        at = np.flatnonzero(days == day)
        measured = key_results.measured(standing, day.astype("datetime64[D]").item())
        measured = measured.loc[rows["key_result"].iloc[at]]
        so[at], status[at] = _so(measured), measured["status"].to_numpy()
    return {"so": so, "status": status}
