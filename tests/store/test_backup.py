"""Backups, the way back, and copies between the engines."""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from okrdash.domain.errors import StoreError
from okrdash.domain.tables import TABLES
from okrdash.store import backup, copying, migrations
from okrdash.store.backup import kept, place, prune
from okrdash.store.contents import contents_of
from okrdash.store.duck import making_of
from okrdash.store.engine import open_engine
from okrdash.store.mark import marked
from okrdash.store.restore import restore
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests import databases
from tests.store.test_migrations import fixture, rows_in

NOW = datetime(2026, 11, 22, 8, 30)
TEAMS = TABLES["teams"]


def add(store: Store, *names: str) -> None:
    for name in names:
        with store.write(Event("maya", "add")) as tx:
            tx.insert("teams", TEAMS.row(team=name, kind="team"))


def teams(where: Path | str) -> list[str]:
    with contextlib.closing(Store(where)) as store, store.read() as reader:
        return [row["team"] for row in reader.table("teams")]


def filled(where: Path | str, *names: str) -> Path | str:
    with contextlib.closing(Store(where)) as store:
        add(store, *names)
    return where


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A backup of a database with two teams."""
    with contextlib.closing(Store(tmp_path / "source.duckdb")) as store:
        add(store, "Sales", "Legal")
        store.back_up(tmp_path / "backup.duckdb", NOW)
    return tmp_path / "backup.duckdb"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def restored(source: Path, where: Path | str, folder: Path, *, force: bool = False) -> Any:
    return restore(source, where, folder, NOW, force=force)


def test_a_backup_has_what_was_there_while_writing_went_on(tmp_path: Path) -> None:
    store, stop, done = Store(tmp_path / "okr.duckdb"), threading.Event(), [0]

    def writing() -> None:
        while not stop.is_set():
            add(store, f"team {done[0]}")
            done[0] += 1

    thread = threading.Thread(target=writing)
    thread.start()
    try:
        for n in range(3):
            before = done[0]
            found = store.back_up(tmp_path / f"{n}.duckdb", NOW)
            assert before <= found.revision <= done[0] + 1
            assert found.rows["teams"] == found.revision == found.rows["events"]
    finally:
        stop.set()
        thread.join()
    store.close()
    assert len(teams(tmp_path / "okr.duckdb")) == done[0]


def test_a_backup_is_for_its_owner_alone_and_leaves_nothing_else(tmp_path: Path, database: Path | str) -> None:
    with contextlib.closing(Store(database)) as store:
        add(store, "Sales")
        store.back_up(tmp_path / "new" / "backup.duckdb", NOW)
        assert not making_of(tmp_path / "okrdash.duckdb").exists()
    assert [one.name for one in (tmp_path / "new").iterdir()] == ["backup.duckdb"]
    assert stat.S_IMODE((tmp_path / "new" / "backup.duckdb").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_backup_takes_nothings_place(tmp_path: Path, source: Path) -> None:
    before = source.read_bytes()
    store = Store(tmp_path / "source.duckdb")
    with contextlib.closing(store), pytest.raises(StoreError, match="exists already"):
        store.back_up(source, NOW)
    assert source.read_bytes() == before


def test_a_backup_that_cannot_be_opened_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = backup._note

    def damaged(path: Path, now: datetime) -> None:
        real(path, now)
        path.write_bytes(path.read_bytes()[:-300_000])

    monkeypatch.setattr(backup, "_note", damaged)
    with contextlib.closing(Store(tmp_path / "okr.duckdb")) as store:
        add(store, "Sales")
        with pytest.raises(StoreError):
            store.back_up(tmp_path / "to" / "backup.duckdb", NOW)
    assert list((tmp_path / "to").iterdir()) == []


def test_a_backup_without_room_is_refused_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with contextlib.closing(Store(tmp_path / "okr.duckdb")) as store, pytest.raises(StoreError, match="no room"):
        store.back_up(tmp_path / "backup.duckdb", NOW)


def test_the_newest_of_each_kind_are_kept(folder: Path) -> None:
    folder.mkdir()
    where, other = Path("/data/okrdash.duckdb"), Path("/data/demo.duckdb")
    for n in range(5):
        for why in (backup.DAILY, backup.UPGRADE):
            place(folder, where, why, NOW + timedelta(days=n)).touch()
    place(folder, other, backup.DAILY, NOW).touch()
    (folder / "okrdash-daily-notes.txt").touch()
    prune(folder, where, 2)
    assert [(one.why, one.made_at.day) for one in kept(folder, where)] == [
        ("upgrade", 26),
        ("daily", 26),
        ("upgrade", 25),
        ("daily", 25),
    ]
    assert len(list(folder.iterdir())) == 6


def test_what_was_backed_up_comes_back(database: Path | str, source: Path, folder: Path) -> None:
    done = restored(source, database, folder)
    assert (teams(database), done.revision, done.aside) == (["Sales", "Legal"], 2, "")


def test_a_restore_takes_nothings_place_unasked(database: Path | str, source: Path, folder: Path) -> None:
    filled(database, "Ours")
    with pytest.raises(StoreError, match="--force"):
        restored(source, database, folder)
    assert teams(database) == ["Ours"]


def test_what_a_restore_replaces_is_kept_and_opens(database: Path | str, source: Path, folder: Path) -> None:
    filled(database, "Ours", "Yours", "Theirs")
    done = restored(source, database, folder, force=True)
    assert (teams(database), done.newer) == (["Sales", "Legal"], 1)
    assert teams(Path(done.aside)) == ["Ours", "Yours", "Theirs"]


def test_force_also_goes_over_a_file_that_does_not_open(tmp_path: Path, source: Path, folder: Path) -> None:
    path = tmp_path / "okr.duckdb"
    filled(path, *"abc")
    path.write_bytes(b"")
    done = restored(source, path, folder, force=True)
    assert (teams(path), Path(done.aside).read_bytes(), marked(path)) == (["Sales", "Legal"], b"", 2)


def test_after_a_restore_nobody_is_signed_in(source: Path, folder: Path, tmp_path: Path) -> None:
    database = tmp_path / "okr.duckdb"
    with contextlib.closing(Store(tmp_path / "source.duckdb")) as store:
        with store.write(None) as tx:
            tx.run("INSERT INTO sessions (session, username, started_at, seen_at) VALUES ('s', 'maya', $1, $1)", NOW)
        store.back_up(tmp_path / "later.duckdb", NOW)
    restored(tmp_path / "later.duckdb", database, folder)
    with contextlib.closing(Store(database)) as store, store.read() as reader:
        assert reader.rows("SELECT ended_at FROM sessions") == [{"ended_at": NOW}]


def test_a_restore_is_refused_while_the_app_runs(tmp_path: Path, source: Path, folder: Path) -> None:
    store = Store(tmp_path / "okr.duckdb")
    with contextlib.closing(store), pytest.raises(StoreError, match="in use by process"):
        restored(source, tmp_path / "okr.duckdb", folder, force=True)


def test_an_older_backup_is_brought_to_this_schema(tmp_path: Path, folder: Path) -> None:
    database = tmp_path / "okr.duckdb"
    fixture(tmp_path / "old.duckdb", 1)
    with contextlib.closing(open_engine(tmp_path / "old.duckdb")) as engine:
        backup.make(engine, tmp_path / "old-backup.duckdb", NOW)
    restored(tmp_path / "old-backup.duckdb", database, folder)
    with contextlib.closing(Store(database)) as store, store.read() as reader:
        (last,) = reader.rows("SELECT max(version) AS version FROM schema_steps")
        assert (last["version"], len(reader.table("check_ins"))) == (migrations.LATEST, 1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("DELETE FROM teams WHERE team = 'Legal'", "not what was backed up"),
        ("UPDATE backup_made SET revision = 3", "ends with change 2 of 3"),
        ("INSERT INTO schema_steps VALUES (99, 'later', now())", "schema version 99"),
        ("DROP TABLE schema_steps", "something else"),
    ],
)
def test_a_backup_that_is_not_whole_is_refused(
    tmp_path: Path, source: Path, folder: Path, change: str, says: str
) -> None:
    filled(tmp_path / "okr.duckdb", "Ours")
    with duckdb.connect(str(source)) as connection:
        connection.execute(change)
    with pytest.raises(StoreError, match=says):
        restored(source, tmp_path / "okr.duckdb", folder, force=True)
    assert teams(tmp_path / "okr.duckdb") == ["Ours"]


@pytest.mark.parametrize("call", ["mark.write", "os.link"])
def test_a_restore_that_is_cut_short_loses_nothing(
    tmp_path: Path, source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "okr.duckdb"
    filled(path, "Ours", "Yours", "Theirs")

    def cut(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"okrdash.store.restore.{call}", cut)
        with pytest.raises(KeyboardInterrupt):
            restored(source, path, folder, force=True)
    assert teams(path) == ["Ours", "Yours", "Theirs"]
    restored(source, path, folder, force=True)
    assert teams(path) == ["Sales", "Legal"]


def postgres(name: str) -> str:
    """The address of a database without tables."""
    if not os.environ.get(databases.SERVER):
        pytest.skip("no PostgreSQL server runs beside the tests; make test starts one")
    address = databases.empty_postgres(f"okrdash_{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return address


def test_a_company_moves_to_postgresql_and_back_loss_free(tmp_path: Path) -> None:
    first, back = tmp_path / "first.duckdb", tmp_path / "back.duckdb"
    before, server = fixture(first, migrations.LATEST), postgres("copy")
    there = copying.copy_database(first, server)
    assert {one.table: one.rows for one in there} == {table: len(rows) for table, rows in before.items()}
    assert copying.copy_database(server, back) == there
    with contextlib.closing(open_engine(back)) as engine:
        assert rows_in(engine) == before


def test_a_server_that_runs_keeps_a_backup_from_being_restored_under_it(source: Path, tmp_path: Path) -> None:
    server = postgres("copy")
    with contextlib.closing(Store(server)), pytest.raises(StoreError, match="in use by running servers"):
        restored(source, server, tmp_path, force=True)
    restored(source, server, tmp_path, force=True)
    assert teams(server) == ["Sales", "Legal"]


def test_a_copy_goes_into_an_empty_database_only(database: Path | str, tmp_path: Path) -> None:
    filled(tmp_path / "from.duckdb", "Sales")
    filled(database, "Ours")
    with pytest.raises(StoreError, match="not empty"):
        copying.copy_database(tmp_path / "from.duckdb", database)
    assert teams(database) == ["Ours"]


def test_a_copy_that_fails_leaves_the_target_as_it_was(
    database: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path / "from.duckdb", "Sales")
    real = copying._insert

    def lossy(cursor: Any, table: str, columns: dict[str, str], rows: list[Any]) -> None:
        real(cursor, table, columns, rows[1:] if table == "teams" else rows)

    monkeypatch.setattr(copying, "_insert", lossy)
    with pytest.raises(StoreError, match="teams did not come over"):
        copying.copy_database(tmp_path / "from.duckdb", database)
    assert not isinstance(database, Path) or not database.exists()
    assert teams(database) == []


def test_the_open_database_writes_nowhere_but_beside_itself(tmp_path: Path) -> None:
    with (
        contextlib.closing(Store(tmp_path / "okr.duckdb")) as store,
        pytest.raises(StoreError),
        store.write(None) as tx,
    ):
        tx.run(f"ATTACH '{tmp_path / 'elsewhere.duckdb'}' AS elsewhere")
    assert not (tmp_path / "elsewhere.duckdb").exists()


def test_a_backup_notes_what_is_in_it(source: Path) -> None:
    found = contents_of(source)
    with duckdb.connect(str(source), read_only=True) as connection:
        rows = dict(connection.execute('SELECT "table", "rows" FROM backup_rows').fetchall())
        made = connection.execute("SELECT * FROM backup_made").fetchall()
    assert (rows["teams"], rows["events"], made) == (2, 2, [(NOW, 2)])
    assert found.version == migrations.LATEST
