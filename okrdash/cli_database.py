"""The commands that look after the database itself: backup, restore, copy, doctor."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from okrdash import config
from okrdash.domain.errors import StoreError
from okrdash.services import backups, company, doctor
from okrdash.services.people import CONSOLE


def backup(options: argparse.Namespace) -> int:
    """Writes a consistent copy of everything, passwords included, to a new file."""
    at = config.load().database_at
    if isinstance(at, Path) and not at.exists():
        raise StoreError(f"There is no database at {at} to back up.")
    company.open_company(at)
    to, found = backups.back_up_to(CONSOLE, options.dest.absolute())
    rows = sum(found.rows.values())
    print(f"{to} holds everything up to change {found.revision} ({rows} rows), and was opened to check it.")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Puts a backup back, checked before it takes the place of anything."""
    where = config.load().database_at
    done = backups.restore(CONSOLE, options.src.absolute(), where, force=options.force, progress=bar)
    print(f"Restored everything up to change {done.revision} ({done.rows} rows). Everybody has to sign in again.")
    if done.aside:
        print(f"What was there before is kept in {done.aside}.")
    if done.newer:
        print(f"It has {done.newer} changes that are newer than the backup.")
    return 0


def copy(options: argparse.Namespace) -> int:
    """Copies a company into an empty database, and compares every table; both are a DuckDB file or postgresql://…"""
    copied = backups.copy(CONSOLE, where(options.source), where(options.target), bar)
    for one in copied:
        print(f"{one.table:18} {one.rows:9} rows  {one.digest}")
    print(f"All {len(copied)} tables are the same on both sides.")
    return 0


def examine(options: argparse.Namespace) -> int:
    """Looks for what is wrong with the settings and the database, and says how to mend it; changes nothing."""
    found = doctor.findings(CONSOLE)
    if options.json:
        print(json.dumps({"well": not found, "findings": found}, ensure_ascii=False, indent=2))
    for line in found if not options.json else ():
        print(line)
    if not found and not options.json:
        print("All is well.")
    return 1 if found else 0


def where(text: str) -> Path | str:
    """A place of a database as it was typed: an address, or a path, seen from the folder one is in."""
    return config.Config(database=text if "://" in text else str(Path(text).absolute())).database_at


def bar(says: str, done: int, total: int) -> None:
    """A progress bar on a terminal; nothing elsewhere."""
    if sys.stderr.isatty():
        share = done / total if total else 1.0
        end = "\n" if done >= total else ""
        sys.stderr.write(f"\r[{'#' * round(30 * share):30}] {share:4.0%}  {says:32.32}{end}")
        sys.stderr.flush()
