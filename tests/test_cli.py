"""The command line, run as an operator runs it: exit codes, one line for each fault, all or nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from okrdash import cli
from okrdash.domain.tables import TABLES
from okrdash.services import messages
from okrdash.store.store import Store
from okrdash.store.transaction import Event

ROOT = Path(__file__).parent.parent
REAL = os.environ.get("OKRDASH_REAL_DOCUMENTS")

OUTLINE = """# OKRs 2026-Q4

> From 2026-10-01 to 2026-12-31.

## Company

1. **OBJECTIVE: Be the tool that teams choose**
   - KR: Grow weekly active teams from 40 to 100

## Sales

1. **OBJECTIVE: Be the tool that teams choose**
   - KR: Grow weekly active teams from 40 to 100
   - KR: Win 12 customers by the end of November
"""


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of a database that does not exist yet, as the commands find it."""
    path = tmp_path / "okr.duckdb"
    monkeypatch.setenv("OKRDASH_DATABASE", str(path))
    return path


@pytest.fixture
def outline(tmp_path: Path) -> Path:
    path = tmp_path / "okrs.md"
    path.write_text(OUTLINE, "utf-8")
    return path


def run(*words: str | Path) -> int:
    return cli.main([str(word) for word in words])


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_init_makes_a_database_once(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (run("init"), database.exists(), run("init")) == (0, True, 1)
    assert "exists already" in capsys.readouterr().err


def test_wrong_usage_exits_with_two() -> None:
    with pytest.raises(SystemExit) as stopped:
        run("import")
    assert stopped.value.code == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("board", "--json", "--as-of", "tomorrow"), "write it like 2026-11-22"),
        (("board", "--json", "--as-shown"), "goes with --as-of"),
        (("board", "--json", "--as-of", "2026-02-30"), "not in the calendar"),
        (("serve", "--port", "70000"), "1 to 65535"),
        (("serve", "--fresh"), "goes with --demo"),
        (("user", "add", "maya", "--name", "Maya", "--role", "member", "--leads"), "goes with --team"),
    ],
    ids=[
        "no day",
        "no day for what was shown",
        "not in the calendar",
        "no port",
        "fresh without a demo",
        "leads without a team",
    ],
)
def test_wrong_usage_says_what_is_right(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(*words)
    assert (stopped.value.code, says in capsys.readouterr().err) == (2, True)


def test_a_fault_is_one_line_and_no_traceback(database: Path) -> None:
    environment = {**os.environ, "OKRDASH_DATABASE": str(database)}
    command = [sys.executable, "-m", "okrdash", "import", "missing.md"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    assert (ran.returncode, "Traceback" in ran.stderr, "missing.md" in ran.stderr) == (1, False, True)


def test_a_database_in_use_names_the_process(database: Path) -> None:
    store = Store(database)
    environment = {**os.environ, "OKRDASH_DATABASE": str(database)}
    command = [sys.executable, "-m", "okrdash", "board", "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    store.close()
    assert (ran.returncode, f"process {os.getpid()}" in ran.stderr) == (1, True)


def test_an_outline_is_imported_with_its_words(
    database: Path, outline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import", outline) == 0
    capsys.readouterr()
    assert run("board", "--as-of", "2026-11-22", "--json") == 0
    board = json.loads(capsys.readouterr().out)
    assert [(k["title"], k["kind"], k["team"], len(k["also"])) for k in board["key_results"]] == [
        ("Grow weekly active teams from 40 to 100", "increase", "Sales", 1),
        ("Win 12 customers by the end of November", "increase", "Sales", 0),
    ]


def test_a_dry_run_changes_nothing(database: Path, outline: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", outline, "--dry-run", "--json") == 0
    assert printed(capsys)["created"] == {"teams": 2, "cycles": 1, "objectives": 2, "key_results": 2, "alignment": 1}
    assert run("board", "--json") == 0
    assert printed(capsys)["revision"] == 0


def test_the_same_file_twice_changes_nothing(database: Path, outline: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (run("import", outline), run("import", outline)) == (0, 0)
    capsys.readouterr()
    run("board", "--json")
    assert printed(capsys)["revision"] == 1


def test_one_bad_row_and_nothing_is_written(
    database: Path, outline: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    header = "id,objective,title,kind,baseline,target\n"
    (bundle / "key_results.csv").write_text(header + "k1,nowhere,Grow,increase,5,5\n", "utf-8")
    assert run("import", outline, bundle) == 1
    told = capsys.readouterr().err
    assert "key_results.csv row 2" in told
    run("board", "--json")
    assert printed(capsys)["revision"] == 0


@pytest.mark.parametrize(
    ("target", "says"),
    [("40", "40"), ("nan", "no number"), ("1e308", "too large")],
    ids=["equal to the baseline", "NaN", "1e308"],
)
def test_a_target_that_cannot_be_is_refused_by_row_and_column(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], target: str, says: str
) -> None:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    (bundle / "teams.csv").write_text("team,kind\nAcme,company\n", "utf-8")
    (bundle / "cycles.csv").write_text("cycle,start,end\nQ4,2026-10-01,2026-12-31\n", "utf-8")
    (bundle / "objectives.csv").write_text("id,cycle,team,title\no1,Q4,Acme,Grow\n", "utf-8")
    rows = f"id,objective,title,kind,baseline,target\nk1,o1,Grow,increase,40,{target}\n"
    (bundle / "key_results.csv").write_text(rows, "utf-8")
    assert run("import", bundle) == 1
    told = capsys.readouterr().err
    assert "key_results.csv row 2, column target" in told
    assert says in told


@pytest.mark.parametrize("name", ["okrs", "okrs.zip", "okrs.json"])
def test_export_import_export_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outline: Path, name: str
) -> None:
    monkeypatch.setenv("OKRDASH_DATABASE", str(tmp_path / "one.duckdb"))
    assert run("init", "--demo", "startup") == 0
    assert run("export", tmp_path / name) == 0
    monkeypatch.setenv("OKRDASH_DATABASE", str(tmp_path / "two.duckdb"))
    again = tmp_path / "again" / name
    again.parent.mkdir()
    assert (run("import", tmp_path / name), run("export", again)) == (0, 0)

    def bytes_of(path: Path) -> dict[str, bytes]:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        return {file.name: file.read_bytes() for file in files}

    assert bytes_of(again) == bytes_of(tmp_path / name)


def test_the_files_of_a_bundle_one_by_one_are_that_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outline: Path
) -> None:
    monkeypatch.setenv("OKRDASH_DATABASE", str(tmp_path / "one.duckdb"))
    assert (run("import", outline), run("export", tmp_path / "files"), run("export", tmp_path / "one.json")) == (
        0,
        0,
        0,
    )
    monkeypatch.setenv("OKRDASH_DATABASE", str(tmp_path / "two.duckdb"))
    assert run("import", *sorted((tmp_path / "files").iterdir())) == 0
    assert run("export", tmp_path / "two.json") == 0
    assert (tmp_path / "two.json").read_bytes() == (tmp_path / "one.json").read_bytes()


def test_of_two_histories_one_is_taken_over(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (run("import", outline), run("export", tmp_path / "one.json")) == (0, 0)
    monkeypatch.setenv("OKRDASH_DATABASE", str(tmp_path / "two.duckdb"))
    capsys.readouterr()
    assert run("import", tmp_path / "one.json", tmp_path / "one.json", "--dry-run", "--json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert (plan["created"]["events"] > 0, [w["where"] for w in plan["warnings"]]) == (True, ["events"])


def test_a_later_file_calls_the_company_of_an_earlier_one_otherwise(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, company in (("one", "Acme"), ("two", "Acme Inc")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "teams.csv").write_text(f"team,kind\n{company},company\n", "utf-8")
    assert run("import", tmp_path / "one", tmp_path / "two") == 0
    assert "'Acme Inc' is taken as the company, 'Acme'" in capsys.readouterr().out


def test_one_cycle_can_be_exported_and_imported_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OKRDASH_DATABASE", str(tmp_path / "one.duckdb"))
    run("init", "--demo", "startup")
    assert run("export", tmp_path / "quarter", "--cycle", "This quarter") == 0
    monkeypatch.setenv("OKRDASH_DATABASE", str(tmp_path / "two.duckdb"))
    assert run("import", tmp_path / "quarter") == 0
    capsys.readouterr()
    run("board", "--json")
    assert [c["cycle"] for c in json.loads(capsys.readouterr().out)["cycles"]] == ["This quarter"]


def test_people_are_added_and_disabled(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", __import__("io").StringIO("a long enough passphrase\n"))
    assert run("user", "add", "maya", "--name", "Maya", "--role", "member", "--password-stdin") == 0
    assert run("user", "disable", "maya") == 0
    capsys.readouterr()
    run("user", "list", "--json")
    people = json.loads(capsys.readouterr().out)
    assert people == [{"username": "maya", "name": "Maya", "email": "", "role": "member", "active": False}]


def test_who_is_disabled_is_forgotten_when_their_username_is_typed_again(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", __import__("io").StringIO("a long enough passphrase\nmay\nmaya\n"))
    assert run("user", "add", "maya", "--name", "Maya", "--role", "member", "--password-stdin") == 0
    assert run("user", "disable", "maya") == 0
    assert run("user", "anonymise", "maya") == 1
    assert run("user", "anonymise", "maya") == 0
    capsys.readouterr()
    run("user", "list", "--json")
    assert "maya" not in capsys.readouterr().out.casefold()


def test_nobody_is_added_to_a_team_that_there_is_not(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", __import__("io").StringIO("a long enough passphrase\n"))
    words = ("--name", "Maya", "--role", "member", "--team", "Nowhere", "--password-stdin")
    assert run("user", "add", "maya", *words) == 1
    assert "no team 'Nowhere'" in capsys.readouterr().err
    run("user", "list", "--json")
    assert printed(capsys) == []


def test_a_short_password_is_refused_before_anything_is_made(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", __import__("io").StringIO("short\n"))
    assert run("user", "add", "maya", "--name", "Maya", "--role", "member", "--password-stdin") == 1
    assert "12 to 72" in capsys.readouterr().err
    run("user", "list", "--json")
    assert printed(capsys) == []


def test_the_demo_is_not_served_to_the_network(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("serve", "--demo", "startup", "--address", "0.0.0.0") == 1
    assert "127.0.0.1 only" in capsys.readouterr().err


@pytest.mark.skipif(not REAL, reason="OKRDASH_REAL_DOCUMENTS names no folder with real OKR documents")
def test_real_documents_come_in_whole(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = sorted(Path(REAL or "").glob("*-q[12].md"))
    quarter = ("--cycle", "Now", "--start", "2026-10-01", "--end", "2026-12-31")
    counts = []
    for words in ((first,), (second, *quarter), (second, *quarter)):
        assert run("import", *words, "--json") == 0
        created = printed(capsys)["created"]
        assert isinstance(created, dict)
        counts.append([created.get(name, 0) for name in ("teams", "objectives", "key_results", "alignment")])
    assert counts == [[7, 25, 58, 4], [0, 24, 70, 5], [0, 0, 0, 0]]
    assert run("board", "--cycle", "Now", "--as-of", str(date(2026, 11, 22)), "--json") == 0
    board = json.loads(capsys.readouterr().out)
    assert (len(board["objectives"]), len(board["key_results"])) == (24, 70)


def test_the_board_as_it_was_shown(database: Path, outline: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", outline) == 0
    capsys.readouterr()
    today = str(datetime.now(UTC).date())
    assert run("board", "--as-of", today, "--as-shown", "--json") == 0
    shown = printed(capsys)
    assert run("board", "--as-of", today, "--json") == 0
    assert shown == printed(capsys)
    assert run("board", "--as-of", "2020-01-01", "--as-shown", "--json") == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n"), "The log of changes begins on" in err) == ("", 1, True)


def test_remind_says_what_is_missing(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("OKRDASH_MAIL", raising=False)
    monkeypatch.delenv("OKRDASH_WEBHOOK", raising=False)
    assert run("remind") == 1
    assert "OKRDASH_MAIL or OKRDASH_WEBHOOK" in capsys.readouterr().err


def test_remind_tells_whom_it_calls_and_the_dry_run_whom_it_would(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OKRDASH_MAIL", "mailto://127.0.0.1:9?from=okr@example.com")
    store = Store(database)
    with store.write(Event("console", "test")) as tx:
        tx.insert("people", TABLES["people"].row(username="mia", name="Mia", email="mia@example.com"))
    with store.write(None) as tx:
        messages.leave(tx, ["mia"], "mention", about="c1", subject="Leo mentions\nyou", text="")
    store.close()
    assert run("remind", "--dry-run") == 0
    assert capsys.readouterr().out == "Mia (e-mail): Leo mentions you\n"
    assert run("remind") == 1
    assert "Mia (e-mail): Leo mentions you - not sent: " in capsys.readouterr().out
    assert run("remind") == 0  # it is tried again in a minute
    assert capsys.readouterr().out == "Nobody is to be called now.\n"


def test_a_server_of_another_kind_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OKRDASH_DATABASE", "mysql://host/okr")
    assert run("board", "--json") == 1
    assert "must be a path or begin with postgresql://" in capsys.readouterr().err
