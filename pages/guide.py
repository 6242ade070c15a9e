"""Guide: why, how a week goes, how every figure comes about, who may do what."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from okrdash.services import overview
from okrdash.ui import guide_text, roles
from okrdash.ui.session import require

WIDTH = 760
SECTIONS = {
    "week": "How a week goes",
    "kinds": "Kinds of key results",
    "dependencies": "Dependencies",
    "figures": "How the figures come about",
    "roles": "Who may do what",
    "not": "What OKRs are not",
}

me = require()
settings = overview.board(me.actor).settings

st.title("Guide")
with st.container(width=WIDTH):
    st.markdown(f"**{guide_text.PURPOSE}**")
    st.markdown("\n".join(f"- [{says}](#{anchor})" for anchor, says in SECTIONS.items()))

    st.header(SECTIONS["week"], anchor="week")
    st.markdown(guide_text.week(settings))

    st.header(SECTIONS["kinds"], anchor="kinds")
    st.markdown("An objective says in words what will be different. Its key results say by what you will see it:")
    kinds = pd.DataFrame(guide_text.KINDS, columns=["Kind", "What it is", "For example"])
    st.table(kinds, border="horizontal", hide_index=True, alt="The five kinds of key results, each with an example")

    st.header(SECTIONS["dependencies"], anchor="dependencies")
    st.markdown(guide_text.dependencies(settings))

    st.header(SECTIONS["figures"], anchor="figures")
    st.markdown(
        "No figure is a secret, and none is typed in by hand: all follow from the values that are checked in."
        " Where an admin has changed a threshold, it stands here as it is now."
    )
    for anchor, says, words in guide_text.RULES:
        st.subheader(says, anchor=anchor)
        st.markdown(words(settings))

    st.header(SECTIONS["roles"], anchor="roles")
    st.markdown(
        "Everybody sees all that is not confidential; what is, also those whom it names."
        " A **lead** is a member who leads a team or a function: what they may do there holds for everything below it."
        " Who stands in for somebody absent may do what that person may with what is theirs."
        " Everybody keeps their own account and their own comments, and takes back what they did a moment ago."
    )
    who = pd.DataFrame(roles.table(), columns=["What", "Who"])
    st.table(who, border="horizontal", hide_index=True, alt="What may be done, and by whom")

    st.header(SECTIONS["not"], anchor="not")
    st.markdown("\n".join(f"- {line}" for line in guide_text.NOT))
