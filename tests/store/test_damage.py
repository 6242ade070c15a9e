"""Damaged files: a database opens with everything that was acknowledged, or not at all and is left as it was."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from okrdash.domain.errors import StoreError
from okrdash.domain.tables import TABLES
from okrdash.store.examine import examine
from okrdash.store.store import Store, utc_now
from okrdash.store.transaction import Event

CHANGES = 40


@dataclass(frozen=True)
class Files:
    """A database file and its write-ahead log, as bytes; None where there is none."""

    file: bytes | None
    log: bytes | None = None


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Files]:
    """A database as it was after a clean end, as a crash left it later, at its clean end after that; and another."""
    folder = tmp_path_factory.mktemp("damage")
    path, other = folder / "okr.duckdb", folder / "other.duckdb"
    write(path, 0, CHANGES // 2)
    old = path.read_bytes()
    store = write(path, CHANGES // 2, CHANGES, close=False)
    crashed = Files(path.read_bytes(), log_of(path).read_bytes())
    store.close()
    another = write(other, 0, 3, close=False)
    others = Files(other.read_bytes(), log_of(other).read_bytes())
    another.close()
    return {"old": Files(old), "crashed": crashed, "clean": Files(path.read_bytes()), "other": others}


def write(path: Path, begin: int, end: int, *, close: bool = True) -> Store:
    store = Store(path)
    for n in range(begin, end):
        with store.write(Event("maya", "add")) as tx:
            tx.insert("teams", TABLES["teams"].row(team=f"team {n}", kind="team", description="x" * 200))
    if close:
        store.close()
    return store


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def flipped(content: bytes | None, at: int) -> bytes:
    assert content is not None
    at %= len(content)
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


def cut(content: bytes | None, share: float) -> bytes:
    assert content is not None
    return content[: int(len(content) * share)]


Damage = Callable[[dict[str, Files]], Files]
SOMEWHERE = random.Random(7)
WHOLE: dict[str, Damage] = {
    "after a clean end": lambda m: m["clean"],
    "after a crash": lambda m: m["crashed"],
    "its older file, with the log": lambda m: Files(m["old"].file, m["crashed"].log),
}
REFUSED: dict[str, Damage] = {
    "no log": lambda m: Files(m["crashed"].file),
    "empty log": lambda m: Files(m["crashed"].file, b""),
    "another's log": lambda m: Files(m["crashed"].file, m["other"].log),
    "a log that is in the file already": lambda m: Files(m["clean"].file, m["crashed"].log),
    "no file": lambda m: Files(None),
    "no file, but the log": lambda m: Files(None, m["crashed"].log),
    "empty file": lambda m: Files(b""),
    "empty file with the log": lambda m: Files(b"", m["crashed"].log),
    "an older file": lambda m: m["old"],
    "another's file": lambda m: Files(m["other"].file),
    "another's file with the log": lambda m: Files(m["other"].file, m["crashed"].log),
    "the log as the file": lambda m: Files(m["crashed"].log),
    "text": lambda m: Files(b"This is no database.\n" * 1000),
    "zeros": lambda m: Files(bytes(20_000)),
    **{
        f"log cut to {share}": lambda m, s=share: Files(m["crashed"].file, cut(m["crashed"].log, s))
        for share in (0.002, 0.3, 0.7, 0.999)
    },  # type: ignore[misc]
    **{
        f"file cut to {share}": lambda m, s=share: Files(cut(m["clean"].file, s))
        for share in (0.00001, 0.002, 0.3, 0.6)
    },  # type: ignore[misc]
    **{
        f"log flipped at {at}": lambda m, a=at: Files(m["crashed"].file, flipped(m["crashed"].log, a))
        for at in (0, 8, 12, 20, 60, 100, -3)
    },  # type: ignore[misc]
    **{
        f"file flipped at {at}": lambda m, a=at: Files(flipped(m["clean"].file, a))
        for at in (0, 8, 12, 100, 4096, 8200, 12288)
    },  # type: ignore[misc]
}
EITHER: dict[str, Damage] = {
    **{
        f"log flipped at {at}": lambda m, a=at: Files(m["crashed"].file, flipped(m["crashed"].log, a))
        for at in SOMEWHERE.sample(range(20_000), 4)
    },  # type: ignore[misc]
    **{
        f"file flipped at {at}": lambda m, a=at: Files(flipped(m["clean"].file, a))
        for at in SOMEWHERE.sample(range(12_288, 2_000_000), 8)
    },  # type: ignore[misc]
}


def lay(folder: Path, files: Files) -> Path:
    """Puts the files into a folder, and beside them the mark that was there."""
    path = folder / "okr.duckdb"
    for place, content in ((path, files.file), (log_of(path), files.log)):
        if content is not None:
            place.write_bytes(content)
            place.chmod(0o600)
    mark = path.with_name(f"{path.name}.mark")
    mark.write_text(f"{CHANGES:<20}")
    mark.chmod(0o600)
    return path


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """What lies in a folder: each file's bytes and when it was changed last."""
    return {one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in folder.iterdir()}


def opened(path: Path) -> bool:
    """Whether the database opens: with everything then, and else with one clear line and everything left as it was."""
    before = contents(path.parent)
    found = examine(path, utc_now())
    assert contents(path.parent) == before, "doctor changes nothing"
    try:
        store = Store(path)
    except StoreError as fault:
        said = str(fault)
    else:
        said = ""
    if said:
        after = contents(path.parent)
        after.pop(f"{path.name}.lock")
        assert {name: content for name, (content, _) in after.items()} == {n: c for n, (c, _) in before.items()}
        assert (path.name in said, "\n" in said) == (True, False)
        assert found, "doctor finds what keeps it from opening"
        return False
    with store.read() as reader:
        assert reader.revision() == CHANGES
        assert [row["team"] for row in reader.table("teams")] == [f"team {n}" for n in range(CHANGES)]
    store.close()
    assert found == []
    return True


@pytest.mark.parametrize("damage", WHOLE.values(), ids=WHOLE)
def test_what_is_whole_opens(tmp_path: Path, made: dict[str, Files], damage: Damage) -> None:
    assert opened(lay(tmp_path, damage(made)))


@pytest.mark.parametrize("damage", REFUSED.values(), ids=REFUSED)
def test_what_lacks_something_is_refused_and_left_alone(tmp_path: Path, made: dict[str, Files], damage: Damage) -> None:
    assert not opened(lay(tmp_path, damage(made)))


@pytest.mark.parametrize("damage", EITHER.values(), ids=EITHER)
def test_one_flipped_byte_is_noticed_or_does_not_matter(tmp_path: Path, made: dict[str, Files], damage: Damage) -> None:
    opened(lay(tmp_path, damage(made)))


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "okr.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE sales (amount INTEGER)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="something else \\(sales\\)"):
        Store(path)
    assert path.read_bytes() == before
    assert "something else" in examine(path, utc_now())[0]


def test_a_sqlite_file_is_named_as_one(tmp_path: Path) -> None:
    path = tmp_path / "okr.duckdb"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE sales (amount INTEGER)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="SQLite"):
        Store(path)


def test_a_damaged_mark_is_said(tmp_path: Path, made: dict[str, Files]) -> None:
    path = lay(tmp_path, made["clean"])
    path.with_name("okr.duckdb.mark").write_text("###")
    with pytest.raises(StoreError, match="mark is damaged"):
        Store(path)


def test_a_mark_that_a_power_cut_blanked_says_nothing(tmp_path: Path, made: dict[str, Files]) -> None:
    path = lay(tmp_path, made["clean"])
    path.with_name("okr.duckdb.mark").write_bytes(bytes(20))
    Store(path).close()


def test_what_was_made_by_hand_in_the_schema_is_found(tmp_path: Path, made: dict[str, Files]) -> None:
    path = lay(tmp_path, made["clean"])
    with duckdb.connect(str(path)) as connection:
        connection.execute("ALTER TABLE teams DROP COLUMN description")
        connection.execute("ALTER TABLE people ADD COLUMN salary BIGINT")
        connection.execute("ALTER TABLE visits ALTER seen_at TYPE VARCHAR")
        connection.execute("CREATE TABLE notes (text VARCHAR)")
        connection.execute("DROP TABLE kudos")
    said = " ".join(examine(path, utc_now()))
    for difference in (
        "teams lacks description",
        "people has besides salary",
        "visits has of another type seen_at",
        "the table notes is no part of it",
        "the table kudos is missing",
    ):
        assert difference in said


def test_a_clock_that_went_back_is_found(tmp_path: Path, made: dict[str, Files]) -> None:
    path = lay(tmp_path, made["clean"])
    (said,) = examine(path, datetime(2020, 1, 1))
    assert said.startswith("The clock went back")


def test_settings_that_make_no_sense_are_found(tmp_path: Path, made: dict[str, Files]) -> None:
    path = lay(tmp_path, made["clean"])
    with duckdb.connect(str(path)) as connection:
        connection.execute("INSERT INTO settings VALUES ('time_zone', 'Mars/Olympus', 1, 1)")
    (said,) = examine(path, utc_now())
    assert "'Mars/Olympus' is no time zone" in said


def test_files_that_others_may_read_are_found(tmp_path: Path, made: dict[str, Files]) -> None:
    path = lay(tmp_path, made["clean"])
    path.chmod(0o644)
    assert "open to other users" in examine(path, utc_now())[0]


def test_a_read_only_file_is_found(tmp_path: Path, made: dict[str, Files]) -> None:
    path = lay(tmp_path, made["clean"])
    path.chmod(0o400)
    assert any("read-only" in line for line in examine(path, utc_now()))


def test_a_database_in_use_is_found_with_its_process(tmp_path: Path, made: dict[str, Files]) -> None:
    path = lay(tmp_path, made["clean"])
    store = Store(path)
    (said,) = examine(path, utc_now())
    store.close()
    assert "in use by process" in said


def test_a_newer_database_is_found_with_both_versions(tmp_path: Path, made: dict[str, Files]) -> None:
    path = lay(tmp_path, made["clean"])
    with duckdb.connect(str(path)) as connection:
        connection.execute("INSERT INTO schema_steps VALUES (99, 'later', now())")
    assert "schema version 99" in examine(path, utc_now())[0]
