"""The backups: how old the newest is, which there are, and one more at a click."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import streamlit as st

from okrdash.domain.errors import OkrdashError
from okrdash.services import backups
from okrdash.services.backups import State
from okrdash.ui import session_words, show
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain
from okrdash.ui.told import tell

_WHY = {
    "daily": "Every day",
    "by-hand": "By hand",
    "upgrade": "Before an upgrade",
    "replaced": "Before a restore",
}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def warn(me: Me) -> None:
    """Says so, wherever an admin is in Admin, when the backups do not come."""
    state = backups.state(me.actor)
    if state.error:
        st.error(f"The last daily backup failed: {md(state.error)}", icon=":material/error:")
    elif state.old:
        st.warning(
            "The daily backup does not come: "
            + (f"the newest is {_age(state)} old." if state.age is not None else "there is none yet.")
            + " Look into the log of the server.",
            icon=":material/warning:",
        )


def draw(me: Me) -> None:
    """The newest, the button, the list."""
    state = backups.state(me.actor)
    when = session_words.clock(me)
    if state.newest is None:
        st.markdown("There is no backup yet." + (" The first comes within minutes." if state.automatic else ""))
    else:
        where = f" on the server {md(state.server)}" if state.server else ""
        st.markdown(f"The newest backup is **{_age(state)} old**: made {when(state.newest)}{where}.")
    if not state.automatic:
        st.caption("A demo company is not backed up by itself.")
    if st.button("Back up now", key="back_up", icon=":material/backup:"):
        try:
            with st.spinner("Writing it, and opening it to check …"):
                backups.back_up(me.actor)
        except OkrdashError as fault:
            st.error(md(fault), icon=":material/error:")
        else:
            tell("The backup was made, and opened to check it.")
            st.rerun()
    if state.kept:
        rows = [(when(one.made_at), _WHY[one.why], f"{one.size / 1e6:,.1f} MB", plain(one.name)) for one in state.kept]
        st.dataframe(
            pd.DataFrame(rows, columns=["Made", "Why", "Size", "File"]),
            hide_index=True,
            key="backups_table",
            alt=f"{show.count(len(rows), 'backup')}, the newest first",
        )
    every = "One is made every day. " if state.automatic else ""
    st.caption(
        f"{every}The newest {state.keep} of each kind are kept on the server, in {md(state.folder)}. They hold"
        " everything, what is confidential and the hashes of the passwords too, so no browser gets them: who runs the"
        " server copies them to another machine. `python -m okrdash restore` puts one back."
    )


def _age(state: State) -> str:
    age = state.age or timedelta()
    if age >= 2 * _DAY:
        return show.count(age // _DAY, "day")
    return show.count(age // _HOUR, "hour") if age >= _HOUR else "less than an hour"
