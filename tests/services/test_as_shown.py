"""What the board showed on past days: each day's board, as it was then, comes out of the log."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from okrdash.domain.board import Board
from okrdash.domain.errors import Invalid, NotFound, OkrdashError
from okrdash.domain.facts import MEASURED, Facts
from okrdash.domain.measure import measure
from okrdash.domain.tables import TABLES
from okrdash.services import (
    absences,
    anonymising,
    changed,
    check_in,
    check_in_history,
    dependencies,
    exchange,
    key_results,
    objectives,
    organisation,
    overview,
    past,
    undo,
)
from okrdash.services.carrying import Carried
from okrdash.services.check_in import Entry
from okrdash.services.company import close_company, company, open_company, today
from okrdash.services.people import CONSOLE
from okrdash.services.sessions import start_session
from okrdash.store.store import Store
from tests.services import small

BEGIN = datetime(2026, 9, 28, 9, 7, tzinfo=UTC)
ME = CONSOLE
WHY = "Because"


class Clock(datetime):
    """The time at which everything happens."""

    moment = BEGIN

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        """The moment."""
        return cls.moment.astimezone(tz)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    """A clock that stands still until it is moved."""
    monkeypatch.setattr("okrdash.store.store.datetime", Clock)
    monkeypatch.setattr("okrdash.services.company.datetime", Clock)
    return Clock


@contextlib.contextmanager
def fresh() -> Iterator[None]:
    """An empty database."""
    close_company()
    with TemporaryDirectory() as folder:
        open_company(Path(folder) / "okrdash.duckdb")
        try:
            yield
        finally:
            close_company()


def day(number: int) -> date:
    """A day counted from the first."""
    return BEGIN.date() + timedelta(days=number)


def found_company() -> None:
    """Two functions with a team each, two objectives that are tied, and a key result of each kind."""
    quarter = {"cycle": "Q", "start": day(0), "end": day(30), "state": "active"}
    year = {"cycle": "Y", "start": day(-90), "end": day(200), "state": "active"}
    small.add(
        settings=[{"name": "company", "value": "Acme"}, {"name": "cadence_weeks", "value": "1"}],
        teams=[
            {"team": "Acme", "kind": "company"},
            {"team": "Growth", "kind": "function", "parent": "Acme"},
            {"team": "Web", "kind": "team", "parent": "Growth"},
            {"team": "Ops", "kind": "function", "parent": "Acme"},
        ],
        people=[{"username": name, "name": name.title()} for name in ("mia", "leo", "fay", "ole")],
        memberships=[
            {"person": "mia", "team": "Web"},
            {"person": "leo", "team": "Web", "leads": True},
            {"person": "fay", "team": "Growth", "leads": True},
            {"person": "ole", "team": "Ops", "leads": True},
        ],
        cycles=[quarter, year],
        objectives=[
            {"id": "O", "cycle": "Q", "team": "Web", "title": "Be found", "owner": "mia"},
            {"id": "P", "cycle": "Y", "team": "Growth", "title": "Grow", "progress_from": "both"},
            {"id": "R", "cycle": "Q", "team": "Ops", "title": "Run", "ambition": "aspirational"},
        ],
        key_results=[
            {"id": "K", "objective": "O", "title": "More", "kind": "increase", "baseline": 0.0, "target": 100.0},
            {
                "id": "L",
                "objective": "R",
                "also": "P",
                "title": "Less",
                "kind": "decrease",
                "baseline": 9.0,
                "target": 3,
            },
            {"id": "M", "objective": "O", "title": "Move", "kind": "milestone"},
            {"id": "N", "objective": "R", "title": "Keep", "kind": "maintain", "upper": 5.0},
        ],
        milestones=[{"key_result": "M", "step": step, "weight": 0.1 + n} for n, step in enumerate(("a", "b", "c"))],
        phases=[{"key_result": "K", "date": day(9), "value": 20.0}],
        alignment=[{"child": "O", "parent": "P"}],
        dependencies=[{"id": "D", "key_result": "K", "from_team": "Web", "to_team": "Ops", "need": "Help"}],
    )


KEY_RESULTS, OBJECTIVES, PEOPLE = ["K", "L", "M", "N"], ["O", "P", "R"], ["mia", "leo", "fay", "ole"]


def _teams() -> list[str]:
    return [row["team"] for row in organisation.listed(ME, "teams") if row["kind"] != "company"]


def _edit(random: Random, changes: dict[str, Any], steps: Any = None) -> None:
    one = "M" if steps is not None else random.choice(KEY_RESULTS)
    version = key_results.key_result(ME, one)["version"]
    key_results.edit_key_result(ME, one, changes, version=version, reason=WHY, steps=steps)


def _edit_objective(random: Random, changes: dict[str, Any]) -> None:
    one = random.choice(OBJECTIVES)
    version = objectives.objective(ME, one)["version"]
    objectives.edit_objective(ME, one, changes, version=version, reason=WHY)


def _check_in(random: Random) -> None:
    one, newest = random.choice(KEY_RESULTS), check_in_history.history(ME, "K")
    replaces = newest[0]["id"] if one == "K" and newest and random.random() < 0.3 else ""
    steps = {random.choice("abc"): random.choice([None, today(overview.board(ME).settings)])} if one == "M" else {}
    value = None if one == "M" else float(random.randint(0, 12) * 10)
    check_in.check_in(ME, [Entry(one, value=value, confidence=random.randint(0, 10), steps=steps, replaces=replaces)])


def _undo(random: Random) -> None:
    random.choice([_check_in, _depend])(random)
    with company().read() as reader:
        last = reader.revision()
    undo.undo(ME, last)


def _depend(random: Random) -> None:
    with company().read() as reader:
        row, soon = random.choice(reader.table("dependencies")), today(reader.settings())
    one, team = row["id"], random.choice(_teams())
    carried = random.choice([Carried(), Carried("L"), Carried("M", "b"), Carried(title="For them", objective="R")])
    steps: dict[str, list[Callable[[], object]]] = {
        "requested": [
            lambda: dependencies.accept(ME, one, soon, carried_by=carried),
            lambda: dependencies.propose(ME, one, soon + timedelta(days=3), WHY),
            lambda: dependencies.decline(ME, one, WHY),
        ],
        "accepted": [
            lambda: dependencies.say(ME, one, random.choice(["will", "won't"]), side="asker"),
            lambda: dependencies.deliver(ME, one),
        ],
        "delivered": [lambda: dependencies.reopen(ME, one, WHY), lambda: dependencies.confirm(ME, one)],
    }
    asking = [lambda: dependencies.ask(ME, random.choice(KEY_RESULTS), team, "More", soon)]
    random.choice(steps.get(row["state"], asking))()


def _absence(random: Random) -> None:
    rows = absences.rota(ME).rows
    if rows and random.random() < 0.5:
        row = random.choice(rows)
        absences.remove(ME, row["person"], row["start"])
    else:
        start = today(overview.board(ME).settings) + timedelta(days=random.randint(0, 2))
        who, deputy = random.sample(PEOPLE, 2)
        absences.add(ME, {"person": who, "start": start, "end": start + timedelta(days=9), "deputy": deputy})


SETTINGS = {
    "time_zone": ["Asia/Tokyo", "America/Los_Angeles", ""],
    "aspirational_bar": ["0.5", ""],
    "due_weekday": ["1", "3"],
    "company": ["Zenith", ""],
}


def _set(random: Random) -> None:
    name = random.choice(list(SETTINGS))
    organisation.change_settings(ME, {name: random.choice(SETTINGS[name])})


def _tie(random: Random) -> None:
    child, parent = random.sample([*OBJECTIVES, "L"], 2)
    random.choice([objectives.align, objectives.unalign])(ME, child, parent)


COMMANDS: list[Callable[[Random], object]] = [
    _check_in,
    _undo,
    _depend,
    _absence,
    _set,
    _tie,
    lambda r: _edit(r, {"target": float(r.randint(1, 200)), "title": f"Title {r.randint(0, 9)}"}),
    lambda r: _edit(r, {"owner": r.choice(PEOPLE), "due": r.choice([None, day(25), day(40)])}),
    lambda r: _edit(r, {"objective": r.choice(OBJECTIVES), "also": r.choice(["", "P", "R;P"])}),
    lambda r: _edit(r, {"state": r.choice(["active", "dropped"])}),
    lambda r: _edit(r, {}, steps=[{"step": one, "weight": 0.7} for one in r.sample("abcd", 3)]),
    lambda r: _edit_objective(r, {"state": r.choice(["active", "dropped", "draft"])}),
    lambda r: _edit_objective(r, {"team": r.choice(_teams()), "owner": r.choice(["", *PEOPLE])}),
    lambda r: _edit_objective(r, {"visibility": r.choice(["company", "confidential"]), "cycle": r.choice("QY")}),
    lambda r: organisation.edit_team(ME, r.choice(_teams()), {"team": r.choice(["Growth", "Web", "Sea", "Ops"])}),
    lambda r: organisation.set_membership(
        ME, r.choice(PEOPLE), r.choice(_teams()), member=r.random() < 0.6, leads=r.random() < 0.7
    ),
    lambda r: organisation.edit_person(ME, r.choice(PEOPLE), {"active": r.random() < 0.6}),
    lambda r: organisation.edit_cycle(ME, "Q", {"end": day(r.randint(25, 40))}, reason=WHY),
    lambda r: key_results.create_key_result(
        ME, {"objective": r.choice(OBJECTIVES), "title": "New", "kind": "increase", "baseline": 0, "target": 1}
    ),
    lambda r: small.add(phases=[{"key_result": "K", "date": day(r.randint(3, 20)), "value": r.choice([30.0, 40.0])}]),
]


Days = dict[date, tuple[Facts, Board | None]]


def look(live: Days, random: Random) -> None:
    """Keeps of today what it is measured from, and of some days the board: of each day the last look stays."""
    with company().read() as reader:
        facts, now = overview.facts_of(reader), today(reader.settings())
    live[now] = (facts, measure(facts, now) if random.random() < LOOKED_AT else None)


LOOKED_AT = 0.1


def differences(live: Days) -> list[str]:
    """What is not as it was: the tables of each day, and the boards that were kept."""
    found = []
    for one, (facts, board) in live.items():
        with company().read() as reader:
            then = past.facts_as_of(reader, past.revision_of(reader, one))
        found += [f"{name} on {one}" for name in MEASURED if not getattr(then, name).equals(getattr(facts, name))]
        found += [
            f"{name} on {one}" for name in ("settings", "revision") if getattr(then, name) != getattr(facts, name)
        ]
        if board is not None and past.board_as_shown(ME, one).as_json() != board.as_json():
            found.append(f"board on {one}")
    return found


def lived(clock: type[Clock], random: Random, moves: list[int]) -> Days:
    """A company in which something happens after every pause, given in hours."""
    live: Days = {}
    clock.moment = BEGIN
    found_company()
    look(live, random)
    for hours in moves:
        for _ in range(0, hours, 12):
            clock.moment += timedelta(hours=12)
            look(live, random)
        clock.moment += timedelta(seconds=1)
        with contextlib.suppress(OkrdashError):
            random.choice(COMMANDS)(random)
        look(live, random)
    return live


def check(clock: type[Clock], random: Random, moves: list[int]) -> None:
    """Each day comes out of the log, and out of the log that an export takes to another database."""
    with fresh():
        live = lived(clock, random, moves)
        assert differences(live) == []
        rows, _ = exchange.everything(ME)
    with fresh():
        exchange.import_rows(ME, rows)
        assert differences(live) == []


pauses = st.lists(st.sampled_from([0, 0, 0, 5, 20]), min_size=20, max_size=30)
seeds = st.integers(0, 2**32).map(Random)
every = {"deadline": None, "suppress_health_check": list(HealthCheck), "phases": [Phase.generate]}


@settings(max_examples=2, **every)
@given(random=seeds, moves=pauses)
def test_each_day_is_shown_as_it_was(clock: type[Clock], random: Random, moves: list[int]) -> None:
    check(clock, random, moves)


@pytest.mark.long
@settings(max_examples=60, **every)
@given(random=seeds, moves=pauses)
def test_each_day_is_shown_as_it_was_whatever_happens(clock: type[Clock], random: Random, moves: list[int]) -> None:
    check(clock, random, moves)


@pytest.fixture
def founded(clock: type[Clock]) -> Iterator[type[Clock]]:
    """The company, an hour after it was founded."""
    clock.moment = BEGIN
    with fresh():
        found_company()
        clock.moment += timedelta(hours=1)
        yield clock


def test_before_the_log_nothing_is_known(founded: type[Clock]) -> None:
    with pytest.raises(NotFound, match="begins on 2026-09-28"):
        past.board_as_shown(ME, day(-1))


def test_nothing_is_known_of_a_company_without_a_log(clock: type[Clock]) -> None:
    with fresh(), pytest.raises(NotFound, match="Begin with an import"):
        past.board_as_shown(ME, clock.now(UTC).date())


def test_a_day_to_come_has_shown_nothing(founded: type[Clock]) -> None:
    with pytest.raises(Invalid, match="has not come yet"):
        past.board_as_shown(ME, day(1))


def test_a_day_ends_where_the_company_is(founded: type[Clock]) -> None:
    organisation.change_settings(ME, {"time_zone": "Asia/Tokyo"})
    founded.moment = datetime(2026, 9, 28, 14, 59, tzinfo=UTC)
    check_in.check_in(ME, [Entry("K", value=10.0)])
    founded.moment = datetime(2026, 9, 28, 15, 1, tzinfo=UTC)  # the day after, in Tokyo
    check_in.check_in(ME, [Entry("K", value=20.0)])
    assert past.board_as_shown(ME, day(0)).key_results.at["K", "value"] == 10.0


def test_what_was_taken_back_after_midnight_was_there_before(founded: type[Clock]) -> None:
    founded.moment = datetime(2026, 9, 28, 23, 50, tzinfo=UTC)
    revision = check_in.check_in(ME, [Entry("K", value=10.0)]).revision
    founded.moment += timedelta(minutes=20)
    undo.undo(ME, revision)
    values = [past.board_as_shown(ME, day(n)).as_json()["key_results"][0]["value"] for n in (0, 1)]
    assert values == [10.0, None]


def test_who_was_forgotten_bears_the_pseudonym(founded: type[Clock]) -> None:
    objectives.edit_objective(ME, "O", {"owner": "fay"}, version=1)
    key_results.edit_key_result(ME, "M", {}, version=1, reason=WHY, steps=[{"step": "a"}])
    founded.moment += timedelta(days=1)
    organisation.edit_person(ME, "mia", {"active": False})
    objectives.edit_objective(ME, "O", {"owner": ""}, version=2)
    organisation.set_membership(ME, "mia", "Web", member=False)
    by = anonymising.anonymise(ME, "mia", "mia")
    with company().read() as reader:
        facts = past.facts_as_of(reader, 1)
    assert [facts.memberships["person"].iat[0], facts.objectives["owner"].iat[0]] == [by, by]


def test_what_is_confidential_now_is_hidden_in_the_past_too(founded: type[Clock]) -> None:
    founded.moment += timedelta(days=1)
    objectives.edit_objective(ME, "R", {"visibility": "confidential"}, version=1)
    mia = start_session("mia")
    boards = [past.board_as_shown(actor, day(0)) for actor in (ME, mia)]
    assert [[*board.objectives.index] for board in boards] == [["O", "P", "R"], ["O", "P"]]
    assert "L" not in boards[1].key_results.index


def test_a_log_from_elsewhere_turns_back_what_fits(founded: type[Clock]) -> None:
    rows, _ = exchange.everything(ME)
    strange = {"revision": 2, "number": 0, "happened_at": BEGIN + timedelta(days=1), "actor": "x", "action": "y"}
    told = [
        {"table": "planets", "row": "Mars", "before": "", "after": "{}"},
        {"table": "objectives", "row": "X", "before": '{"title": "Gone"}', "after": '{"title": "There"}'},
        {"table": "objectives", "row": "O", "before": '{"colour": "red"}', "after": '{"colour": "blue"}'},
        {"table": "milestones", "row": "M", "before": "not JSON", "after": ""},
        {"table": "objectives", "row": "O", "before": '{"title": "Was"}', "after": '{"title": "Be found"}'},
        {"table": "memberships", "row": '["fay", "Web"]', "before": '{"person": "fay", "team": "Web"}', "after": ""},
    ]
    late = BEGIN.replace(tzinfo=None) + timedelta(days=1)
    rows["events"] += [
        TABLES["events"].row(**{**strange, "happened_at": late, "number": n, **one}) for n, one in enumerate(told)
    ]
    founded.moment += timedelta(days=3)
    with fresh():
        exchange.import_rows(ME, rows)
        with company().read() as reader:
            facts = past.facts_as_of(reader, 1)
    assert facts.objectives["title"].iat[0] == "Was"
    assert facts.memberships.iloc[-1].tolist() == ["fay", "Web", False], "where it stood nobody knows: as the last"


def test_either_database_remembers(store: Store) -> None:
    small.quarter()
    day_now = small.TODAY
    before = overview.board(ME).revision
    small.check_in("c1", 1, 10.0)
    organisation.set_membership(ME, "leo", "Web", member=False)
    with company().read() as reader:
        then = past.facts_as_of(reader, before)
    assert (len(then.check_ins), then.memberships["person"].tolist()) == (0, ["mia", "leo", "fay"])
    assert past.board_as_shown(ME, day_now).as_json() == overview.board(ME).as_json()
    assert changed.what_changed(ME, day_now, day_now).rows.empty
    with pytest.raises(NotFound):
        past.board_as_shown(ME, small.ago(1))
