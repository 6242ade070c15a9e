"""What was last said of each key result: the note, and the blocker that is open."""

from __future__ import annotations

from datetime import date

import numpy as np
from pandas import DataFrame

from okrdash.domain.blockers import open_blockers
from okrdash.domain.facts import Facts
from okrdash.services import company
from okrdash.services.kept import Kept
from okrdash.services.overview import facts_of, version
from okrdash.services.people import Actor, allow, order_of
from okrdash.store.transaction import Reader

_kept: Kept[DataFrame] = Kept()


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
    day = company.today(order_of(reader).settings)
    return _kept.get((*version(reader), day), lambda: _stories(facts_of(reader), day))


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
    out = said.set_index("key_result")[["as_of", "author", "note", "blocker"]]
    return out.assign(
        open_blocker=open_now["blocker"].reindex(out.index, fill_value=""),
        helper=open_now["helper"].reindex(out.index, fill_value=""),
    )
