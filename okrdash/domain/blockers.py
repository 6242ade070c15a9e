"""What is in the way of key results: a blocker stays open until a later word says that it is cleared."""

from __future__ import annotations

from datetime import date

import numpy as np
from pandas import DataFrame

from okrdash.domain.cells import folded

COLUMNS = ("id", "key_result", "since", "as_of", "author", "blocker", "helper")


def open_blockers(check_ins: DataFrame, day: date) -> DataFrame:
    """The blockers that are open on a day, those that stand longest first; `check_ins` is the table as a frame.

    Columns: id (the newest check-in that names it), key_result, since and as_of (the days for which it was named first
    and last), author, blocker, helper. The same words of one key result are one blocker, however often they are said.
    What is cleared is a check-in that replaces the one that named it and states the day; replaced ones count for
    nothing.
    """
    today = np.datetime64(day, "s")
    rows = check_ins[(check_ins["blocker"] != "") & (check_ins["as_of"] <= today)]
    rows = rows[~rows["id"].isin(set(check_ins["replaces"]) - {""})]
    rows = rows.assign(words=[folded(text) for text in rows["blocker"]])
    rows = rows.sort_values(["as_of", "entered_at", "id"], kind="stable", na_position="first")
    same = ["key_result", "words"]
    newest = rows.drop_duplicates(same, keep="last")
    still = newest[newest["cleared_on"].isna() | (newest["cleared_on"] > today)]
    uncleared = rows[rows["cleared_on"].isna()].groupby(same, sort=False)["as_of"].min().rename("since").reset_index()
    return (
        still.merge(uncleared, on=same, how="left")
        .sort_values(["since", "id"], kind="stable", ignore_index=True)
        .loc[:, list(COLUMNS)]
    )
