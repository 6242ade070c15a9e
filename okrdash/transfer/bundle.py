"""Reading the bundle: the tables of a company as CSV files in a folder or a ZIP, or as one JSON document."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any

from okrdash.domain.cells import NOON, cell_text, read_cell
from okrdash.domain.columns import Key, Row, Table
from okrdash.domain.consistency.near import hint
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.tables import TABLES
from okrdash.transfer.containers import Member, in_folder, in_zip, read_file
from okrdash.transfer.delimited import decoded, headings, read_sheet

Rows = dict[str, list[Row]]
Cells = Mapping[str, str]

_FORMS = "a bundle is a folder, a .zip or a .json of its tables, or one table as .csv"


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was read. A row with a problem is not in `rows` but keeps its place: what refers to it is not at fault."""

    rows: Rows = field(default_factory=dict)
    """Full rows of the tables that are present, in the file's order."""
    given: dict[str, set[str]] = field(default_factory=dict)
    """The columns that each present table had."""
    places: dict[tuple[str, Key], str] = field(default_factory=dict)
    """Where a row stood: "key_results.csv row 4"."""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def read_bundle(path: Path) -> Bundle:
    """The bundle in a folder or a file. Whatever is wrong with it is among its problems; nothing is raised."""
    bundle = Bundle()
    try:
        if path.is_dir():
            _read_members(bundle, path.name or "the folder", in_folder(path))
        else:
            _read_bytes(bundle, path.name, read_file(path))
    except Invalid as fault:
        bundle.problems.extend(fault.problems)
    except OSError as fault:
        bundle.problems.append(Problem(path.name, f"cannot be read: {fault.strerror}"))
    return bundle


def read_bundle_bytes(name: str, data: bytes) -> Bundle:
    """The bundle in an uploaded file: a .zip, a .json, or a .csv that is named as its table."""
    bundle = Bundle()
    try:
        _read_bytes(bundle, name, data)
    except Invalid as fault:
        bundle.problems.extend(fault.problems)
    return bundle


def looks_like_bundle(path: Path) -> bool:
    """Whether a path is meant as a bundle: a folder, a ZIP, JSON, or a CSV with a table's name and columns."""
    if path.is_dir() or path.suffix.lower() in (".zip", ".json"):
        return True
    table = TABLES.get(path.stem.lower())
    if table is None or path.suffix.lower() != ".csv":
        return False
    try:
        with path.open("rb") as file:
            names = headings(file.read(65_536), table.names)
    except OSError:
        return False
    # A plain sheet may bear a table's name ("objectives.csv"), but then most of its headings are its own words.
    return sum(name in table.names for name in names) * 2 > len(names)


def _read_bytes(bundle: Bundle, name: str, data: bytes) -> None:
    form = PurePath(name).suffix.lower()
    if form == ".zip":
        _read_members(bundle, name, in_zip(name, data))
    elif form == ".json":
        _read_json(bundle, name, data)
    elif form == ".csv" and _table_of(name):
        _read_csv(bundle, TABLES[_table_of(name)], name, data)
    elif form == ".csv":
        raise Invalid(Problem(name, "is not named as a table of the bundle; its tables are " + ", ".join(TABLES)))
    else:
        raise Invalid(Problem(name, f"is no bundle: {_FORMS}; a document with OKRs ends in .md or .txt"))


def _table_of(name: str) -> str:
    stem, _, ending = name.lower().rpartition(".")
    return stem if ending == "csv" and stem in TABLES else ""


def _read_members(bundle: Bundle, label: str, members: Iterable[Member]) -> None:
    found: dict[str, Member] = {}
    for member in members:
        table = _table_of(member.name)
        if not table:
            bundle.warnings.append(Problem(member.name, "is no table of the bundle and was left out"))
        elif table in found:
            bundle.problems.append(Problem(member.name, f"is the same table as {found[table].name}; keep one of them"))
        else:
            found[table] = member
    if not found:
        raise Invalid(Problem(label, "holds no table of the bundle, such as teams.csv or key_results.csv"))
    for table in TABLES:
        if table not in found:
            continue
        member = found[table]
        if member.problem:
            bundle.problems.append(member.problem)
            continue
        try:
            _read_csv(bundle, TABLES[table], member.name, member.data)
        except Invalid as fault:
            bundle.problems.extend(fault.problems)


def _read_csv(bundle: Bundle, table: Table, label: str, data: bytes) -> None:
    names, records, decimal_comma = read_records(bundle, table.name, table.names, label, data)
    columns = _given(bundle, table, f"{label} row 1", names)
    take(bundle, table, columns, records, decimal_comma=decimal_comma, escaped=True)


def read_records(
    bundle: Bundle, what: str, known: Collection[str], label: str, data: bytes
) -> tuple[list[str], list[tuple[str, Cells]], bool]:
    """A sheet's headings, its rows (where each stands, its cells), and whether its numbers have a decimal comma.

    `known` are the columns of `what`. Rows that cannot be read are among the bundle's problems. Raises Invalid.
    """
    sheet = read_sheet(label, data, known)
    names = [name for name in sheet.header if name]
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise Invalid(Problem(f"{label} row 1, column {twice[0]}", "stands there twice; keep one of them"))
    if not set(names) & set(known):
        message = f"names no column of {what}; they are " + ", ".join(known)
        raise Invalid(Problem(f"{label} row 1", message))
    records: list[tuple[str, Cells]] = []
    for number, cells in sheet.rows:
        place = f"{label} row {number}"
        pairs = list(zip(sheet.header, cells, strict=False))
        stray = [text for name, text in pairs if not name] + list(cells[len(sheet.header) :])
        if any(text.strip() for text in stray):
            message = f"has text in a cell without a heading ({len(cells)} cells under {len(names)} headings)"
            bundle.problems.append(Problem(place, message + "; a separator in a text needs quotes around the text"))
            continue
        records.append((place, dict(pairs)))
    return names, records, sheet.decimal_comma


def _read_json(bundle: Bundle, label: str, data: bytes) -> None:
    document = _parsed(label, decoded(label, data))
    if not isinstance(document, dict):
        raise Invalid(Problem(label, "must be an object with a list of rows for each table"))
    for name in document:
        if name not in TABLES:
            bundle.warnings.append(Problem(f"{label}, {name}", "is no table of the bundle and was left out"))
    for table in TABLES.values():
        if table.name not in document:
            continue
        items, where = document[table.name], f"{label}, {table.name}"
        if not isinstance(items, list):
            bundle.problems.append(Problem(where, "must be a list of rows"))
            continue
        records: list[tuple[str, Cells]] = []
        for number, item in enumerate(items, 1):
            try:
                records.append((f"{where} row {number}", _json_cells(item)))
            except ValueError as fault:
                bundle.problems.append(Problem(f"{where} row {number}", str(fault)))
        names = list(dict.fromkeys(name for _, cells in records for name in cells))
        columns = _given(bundle, table, where, names) if records else set()
        take(bundle, table, columns, records, decimal_comma=False, escaped=False)


def _parsed(label: str, text: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = dict(pairs)
        if len(names) < len(pairs):
            twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
            raise ValueError(f"{twice!r} stands twice in one object")
        return names

    try:
        # Numbers stay the text that the file has: they are checked in one place, with those of CSV.
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=once)
    except json.JSONDecodeError as fault:
        raise Invalid(Problem(f"{label} line {fault.lineno}", f"is no JSON: {fault.msg}")) from None
    except RecursionError:
        raise Invalid(Problem(label, "is nested too deeply")) from None
    except ValueError as fault:
        raise Invalid(Problem(label, str(fault))) from None


def _json_cells(item: Any) -> Cells:
    if not isinstance(item, dict):
        raise ValueError("must be an object with a value for each column")
    cells: dict[str, str] = {}
    for name, value in item.items():
        if isinstance(value, (dict, list)):
            raise ValueError(f"column {name} holds a list or an object; write a text, a number or true, false, null")
        cells[name] = {True: "true", False: "false", None: ""}[value] if not isinstance(value, str) else value
    return cells


def _given(bundle: Bundle, table: Table, where: str, names: Collection[str]) -> set[str]:
    """The table's columns among the names; others are a warning, a needed one that is missing is a problem."""
    for name in names:
        if name not in table.names:
            message = f"is no column of {table.name} and was left out"
            bundle.warnings.append(Problem(f"{where}, column {name}", message + hint(name, table.names)))
    for column in table.columns:
        if column.required and column.name not in names:
            bundle.problems.append(Problem(f"{where}, column {column.name}", "is missing, but is needed"))
    return set(names) & set(table.names)


def take(
    bundle: Bundle,
    table: Table,
    columns: set[str],
    records: Iterable[tuple[str, Cells]],
    *,
    decimal_comma: bool,
    escaped: bool,
) -> None:
    """Reads the cells of a table's rows, of which these columns are given, into the bundle."""
    whole = all(column.name in columns for column in table.columns if column.required)
    blank = table.row()
    present = [column for column in table.columns if column.name in columns]
    read: list[tuple[str, Row, bool]] = []
    for place, cells in records:
        row, sound = blank.copy(), whole
        for column in present:
            text = cells.get(column.name, "")
            if not text and not column.required:
                continue  # blank already: most cells are, and this halves the time of a large file
            try:
                row[column.name] = read_cell(column, text, decimal_comma=decimal_comma, escaped=escaped)
            except ValueError as fault:
                bundle.problems.append(Problem(f"{place}, column {column.name}", str(fault)))
                sound = False
        read.append((place, row, sound))
    if table.name == "check_ins":
        _complete([row for _, row, sound in read if sound])
    bundle.given[table.name] = columns
    bundle.rows[table.name] = []
    for place, row, sound in read:
        key = table.key_of(row)
        if any(part in ("", None) for part in key):
            continue  # its own problem says so
        if (table.name, key) in bundle.places:
            message = f"is {', '.join(map(str, key))} again, as {bundle.places[table.name, key]} is; keep one of them"
            bundle.problems.append(Problem(place, message))
            continue
        bundle.places[table.name, key] = place
        if sound:
            bundle.rows[table.name].append(row)


def _complete(check_ins: list[Row]) -> None:
    """Give check-ins what a file may leave out: when they were entered, and an id.

    The id comes from what the row says, so that the same file read again names the same check-ins; the second of two
    that say the same gets another.
    """
    table = TABLES["check_ins"]
    taken = {row["id"] for row in check_ins}
    for row in check_ins:
        row["entered_at"] = row["entered_at"] or datetime.combine(row["as_of"], NOON)
        if row["id"]:
            continue
        texts = {column.name: text for column in table.columns if (text := cell_text(column, row[column.name]))}
        said, number = json.dumps(texts), 1
        while not row["id"] or row["id"] in taken:
            row["id"] = f"c-{hashlib.sha256(f'{said} {number}'.encode()).hexdigest()[:24]}"
            number += 1
        taken.add(row["id"])
