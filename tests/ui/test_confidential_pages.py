"""A confidential objective on the screens: whoever may not know of it gets nothing of it sent, by no address either."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.services import company
from okrdash.services.people import Actor
from okrdash.services.sessions import start_session
from okrdash.store.store import Store, utc_now
from tests.conftest import SignedIn
from tests.services import small
from tests.services.test_confidential import HIDDEN, MARK, SECRET, secret  # noqa: F401
from tests.ui.screens import open_page

VIEWS = ("Key results", "Conversation", "History", "Alignment", "Changes")
ADDRESSES: dict[str, list[dict[str, str]]] = {
    "": [{}],
    "check-in": [{}],
    "objectives": [{}, {"list": "Key results"}, {"words": "zebr"}],
    "objective": [{"objective": one, "view": view} for one in ("o-down", "o-up") for view in VIEWS],
    "alignment": [{}, {"by": "By goal"}, {"view": "Map"}, {"view": "What is wrong"}],
    "dependencies": [{}, {"list": "All as a table"}, {"dependency": "d-open"}],
    "progress": [{}, {"unit": "Ops"}],
    "review": [{}, {"tab": "Confidence and progress"}, {"tab": "Housekeeping"}],
    "claim": [{"of": "Web"}],
    "account": [{}],
}
"""Every screen that is open to whoever leads a team, as links open it."""
NAMED: dict[str, Callable[[str, str, str], dict[str, str]]] = {
    "objective": lambda o, k, d: {"objective": o},
    "objective's history": lambda o, k, d: {"objective": o, "view": "History", "of": k},
    "a visible objective's history": lambda o, k, d: {"objective": "o-down", "view": "History", "of": k},
    "dependencies": lambda o, k, d: {"dependency": d},
}
"""Addresses that name it."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Screens know of no database: one is enough."""
    return tmp_path / "okrdash.duckdb"


@pytest.fixture
def told(secret: Store) -> None:  # noqa: F811
    """The same company; a team that may not know carries nothing of it, but was asked for something by it, typed a
    draft on it while it was not confidential, and promised something that stands in it.
    """
    small.add(
        dependencies=[
            {"id": "d-open", "key_result": "k-down", "from_team": "Web", "to_team": "Ops Run", "need": "Hands"}
            | {"state": "accepted", "promised": small.ago(-9), "answered_on": small.TODAY}
        ],
        commitments=[{"dependency": "d-open", "key_result": HIDDEN, "step": "Zebra signed"}],
    )
    with company.company().write(None) as tx:
        for who in ("leo", "otto"):
            tx.run("INSERT INTO drafts VALUES ($1, $2, $3, $4)", who, HIDDEN, '{"note": "Zebra draft"}', utc_now())


def sent(page: AppTest) -> str:
    """All that a page sends to the browser: texts, options, tables, charts, addresses."""
    protos = [getattr(node, "proto", None) for node in page._tree]
    raw = b"\n".join(proto.SerializeToString() for proto in protos if hasattr(proto, "SerializeToString"))
    return raw.decode("utf-8", "replace").lower()


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_of_it_is_sent(told: None, signed_in: SignedIn, address: str) -> None:
    leo = signed_in("lead")
    pages = {str(query): sent(open_page(leo, address, **query)) for query in ADDRESSES[address]}
    found = {query: _around(text) for query, text in pages.items() if MARK in text}
    assert found == {}


@pytest.mark.parametrize("name", NAMED)
def test_an_address_that_names_it_leads_where_none_leads(told: None, signed_in: SignedIn, name: str) -> None:
    leo, address = signed_in("lead"), "dependencies" if name == "dependencies" else "objective"
    of_it = sent(open_page(leo, address, **NAMED[name](SECRET, HIDDEN, "d-zebra")))
    of_none = sent(open_page(leo, address, **NAMED[name]("o-none", "k-none", "d-none")))
    assert _without_names(of_it) == _without_names(of_none)


@pytest.mark.parametrize(
    ("address", "query"),
    [("", {}), ("objective", {"objective": SECRET}), ("dependencies", {"dependency": "d-open"})],
)
def test_who_may_know_of_it_has_it_there(told: None, address: str, query: dict[str, Any]) -> None:
    otto: Actor = start_session("otto")
    assert MARK in sent(open_page(otto, address, **query))


def _around(text: str) -> list[str]:
    return [text[max(0, at.start() - 80) : at.end() + 40] for at in re.finditer(MARK, text)][:3]


def _without_names(text: str) -> str:
    """Without what an address named, and without what differs from one run to the next."""
    return re.sub(r"\b(o|k|d)-(zebra|none)\b|[0-9a-f]{16,}", "", text)
