"""What was last said of each key result: the note, and the blocker that is open."""

from __future__ import annotations

from datetime import date

import numpy as np
from pandas import DataFrame

from okrdash.domain.arrays import put
from okrdash.domain.blockers import open_blockers
from okrdash.domain.facts import Facts
from okrdash.services import company
from okrdash.services.kept import Kept
from okrdash.services.overview import by_key_result
from okrdash.services.people import Actor, allow
from okrdash.store.reader import Reader

_kept: Kept[tuple[Facts, DataFrame]] = Kept()


def stories(actor: Actor) -> DataFrame:
    """The newest check-in with words of each key result that everybody sees. Raises Forbidden for who is signed out.

    Index key_result: as_of, author, note, blocker (as it was said then), and open_blocker and helper: what is in the
    way and not cleared, the latest of several, "" where nothing is.
    """
    with company.company().read() as reader:
        allow(reader, actor, "read")
        return stories_at(reader)


def stories_at(reader: Reader) -> DataFrame:
    """The same at the reader's revision: for services, which have asked who it is."""
    return by_key_result(reader, _kept, _stories).set_index("key_result")


def _stories(facts: Facts, day: date) -> DataFrame:
    everybodys = facts.objectives.loc[facts.objectives["visibility"] == "company", "id"]
    seen = facts.key_results.loc[facts.key_results["objective"].isin(everybodys), "id"]
    rows = facts.check_ins
    rows = rows[rows["key_result"].isin(seen) & (rows["as_of"] <= np.datetime64(day, "s"))]
    rows = rows[~rows["id"].isin(set(rows["replaces"]) - {""})]
    rows = rows.sort_values(["as_of", "entered_at", "id"], kind="stable")
    open_now = open_blockers(rows, day).sort_values(["as_of", "id"], kind="stable")
    open_now = open_now.drop_duplicates("key_result", keep="last").set_index("key_result")
    said = rows[(rows["note"] != "") | (rows["blocker"] != "")].drop_duplicates("key_result", keep="last")
    return put(
        said[["key_result", "as_of", "author", "note", "blocker"]],
        open_blocker=open_now["blocker"].reindex(said["key_result"], fill_value="").to_numpy(),
        helper=open_now["helper"].reindex(said["key_result"], fill_value="").to_numpy(),
    )
