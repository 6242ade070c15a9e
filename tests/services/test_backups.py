"""Backups as an admin and the running app make them: who may, one a day, what is said when it fails."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path

import pytest

from okrdash.domain.errors import Forbidden, StoreError
from okrdash.services import backups, doctor
from okrdash.services.people import CONSOLE
from okrdash.store.contents import contents_of
from okrdash.store.store import Store, utc_now
from tests.conftest import SignedIn


@pytest.mark.parametrize("part", ["viewer", "member", "lead", "leader", "champion"])
def test_only_an_admin_sees_and_makes_backups(signed_in: SignedIn, part: str) -> None:
    for service in (backups.state, backups.back_up, backups.daily):
        with pytest.raises(Forbidden):
            service(signed_in(part))


def test_what_belongs_to_the_console_no_admin_may(signed_in: SignedIn, tmp_path: Path) -> None:
    ada, path = signed_in("admin"), tmp_path / "there.duckdb"
    for call in (
        lambda: backups.back_up_to(ada, path),
        lambda: backups.restore(ada, path, path),
        lambda: backups.copy(ada, path, path),
        lambda: doctor.findings(ada),
    ):
        with pytest.raises(Forbidden):
            call()


def test_a_backup_on_demand_is_listed_with_its_age(store: Store, signed_in: SignedIn) -> None:
    ada = signed_in("admin")
    made = backups.back_up(ada)
    found = backups.state(ada)
    assert ([one.name for one in found.kept], made.why, found.error) == ([made.name], "by-hand", "")
    assert found.age is not None
    assert found.age < timedelta(minutes=5)
    assert contents_of(Path(found.folder) / made.name).revision == 1


def test_one_is_made_each_day(store: Store) -> None:
    assert backups.daily(CONSOLE) is not None
    assert backups.daily(CONSOLE) is None
    assert [one.why for one in backups.state(CONSOLE).kept] == ["daily"]


def test_of_two_servers_one_makes_it(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if isinstance(store.where, Path):
        pytest.skip("a file has one server")
    backups.daily(CONSOLE)
    with contextlib.closing(Store(store.where)) as second:
        monkeypatch.setattr(backups, "company", lambda: second)
        monkeypatch.setattr(backups, "_server", lambda: "other")
        monkeypatch.setenv("OKRDASH_BACKUPS", str(tmp_path / "elsewhere"))
        assert backups.daily(CONSOLE) is None
        found = backups.state(CONSOLE)
    assert (found.kept, found.server != "", found.age is not None) == ((), True, True)


def test_what_failed_is_told_and_tried_again_after_an_hour(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "full").write_text("a file where the folder should be")
    with monkeypatch.context() as full:
        full.setenv("OKRDASH_BACKUPS", str(tmp_path / "full"))
        with pytest.raises(StoreError):
            backups.daily(CONSOLE)
    assert "No backup could be made" in backups.state(CONSOLE).error
    assert backups.daily(CONSOLE, utc_now() + timedelta(minutes=50)) is None
    assert backups.daily(CONSOLE, utc_now() + timedelta(minutes=70)) is not None
    assert backups.state(CONSOLE).error == ""


def test_a_demo_company_is_not_backed_up_by_itself(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKRDASH_DEMO", "startup")
    assert backups.daily(CONSOLE) is None
    assert not backups.state(CONSOLE).old


def test_days_without_a_backup_are_told(store: Store) -> None:
    with store.write(None) as tx:
        tx.run("INSERT INTO backups VALUES ($1, $2, NULL, 'one', '')", utc_now().date(), utc_now() - timedelta(days=3))
    assert backups.state(CONSOLE).old
    backups.back_up(CONSOLE)
    assert not backups.state(CONSOLE).old


def test_only_so_many_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKRDASH_BACKUPS_KEPT", "1")
    backups.daily(CONSOLE)
    backups.back_up(CONSOLE)
    last = backups.back_up(CONSOLE)
    assert sorted(one.why for one in backups.state(CONSOLE).kept) == ["by-hand", "daily"]
    assert last.name in [one.name for one in backups.state(CONSOLE).kept]


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("OKRDASH_BACKUPS_KEPT", "0", "must be a whole number from 1 on"),
        ("OKRDASH_BACKUP_KEPT", "3", "Do you mean OKRDASH_BACKUPS_KEPT?"),
        ("OKRDASH_ADDRESS", "okr.example.com", "must be where people open okrdash"),
        ("OKRDASH_SESSION_DAYS", "many", "OKRDASH_SESSION_DAYS"),
        ("OKRDASH_PASSWORDS", "off", "nobody could come in"),
        ("OKRDASH_MAIL", "smtp.example.com", "OKRDASH_MAIL is not understood"),
        ("OKRDASH_DATABASE", "mysql://okr@db/okr", "must be a path or begin with postgresql://"),
        ("OKRDASH_DATABASE", "postgresql://okr@127.0.0.1:1/okr", "cannot be used"),
        ("OKRDASH_DATABASE", "/nowhere/okr.duckdb", "There is no database at"),
    ],
)
def test_doctor_finds_settings_that_make_no_sense(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    path = tmp_path / "okr.duckdb"
    Store(path).close()
    monkeypatch.delenv("OKRDASH_DEMO", raising=False)
    monkeypatch.setenv("OKRDASH_DATABASE", str(path))
    assert doctor.findings(CONSOLE) == []
    monkeypatch.setenv(variable, value)
    (found,) = doctor.findings(CONSOLE)
    assert says in found


def test_doctor_finds_a_schema_that_differs_and_changes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    if isinstance(store.where, Path):
        pytest.skip("tests/store/test_damage.py has it for files")
    monkeypatch.setenv("OKRDASH_DATABASE", store.where)
    assert doctor.findings(CONSOLE) == []
    with store.write(None) as tx:
        tx.run("ALTER TABLE visits ADD COLUMN mood TEXT")
    try:
        assert "visits has besides mood" in doctor.findings(CONSOLE)[0]
    finally:
        with store.write(None) as tx:
            tx.run("ALTER TABLE visits DROP COLUMN mood")
