"""The schema's steps: each file is applied once, in order, in one transaction with the record that it was."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from okrdash.domain.errors import StoreError
from okrdash.store.engine import Cursor

STEPS = tuple(sorted(Path(__file__).parent.glob("[0-9]*.sql")))
"""The steps in order; the number in a file's name is the schema version after it."""


def version_of(step: Path) -> int:
    """The schema version that a step leads to."""
    return int(step.name.split("_")[0])


LATEST = version_of(STEPS[-1])


def statements_of(step: Path) -> list[str]:
    """The statements of a step; each ends with a semicolon at the end of a line."""
    return [statement for statement in step.read_text("utf-8").split(";\n") if statement.strip()]


def version_in(cursor: Cursor) -> int:
    """The schema version of an open database; an empty one has 0, and gets the table of its steps."""
    cursor.begin(writing=True)
    cursor.execute(
        "CREATE TABLE IF NOT EXISTS schema_steps ("
        "version BIGINT PRIMARY KEY, name VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL)"
    )
    cursor.execute("SELECT coalesce(max(version), 0) AS version FROM schema_steps")
    current = int(cursor.rows()[0]["version"])
    cursor.commit()
    return current


def check_version(version: int, name: str = "The database") -> None:
    """Raises StoreError for the schema of a newer okrdash: its data would be misread."""
    if version > LATEST:
        raise StoreError(
            f"{name} has schema version {version}, this okrdash knows {LATEST}. "
            "Start the newer okrdash that made it, or restore a backup from before."
        )


def migrate(cursor: Cursor, now: datetime, upto: int = LATEST) -> None:
    """Brings an open database to the latest schema, or to version `upto`; each step is applied whole or not at all.

    Raises StoreError when a newer okrdash made the database.
    """
    current = version_in(cursor)
    check_version(current)
    for step in STEPS:
        if current < version_of(step) <= upto:
            cursor.begin(writing=True)
            try:
                cursor.execute("SELECT 1 FROM schema_steps WHERE version = $1", (version_of(step),))
                if not cursor.rows():  # another server may have been quicker
                    for statement in statements_of(step):
                        cursor.execute(statement)
                    cursor.execute("INSERT INTO schema_steps VALUES ($1, $2, $3)", (version_of(step), step.name, now))
                cursor.commit()
            except BaseException:
                cursor.rollback()
                raise
