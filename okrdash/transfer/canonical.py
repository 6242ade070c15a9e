"""Writing the bundle in its one canonical form: the same rows always give the same bytes."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from okrdash.domain.cells import cell_json, cell_text, escape
from okrdash.domain.columns import Row, Table
from okrdash.domain.errors import Invalid
from okrdash.domain.tables import TABLES

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""When entries of a ZIP were changed, so that its bytes depend on the rows alone."""

_NO_FOLDERS = (".csv", ".tsv", ".txt", ".md", ".xls", ".duckdb")


def write_bundle(rows: Mapping[str, Sequence[Row]], dest: Path) -> None:
    """Write the tables to a .zip or a .json, or else to a folder of CSV files, by the name's ending.

    Tables without rows are left out, also where the folder had one from before. Raises Invalid when the ending is no
    bundle's or the place cannot be written.
    """
    ending = dest.suffix.lower()
    if ending == ".xlsx":
        raise Invalid(f"{dest.name}: a bundle cannot be written as .xlsx yet; name a folder, a .zip or a .json")
    if ending in _NO_FOLDERS:
        raise Invalid(f"{dest.name}: a bundle is several tables; name a folder, a .zip or a .json")
    try:
        if ending in (".zip", ".json"):
            data = bundle_bytes(rows, dest.name)
            dest.parent.mkdir(parents=True, exist_ok=True)
            dest.write_bytes(data)
        else:
            _write_folder(rows, dest)
    except OSError as fault:
        raise Invalid(f"{dest}: cannot be written: {fault.strerror}") from None


def bundle_bytes(rows: Mapping[str, Sequence[Row]], name: str) -> bytes:
    """The tables as the bytes of a .zip or a .json, by the name's ending."""
    ending = Path(name).suffix.lower()
    if ending == ".zip":
        return _zip_bytes(rows)
    if ending == ".json":
        return _json_text(rows).encode()
    raise Invalid(f"{name}: a bundle in one file is a .zip or a .json")


def csv_text(table: Table, rows: Sequence[Row]) -> str:
    """A table as CSV: all its columns in order, a row each."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.names)
    for row in rows:
        writer.writerow([escape(column, cell_text(column, row[column.name])) for column in table.columns])
    return out.getvalue()


def _tables(rows: Mapping[str, Sequence[Row]]) -> list[tuple[Table, Sequence[Row]]]:
    """The tables that have rows, in the bundle's order."""
    unknown = rows.keys() - TABLES.keys()
    if unknown:
        raise KeyError(f"there is no table {min(unknown)}")
    return [(table, rows[name]) for name, table in TABLES.items() if rows.get(name)]


def _write_folder(rows: Mapping[str, Sequence[Row]], dest: Path) -> None:
    files = {f"{table.name}.csv": csv_text(table, content) for table, content in _tables(rows)}
    dest.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        if f"{name}.csv" not in files:
            (dest / f"{name}.csv").unlink(missing_ok=True)
    for name, text in files.items():
        (dest / name).write_bytes(text.encode())


def _zip_bytes(rows: Mapping[str, Sequence[Row]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for table, content in _tables(rows):
            entry = zipfile.ZipInfo(f"{table.name}.csv", _FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, csv_text(table, content))
    return out.getvalue()


def _json_text(rows: Mapping[str, Sequence[Row]]) -> str:
    """The tables as one JSON object; each row stands on a line of its own, so that versions can be compared."""
    lists = []
    for table, content in _tables(rows):
        items = [
            json.dumps({c.name: cell_json(c, row[c.name]) for c in table.columns}, ensure_ascii=False, allow_nan=False)
            for row in content
        ]
        lists.append(f'"{table.name}": [\n' + ",\n".join(items) + "\n]")
    return "{\n" + ",\n".join(lists) + "\n}\n"
