"""The drawer in which a team asks another for what a key result needs: what, from whom, by when."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from okrdash.domain.board import Board
from okrdash.services import dependencies, dependency_reads
from okrdash.services.permissions import Resource, can
from okrdash.ui import choices, show
from okrdash.ui.dependency_matrix import ring_words
from okrdash.ui.forms import Form, drawer
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain


@drawer("Ask for something")
def open_ask(form: Form, me: Me, board: Board, key_result: str = "") -> None:
    """Asks for what a key result needs; without one it is chosen first, of those for which the person may ask."""
    if not key_result:
        texts = {str(one): f"{row['title']} · {row['team']}" for one, row in askable(me, board).iterrows()}
        if not texts:
            st.info("No key result of yours or of your teams runs now, so there is nothing to ask for.")
            return
        key_result = form.choice("For which key result", "key_result", choices.distinct(texts)) or ""
    if not key_result:
        st.caption("Then: what is needed, from whom and by when.")
        return
    row = board.key_result(key_result)
    due: date = row["due"].date()
    st.caption(f"{md(row['team'])} asks, for {md(row['title'])}, due {show.day(due)}.")
    need = form.text(
        "We need", "need", called="What you need", lines=True, placeholder="Signed consents of the pilot practices"
    )
    likely = dependency_reads.proposed_providers(me.actor, key_result, need)
    teams = dict.fromkeys([*likely, *(team for team in board.teams.index if team != row["team"])])
    texts = {team: f"{plain(team)} (likely)" if team in likely else plain(team) for team in teams}
    to_team = form.choice("from", "to_team", texts, called="The team", placeholder="Type to find a team")
    need_by = form.day("by", "need_by", called="The day", help="It can only be needed until the key result is due.")

    def asked(identifier: str) -> str:
        ring = dependency_reads.ring_of(me.actor, identifier)
        waits = f" {ring_words(ring)}: talk about who goes first." if ring else ""
        return f"Asked. {to_team} is told.{waits}"

    form.save(
        "Ask",
        lambda key: dependencies.ask(me.actor, key_result, to_team or "", need, need_by, request_key=key),
        done=asked,
        undo=lambda identifier: dependency_reads.dependency(me.actor, identifier).steps[0].revision,
        icon=":material/send:",
    )


def askable(me: Me, board: Board) -> pd.DataFrame:
    """The key results of running cycles for which the person may ask others for something."""
    rows = board.key_results
    rows = rows[rows["cycle"].isin(board.cycles.index[board.cycles["running"]])]
    sides = list(zip(rows["accountable"].tolist(), rows["team"].tolist(), strict=True))
    may = {side: can(me.person, "ask", Resource(side[0], (side[1],))) for side in set(sides)}
    return rows[[may[side] for side in sides]]
