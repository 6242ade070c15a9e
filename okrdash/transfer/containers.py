"""A folder or a ZIP of files: what stands in it, without trusting it."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from okrdash.domain.errors import Invalid, Problem

LIMIT = 200_000_000
"""Bytes that a file, or all files of a ZIP unpacked, may have."""

_TOO_LARGE = f"is larger than {LIMIT // 1_000_000} MB; import it in parts"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a folder or a ZIP: its name there and its bytes, or the problem why there are none."""

    name: str
    data: bytes = b""
    problem: Problem | None = None


def in_folder(folder: Path) -> Iterator[Member]:
    """The entries of a folder by name; hidden ones (.git, .DS_Store) are no part of it."""
    try:
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as fault:
        raise Invalid(Problem(folder.name, f"cannot be read: {fault.strerror}")) from None
    for entry in entries:
        if entry.is_dir():
            yield Member(entry.name + "/")
            continue
        try:
            yield Member(entry.name, read_file(entry))
        except Invalid as fault:
            yield Member(entry.name, problem=fault.problems[0])


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises Invalid, naming it, when it cannot be read."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise Invalid(Problem(path.name, "is no file"))
        if found.st_size > LIMIT:
            raise Invalid(Problem(path.name, _TOO_LARGE))
        return path.read_bytes()
    except FileNotFoundError:
        raise Invalid(Problem(path.name, "does not exist")) from None
    except (OSError, ValueError) as fault:
        raise Invalid(Problem(path.name, f"cannot be read: {getattr(fault, 'strerror', fault)}")) from None


def in_zip(label: str, data: bytes) -> Iterator[Member]:
    """The files of a ZIP by name, without the folder that wraps them all, if one does.

    Raises Invalid, before anything is unpacked, for one that is damaged, encrypted or too large, or whose names lead
    out of it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
            _refuse(label, entries)
            entries = [entry for entry in entries if not _hidden(entry.filename)]
            for name, entry in sorted(_unwrapped(entries), key=lambda pair: pair[0]):
                yield Member(name, archive.read(entry))
    except _DAMAGED as fault:
        raise Invalid(Problem(label, f"cannot be unpacked as a ZIP ({fault}); it may be damaged")) from None


def _refuse(label: str, entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        name = entry.filename
        if not name:
            raise Invalid(Problem(label, "holds an entry without a name; pack it again"))
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise Invalid(Problem(label, f"holds an entry {name!r} whose name leads out of it; pack it again"))
        if entry.flag_bits & 1:
            raise Invalid(Problem(label, f"is encrypted ({name}); pack it without a password"))
        if entry.compress_type not in _METHODS:
            raise Invalid(Problem(label, f"packs {name} in a way that is not read; pack it again as an ordinary ZIP"))
    if sum(entry.file_size for entry in entries) > LIMIT:
        raise Invalid(Problem(label, _TOO_LARGE))


def _hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or any(part.startswith(".") for part in name.split("/"))


def _unwrapped(entries: list[zipfile.ZipInfo]) -> list[tuple[str, zipfile.ZipInfo]]:
    paths = [PurePosixPath(entry.filename) for entry in entries]
    wrapped = len({path.parts[:1] for path in paths}) == 1 and all(len(path.parts) > 1 for path in paths)
    return [("/".join(path.parts[wrapped:]), entry) for path, entry in zip(paths, entries, strict=True)]
