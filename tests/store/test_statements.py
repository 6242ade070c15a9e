"""Whichever statement of a write fails: all of it is there or nothing, and the next one goes through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from okrdash.domain.errors import StoreError
from okrdash.services import (
    check_in,
    comments,
    dependencies,
    exchange,
    handover,
    objectives,
    organisation,
    overview,
    sign_in,
    sign_in_links,
    undo,
)
from okrdash.services.carrying import Carried
from okrdash.services.people import CONSOLE, Actor
from okrdash.store.duck import DuckCursor
from okrdash.store.postgres import PostgresCursor
from okrdash.store.store import Store
from okrdash.transfer.importing import Options, carry_out, plan_import
from tests.conftest import SignedIn
from tests.services import small

BAD = "SELECT no_such_column FROM people"
DOCUMENT = b"# OKRs\n## Growth\n- OBJECTIVE: Grow abroad\n  - KR: Open 2 offices\n  - KR: A lead for Spain\n"
ADA = {"name": "Ada", "username": "ada"}


class Failing:
    """Makes the nth statement of the next write fail as the engine itself fails, and counts them."""

    def __init__(self) -> None:
        self.nth, self.seen, self.writing = 0, 0, False
        self.queries = False
        """Whether queries count, too, and not only what writes."""

    def begin(self, begin: Callable[..., None]) -> Callable[..., None]:
        def begun(cursor: Any, *, writing: bool) -> None:
            self.writing = False
            begin(cursor, writing=writing)
            self.writing = writing

        return begun

    def execute(self, execute: Callable[..., int]) -> Callable[..., int]:
        def executed(cursor: Any, sql: str, parameters: tuple[Any, ...] = ()) -> int:
            counts = self.writing and (self.queries or not sql.startswith("SELECT"))
            self.seen += counts
            fails = counts and self.seen == self.nth
            return execute(cursor, BAD) if fails else execute(cursor, sql, parameters)

        return executed

    def commit(self, commit: Callable[..., None]) -> Callable[..., None]:
        def committed(cursor: Any) -> None:
            self.seen += 1
            self.writing = False
            if self.seen == self.nth:
                cursor.execute(BAD)
            commit(cursor)

        return committed


@pytest.fixture
def failing(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Failing]:
    small.quarter()
    small.add(
        key_results=[{"id": "M", "objective": "O", "title": "Launch", "kind": "milestone", "owner": "mia"}],
        milestones=[{"key_result": "M", "step": "Draft"}, {"key_result": "M", "step": "Live"}],
        dependencies=[
            {"id": "d", "key_result": "K", "to_team": "Growth", "need": "Words", "need_by": small.ago(-20)},
        ],
        check_ins=[{"id": "c", "key_result": "M", "as_of": small.ago(3), "blocker": "No time", "author": "mia"}],
    )
    made = Failing()
    for kind in (DuckCursor, PostgresCursor):
        for name in ("begin", "execute", "commit"):
            monkeypatch.setattr(kind, name, getattr(made, name)(getattr(kind, name)))
    yield made
    made.nth = 0


def has_checked_in(actor: Actor) -> None:
    entry = check_in.Entry(
        "M", confidence=4, note="Slow", blocker="Stuck", helper="Growth", steps={"Draft": small.TODAY}, cleared=("c",)
    )
    check_in.check_in(actor, [entry, check_in.Entry("K", value=12.0)])


def has_edited(actor: Actor, **changes: Any) -> None:
    version = objectives.objective(actor, "O")["version"]
    objectives.edit_objective(actor, "O", changes, version=version, reason="because")


def has_taken_back(actor: Actor) -> None:
    undo.undo(actor, exchange.everything(CONSOLE)[1])


def has_imported(actor: Actor) -> None:
    carry_out(actor, plan_import(actor, [("okrs.md", DOCUMENT)], Options("Next", small.ago(50), small.ago(-50))))


SERVICES: dict[str, tuple[str, Callable[[Actor], Any]]] = {
    "check in": ("lead", has_checked_in),
    "create": (
        "leader",
        lambda a: objectives.create_objective(a, {"title": "T", "team": "Web", "cycle": "Q"}, parents=["P"]),
    ),
    "edit": ("lead", lambda a: has_edited(a, title="Be seen", owner="leo")),
    "move": ("champion", lambda a: has_edited(a, team="Growth")),
    "drop": ("lead", lambda a: has_edited(a, state="dropped")),
    "import": ("admin", has_imported),
    "ask": ("lead", lambda a: dependencies.ask(a, "K", "Growth", "A page", small.ago(-30))),
    "accept": (
        "leader",
        lambda a: dependencies.accept(a, "d", small.ago(-9), carried_by=Carried(title="Words", objective="P")),
    ),
    "hand over": (
        "champion",
        lambda a: handover.hand_over(a, "mia", "leo", [one.name for one in handover.what(a, "mia")]),
    ),
    "membership": ("champion", lambda a: organisation.set_membership(a, "mia", "Web", leads=True)),
    "rename": ("champion", lambda a: organisation.edit_team(a, "Web", {"team": "Site"})),
    "settings": ("admin", lambda a: organisation.change_settings(a, {"company": "Acme", "cadence_weeks": "2"})),
    "password": ("admin", lambda a: sign_in.set_password(a, "mia", "correct horse battery")),
    "link": ("admin", lambda a: sign_in_links.make_link(a, "mia", "invite")),
    "comment": ("lead", lambda a: comments.comment(a, "O", "Look, @fay")),
}
BOTH = ("check in", "accept", "rename")
"""Tried on PostgreSQL, too: what a transaction is, its own tests know best."""


@pytest.mark.parametrize(
    ("database", "name"),
    [("duckdb", name) for name in [*SERVICES, "undo"]] + [("postgresql", name) for name in BOTH],
    indirect=["database"],
)
def test_whichever_statement_fails_all_is_there_or_nothing(
    name: str, store: Store, failing: Failing, signed_in: SignedIn
) -> None:
    check(name, store, failing, signed_in)


@pytest.mark.long
@pytest.mark.parametrize(
    ("database", "name"),
    [(engine, name) for engine in ("duckdb", "postgresql") for name in [*SERVICES, "undo"]],
    indirect=["database"],
)
def test_so_it_is_whichever_query_fails(name: str, store: Store, failing: Failing, signed_in: SignedIn) -> None:
    failing.queries = True
    check(name, store, failing, signed_in)


def check(name: str, store: Store, failing: Failing, signed_in: SignedIn) -> None:
    part, service = SERVICES.get(name, ("lead", has_taken_back))
    actor = signed_in(part)
    if name == "undo":
        has_checked_in(actor)
    tables = names_in(store)
    before = rows(store, tables)
    while True:
        failing.nth, failing.seen = failing.nth + 1, 0
        try:
            service(actor)
            break
        except StoreError as fault:
            said = str(fault)
        assert "Nothing was changed" in said
        assert rows(store, tables) == before, f"statement {failing.nth}"
    assert failing.nth == failing.seen + 1 > 2
    assert rows(store, tables) != before
    overview.board(actor)


def names_in(store: Store) -> list[str]:
    """The tables; asking for them takes longer than reading them."""
    with store.read() as reader:
        found = reader.rows(
            "SELECT table_name AS name FROM information_schema.tables WHERE table_schema IN ('main', 'public')"
        )
    return [table["name"] for table in found]


def rows(store: Store, tables: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Everything that is in these tables."""
    with store.read() as reader:
        return {name: sorted(reader.rows(f'SELECT * FROM "{name}"'), key=str) for name in tables}
