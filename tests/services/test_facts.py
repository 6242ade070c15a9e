"""What a board is measured from is read anew only as far as something was done to it, and is the same as read whole."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pandas import DataFrame
from pandas.testing import assert_frame_equal

from okrdash.domain.errors import Forbidden
from okrdash.domain.facts import MEASURED, Facts
from okrdash.domain.tables import TABLES
from okrdash.services import (
    anonymising,
    check_in,
    company,
    exchange,
    objectives,
    organisation,
    overview,
    stories,
    turned,
    undo,
)
from okrdash.services.check_in import Entry
from okrdash.services.people import CONSOLE
from okrdash.store.reader import Reader
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.services import small


@pytest.fixture(autouse=True)
def okrs(store: Store) -> None:
    small.quarter()
    small.check_in("c1", 6, 10.0, note="Mia Member began")


def facts() -> Facts:
    with company.company().read() as reader:
        return overview.facts_of(reader)


def read_whole() -> Facts:
    with company.company().read() as reader:
        return reader.facts()


def undone() -> None:
    """A check-in that is taken back."""
    saved = check_in.check_in(CONSOLE, [Entry("K", value=50.0)])
    facts()
    undo.undo(CONSOLE, saved.revision)


def forgotten() -> None:
    organisation.edit_person(CONSOLE, "mia", {"active": False})
    facts()
    anonymising.anonymise(CONSOLE, "mia", "mia")


CHANGES: dict[str, Callable[[], Any]] = {
    "a check-in": lambda: small.check_in("c2", 2, 30.0),
    "several in one": lambda: check_in.check_in(CONSOLE, [Entry("K", value=40.0), Entry("K", value=41.0)]),
    "one that is taken back": undone,
    "a correction": lambda: small.check_in("c3", 6, 11.0, replaces="c1"),
    "a new team": lambda: organisation.add_team(CONSOLE, {"team": "Docs", "kind": "team", "parent": "Growth"}),
    "a team's new name": lambda: organisation.edit_team(CONSOLE, "Web", {"team": "Site"}),
    "another owner": lambda: objectives.edit_objective(CONSOLE, "O", {"owner": "leo"}, version=1),
    "a tie that is taken away": lambda: objectives.unalign(CONSOLE, "O", "P"),
    "a person who is forgotten": forgotten,
    "a setting": lambda: exchange.import_rows(CONSOLE, {"settings": [{"name": "overdue_after", "value": "5"}]}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_after_any_change_they_are_as_if_read_whole(change: Callable[[], Any]) -> None:
    facts()
    change()
    found, whole = facts(), read_whole()
    for name in MEASURED:
        assert_frame_equal(getattr(found, name), getattr(whole, name), obj=name)
    assert (found.settings, found.revision) == (whole.settings, whole.revision)


@pytest.mark.parametrize("change", ["several in one", "one that is taken back", "a correction", "another owner"])
def test_what_is_told_of_each_key_result_is_as_if_asked_of_all(change: str) -> None:
    small.add(
        key_results=[{"id": "L", "objective": "O", "title": "Less", "kind": "decrease", "baseline": 9.0, "target": 0.0}]
    )
    small.check_in("l1", 5, 9.0, key_result="L", note="Nothing yet")

    def told() -> list[DataFrame]:
        with company.company().read() as reader:
            found = [turned.turned_by_now(reader), stories.stories_at(reader).reset_index()]
        return [rows.sort_values("key_result", ignore_index=True) for rows in found]

    told()
    CHANGES[change]()
    after = told()
    company.company().opening = secrets.token_hex(8)  # as if it had just been opened
    for found, whole in zip(after, told(), strict=True):
        assert_frame_equal(found, whole)
        assert len(whole)


def test_what_nothing_touches_is_not_read_again() -> None:
    before = facts()
    small.check_in("c2", 2, 30.0)
    after = facts()
    assert [name for name in MEASURED if getattr(after, name) is not getattr(before, name)] == ["check_ins"]


def test_what_is_told_of_each_key_result_stays_while_none_is_checked_in_on(monkeypatch: pytest.MonkeyPatch) -> None:
    small.check_in("c2", 2, 90.0, note="Nearly")
    with company.company().read() as reader:
        before = stories.stories_at(reader)
    with company.company().write(Event("console", "finish review")) as tx:
        tx.insert("reviews", TABLES["reviews"].row(day=small.ago(1)))
    monkeypatch.setattr(stories, "_stories", lambda facts, _: before.reset_index().iloc[: len(facts.key_results)])
    with company.company().read() as reader:
        assert_frame_equal(stories.stories_at(reader), before)


def test_what_came_into_an_empty_company_with_a_log_of_its_own_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, _ = exchange.everything(CONSOLE)
    monkeypatch.setenv("OKRDASH_BACKUPS", str(tmp_path / "backups"))
    company.close_company()
    company.open_company(tmp_path / "another.duckdb")
    empty = facts()
    exchange.import_rows(CONSOLE, rows)
    assert (len(empty.check_ins), facts().check_ins["id"].tolist()) == (0, ["c1"])


def test_of_check_ins_only_the_new_ones_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    facts()
    small.check_in("c2", 2, 30.0)
    rows, read = Reader.rows, list[int]()

    def counted(reader: Reader, sql: str, *parameters: Any) -> Any:
        found = rows(reader, sql, *parameters)
        if 'FROM "check_ins"' in sql:
            read.append(len(found))
        return found

    monkeypatch.setattr(Reader, "rows", counted)
    assert (len(facts().check_ins), read) == (2, [1])


def test_what_was_written_but_not_saved_is_not_kept(store: Store) -> None:
    with contextlib.suppress(Forbidden), store.write(Event("console", "check in")) as tx:
        row = {**tx.table("check_ins")[0], "id": "never"}
        tx.insert("check_ins", row)
        overview.facts_of(tx)
        raise Forbidden
    small.check_in("c2", 2, 30.0)
    assert facts().check_ins["id"].tolist() == ["c1", "c2"]
