"""How the company is ordered is asked at every click, so it is kept: as long as nothing touches it, no longer."""

from __future__ import annotations

import contextlib
from datetime import date, datetime
from pathlib import Path

import pytest

from okrdash.domain.errors import Invalid
from okrdash.domain.tables import TABLES
from okrdash.services import company, exchange, organisation
from okrdash.services.people import CONSOLE, order_of, person_of
from okrdash.services.sessions import start_session
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.conftest import SignedIn


def order() -> object:
    with company.company().read() as reader:
        return order_of(reader)


def test_a_change_that_does_not_touch_it_leaves_it(store: Store) -> None:
    before = order()
    with store.write(Event("console", "finish review")) as tx:
        tx.insert("reviews", TABLES["reviews"].row(day=date(2026, 10, 1)))
    assert order() is before


def test_a_change_that_touches_it_makes_it_anew(store: Store, signed_in: SignedIn) -> None:
    before = order()
    organisation.set_membership(signed_in("admin"), "vera", "Web", leads=True)
    with store.read() as reader:
        after = order_of(reader)
    assert after is not before
    assert ("vera", True) in [(row["person"], row["leads"]) for row in after.memberships]


def test_what_a_write_that_failed_had_changed_is_not_kept(store: Store) -> None:
    with contextlib.suppress(Invalid), store.write(Event("console", "add")) as tx:
        tx.insert("teams", TABLES["teams"].row(team="Never", kind="team", parent="Growth"))
        assert "Never" in order_of(tx).teams
        raise Invalid("It fails.")
    with store.read() as reader:
        assert "Never" not in order_of(reader).teams


def test_an_import_with_its_own_log_into_an_empty_company_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKRDASH_BACKUPS", str(tmp_path / "backups"))
    company.close_company()
    store = company.open_company(tmp_path / "okrdash.duckdb")
    order()  # of nobody
    told = {"revision": 1, "number": 0, "happened_at": datetime(2026, 10, 1), "actor": "ada", "action": "drop"}
    told |= {"table": "objectives", "row": "o", "before": "{}", "after": "{}"}
    people = [TABLES["people"].row(username="ada", name="Ada", role="admin")]
    exchange.import_rows(CONSOLE, {"people": people, "events": [TABLES["events"].row(**told)]})
    actor = start_session("ada")
    with store.read() as reader:
        assert person_of(reader, actor) is not None
    company.close_company()
