"""The way back: to the screen that one came from, as it was looked at."""

from __future__ import annotations

import pytest

from tests.conftest import SignedIn
from tests.ui.screens import open_script


def _walk(steps: list[tuple[str, dict[str, str]]]) -> None:
    import streamlit as st

    from okrdash.ui import links
    from okrdash.ui.navigation import page, pages

    st.navigation(list(pages(None).values()), position="hidden")
    for address, query in steps:
        st.query_params.from_dict(query)
        links.note(page(address))
    links.back("objectives", "All objectives")


A, B = ({"objective": one} for one in ("o-a", "o-b"))
WALKS = {
    "a link from elsewhere": ([("objective", A)], ("All objectives", "objectives", "")),
    "from a list with its filters": (
        [("", {}), ("objectives", {"words": "launch"}), ("objective", A)],
        ("Objectives", "objectives", "words=launch"),
    ),
    "a filter was changed": (
        [("objectives", {"words": "l"}), ("objectives", {"words": "launch"}), ("objective", A)],
        ("Objectives", "objectives", "words=launch"),
    ),
    "from one objective to another": (
        [("", {}), ("objective", A), ("objective", B)],
        ("Objective", "objective", "o-a"),
    ),
    "another tab of the same": (
        [("", {}), ("objective", A), ("objective", A | {"view": "History"})],
        ("My week", "", ""),
    ),
    "back by the browser": ([("", {}), ("objective", A), ("objective", B), ("objective", A)], ("My week", "", "")),
    "round in a circle": (
        [("", {}), ("review", {}), ("objective", A), ("review", {}), ("objective", A)],
        ("Leadership review", "review", ""),
    ),
}


@pytest.mark.parametrize("walk", WALKS)
def test_where_the_way_back_leads(signed_in: SignedIn, walk: str) -> None:
    steps, (says, address, query) = WALKS[walk]
    page = open_script(signed_in("member"), _walk, steps=steps)
    [link] = page.get("page_link")
    assert (link.proto.label, link.proto.page) == (says, address)
    assert query in link.proto.query_string
