"""From every earlier schema to this one, cut short anywhere: either the old schema is whole or the new one."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from okrdash.domain.errors import StoreError
from okrdash.store import backup, migrations
from okrdash.store.contents import COLUMNS, contents_of
from okrdash.store.engine import Cursor, Engine, open_engine
from okrdash.store.store import Store
from tests import databases

NOW = datetime(2026, 11, 22, 8, 30)
EARLIER = [migrations.version_of(step) for step in migrations.STEPS[:-1]]
VALUES = {
    "VARCHAR": "Größe",
    "BIGINT": 7,
    "DOUBLE": 0.1,
    "BOOLEAN": True,
    "DATE": date(2026, 2, 28),
    "TIMESTAMP": NOW,
    "character varying": "Größe",
    "bigint": 7,
    "double precision": 0.1,
    "boolean": True,
    "date": date(2026, 2, 28),
    "timestamp without time zone": NOW,
}
"""What stands in every column of a type."""
Rows = dict[str, list[dict[str, Any]]]


class Cut(Exception):
    """The end of a process that was just doing something."""


class Failing:
    """A cursor that ends it all at its n-th call."""

    def __init__(self, cursor: Cursor, calls: int, *, kill: bool = False) -> None:
        self.cursor, self.left, self.kill = cursor, calls, kill

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            if self.kill:
                os.kill(os.getpid(), 9)
            raise Cut

    def begin(self, *, writing: bool) -> None:
        self._count()
        self.cursor.begin(writing=writing)

    def execute(self, sql: str, parameters: tuple[Any, ...] = ()) -> int:
        self._count()
        return self.cursor.execute(sql, parameters)

    def rows(self) -> list[dict[str, Any]]:
        return self.cursor.rows()

    def commit(self) -> None:
        self._count()
        self.cursor.commit()
        self._count()

    def rollback(self) -> None:
        self.cursor.rollback()

    def close(self) -> None:
        self.cursor.close()


@pytest.fixture
def empty(database: Path | str) -> Iterator[Path | str]:
    """A database without tables: the tests of the store leave theirs in PostgreSQL."""
    if isinstance(database, Path):
        yield database
        return
    address = databases.empty_postgres(f"okrdash_steps_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    yield address


def fixture(where: Path | str, version: int) -> Rows:
    """Makes a database of an earlier version, with a row in every table; returns them."""
    with contextlib.closing(open_engine(where)) as engine, contextlib.closing(engine.cursor()) as cursor:
        migrations.migrate(cursor, NOW, version)
        cursor.begin(writing=True)
        cursor.execute(COLUMNS)
        columns: dict[str, dict[str, str]] = {}
        for row in cursor.rows():
            columns.setdefault(row["table"], {})[row["name"]] = row["type"]
        for table, types in columns.items():
            if table != "schema_steps":
                names = ", ".join(f'"{name}"' for name in types)
                places = ", ".join(f"${n}" for n in range(1, len(types) + 1))
                values = tuple(VALUES[kind] for kind in types.values())
                cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES ({places})', values)
        cursor.commit()
        return rows_in(engine)


def rows_in(engine: Engine) -> Rows:
    with contextlib.closing(engine.cursor()) as cursor:
        cursor.begin(writing=False)
        cursor.execute(COLUMNS)
        found: Rows = {}
        for table in dict.fromkeys(row["table"] for row in cursor.rows()):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = cursor.rows()
        cursor.rollback()
        return found


def kept(before: Rows, after: Rows) -> bool:
    """Whether every row is still there, with every value it had."""
    return all(
        [{name: row[name] for name in old} for old, row in zip(rows, after[table], strict=True)] == rows
        for table, rows in before.items()
        if table != "schema_steps"
    )


SCHEMAS: dict[int, dict[str, set[str]]] = {}
"""The tables and columns of each version, made step by step without anything in them."""


@pytest.fixture(scope="module", autouse=True)
def schemas(tmp_path_factory: pytest.TempPathFactory) -> None:
    for version in [*EARLIER, migrations.LATEST]:
        SCHEMAS[version] = schema_of(fixture(tmp_path_factory.mktemp("schemas") / "okr.duckdb", version))


def schema_of(rows: Rows) -> dict[str, set[str]]:
    return {table: set(found[0]) if found else set() for table, found in rows.items()}


def whole(rows: Rows) -> bool:
    """Whether the tables and columns are exactly those of the version that the database says it has."""
    wanted = SCHEMAS[max(row["version"] for row in rows["schema_steps"])]
    there = schema_of(rows)
    return there.keys() == wanted.keys() and all(columns in (set(), wanted[table]) for table, columns in there.items())


@pytest.mark.parametrize("version", EARLIER)
def test_every_earlier_database_comes_to_this_schema_with_all_it_has(
    empty: Path | str, version: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not isinstance(empty, Path) and version > EARLIER[0]:
        pytest.skip("the oldest is enough here: the steps are the same")
    monkeypatch.setenv("OKRDASH_BACKUPS", str(tmp_path / "backups"))
    before = fixture(empty, version)
    store = Store(empty)
    after = rows_in(store._engine)
    store.close()
    assert kept(before, after)
    assert whole(after)
    (made,) = backup.kept(tmp_path / "backups", empty)
    assert made.why == backup.UPGRADE
    assert contents_of(tmp_path / "backups" / made.name).version == version


@pytest.mark.parametrize("version", EARLIER[:1])
def test_a_migration_that_fails_anywhere_leaves_one_schema_whole(empty: Path | str, version: int) -> None:
    before, calls, reached = fixture(empty, version), 0, set()
    done = False
    while not done:
        with contextlib.closing(open_engine(empty)) as engine:
            with contextlib.closing(engine.cursor()) as cursor:
                try:
                    migrations.migrate(Failing(cursor, calls), NOW)
                    done = True
                except Cut:
                    cursor.rollback()
                    calls += 1 if isinstance(empty, Path) else 4
            after = rows_in(engine)
        reached.add(max(row["version"] for row in after["schema_steps"]))
        assert kept(before, after)
        assert whole(after)
    assert len(reached) > 2
    assert calls > 15


KILLER = """
import contextlib, os, sys
from pathlib import Path
from okrdash.store import migrations
from okrdash.store.duck import DuckEngine
from tests.store.test_migrations import Failing, NOW
for calls in range(0, 39, int(sys.argv[2])):
    child = os.fork()
    if not child:
        cursor = DuckEngine(Path(sys.argv[1].format(calls))).cursor()
        migrations.migrate(Failing(cursor, calls, kill=True), NOW)
        os._exit(0)
    if os.waitpid(child, 0)[1] != 9:
        sys.exit(f"not killed at call {calls}")
"""


@pytest.mark.parametrize("step", [8, pytest.param(1, marks=pytest.mark.long)])
def test_a_migration_that_is_killed_anywhere_leaves_one_schema_whole(tmp_path: Path, step: int) -> None:
    source = tmp_path / "source.duckdb"
    before, rounds, reached = fixture(source, EARLIER[0]), range(0, 39, step), set()
    for n in rounds:
        (tmp_path / f"{n}.duckdb").write_bytes(source.read_bytes())
    command = [sys.executable, "-c", KILLER, str(tmp_path / "{}.duckdb"), str(step)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert (ran.returncode, ran.stderr) == (0, "")
    for n in rounds:
        with contextlib.closing(open_engine(tmp_path / f"{n}.duckdb")) as engine:
            after = rows_in(engine)
        reached.add(max(row["version"] for row in after["schema_steps"]))
        assert kept(before, after)
        assert whole(after)
    assert len(reached) > 2


def test_without_a_backup_nothing_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "okr.duckdb"
    fixture(path, EARLIER[-1])
    (tmp_path / "backups").write_text("a file where the folder should be")
    monkeypatch.setenv("OKRDASH_BACKUPS", str(tmp_path / "backups"))
    with pytest.raises(StoreError, match="No backup could be made"):
        Store(path)
    assert contents_of(path).version == EARLIER[-1]
