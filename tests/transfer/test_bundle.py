"""Reading and writing the bundle: every rule of its cells, files and containers."""

import io
import json
import unicodedata
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from okrdash.domain.cells import cell_text, escape, normal, read_cell
from okrdash.domain.columns import join_refs, refs
from okrdash.domain.errors import Invalid
from okrdash.domain.tables import TABLES
from okrdash.transfer.bundle import looks_like_bundle, read_bundle, read_bundle_bytes
from okrdash.transfer.canonical import bundle_bytes, csv_text, write_bundle

TEAMS = "team,kind\nAcme,company\n"
PHASE = '{"phases": [{"key_result": "K", "date": "2026-11-22", "value": %s}]}'
KR = "id,objective,title,kind,baseline,target\n"


def read(table, text, **kwargs):
    data = text if isinstance(text, bytes) else text.encode(**kwargs)
    return read_bundle_bytes(f"{table}.csv", data)


def said(bundle):
    return [str(problem) for problem in bundle.problems]


def zipped(files, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **options) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


# Files: encoding, separator, headings, rows


def test_a_table_is_read_with_defaults_for_what_it_lacks():
    bundle = read("people", "username,name\nmaya,Maya\n")
    assert bundle.rows == {
        "people": [{"username": "maya", "name": "Maya", "email": "", "role": "member", "active": True}]
    }
    assert bundle.given == {"people": {"username", "name"}}
    assert bundle.places == {("people", ("maya",)): "people.csv row 2"}
    assert not bundle.problems
    assert not bundle.warnings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends(encoding, separator, newline):
    text = newline.join([separator.join(["team", "kind"]), separator.join(['"Zoë, ""R;D"""', "company"])])
    (row,) = read("teams", text, encoding=encoding).rows["teams"]
    assert row["team"] == 'Zoë, "R;D"'


def test_headings_are_matched_without_case_and_blanks():
    assert read("teams", " Team ,KIND\nA,team\n").rows["teams"][0]["team"] == "A"


def test_a_decimal_comma_is_read_where_the_separator_is_a_semicolon():
    rows = read("key_results", KR.replace(",", ";") + "K1;O1;T;increase;1,5;2.5\n").rows["key_results"]
    assert (rows[0]["baseline"], rows[0]["target"]) == (1.5, 2.5)
    (problem,) = said(read("key_results", KR + 'K1,O1,T,increase,"1,5",2\n'))
    assert problem.startswith("key_results.csv row 2, column baseline: '1,5' is no number")


def test_an_unknown_column_is_a_warning_that_guesses_what_was_meant():
    bundle = read("teams", "team,kind,parnt\nA,team,B\n")
    assert not bundle.problems
    (warning,) = bundle.warnings
    assert warning.where == "teams.csv row 1, column parnt"
    assert "did you mean 'parent'?" in warning.message


def test_a_missing_required_column_is_one_problem_and_not_one_per_row():
    bundle = read("teams", "team,parent\nA,\nB,\n")
    assert said(bundle) == ["teams.csv row 1, column kind: is missing, but is needed"]
    assert bundle.rows["teams"] == []
    assert ("teams", ("A",)) in bundle.places


def test_rows_are_counted_as_a_spreadsheet_shows_them():
    bundle = read("teams", 'team,kind,description\nA,company,"two\nlines"\n\n,,\nB,unit,\n')
    assert bundle.places["teams", ("A",)] == "teams.csv row 2"
    assert said(bundle)[0].startswith("teams.csv row 5, column kind")


def test_a_row_with_too_many_cells_is_a_problem_unless_they_are_blank():
    assert not read("teams", "team,kind\nA,company,,\n").problems
    (problem,) = said(read("teams", "team,kind\nA,company,extra\n"))
    assert problem.startswith("teams.csv row 2: has text in a cell without a heading")


def test_a_row_with_too_few_cells_has_blank_ones():
    assert read("teams", "team,kind,parent\nA,company\n").rows["teams"][0]["parent"] == ""


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"", "teams.csv row 1"),
        (b"\n\n", "teams.csv row 1"),
        (b"x,y\n1,2\n", "teams.csv row 1"),
        (b"team,kind\nA,company\nB\xff,team\n", "teams.csv line 3"),
        ("team,kind\nA,company\n".encode("utf-16"), "teams.csv line 1"),
        (b'team,kind\nA,company\n"B"x,team\n', "teams.csv row 3"),
        (b'team,kind\nA,company\n"B,team\n', "teams.csv row 3"),
        (b"team,kind,team\nA,company,A\n", "teams.csv row 1, column team"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem_that_names_the_place(data, where):
    bundle = read("teams", data)
    assert [problem.where for problem in bundle.problems] == [where]


def test_the_same_key_twice_names_both_rows():
    bundle = read("teams", TEAMS + "B,team\nAcme,team\n")
    assert said(bundle) == ["teams.csv row 4: is Acme again, as teams.csv row 2 is; keep one of them"]
    assert [row["team"] for row in bundle.rows["teams"]] == ["Acme", "B"]


def test_a_row_with_a_problem_is_left_out_but_keeps_its_place():
    bundle = read("teams", "team,kind\nA,unit\n")
    assert bundle.rows == {"teams": []}
    assert bundle.places == {("teams", ("A",)): "teams.csv row 2"}


# Cells


def cell(table, column, text, **options):
    return read_cell(TABLES[table].column(column), text, **options)


@pytest.mark.parametrize(
    ("table", "column", "text", "value"),
    [
        ("key_results", "target", "-5", -5.0),
        ("key_results", "target", "1e3", 1000.0),
        ("key_results", "target", "1000000000000000", 1e15),
        ("key_results", "weight", "", 1.0),
        ("key_results", "baseline", " ", None),
        ("key_results", "due", "2026-11-22", date(2026, 11, 22)),
        ("key_results", "also", " O2 ; O3;;O2 ", "O2;O3"),
        ("check_ins", "confidence", "7", 7),
        ("check_ins", "confidence", "7.0", 7),
        ("check_ins", "entered_at", "2026-11-22T08:30:00Z", datetime(2026, 11, 22, 8, 30)),
        ("check_ins", "entered_at", "2026-11-22 10:30:00.5+02:00", datetime(2026, 11, 22, 8, 30, 0, 500_000)),
        ("check_ins", "entered_at", "2026-11-22", datetime(2026, 11, 22, 12)),
        ("memberships", "leads", "", False),
        ("memberships", "leads", "Yes", True),
        ("memberships", "leads", "true", True),
        ("memberships", "leads", "1", True),
        ("memberships", "leads", "no", False),
        ("memberships", "leads", "FALSE", False),
        ("memberships", "leads", "0", False),
        ("objectives", "ambition", "", "committed"),
        ("objectives", "state", "Draft", "draft"),
        ("dependencies", "asker_says", "won’t", "won't"),
        ("objectives", "title", "  a\r\nb\rc ", "a\nb\nc"),
        ("objectives", "title", "Zoe\u0308", "Zoë"),
    ],
)
def test_a_cell_is_read(table, column, text, value):
    assert cell(table, column, text) == value


@pytest.mark.parametrize(
    ("table", "column", "text", "message"),
    [
        ("key_results", "target", "nan", "is no number"),
        ("key_results", "target", "inf", "is no number"),
        ("key_results", "target", "1e308", "too large"),
        ("key_results", "target", "-1e16", "too large"),
        ("key_results", "target", "9" * 5000, "too large"),
        ("key_results", "target", "50 %", "is no number"),
        ("key_results", "target", "1_000", "is no number"),
        ("key_results", "target", "٣", "is no number"),
        ("check_ins", "confidence", "7.5", "whole number"),
        ("check_ins", "confidence", "-1", "whole number"),
        ("key_results", "due", "22.11.2026", "like 2026-11-22"),
        ("key_results", "due", "20261122", "like 2026-11-22"),
        ("key_results", "due", "2026-02-30", "not in the calendar"),
        ("check_ins", "entered_at", "yesterday", "like 2026-11-22T08:30:00Z"),
        ("check_ins", "entered_at", "0001-01-01T00:00+10:00", "not in the calendar"),
        ("memberships", "leads", "maybe", "yes or no"),
        ("objectives", "ambition", "moonshot", "committed, aspirational"),
        ("objectives", "title", " ", "needed"),
        ("objectives", "title", "x" * 501, "at most 500"),
        ("objectives", "id", "x" * 65, "at most 64"),
        ("teams", "team", "x" * 121, "at most 120"),
        ("objectives", "why", "x" * 10_001, "at most 10000"),
        ("objectives", "why", "a\0b", "cannot be stored"),
        ("objectives", "why", "a\ud800b", "cannot be stored"),
    ],
)
def test_a_cell_is_refused_with_the_mend(table, column, text, message):
    with pytest.raises(ValueError, match=message):
        cell(table, column, text)


@pytest.mark.parametrize(
    ("table", "column", "value", "text"),
    [
        ("key_results", "target", 1e15, "1000000000000000"),
        ("key_results", "target", 5.0, "5"),
        ("key_results", "target", -0.0, "0"),
        ("key_results", "target", 0.1, "0.1"),
        ("key_results", "target", 1e-05, "1e-05"),
        ("key_results", "target", None, ""),
        ("check_ins", "confidence", 7, "7"),
        ("key_results", "due", date(2026, 11, 22), "2026-11-22"),
        ("check_ins", "entered_at", datetime(2026, 11, 22, 8, 30), "2026-11-22T08:30:00Z"),
        ("check_ins", "entered_at", datetime(2026, 11, 22, 8, 30, 0, 5), "2026-11-22T08:30:00.000005Z"),
        ("teams", "active", True, "yes"),
        ("teams", "active", False, "no"),
        ("objectives", "title", " Zoe\u0308\r\n", "Zoë"),
        ("key_results", "also", "O2; O3", "O2;O3"),
    ],
)
def test_a_value_is_written(table, column, value, text):
    assert cell_text(TABLES[table].column(column), value) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-5", "'-5"),
        ("@you", "'@you"),
        ("\tx", "'\tx"),
        ("'=x", "''=x"),
        ("''=x", "'''=x"),
        ("'quoted'", "'quoted'"),
        ("don't", "don't"),
        ("'", "'"),
        ("a=b", "a=b"),
    ],
)
def test_what_looks_like_a_formula_bears_one_quote_in_csv(text, written):
    assert escape(TABLES["objectives"].column("title"), text) == written


def test_exactly_one_quote_is_taken_away_on_import():
    rows = read("objectives", "id,cycle,team,title\n1,C,T,'=x\n2,C,T,''=x\n3,C,T,'x\n").rows["objectives"]
    assert [row["title"] for row in rows] == ["=x", "'=x", "'x"]


def test_numbers_bear_no_quote():
    row = TABLES["key_results"].row(id="-1", objective="O", title="T", kind="increase", baseline=-5.0)
    assert csv_text(TABLES["key_results"], [row]).splitlines()[1].startswith("'-1,O,,T,increase,,,-5,")


# Check-ins


def test_a_check_in_is_entered_at_noon_of_its_day_unless_it_says_when():
    (row,) = read("check_ins", "key_result,as_of,id\nK,2026-11-22,c1\n").rows["check_ins"]
    assert row["entered_at"] == datetime(2026, 11, 22, 12)


def test_check_ins_without_id_get_the_same_ids_from_the_same_file():
    text = "key_result,as_of,value\nK,2026-11-22,1\nK,2026-11-22,1\nK,2026-11-22,2\n"
    first, second = (read("check_ins", text).rows["check_ins"] for _ in range(2))
    assert first == second
    assert len({row["id"] for row in first}) == 3


def test_the_id_of_a_check_in_does_not_depend_on_blank_columns_or_the_rows_around_it():
    (plain,) = read("check_ins", "key_result,as_of,value\nK,2026-11-22,1\n").rows["check_ins"]
    other = read("check_ins", "as_of;key_result;note;id;value\n2026-11-01;K;;;3\n2026-11-22;K;;;1,0\n")
    assert other.rows["check_ins"][1]["id"] == plain["id"]


def test_a_generated_id_keeps_clear_of_those_in_the_file():
    (row,) = read("check_ins", "key_result,as_of,value\nK,2026-11-22,1\n").rows["check_ins"]
    bundle = read("check_ins", f"key_result,as_of,value,id\nK,2026-11-22,1,\nK,2026-11-23,1,{row['id']}\n")
    assert not bundle.problems
    assert len({row["id"] for row in bundle.rows["check_ins"]}) == 2


def test_the_state_of_a_cycle_is_left_to_the_day_of_the_import():
    assert read("cycles", "cycle,start,end\nQ4,2026-10-01,2026-12-31\n").rows["cycles"][0]["state"] == ""


# JSON


def test_json_takes_numbers_booleans_and_null():
    document = {
        "people": [{"username": "maya", "name": "Maya", "active": False, "email": None}],
        "key_results": [
            {"id": 7, "objective": "'=O", "title": "T", "kind": "increase", "baseline": 1.5, "target": "2"}
        ],
    }
    bundle = read_bundle_bytes("okrs.json", json.dumps(document).encode("utf-8-sig"))
    assert not bundle.problems
    assert bundle.rows["people"][0]["active"] is False
    key_result = bundle.rows["key_results"][0]
    assert (key_result["id"], key_result["objective"]) == ("7", "'=O")
    assert (key_result["baseline"], key_result["target"], key_result["weight"]) == (1.5, 2.0, 1.0)
    assert bundle.given["people"] == {"username", "name", "active", "email"}
    assert bundle.places["people", ("maya",)] == "okrs.json, people row 1"


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("{", "okrs.json line 1", "is no JSON"),
        ("[]", "okrs.json", "an object"),
        ('{"teams": 1}', "okrs.json, teams", "a list"),
        ('{"teams": [1]}', "okrs.json, teams row 1", "an object"),
        ('{"teams": [{"team": [], "kind": "company"}]}', "okrs.json, teams row 1", "column team"),
        ('{"teams": [], "teams": []}', "okrs.json", "'teams' stands twice"),
        ('{"teams": [{"kind": "team"}]}', "okrs.json, teams, column team", "needed"),
        (PHASE % "NaN", "okrs.json, phases row 1, column value", "no number"),
        (PHASE % "true", "okrs.json, phases row 1, column value", "no number"),
        (PHASE % "1e400", "okrs.json, phases row 1, column value", "too large"),
        ("[" * 100_000, "okrs.json", "nested"),
    ],
)
def test_malformed_json_is_a_problem(text, where, message):
    (problem,) = read_bundle_bytes("okrs.json", text.encode()).problems
    assert problem.where == where
    assert message in problem.message


def test_an_unknown_table_in_json_is_a_warning():
    bundle = read_bundle_bytes("okrs.json", b'{"wishes": [], "teams": []}')
    assert [str(warning) for warning in bundle.warnings] == [
        "okrs.json, wishes: is no table of the bundle and was left out"
    ]
    assert bundle.rows == {"teams": []}
    assert not bundle.problems


# Folders and ZIPs


def test_a_folder_is_read_with_a_warning_for_other_files(tmp_path):
    (tmp_path / "teams.csv").write_text(TEAMS)
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "more").mkdir()
    (tmp_path / ".DS_Store").write_bytes(b"\0")
    bundle = read_bundle(tmp_path)
    assert list(bundle.rows) == ["teams"]
    assert [warning.where for warning in bundle.warnings] == ["more/", "notes.txt"]
    assert not bundle.problems


def test_one_unreadable_file_does_not_hide_the_problems_of_the_others(tmp_path):
    (tmp_path / "teams.csv").write_bytes(b"\xff\xff")
    (tmp_path / "people.csv").write_text("username,name,role\nmaya,Maya,boss\n")
    assert [problem.where for problem in read_bundle(tmp_path).problems] == [
        "teams.csv line 1",
        "people.csv row 2, column role",
    ]


def test_what_is_not_there_or_is_no_bundle_is_a_problem(tmp_path):
    assert said(read_bundle(tmp_path / "none.zip")) == ["none.zip: does not exist"]
    assert "holds no table" in said(read_bundle(tmp_path))[0]
    (tmp_path / "teams.csv").mkdir()
    assert "holds no table" in said(read_bundle(tmp_path))[0]
    (tmp_path / "okrs.xlsx").write_bytes(b"PK")
    assert "is no bundle" in said(read_bundle(tmp_path / "okrs.xlsx"))[0]
    (tmp_path / "okrs.csv").write_bytes(b"a,b")
    assert "is not named as a table" in said(read_bundle(tmp_path / "okrs.csv"))[0]


def test_a_zip_is_read_also_when_a_folder_wraps_it():
    for prefix in ("", "okrs/"):
        bundle = read_bundle_bytes(
            "okrs.zip", zipped({f"{prefix}teams.csv": TEAMS, f"{prefix}x.txt": "", "__MACOSX/._teams.csv": "\0"})
        )
        assert bundle.places == {("teams", ("Acme",)): "teams.csv row 2"}
        assert [warning.where for warning in bundle.warnings] == ["x.txt"]
        assert not bundle.problems


@pytest.mark.parametrize("name", ["../teams.csv", "/teams.csv", "a/../../teams.csv", "..\\teams.csv", "C:/teams.csv"])
def test_a_zip_whose_names_lead_out_of_it_is_refused(name):
    bundle = read_bundle_bytes("okrs.zip", zipped({name: TEAMS, "people.csv": "username,name\nm,M\n"}))
    assert "leads out" in said(bundle)[0]
    assert not bundle.rows


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr("okrdash.transfer.containers.LIMIT", 1000)
    bundle = read_bundle_bytes("okrs.zip", zipped({"teams.csv": "x" * 2000}, compression=zipfile.ZIP_DEFLATED))
    assert "larger than" in said(bundle)[0]


def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("okrdash.transfer.containers.LIMIT", 10)
    (tmp_path / "teams.csv").write_text(TEAMS)
    assert "larger than" in said(read_bundle(tmp_path))[0]
    assert "larger than" in said(read_bundle(tmp_path / "teams.csv"))[0]


def test_an_encrypted_zip_is_refused():
    data = bytearray(zipped({"teams.csv": TEAMS}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in said(read_bundle_bytes("okrs.zip", bytes(data)))[0]


def test_the_same_table_twice_in_a_zip_is_a_problem():
    bundle = read_bundle_bytes("okrs.zip", zipped({"Teams.csv": TEAMS, "teams.csv": TEAMS}))
    assert said(bundle) == ["teams.csv: is the same table as Teams.csv; keep one of them"]


def test_a_damaged_zip_is_a_problem():
    for data in (b"", b"PK", zipped({"teams.csv": TEAMS})[:60], zipped({"teams.csv": TEAMS}).replace(b"Acme", b"Bcme")):
        assert "cannot be unpacked" in said(read_bundle_bytes("okrs.zip", data))[0]


def test_a_bundle_is_told_from_a_plain_sheet(tmp_path):
    (tmp_path / "teams.csv").write_text(TEAMS)
    (tmp_path / "objectives.csv").write_text("Objective;Key Result;Owner;Team;Target\n")
    (tmp_path / "okrs.csv").write_text("id,title\n")
    (tmp_path / "people.csv").write_text("")
    names = [".", "teams.csv", "a.zip", "a.json", "objectives.csv", "okrs.csv", "people.csv", "cycles.csv", "a.md"]
    assert [name for name in names if looks_like_bundle(tmp_path / name)] == [".", "teams.csv", "a.zip", "a.json"]


# Writing

ROWS = {
    "people": [TABLES["people"].row(username="maya", name="Maya")],
    "teams": [TABLES["teams"].row(team="Acme", kind="company")],
    "cycles": [],
}


def test_a_folder_has_a_file_for_each_table_with_rows_and_none_from_before(tmp_path):
    write_bundle(ROWS | {"cycles": [TABLES["cycles"].row(cycle="Q", start=None, end=None)]}, tmp_path / "out")
    write_bundle(ROWS, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["people.csv", "teams.csv"]
    assert (tmp_path / "out" / "people.csv").read_bytes() == b"username,name,email,role,active\nmaya,Maya,,member,yes\n"


def test_a_zip_depends_on_its_rows_alone():
    data = bundle_bytes(ROWS, "okrs.zip")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert [(entry.filename, entry.date_time[:3]) for entry in archive.infolist()] == [
            ("teams.csv", (1980, 1, 1)),
            ("people.csv", (1980, 1, 1)),
        ]
    assert data == bundle_bytes(ROWS, "other.zip")


def test_json_has_numbers_booleans_and_null(tmp_path):
    rows = {"key_results": [TABLES["key_results"].row(id="K", objective="O", title="T", kind="increase", target=5.0)]}
    write_bundle(ROWS | rows, tmp_path / "deep" / "okrs.json")
    document = json.loads((tmp_path / "deep" / "okrs.json").read_text())
    assert list(document) == ["teams", "people", "key_results"]
    assert document["people"] == [{"username": "maya", "name": "Maya", "email": "", "role": "member", "active": True}]
    assert (document["key_results"][0]["target"], document["key_results"][0]["baseline"]) == (5, None)
    assert list(document["key_results"][0]) == list(TABLES["key_results"].names)


@pytest.mark.parametrize("name", ["okrs.xlsx", "okrs.csv", "okrs.duckdb"])
def test_what_is_no_bundle_is_not_written(tmp_path, name):
    with pytest.raises(Invalid, match="folder"):
        write_bundle(ROWS, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    for dest in (tmp_path / "file", tmp_path / "file" / "okrs.zip"):
        with pytest.raises(Invalid, match="cannot be written"):
            write_bundle(ROWS, dest)


def test_an_unknown_table_is_not_silently_lost():
    with pytest.raises(KeyError, match="wishes"):
        bundle_bytes({"wishes": [{}]}, "okrs.json")


# There and back

_QUOTES = ["'", "''", "'=", "''=", '"', '""']
_ODD = st.sampled_from([*_QUOTES, "=", "+1", "-", "@", "\t", "\r", "\n", ",", ";", "\ufeff", "e\u0301"])
_CHARACTERS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
TEXTS = st.lists(_ODD | _CHARACTERS, max_size=4).map("".join)


def _values(column):
    if column.choices:
        return st.sampled_from(column.choices)
    return {
        "text": TEXTS.map(lambda text: normal(text)[: column.longest].strip()),
        "refs": st.lists(TEXTS, max_size=3).map(lambda parts: join_refs(refs(normal(";".join(parts))))),
        "number": st.floats(-1e15, 1e15) | st.integers(-(10**15), 10**15).map(float) | st.none(),
        "count": st.integers(0, 10**15) | st.none(),
        "day": st.dates() | st.none(),
        "instant": st.datetimes() | st.datetimes().map(lambda at: at.replace(microsecond=0)) | st.none(),
        "flag": st.booleans(),
    }[column.type]


@st.composite
def _rows(draw, name):
    table = TABLES[name]
    rows = draw(st.lists(st.fixed_dictionaries({c.name: _values(c) for c in table.columns}), max_size=3))
    sound = [
        row
        for row in rows
        if all(row[c.name] not in ("", None) for c in table.columns if c.required or c.name in ("id", "entered_at"))
    ]
    for row in sound:
        for column in table.columns:
            if row[column.name] in ("", None):
                row[column.name] = column.blank
    return list({table.key_of(row): row for row in sound}.values())


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.fixed_dictionaries({name: _rows(name) for name in TABLES}))
def test_what_was_written_is_read_and_written_the_same(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("there")
    written = {name: content for name, content in rows.items() if content}
    if not written:
        return
    for name in ("folder", "okrs.zip", "okrs.json"):
        write_bundle(rows, folder / name)
        bundle = read_bundle(folder / name)
        assert not bundle.problems
        assert bundle.rows == written
        write_bundle(bundle.rows, folder / f"again-{name}")
        before, after = (
            {path.name: path.read_bytes() for path in place.iterdir()} if place.is_dir() else place.read_bytes()
            for place in (folder / name, folder / f"again-{name}")
        )
        assert before == after


@given(TEXTS)
def test_any_text_comes_back_as_it_is_kept(text):
    column = TABLES["objectives"].column("why")
    kept = normal(text)
    assert unicodedata.is_normalized("NFC", kept)
    assert normal(kept) == kept
    assert read_cell(column, escape(column, cell_text(column, text))) == kept
    assert read_cell(column, cell_text(column, text), escaped=False) == kept


@settings(deadline=None)
@given(
    st.sampled_from(["teams.csv", "check_ins.csv", "okrs.zip", "okrs.json"]),
    st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode(errors="surrogatepass")),
)
def test_any_bytes_are_read_without_an_exception(name, data):
    bundle = read_bundle_bytes(name, data)
    assert bundle.problems or bundle.rows or name == "okrs.json"


_WHOLE = zipped({"teams.csv": TEAMS, "people.csv": "username,name\nmaya,Maya\n"}, compression=zipfile.ZIP_DEFLATED)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(_WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=5))
@example([(_WHOLE.rindex(b"teams.csv"), 0)])  # a name that is none
def test_a_zip_with_flipped_bytes_is_read_without_an_exception(flips):
    data = bytearray(_WHOLE)
    for at, byte in flips:
        data[at] = byte
    read_bundle_bytes("okrs.zip", bytes(data))


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["team", "kind", "x"]), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*TABLES, "x"]), _JSON, max_size=3))
def test_any_json_is_read_without_an_exception(document):
    read_bundle_bytes("okrs.json", json.dumps(document).encode())


def test_a_cell_that_is_too_long_to_read_is_told_as_that(tmp_path):
    (tmp_path / "objectives.csv").write_text("id,cycle,team,title\nO1,Q4,Acme," + "x" * 4_000_001 + "\n", "utf-8")
    assert "objectives.csv row 2: cannot be read: a cell has more than 4,000,000" in said(read_bundle(tmp_path))[0]
