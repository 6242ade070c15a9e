"""A confidential objective, for everybody outside its circle: every service answers as if it did not exist."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from okrdash.domain.errors import Conflict, Invalid, OkrdashError
from okrdash.domain.tables import TABLES
from okrdash.services import (
    check_in,
    check_in_history,
    comments,
    company,
    decisions,
    exchange,
    handover,
    history,
    invitations,
    key_results,
    links,
    objectives,
    open_points,
    overview,
    reminders,
    reviews,
    stories,
    tree,
)
from okrdash.services.check_in import Entry
from okrdash.services.people import CONSOLE, Actor, person_of
from okrdash.services.sessions import start_session
from okrdash.services.sight import there
from okrdash.store.store import Event, Store
from tests.conftest import SignedIn

TODAY = datetime.now(UTC).date()
SOON = TODAY + timedelta(days=40)
MARK = "zebra"
"""Stands in every identifier and text of what is secret, and in nothing else."""
SECRET, HIDDEN, SAID = "o-zebra", "k-zebra", "c-zebra"
NOBODY, NOTHING = "o-none", "k-none"

ROWS: dict[str, list[dict[str, Any]]] = {
    "teams": [
        {"team": "Ops", "kind": "function", "parent": "Acme"},
        {"team": "Ops Run", "kind": "team", "parent": "Ops"},
    ],
    "people": [{"username": name, "name": name.title()} for name in ("olga", "otto", "nina")],
    "memberships": [
        {"person": "olga", "team": "Ops", "leads": True},
        {"person": "otto", "team": "Ops Run"},
    ],
    "cycles": [{"cycle": "Q", "start": TODAY - timedelta(days=40), "end": SOON, "state": "active"}],
    "objectives": [
        {"id": "o-up", "cycle": "Q", "team": "Acme", "title": "Above", "progress_from": "both"},
        {
            **{"id": SECRET, "cycle": "Q", "team": "Ops Run", "title": "Zebra deal", "why": "Zebra why"},
            **{"visibility": "confidential", "visible_to": "nina"},
        },
        {"id": "o-down", "cycle": "Q", "team": "Web", "title": "Below"},
        {"id": "o-draft", "cycle": "Q", "team": "Web", "title": "Draft", "state": "draft"},
    ],
    "key_results": [
        {"id": "k-up", "objective": "o-up", "title": "Up", "kind": "increase", "baseline": 0, "target": 10},
        # a step of a secret has the team of an outsider: what carries it does not open it
        {
            **{"id": HIDDEN, "objective": SECRET, "title": "Zebra price", "kind": "milestone", "team": "Web"},
            **{"unit": "zebra", "also": "o-up"},
        },
        {
            **{"id": "k-down", "objective": "o-down", "also": f"{SECRET};o-up", "title": "Down", "kind": "increase"},
            **{"baseline": 0, "target": 10},
        },
        {"id": "k-draft", "objective": "o-draft", "also": SECRET, "title": "Drafted", "kind": "baseline"},
        {
            "id": "k-gone",
            "objective": "o-down",
            "also": SECRET,
            "title": "Gone",
            "kind": "baseline",
            "state": "dropped",
        },
    ],
    "milestones": [{"key_result": HIDDEN, "step": "Zebra signed"}],
    "check_ins": [
        {
            **{"id": SAID, "key_result": HIDDEN, "as_of": TODAY, "confidence": 3, "note": "Zebra note"},
            **{"next": "Zebra next", "blocker": "Zebra blocker", "helper": "Zebra helper", "author": "otto"},
            "entered_at": datetime.combine(TODAY, datetime.min.time()),
        },
        {"id": "c-down", "key_result": "k-down", "as_of": TODAY, "value": 5, "note": "fine"},
    ],
    "links": [{"key_result": HIDDEN, "title": "Zebra plan", "url": "https://zebra.example/"}],
    "alignment": [
        {"child": SECRET, "parent": "o-up"},
        {"child": "o-down", "parent": SECRET},
        {"child": "o-down", "parent": HIDDEN, "kind": "related"},
    ],
    "dependencies": [
        {"id": "d-zebra", "key_result": HIDDEN, "from_team": "Web", "to_team": "Growth", "need": "Zebra need"}
    ],
    "comments": [{"id": "m-zebra", "about": SECRET, "author": "otto", "text": "Zebra comment"}],
    "kudos": [{"id": "u-zebra", "about": HIDDEN, "author": "otto", "text": "Zebra thanks"}],
    "decisions": [{"id": "e-zebra", "about": SECRET, "author": "otto", "text": "Zebra decision"}],
    "invitations": [
        {"id": f"i-{SECRET}", "about": SECRET, "team": "Web", "author": "otto", "text": "Zebra invitation"},
        {"id": "i-up", "about": "o-up", "team": "Web", "author": "fay", "state": "answered", "answer": SECRET},
        {"id": "i-open", "about": "o-up", "team": "Web", "author": "fay"},
    ],
}

OUTSIDERS = ("viewer", "member", "lead", "leader")
INSIDERS = ("olga", "otto", "nina", "chris", "ada")


@pytest.fixture(scope="module")
def small_company(small_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company with the secret in it, to be copied for every test on DuckDB."""
    folder = tmp_path_factory.mktemp("secret")
    for file in small_company.parent.glob(f"{small_company.name}*"):
        shutil.copy(file, folder)
    company.close_company()
    hide(company.open_company(folder / small_company.name))
    company.close_company()
    return folder / small_company.name


@pytest.fixture
def secret(store: Store) -> Store:
    """The company with a confidential objective of Ops Run, tied up and down to what everybody sees, and its past."""
    with store.read() as reader:
        there = reader.get("objectives", SECRET)
    if not there:
        hide(store)
    return store


def hide(store: Store) -> None:
    """Puts the secret into the open company."""
    exchange.import_rows(
        CONSOLE,
        {name: [TABLES[name].row(**row) for row in rows] for name, rows in ROWS.items()},
        notes=[exchange.Note(HIDDEN, "kind", "Zebra guess")],
    )
    objectives.unalign(CONSOLE, "o-down", SECRET)
    objectives.align(CONSOLE, "o-down", SECRET)
    with store.write(Event("console", "say why")) as tx:
        tx.insert("stands_alone", TABLES["stands_alone"].row(objective=SECRET, reason="Zebra alone"))
    also = key_results.key_result(CONSOLE, "k-up")
    key_results.edit_key_result(CONSOLE, "k-up", {"also": SECRET}, version=also["version"])


def told(value: Any) -> str:
    """Everything that an answer holds, as text."""
    if isinstance(value, pd.DataFrame | pd.Series):
        return repr(value.to_dict()) + repr(list(value.index))
    if dataclasses.is_dataclass(value):
        return " ".join(told(getattr(value, field.name)) for field in dataclasses.fields(value))
    if isinstance(value, dict):
        return " ".join(told(part) for pair in value.items() for part in pair)
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(map(told, value))
    return repr(value)


def outcome(call: Callable[..., Any], *arguments: Any) -> str:
    """What a call answers or refuses, with the identifiers taken out that it was given."""
    try:
        answer = told(call(*arguments))
    except OkrdashError as fault:
        problems = fault.problems if isinstance(fault, Invalid) else ()
        answer = f"{type(fault).__name__} {fault} {problems}"
    return re.sub(r"\b(o|k|c)-(zebra|none)\b", r"\1", answer)


READS: dict[str, Callable[[Actor], Any]] = {
    "the board": overview.board,
    "the board as JSON": lambda actor: overview.board(actor).as_json("Q"),
    "the board to check in on": check_in.board_to_check,
    "the board of a draft": lambda actor: overview.private_board(actor, "o-draft"),
    "what is not agreed": objectives.unagreed,
    "a visible parent": lambda actor: objectives.objective(actor, "o-up"),
    "a visible child": lambda actor: objectives.objective(actor, "o-down"),
    "a key result that also stands under it": lambda actor: key_results.key_result(actor, "k-down"),
    "a draft's key result that also stands under it": lambda actor: key_results.key_result(actor, "k-draft"),
    "dropped key results": lambda actor: key_results.dropped(actor, "o-down"),
    "open points": open_points.open_points,
    "open points of its team": lambda actor: open_points.open_points(actor, "Web"),
    "stories": stories.stories,
    "what was said before": lambda actor: check_in_history.before(actor, [HIDDEN, "k-down"]),
    "check-ins of what also stands under it": lambda actor: check_in_history.history(actor, "k-down"),
    "the history of a visible parent": lambda actor: history.changes(actor, "o-up"),
    "comments of a visible child": lambda actor: comments.comments(actor, "o-down"),
    "comments of a visible parent": lambda actor: comments.comments(actor, "o-up"),
    "thanks for a visible parent": lambda actor: comments.kudos(actor, "o-up"),
    "links of what also stands under it": lambda actor: links.links(actor, ["k-down", HIDDEN]),
    "what is wrong with the tree": lambda actor: tree.faults(actor, overview.board(actor)),
    "invitations": lambda actor: [
        *(invitations.open_for(actor), invitations.of(actor, "o-up")),
        invitations.answered_since(actor, datetime(2000, 1, 1)),
    ],
    "decisions": lambda actor: decisions.since(actor, TODAY),
    "decisions about a visible child": lambda actor: decisions.of(actor, "o-down"),
    "the review": lambda actor: reviews.agenda(actor),
    "the history of a visible child": lambda actor: history.changes(actor, "o-down"),
}
"""What answers without naming it."""

ASKED: dict[str, Callable[..., Any]] = {
    "objective": lambda actor, o, k, c: objectives.objective(actor, o),
    "key result": lambda actor, o, k, c: key_results.key_result(actor, k),
    "dropped": lambda actor, o, k, c: key_results.dropped(actor, o),
    "links": lambda actor, o, k, c: links.links(actor, [k]),
    "link it": lambda actor, o, k, c: links.add_link(actor, k, "Plan", "https://example.org/"),
    "mark a link": lambda actor, o, k, c: links.mark_link(actor, k, "Zebra plan", "https://zebra.example/", done=True),
    "remove a link": lambda actor, o, k, c: links.remove_link(actor, k, "Zebra plan", "https://zebra.example/"),
    "comments": lambda actor, o, k, c: comments.comments(actor, o),
    "kudos": lambda actor, o, k, c: comments.kudos(actor, o),
    "comment": lambda actor, o, k, c: comments.comment(actor, o, "Mine @olga"),
    "comment on its key result": lambda actor, o, k, c: comments.comment(actor, k, "Mine"),
    "answer": lambda actor, o, k, c: comments.comment(actor, "o-down", "Mine", replies_to=f"m-{o[2:]}"),
    "answer what was said": lambda actor, o, k, c: comments.comment(actor, "k-down", "Mine", check_in=c),
    "edit a comment": lambda actor, o, k, c: comments.edit_comment(actor, f"m-{o[2:]}", "Mine"),
    "withdraw a comment": lambda actor, o, k, c: comments.withdraw_comment(actor, f"m-{o[2:]}"),
    "settle a comment": lambda actor, o, k, c: comments.resolve_comment(actor, f"m-{o[2:]}"),
    "reopen a comment": lambda actor, o, k, c: comments.reopen_comment(actor, f"m-{o[2:]}"),
    "acknowledge": lambda actor, o, k, c: comments.acknowledge(actor, c),
    "thank": lambda actor, o, k, c: comments.thank(actor, k, "Mine"),
    "board": lambda actor, o, k, c: overview.private_board(actor, o),
    "measured": lambda actor, o, k, c: overview.history(actor, k, [TODAY]),
    "changes": lambda actor, o, k, c: history.changes(actor, o),
    "check-ins": lambda actor, o, k, c: check_in_history.history(actor, k),
    "before": lambda actor, o, k, c: check_in_history.before(actor, [k]),
    "preview": lambda actor, o, k, c: check_in.preview(actor, Entry(k, confidence=5)),
    "check in": lambda actor, o, k, c: check_in.check_in(actor, [Entry(k, confidence=5)]),
    "check in among others": lambda actor, o, k, c: check_in.check_in(
        actor, [Entry("k-down", value=6), Entry(k, steps={"Zebra signed": TODAY})]
    ),
    "correct what was said": lambda actor, o, k, c: check_in.check_in(actor, [Entry("k-down", value=6, replaces=c)]),
    "edit": lambda actor, o, k, c: objectives.edit_objective(actor, o, {"title": "Mine", "team": "Web"}, version=1),
    "name oneself": lambda actor, o, k, c: objectives.edit_objective(
        actor, o, {"visible_to": actor.username, "visibility": "company"}, version=1
    ),
    "drop": lambda actor, o, k, c: objectives.drop_objective(actor, o, "no", version=1),
    "restore": lambda actor, o, k, c: objectives.restore_objective(actor, o, version=1),
    "make under it": lambda actor, o, k, c: objectives.create_objective(
        actor, {"title": "New", "team": "Web", "cycle": "Q", "state": "draft"}, parents=[o]
    ),
    "make under its key result": lambda actor, o, k, c: objectives.create_objective(
        actor, {"title": "New", "team": "Web", "cycle": "Q", "state": "draft"}, parents=[k]
    ),
    "tie to it": lambda actor, o, k, c: objectives.align(actor, "o-draft", o),
    "tie to its key result": lambda actor, o, k, c: objectives.align(actor, "o-draft", k),
    "tie it": lambda actor, o, k, c: objectives.align(actor, o, "o-draft"),
    "untie it": lambda actor, o, k, c: objectives.unalign(actor, o, "o-up"),
    "make it one with its key result": lambda actor, o, k, c: tree.make_one(actor, "k-draft", k),
    "invite to it": lambda actor, o, k, c: invitations.invite(actor, o, "Web"),
    "answer with it": lambda actor, o, k, c: invitations.answer(actor, "i-open", o),
    "add a key result": lambda actor, o, k, c: key_results.create_key_result(
        actor, {"title": "New", "kind": "baseline", "objective": o, "team": "Web"}
    ),
    "add one that also stands under it": lambda actor, o, k, c: key_results.create_key_result(
        actor, {"title": "New", "kind": "baseline", "objective": "o-draft", "also": o}
    ),
    "move a key result to it": lambda actor, o, k, c: key_results.edit_key_result(
        actor, "k-draft", {"objective": o, "team": "Web"}, version=1, reason="x"
    ),
    "let one also stand under it": lambda actor, o, k, c: key_results.edit_key_result(
        actor, "k-draft", {"also": f"o-down;{o}"}, version=9
    ),
    "edit its key result": lambda actor, o, k, c: key_results.edit_key_result(
        actor, k, {"title": "Mine", "objective": "o-draft"}, version=1, reason="x"
    ),
    "edit many": lambda actor, o, k, c: key_results.edit_many(
        actor, ["k-draft", k], {"owner": actor.username}, reason="x"
    ),
    "drop its key result": lambda actor, o, k, c: key_results.drop_key_result(actor, k, "no", version=1),
    "restore its key result": lambda actor, o, k, c: key_results.restore_key_result(actor, k, version=1),
    "decisions": lambda actor, o, k, c: decisions.of(actor, o),
    "decide": lambda actor, o, k, c: decisions.decide(actor, o, "Mine", actor.username, SOON),
    "decide on its key result": lambda actor, o, k, c: decisions.decide(actor, k, "Mine", actor.username, SOON),
    "carry out what was decided": lambda actor, o, k, c: decisions.done(actor, f"e-{o[2:]}"),
    "settle": lambda actor, o, k, c: open_points.settle(actor, {k: {"owner": actor.username}}),
    "claim": lambda actor, o, k, c: open_points.claim(actor, {k: {}}),
}
"""What is asked of it by name, or done to it: (actor, objective, key result, check-in)."""


@pytest.mark.parametrize("read", READS)
def test_nothing_that_others_read_tells_of_it(secret: Store, signed_in: SignedIn, read: str) -> None:
    answers = {outsider: told(READS[read](signed_in(outsider))).lower() for outsider in OUTSIDERS}
    assert [outsider for outsider, answer in answers.items() if MARK in answer] == []


@pytest.mark.parametrize("ask", ASKED)
def test_whoever_guesses_its_name_hears_the_same_as_for_none(secret: Store, signed_in: SignedIn, ask: str) -> None:
    with secret.read() as reader:
        before = reader.revision()
    for actor in map(signed_in, OUTSIDERS):
        of_it = outcome(ASKED[ask], actor, SECRET, HIDDEN, SAID)
        assert of_it == outcome(ASKED[ask], actor, NOBODY, NOTHING, "c-none"), actor.username
    with secret.read() as reader:
        assert reader.revision() == before


@pytest.mark.parametrize("ask", ASKED)
def test_who_is_signed_out_hears_the_same_too(secret: Store, ask: str) -> None:
    actor, call = Actor("otto", "ended"), ASKED[ask]
    said = outcome(call, actor, SECRET, HIDDEN, SAID)
    assert said == outcome(call, actor, NOBODY, NOTHING, "c-none")
    assert "signed out" in said or said == "0"


@pytest.mark.parametrize("insider", INSIDERS)
def test_its_circle_sees_it(secret: Store, insider: str) -> None:
    actor = start_session(insider)
    assert objectives.objective(actor, SECRET)["title"] == "Zebra deal"
    assert key_results.key_result(actor, HIDDEN)["title"] == "Zebra price"
    assert SECRET in key_results.key_result(actor, "k-down")["also"]
    assert SECRET in check_in.board_to_check(actor).objectives.index
    assert MARK in told(history.changes(actor, "o-down")).lower()


def test_who_edits_a_key_result_keeps_it_where_they_do_not_see_it(secret: Store, signed_in: SignedIn) -> None:
    leo = signed_in("lead")
    shown = key_results.key_result(leo, "k-down")
    assert shown["also"] == "o-up"
    key_results.edit_key_result(leo, "k-down", {"also": "o-up", "title": "Downer"}, version=shown["version"])
    assert key_results.key_result(CONSOLE, "k-down")["also"] == f"{SECRET};o-up"
    key_results.edit_key_result(leo, "k-down", {"also": "o-draft"}, version=shown["version"] + 1)
    assert key_results.key_result(CONSOLE, "k-down")["also"] == f"o-draft;{SECRET}"


def test_a_conflict_does_not_name_it(secret: Store, signed_in: SignedIn) -> None:
    shown = key_results.key_result(signed_in("lead"), "k-down")
    key_results.edit_key_result(CONSOLE, "k-down", {"also": SECRET}, version=shown["version"])
    with pytest.raises(Conflict) as fault:
        key_results.edit_key_result(signed_in("lead"), "k-down", {"title": "x"}, version=shown["version"])
    assert MARK not in str(fault.value)


def test_a_key_result_that_left_it_does_not_tell_where_it_was(secret: Store, signed_in: SignedIn) -> None:
    version = key_results.key_result(CONSOLE, HIDDEN)["version"]
    key_results.edit_key_result(
        CONSOLE, HIDDEN, {"objective": "o-down", "title": "Open", "unit": ""}, version=version, reason="opened"
    )
    moved = [row for row in history.changes(signed_in("viewer"), "o-down") if "objective" in row.after]
    assert [(row.before["objective"], row.after["objective"]) for row in moved if row.before] == [("", "o-down")]


@pytest.mark.parametrize(
    "table", ["check_ins", "comments", "kudos", "decisions", "dependencies", "stands_alone", "invitations"]
)
def test_what_stands_under_it_is_as_hidden(secret: Store, table: str) -> None:
    identifier = {"check_ins": SAID, "comments": "m-zebra", "kudos": "u-zebra", "decisions": "e-zebra"}.get(table)
    identifier = {"stands_alone": SECRET, "invitations": f"i-{SECRET}"}.get(table, identifier)
    actors = [start_session(who) for who in ("leo", "vera", "otto", "ada")]
    with secret.read() as reader:
        seen = [there(reader, person_of(reader, actor), table, identifier or "d-zebra") for actor in actors]
    assert seen == [False, False, True, True]


def test_a_tie_to_it_is_taken_away_by_nobody_who_does_not_see_it(secret: Store, signed_in: SignedIn) -> None:
    objectives.unalign(signed_in("lead"), "o-down", SECRET)
    with secret.read() as reader:
        assert reader.get("alignment", "o-down", SECRET)


def test_a_reminder_counts_nothing_that_who_owes_it_cannot_see(secret: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    # its key result is carried by leo's team, and it asks the team of fay: neither may know of it
    monkeypatch.setattr(reminders, "due_now", lambda board: board.key_results["owes"] != "")
    with secret.read() as reader:
        owed = reminders._owed(reader, TODAY, ["leo", "fay", "olga"])
    assert {who: (one.confidential, one.requests) for who, one in owed.items()} == {"leo": (0, 0)}


def test_a_decision_about_it_is_handed_over_without_its_words(secret: Store) -> None:
    with secret.write(Event("console", "give")) as tx:
        tx.update("decisions", ("e-zebra",), {"owner": "otto"})
    [held] = [one for one in handover.what(CONSOLE, "otto") if one.table == "decisions"]
    with pytest.raises(Invalid):
        handover.hand_over(CONSOLE, "otto", "mia", [held.name])
    handover.hand_over(CONSOLE, "otto", "olga", [held.name])
    with secret.read() as reader:
        [message] = reader.rows("SELECT subject, text FROM messages WHERE username = 'olga'")
    assert MARK not in told(message).lower()
