"""Check-ins per second and how long one takes, at 1, 4 and 16 writers while others read; and the bare engine beside it.

`python -m tests.benchmarks.bench_store [postgresql://…]`: on a DuckDB file, and on an empty PostgreSQL database if one
is given (with fsync on, as in earnest). The bare engine inserts the same rows and commits as durably, without checking
anything: the ratio is what okrdash costs beside it.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import psycopg

from okrdash.domain.tables import TABLES
from okrdash.services import check_in, exchange
from okrdash.services.company import close_company, open_company
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sessions import start_session
from okrdash.store.store import Store, utc_now
from tests.services.small import ago

WRITERS, READERS = (1, 4, 16), 2
SECONDS = 6.0


def make(where: Path | str) -> Store:
    """A company of sixteen people, each with a key result."""
    store = open_company(where)
    names = [f"person{number}" for number in range(max(WRITERS))]
    rows: dict[str, list[dict[str, Any]]] = {
        "teams": [{"team": "Acme", "kind": "company"}],
        "people": [{"username": name, "name": name} for name in names],
        "cycles": [{"cycle": "Q", "start": ago(50), "end": ago(-50), "state": "active"}],
        "objectives": [{"id": "O", "cycle": "Q", "team": "Acme", "title": "Grow", "owner": names[0]}],
        "key_results": [
            {
                "id": name,
                "objective": "O",
                "title": name,
                "kind": "increase",
                "baseline": 0.0,
                "target": 9.0,
                "owner": name,
            }
            for name in names
        ],
    }
    exchange.import_rows(CONSOLE, {name: [TABLES[name].row(**row) for row in some] for name, some in rows.items()})
    return store


def measured(writers: int, write: Callable[[int], None], read: Callable[[], None]) -> tuple[float, float, float]:
    """Writes a second, and the median and 95th percentile of how long one takes (ms), while others read."""
    end, took = time.perf_counter() + SECONDS, [[] for _ in range(writers)]

    def go(number: int) -> None:
        while (begun := time.perf_counter()) < end:
            write(number)
            took[number].append(time.perf_counter() - begun)

    def look() -> None:
        while time.perf_counter() < end:
            read()
            time.sleep(0.02)  # two people who click all the time

    threads = [threading.Thread(target=go, args=(number,)) for number in range(writers)]
    threads += [threading.Thread(target=look) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    all_took = np.concatenate(took) * 1000
    return len(all_took) / SECONDS, float(np.percentile(all_took, 50)), float(np.percentile(all_took, 95))


def ours(where: Path | str) -> list[tuple[float, float, float]]:
    """What okrdash does: each check-in is a call of the service."""
    store = make(where)
    actors: list[Actor] = [start_session(f"person{number}") for number in range(max(WRITERS))]

    def write(number: int) -> None:
        check_in.check_in(actors[number], [check_in.Entry(f"person{number}", value=3.0, note="As planned")])

    def read() -> None:
        with store.read() as reader:
            reader.rows("SELECT * FROM check_ins WHERE key_result = 'person0' ORDER BY position DESC LIMIT 20")

    found = [measured(writers, write, read) for writers in WRITERS]
    close_company()
    return found


def bare(cursor: Callable[[], Any], mark: str) -> list[tuple[float, float, float]]:
    """The engine alone: the same two rows, inserted and committed; `mark` is what it writes for the nth parameter."""
    numbers, now = itertools.count(1_000_000_000), utc_now()
    own = threading.local()
    check_ins, events = TABLES["check_ins"], TABLES["events"]
    sqls = []
    for table in (check_ins, events):
        columns = (*table.names, "position")
        places = ", ".join(mark.format(n + 1) for n in range(len(columns)))
        names = ", ".join(f'"{c}"' for c in columns)
        sqls.append(f'INSERT INTO "{table.name}" ({names}) VALUES ({places})')

    def write(number: int) -> None:
        if not hasattr(own, "cursor"):
            own.cursor = cursor()
        n = next(numbers)
        said = check_ins.row(id=f"bare{n}", key_result=f"person{number}", as_of=ago(0), value=3.0, note="As planned")
        logged = events.row(revision=n, number=0, happened_at=now, actor="x", action="check in", table="check_ins")
        own.cursor.execute("BEGIN")
        for sql, row, table in zip(sqls, (said, logged), (check_ins, events), strict=True):
            own.cursor.execute(sql, [*(row[c] for c in table.names), n])
        own.cursor.execute("COMMIT")

    def read() -> None:
        looking = cursor()
        looking.execute("SELECT * FROM check_ins WHERE key_result = 'person0' ORDER BY position DESC LIMIT 20")
        looking.fetchall()
        looking.close()

    return [measured(writers, write, read) for writers in WRITERS]


def show(name: str, ours: list[tuple[float, float, float]], bare: list[tuple[float, float, float]]) -> None:
    for writers, mine, alone in zip(WRITERS, ours, bare, strict=True):
        print(
            f"{name:10} {writers:2} writers: {mine[0]:6.0f} check-ins/s,"
            f" median {mine[1]:6.1f} ms, 95 % {mine[2]:6.1f} ms"
            f"   bare {alone[0]:6.0f}/s, {alone[1]:6.1f} ms, {alone[2]:6.1f} ms   ratio {mine[0] / alone[0]:.2f}"
        )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        found = ours(Path(folder) / "okrdash.duckdb")
        connection = duckdb.connect(str(Path(folder) / "okrdash.duckdb"), config={"checkpoint_threshold": "1MB"})
        show("DuckDB", found, bare(connection.cursor, "${}"))
        connection.close()
    for address in sys.argv[1:]:
        found = ours(address)
        show("PostgreSQL", found, bare(lambda a=address: psycopg.connect(a, autocommit=True).cursor(), "%s"))
