"""The mark: a file beside a DuckDB file that has the newest revision of which people were told that it is saved.

DuckDB may open a file whose write-ahead log is damaged or gone as if nothing had been in it; the mark knows better.
"""

from __future__ import annotations

import os
from pathlib import Path

from okrdash.domain.errors import StoreError
from okrdash.store.contents import Contents

_LONG = 20
"""Bytes of it: a number in digits, blanks behind."""


def mark_of(path: Path) -> Path:
    """Where the mark of a database is."""
    return path.with_name(f"{path.name}.mark")


def log_of(path: Path) -> Path:
    """Where DuckDB keeps the write-ahead log of a database."""
    return path.with_name(f"{path.name}.wal")


def marked(path: Path) -> int:
    """The revision that was saved in a database at least; 0 where nothing is known. Raises StoreError."""
    try:
        text = mark_of(path).read_bytes()[:_LONG].strip(b" \0")
    except FileNotFoundError:
        return 0
    except OSError as fault:
        raise StoreError(f"{mark_of(path)} cannot be read: {fault.strerror}. Mend its permissions.") from None
    if text and not text.isdigit():
        raise StoreError(
            f"{mark_of(path)} is damaged: it does not hold the number of the newest change. Look whether all is there"
            f" ({path.name} and its .wal), then delete it."
        )
    return int(text or 0)


def write(path: Path, revision: int) -> None:
    """Writes the mark of a database anew, so that it outlives the machine."""
    handle = os.open(mark_of(path), os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        os.pwrite(handle, as_bytes(revision), 0)
        os.fsync(handle)
    finally:
        os.close(handle)


def as_bytes(revision: int) -> bytes:
    """A revision as the mark holds it."""
    return f"{revision:<{_LONG}}".encode()


def check_file(path: Path) -> bool:
    """Whether there is a database at a path, asked before it is opened, which would make one.

    Raises StoreError when there should be one.
    """
    if path.exists():
        return True
    if log_of(path).exists():
        raise StoreError(
            f"{path} is gone, but its write-ahead log ({log_of(path).name}) is there. Put the file back, or restore a"
            " backup (--force)."
        )
    if found := marked(path):
        raise StoreError(
            f"{path} is gone, but {found} changes were saved in it. Put the file back, or restore a backup; to begin"
            f" anew, delete {mark_of(path).name}."
        )
    return False


def check(path: Path, contents: Contents) -> None:
    """Raises StoreError when a database lacks something that was saved in it."""
    saved = marked(path)
    if contents.revision < saved:
        raise StoreError(
            f"{path} ends with change {contents.revision}, but change {saved} was saved in it: its write-ahead log"
            f" ({log_of(path).name}) is damaged or gone, or an older file was put in its place. Put the log"
            f" back or restore a backup (--force); to go on without what is lost, delete {mark_of(path).name}."
        )
