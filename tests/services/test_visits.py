"""Since when there is news: the end of the visit before."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from okrdash.domain.errors import Forbidden, StoreError
from okrdash.services import visits
from okrdash.services.people import Actor
from okrdash.store.store import Store
from tests.conftest import SignedIn

BEGAN = datetime(2026, 11, 16, 9)


class Clock:
    def __init__(self) -> None:
        self.now = BEGAN

    def on(self, **later: float) -> datetime:
        self.now += timedelta(**later)
        return self.now


@pytest.fixture
def clock(store: Store, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(visits, "utc_now", lambda: clock.now)
    return clock


def test_a_first_visit_looks_back_for_a_while(clock: Clock, signed_in: SignedIn) -> None:
    mia = signed_in("member")
    assert visits.visit(mia) == BEGAN - visits.FIRST
    clock.on(minutes=20)
    assert visits.visit(mia) == BEGAN - visits.FIRST


def test_the_next_begins_where_that_was_over(clock: Clock, signed_in: SignedIn) -> None:
    mia = signed_in("member")
    visits.visit(mia)
    over = clock.on(minutes=20)
    visits.visit(mia)
    clock.on(hours=3)
    assert visits.visit(mia) == over
    clock.on(minutes=10)
    assert visits.visit(mia) == over


def test_on_other_screens_a_visit_goes_on_but_none_begins(clock: Clock, signed_in: SignedIn) -> None:
    mia = signed_in("member")
    visits.visit(mia)
    for _ in range(4):
        clock.on(minutes=20)
        visits.stay(mia)
    assert visits.visit(mia) == BEGAN - visits.FIRST
    over = clock.now
    clock.on(days=1)
    visits.stay(mia)
    clock.on(minutes=10)
    assert visits.visit(mia) == over


def test_everybody_has_their_own(clock: Clock, signed_in: SignedIn) -> None:
    visits.visit(signed_in("member"))
    over = clock.now
    clock.on(days=2)
    assert visits.visit(signed_in("viewer")) == clock.now - visits.FIRST
    assert visits.visit(signed_in("member")) == over


def test_it_is_written_seldom(clock: Clock, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    mia, writes = signed_in("member"), []
    write = visits._write
    monkeypatch.setattr(visits, "_write", lambda *row: (writes.append(row), write(*row)))
    for _ in range(30):
        clock.on(seconds=20)
        visits.visit(mia)
        visits.stay(mia)
    assert len(writes) == 2


def test_who_is_signed_out_visits_nothing(clock: Clock, signed_in: SignedIn) -> None:
    for call in (visits.visit, visits.stay):
        with pytest.raises(Forbidden):
            call(Actor("mia", "gone"))


def test_a_full_disk_keeps_nobody_out(clock: Clock, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    mia = signed_in("member")

    def full(event: object) -> object:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(Store, "write", lambda self, event: full(event))
    assert visits.visit(mia) == BEGAN - visits.FIRST
