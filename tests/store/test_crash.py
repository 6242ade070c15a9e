"""`kill -9` of the real server while people check in: what anybody was told is saved is there, and once."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from websockets.exceptions import WebSocketException

from okrdash.services.company import close_company, open_company
from tests.browser.running import start_server
from tests.wire.client import Tab, clicked, typed
from tests.wire.office import MEMBERS, Office, make_office

AT_ONCE = MEMBERS[:4]


@dataclass
class Round:
    """What four people did until the server was killed."""

    number: int
    told: list[str] = field(default_factory=list)
    """The notes of the check-ins of which a person read that they are saved."""
    sent: list[str] = field(default_factory=list)

    def check_in(self, office: Office, who: str) -> None:
        """Checks in through the interface, again and again, until the connection breaks."""
        with suppress(WebSocketException, OSError), office.tab(who) as tab:
            for number in range(1000):
                self._once(tab, who, f"round {self.number} {who} {number}")

    def _once(self, tab: Tab, who: str, note: str) -> None:
        where = {"query_string": f"key_result=K-{who}"}
        tab.run("check-in", **where)
        value = typed(tab.widget("text_input", "New value"), "17")
        changed = typed(tab.widget("text_input", "What changed?"), note)
        save = clicked(tab.widget("button", "Save check-ins"))
        self.sent.append(note)
        tab.run("check-in", value, changed, save, **where)
        assert any("is saved." in one.body for one in tab.elements("alert"))
        self.told.append(note)


def crash(folder: Path, rounds: int, seed: int) -> None:
    chance = random.Random(seed)
    office = make_office(folder)
    sent, told = [], []
    for number in range(rounds):
        one = Round(number)
        people = [threading.Thread(target=one.check_in, args=(office, who)) for who in AT_ONCE]
        for person in people:
            person.start()
        end = time.monotonic() + 60
        while len(one.told) < 2 and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 1.5))
        office.server.process.kill()
        office.server.process.wait()
        for person in people:
            person.join()
        sent += one.sent
        told += one.told
        if number + 1 < rounds:
            office.server = start_server(folder)
    with open_company(folder / "okrdash.duckdb").read() as reader:
        there = Counter(row["note"] for row in reader.table("check_ins"))
    close_company()
    print(f"{rounds} rounds: {len(sent)} sent, {len(told)} told that they are saved, {len(there)} there")  # noqa: T201
    assert len(told) >= 2 * rounds
    assert [note for note in told if note not in there] == []
    assert [note for note, count in there.items() if count > 1 or note not in sent] == []


@pytest.mark.wire
def test_killed_while_people_check_in(tmp_path: Path) -> None:
    crash(tmp_path, 2, 1)


@pytest.mark.long
@pytest.mark.wire
def test_killed_thirty_times_while_people_check_in(tmp_path: Path) -> None:
    crash(tmp_path, 30, 2)
