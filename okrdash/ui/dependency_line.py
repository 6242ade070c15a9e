"""Dependencies on pages about something else: one as a line, and who is told when what they are about is dropped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from okrdash.services import dependency_reads
from okrdash.ui import dependency_words as words
from okrdash.ui import links, show
from okrdash.ui.dependency_drawer import open_dependency
from okrdash.ui.session import Me
from okrdash.ui.text import label, md, short

_LONGEST = 140
"""Letters of what is needed that a line shows; its drawer has all of them."""
_MOST = 10
"""Lines of who will be told."""


def show_line(row: Mapping[Any, Any], *, key: str, me: Me | None = None, side: str = "") -> None:
    """One dependency, a row of `okrdash.domain.dependencies.view`: what is needed, how it stands, who and by when.

    With `me` a click opens its drawer; without, as within another drawer, it is a link to it. In a list of what is
    "owed", or of what is given to others ("owe"), only the other `side` is named.
    """
    need = short(row["need"], _LONGEST)
    with st.container(gap=None):
        if me is None:
            links.to("dependencies", f"**{md(need)}**", icon=":material/swap_horiz:", dependency=row["id"])
        elif st.button(f"**{label(need)}**", key=f"title_{key}_{row['id']}", type="tertiary", wrap=True):
            open_dependency(me, row["id"])
        asker, provider = (f"**{md(row[team])}**" for team in ("from_team", "to_team"))
        who = {"owed": f"from {provider}", "owe": f"for {asker}"}.get(side, f"{asker} needs it from {provider}")
        since = f" · asked on {show.day(row['requested_on'])}" if row["trouble"] == "unanswered" else ""
        said = words.says(row) if row["trouble"] == "disputed" else ""
        lines = [
            f"{words.badges(row)} :small[{who} · {words.days(row)}{since}]",
            *([f":small[{said}]"] if said else []),
        ]
        st.markdown("  \n".join(lines))


def show_who_is_told(me: Me, about: str) -> None:
    """Who will be told when a key result or an objective is dropped, while something is open between it and others."""
    told = dependency_reads.to_tell(me.actor, about)
    if not told:
        return
    names = me.names
    lines = []
    for one in told[:_MOST]:
        who = ", ".join(md(show.person(username, names)) for username in one.people)
        why = "asked for" if one.why == "asked" else "waiting for"
        lines.append(
            f"- **{md(one.team)}**, {why}: {md(short(one.need, _LONGEST))}{f' :small[({who})]' if who else ''}"
        )
    if len(told) > _MOST:
        lines.append(f"- and {len(told) - _MOST} more")
    st.warning("**Others count on it, and will be told:**\n\n" + "\n".join(lines), icon=":material/campaign:")
