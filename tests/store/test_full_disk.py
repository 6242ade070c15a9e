"""A disk that fills up: what does not fit is refused and said to be, nothing that was told is lost, the app goes on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from okrdash.domain.errors import StoreError
from okrdash.services import check_in, comments, drafts, overview
from okrdash.services.company import close_company, open_company
from okrdash.store.store import Store
from tests.conftest import SignedIn
from tests.services import small


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 12 MB, of which a small company takes 5."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small file system can be mounted here: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture
def database(disk: Path) -> Path:
    return disk / "okrdash.duckdb"


def test_a_full_disk_loses_nothing_and_the_app_goes_on(disk: Path, store: Store, signed_in: SignedIn) -> None:
    small.quarter()
    mia, told, refused = signed_in("member"), [], set[str]()
    drafts.keep(mia, "K", {"note": "typed"})

    def save() -> None:
        try:
            comments.comment(mia, "O", f"{len(told)} {os.urandom(2000).hex()}")
            told.append(f"{len(told)} ")
        except StoreError as fault:
            refused.add(str(fault))

    def kept() -> list[str]:
        return [thread.text.split(" ")[0] + " " for thread in comments.comments(mia, "O")]

    fill(disk, but=300_000)
    while not refused:
        save()
    fill(disk)
    for _ in range(3):
        save()
    with pytest.raises(StoreError):
        check_in.check_in(mia, [check_in.Entry("K", value=5.0)], request_key="once")
    assert all("disk of the database is full" in one for one in refused)
    assert sorted(kept()) == sorted(told)
    assert drafts.kept(mia) == {"K": {"note": "typed"}}
    assert overview.board(mia).key_results["value"].isna().all()

    subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
    check_in.check_in(mia, [check_in.Entry("K", value=5.0)], request_key="once")
    save()
    assert sorted(kept()) == sorted(told)
    close_company()
    with open_company(store.where).read() as reader:
        assert len(reader.table("comments")) == len(told)
        assert [row["value"] for row in reader.table("check_ins")] == [5.0]


def fill(disk: Path, but: int = 0) -> None:
    """Has something else take all room on a disk, but for so many bytes."""
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_bsize
    (disk / f"other {but}").write_bytes(bytes(max(0, free - but)))
