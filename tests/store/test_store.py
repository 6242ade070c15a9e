"""The store on a real DuckDB file: one writer, one transaction, its event, its revision."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from okrdash.domain.errors import Conflict, StoreError
from okrdash.domain.tables import TABLES
from okrdash.store import log, migrations
from okrdash.store.store import RepeatedError, Store
from okrdash.store.transaction import Event

TEAMS, KEY_RESULTS = TABLES["teams"], TABLES["key_results"]
ACME = TEAMS.row(team="Acme", kind="company")
SALES = TEAMS.row(team="Sales", kind="function", parent="Acme")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "okr.duckdb")
    yield opened
    opened.close()


def events(store: Store) -> list[dict[str, object]]:
    with store.read() as reader:
        return reader.table("events")


def test_a_write_adds_one_to_the_revision_and_tells_who_did_what(store: Store) -> None:
    with store.write(Event("maya", "add team", reason="new market")) as tx:
        tx.insert("teams", ACME)
    (event,) = events(store)
    assert (event["revision"], event["actor"], event["action"], event["reason"]) == (
        1,
        "maya",
        "add team",
        "new market",
    )
    assert log.read(TEAMS, str(event["after"])) == {"team": "Acme", "kind": "company"}


def test_a_write_that_changes_nothing_leaves_no_event(store: Store) -> None:
    with store.write(Event("maya", "add team")) as tx:
        tx.insert("teams", ACME)
    with store.write(Event("maya", "edit team")) as tx:
        tx.update("teams", ("Acme",), {"kind": "company"})
    assert [e["revision"] for e in events(store)] == [1]


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write(Event("maya", "add teams")) as tx:
        tx.insert("teams", ACME, SALES)
        raise ZeroDivisionError
    with store.read() as reader:
        assert (reader.table("teams"), reader.revision()) == ([], 0)


def test_a_change_of_the_companys_data_needs_an_event(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write(None) as tx:
        tx.insert("teams", ACME)
    with store.read() as reader:
        assert reader.table("teams") == []


def test_a_request_key_is_good_once(store: Store) -> None:
    with store.write(Event("maya", "add team", request_key="click-1")) as tx:
        tx.insert("teams", ACME)
    with pytest.raises(RepeatedError), store.write(Event("maya", "add team", request_key="click-1")) as tx:
        tx.insert("teams", SALES)
    assert len(events(store)) == 1


def test_what_is_inserted_twice_conflicts(store: Store) -> None:
    with store.write(Event("maya", "add team")) as tx:
        tx.insert("teams", ACME)
    with pytest.raises(Conflict), store.write(Event("maya", "add team")) as tx:
        tx.insert("teams", ACME)


def test_the_second_editor_is_told_what_changed_meanwhile(store: Store) -> None:
    with store.write(Event("maya", "add team")) as tx:
        tx.insert("teams", ACME)
        read = tx.get("teams", "Acme")
    assert read is not None
    with store.write(Event("lena", "edit team")) as tx:
        tx.update("teams", ("Acme",), {"description": "We ship."}, read["version"])
    with pytest.raises(Conflict, match=r"lena changed this meanwhile: description is now “We ship\.”"):  # noqa: SIM117
        with store.write(Event("maya", "edit team")) as tx:
            tx.update("teams", ("Acme",), {"description": "We sell."}, read["version"])


def test_what_is_removed_lives_on_in_its_event(store: Store) -> None:
    edge = TABLES["alignment"].row(child="a", parent="b")
    with store.write(Event("maya", "align")) as tx:
        tx.insert("alignment", edge)
    with store.write(Event("maya", "unalign")) as tx:
        tx.remove("alignment", ("a", "b"))
    last = events(store)[-1]
    assert (last["row"], log.read(TABLES["alignment"], str(last["before"])), last["after"]) == ('["a", "b"]', edge, "")


def test_a_new_name_reaches_everything_that_mentions_it(store: Store) -> None:
    with store.write(Event("maya", "add")) as tx:
        tx.insert("teams", ACME, SALES)
        tx.insert("memberships", TABLES["memberships"].row(person="maya", team="Sales"))
    with store.write(Event("maya", "rename")) as tx:
        tx.rename("teams", "Sales", "Revenue")
        tx.rename("teams", "Acme", "Acme Inc")
    with store.read() as reader:
        assert [(t["team"], t["parent"]) for t in reader.table("teams")] == [("Acme Inc", ""), ("Revenue", "Acme Inc")]
        assert [m["team"] for m in reader.table("memberships")] == ["Revenue"]


def test_rows_keep_the_order_of_their_insertion(store: Store) -> None:
    names = [f"team {n % 7}-{n}" for n in range(1500)]
    with store.write(Event("maya", "add")) as tx:
        tx.insert("teams", *(TEAMS.row(team=n, kind="team") for n in names[:1000]))
        tx.insert("teams", *(TEAMS.row(team=n, kind="team") for n in names[1000:]))
    with store.read() as reader:
        assert [t["team"] for t in reader.table("teams")] == names


def test_values_come_back_as_they_were_put_in(store: Store) -> None:
    row = KEY_RESULTS.row(
        id="k", objective="o", title="Größer → 30 %", kind="increase", baseline=0.1, target=1e15, due=date(2026, 2, 28)
    )
    moment = TABLES["check_ins"].row(
        id="c", key_result="k", as_of=date(2026, 1, 5), entered_at=datetime(2026, 1, 5, 8, 30)
    )
    with store.write(Event("maya", "add")) as tx:
        tx.insert("key_results", row)
        tx.insert("check_ins", moment)
    with store.read() as reader:
        assert (reader.table("key_results"), reader.table("check_ins")) == ([row], [moment])


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.write(Event("maya", "add")) as tx:
        tx.insert("teams", ACME)
    with store.read() as reader:
        before = reader.revision()
        with store.write(Event("lena", "add")) as tx:
            tx.insert("teams", SALES)
        assert (before, reader.revision(), len(reader.table("teams"))) == (1, 1, 1)


def test_no_update_is_lost_among_writers_side_by_side(store: Store) -> None:
    with store.write(Event("maya", "add")) as tx:
        tx.insert("teams", TEAMS.row(team="Acme", kind="company", cadence_weeks=0))

    def add_ten() -> None:
        for _ in range(10):
            with store.write(Event("maya", "count")) as tx:
                row = tx.get("teams", "Acme")
                assert row is not None
                tx.update("teams", ("Acme",), {"cadence_weeks": row["cadence_weeks"] + 1}, row["version"])

    threads = [threading.Thread(target=add_ten) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as reader:
        (row,) = reader.table("teams")
        assert (row["cadence_weeks"], reader.revision()) == (80, 81)


def test_a_second_process_is_told_who_has_the_file(store: Store) -> None:
    script = "import sys; from pathlib import Path; from okrdash.store.store import Store; Store(Path(sys.argv[1]))"
    ran = subprocess.run(
        [sys.executable, "-c", script, str(Path(store.name))], capture_output=True, text=True, check=False
    )
    assert "is in use by process" in ran.stderr


def test_only_its_owner_may_read_the_file(store: Store) -> None:
    assert stat.S_IMODE(Path(store.name).stat().st_mode) == 0o600


def test_the_schema_has_the_tables_of_the_bundle(store: Store) -> None:
    with store.read() as reader:
        columns = reader.rows(
            "SELECT table_name, column_name FROM information_schema.columns ORDER BY ordinal_position"
        )
    for table in TABLES.values():
        names = [c["column_name"] for c in columns if c["table_name"] == table.name]
        assert set(table.names) <= set(names), table.name


def test_a_step_is_recorded_with_its_schema(store: Store) -> None:
    with store.read() as reader:
        steps = reader.rows("SELECT version FROM schema_steps ORDER BY version")
    assert [s["version"] for s in steps] == [migrations.version_of(step) for step in migrations.STEPS]


def test_a_newer_database_is_refused_with_both_versions(tmp_path: Path) -> None:
    path = tmp_path / "newer.duckdb"
    Store(path).close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("INSERT INTO schema_steps VALUES (99, 'later', now())")
    with pytest.raises(StoreError, match=rf"schema version 99, this okrdash knows {migrations.LATEST}"):
        Store(path)


@pytest.mark.parametrize("content", [b"no database", b"\0" * 20_000], ids=["text", "zeros"])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.duckdb"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="does not open"):
        Store(path)
    assert path.read_bytes() == content


def test_a_closed_database_opens_again_with_everything(tmp_path: Path) -> None:
    path = tmp_path / "okr.duckdb"
    first = Store(path)
    with first.write(Event("maya", "add")) as tx:
        tx.insert("teams", ACME)
    first.close()
    second = Store(path)
    with second.read() as reader:
        assert reader.table("teams") == [ACME]
    second.close()
