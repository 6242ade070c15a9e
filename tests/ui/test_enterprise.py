"""The second demo company on the screens that a leader opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from okrdash.services import exchange
from okrdash.services.company import close_company, open_company
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sessions import start_session
from okrdash.transfer.demo import SIGN_INS, demo_rows
from tests.ui.screens import DAY, open_page, said

LEADER = SIGN_INS["enterprise"]["leader"]


@pytest.fixture(scope="module")
def leader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Actor]:
    """Signed in to the enterprise, in which today is DAY."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("okrdash.services.company.today", lambda _: DAY)
        close_company()
        folder: Path = tmp_path_factory.mktemp("enterprise")
        open_company(folder / "okrdash.duckdb")
        exchange.import_rows(CONSOLE, demo_rows("enterprise", DAY))
        yield start_session(LEADER)
        close_company()


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("", "letters could be ours"),
        ("check-in", "We know who answers in the week of a wave"),
        ("alignment", "Every warehouse plans its day in Planner 5"),
        ("progress", "Sales and Marketing"),
        ("dependencies", "Platform waits for Customer Support waits for Platform"),
        ("review", "Customers know what changes before it changes"),
    ],
)
def test_a_screen_has_its_story(leader: Actor, address: str, says: str) -> None:
    page = open_page(leader, address)
    assert says in "\n".join([said(page), *(button.label for button in page.button)])
