"""backup, restore, copy and doctor, run as an operator runs them."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from okrdash import cli
from okrdash.services import organisation
from okrdash.services.company import close_company, open_company
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store


def run(*words: str | Path) -> int:
    return cli.main([str(word) for word in words])


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A company's database, as the commands find it, in a folder that okrdash makes."""
    path = tmp_path / "data" / "okr.duckdb"
    monkeypatch.setenv("OKRDASH_DATABASE", str(path))
    monkeypatch.delenv("OKRDASH_DEMO", raising=False)
    before = os.umask(0o022)
    assert run("init") == 0
    open_company(path)
    organisation.add_person(CONSOLE, {"username": "maya", "name": "Maya", "role": "admin"})
    close_company()
    yield path
    os.umask(before)


def test_out_and_back(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    backup, copy = tmp_path / "backup.duckdb", tmp_path / "copy.duckdb"
    assert [run("backup", backup), run("backup", backup), run("restore", backup)] == [0, 1, 1]
    assert "--force" in capsys.readouterr().err
    database.write_bytes(b"damaged")
    assert run("doctor") == 1
    assert run("restore", backup, "--force") == 0
    assert "is kept in" in capsys.readouterr().out
    assert run("doctor") == 0
    assert [run("copy", database, copy), run("copy", database, copy)] == [0, 1]
    printed = capsys.readouterr()
    assert "are the same on both sides" in printed.out
    assert "not empty" in printed.err


def test_doctor_prints_one_json_document(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run("doctor", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"well": True, "findings": []}


def test_while_the_app_runs_each_of_them_names_its_process(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "there.duckdb"
    assert run("backup", there) == 0
    store = Store(database)
    for words in (
        ("backup", tmp_path / "new.duckdb"),
        ("restore", there, "--force"),
        ("copy", database, tmp_path / "new.duckdb"),
        ("doctor",),
    ):
        assert run(*words) == 1
        printed = capsys.readouterr()
        assert f"in use by process {os.getpid()}" in printed.err + printed.out
    store.close()
    assert not (tmp_path / "new.duckdb").exists()


def test_without_a_database_there_is_nothing_to_back_up(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in database.parent.iterdir():
        file.unlink()
    assert run("backup", database.with_name("backup.duckdb")) == 1
    assert list(database.parent.iterdir()) == []


def test_nobody_else_on_the_machine_reads_them(database: Path, tmp_path: Path) -> None:
    run("backup", database.parent / "backup.duckdb")
    run("restore", database.parent / "backup.duckdb", "--force")
    store = Store(database)
    with store.write(None) as tx:
        tx.run("DELETE FROM visits")
        tx.run("INSERT INTO visits VALUES ('maya', now()::TIMESTAMP, now()::TIMESTAMP)")
    files = list(database.parent.iterdir())
    assert {one.name.rpartition(".")[2] for one in files} >= {"duckdb", "lock", "mark", "wal"}
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
    assert stat.S_IMODE(database.parent.stat().st_mode) == 0o700
    store.close()
