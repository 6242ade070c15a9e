"""What can be chosen from: every choice by its identifier, shown by a text that no other choice has.

Streamlit tells choices apart by the text that is shown, so two people of one name would be one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import streamlit as st

from okrdash.domain.board import Board
from okrdash.ui.text import plain

MOST = 30
"""Hits of a search that are offered; beyond, more words find fewer."""
CADENCES: Mapping[int, str] = {1: "every week", 2: "every 2 weeks", 4: "every 4 weeks"}
"""How often a check-in can be due, by the weeks between two."""
_LONGEST = 90


def distinct(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts, plain and short; those that are the same get their identifier in brackets behind them."""
    short = {key: _short(text) for key, text in texts.items()}
    times = Counter(short.values())
    return {key: text if times[text] == 1 else f"{text} ({key})" for key, text in short.items()}


def people(names: Mapping[str, str], blank: str = "") -> dict[str, str]:
    """Everybody by name, in the order of names; first nobody, if `blank` says what that means."""
    ordered = dict(sorted(distinct(names).items(), key=lambda item: item[1].casefold()))
    return {"": blank, **ordered} if blank else ordered


def shown(texts: Mapping[str, str]) -> Callable[[Any], str]:
    """The `format_func` of these choices."""
    return lambda key: texts.get(key, plain(key))


def objectives(board: Board, *, key_results: bool = False, but: Iterable[str] = ()) -> dict[str, str]:
    """The board's objectives, and their key results if wanted, by identifier: title, team and cycle."""
    left_out = set(but)
    rows = board.objectives
    texts = {
        identifier: f"{_short(title)} · {team} · {cycle}"
        for identifier, title, team, cycle in zip(rows.index, rows["title"], rows["team"], rows["cycle"], strict=True)
        if identifier not in left_out
    }
    if key_results:
        rows = board.key_results
        texts |= {
            identifier: f"Key result: {_short(title)} · {team} · {cycle}"
            for identifier, title, home, team, cycle in zip(
                rows.index, rows["title"], rows["objective"], rows["team"], rows["cycle"], strict=True
            )
            if home not in left_out
        }
    return texts


def search(title: str, texts: Mapping[str, str], *, key: str, chosen: Iterable[str] = (), help: str = "") -> list[str]:
    """A field for words and a list of what they find, from which several are chosen; for long lists."""
    words = st.text_input(
        f"Search: {title.lower()}", key=f"{key}_words", type="search", placeholder="Words of its title or team"
    )
    sought = words.casefold().split() if words else []
    kept = st.session_state.get(key, list(chosen))
    hits = [one for one, text in texts.items() if all(word in text.casefold() for word in sought)] if sought else []
    offered = distinct({one: texts.get(one, one) for one in dict.fromkeys([*kept, *hits[:MOST]])})
    if not sought:
        offered |= distinct({one: texts[one] for one in list(texts)[:MOST] if one not in offered})
    picked: list[str] = st.multiselect(
        title, list(offered), default=list(chosen), format_func=shown(offered), key=key, help=help or None
    )
    if len(hits) > MOST:
        st.caption(f"{len(hits):,} found, the first {MOST} are offered. Type another word to narrow them down.")
    elif sought and not hits:
        st.caption("Nothing has these words.")
    return picked


def _short(text: str) -> str:
    line = " ".join(plain(text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
