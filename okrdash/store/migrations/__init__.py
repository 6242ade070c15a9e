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


def migrate(cursor: Cursor, now: datetime) -> None:
    """Brings an open database to the latest schema; each step is applied whole or not at all.

    Raises StoreError when a newer okrdash made the database: its data would be misread.
    """
    cursor.begin(writing=True)
    cursor.execute(
        "CREATE TABLE IF NOT EXISTS schema_steps ("
        "version BIGINT PRIMARY KEY, name VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL)"
    )
    cursor.execute("SELECT coalesce(max(version), 0) AS version FROM schema_steps")
    current = int(cursor.rows()[0]["version"])
    cursor.commit()
    if current > LATEST:
        raise StoreError(
            f"The database has schema version {current}, this okrdash knows {LATEST}. "
            "Start the newer okrdash that made it, or restore a backup from before."
        )
    for step in STEPS:
        if version_of(step) > current:
            cursor.begin(writing=True)
            try:
                cursor.execute("SELECT 1 FROM schema_steps WHERE version = $1", (version_of(step),))
                if not cursor.rows():  # another server may have been quicker
                    cursor.execute(step.read_text("utf-8"))
                    cursor.execute("INSERT INTO schema_steps VALUES ($1, $2, $3)", (version_of(step), step.name, now))
                cursor.commit()
            except BaseException:
                cursor.rollback()
                raise
