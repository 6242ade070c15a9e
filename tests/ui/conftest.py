"""The demo company on one day, imported once and copied for every test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, time, timedelta, tzinfo
from pathlib import Path

import pytest

from okrdash.services import exchange
from okrdash.services.company import close_company, open_company
from okrdash.services.people import CONSOLE
from okrdash.transfer.demo import demo_rows
from tests.ui.screens import DAY


class _OnTheDay(datetime):
    """The clock, on DAY."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.combine(DAY, datetime.now(tz).timetz())


class _AtItsBeginning(datetime):
    """A clock that stands still before all that is done on DAY."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.combine(DAY, time(0, 0, tzinfo=tz))


_CLOCK = "okrdash.store.store.datetime"


@pytest.fixture(autouse=True)
def no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """For every run Streamlit would look through all installed packages for components, which are none of ours."""
    monkeypatch.setattr("streamlit.components.v2.manifest_scanner.scan_component_manifests", list)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The databases of the demo company: as it is, and as nobody has checked in for a week."""
    folder = tmp_path_factory.mktemp("demo")
    rows = demo_rows("startup", DAY)
    silent = {**rows, "check_ins": [row for row in rows["check_ins"] if row["as_of"] < DAY - timedelta(days=7)]}
    close_company()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_CLOCK, _AtItsBeginning)
        for name, tables in {"demo": rows, "silent": silent}.items():
            open_company(folder / f"{name}.duckdb")
            exchange.import_rows(CONSOLE, tables)
            close_company()
    return {name: folder / f"{name}.duckdb" for name in ("demo", "silent")}


def _opened(source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("okrdash.services.company.today", lambda _: DAY)
    monkeypatch.setattr(_CLOCK, _OnTheDay)
    close_company()
    open_company(Path(shutil.copy(source, folder / "okrdash.duckdb")))
    yield
    close_company()


@pytest.fixture
def demo(databases: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The demo company, in which today is DAY."""
    yield from _opened(databases["demo"], tmp_path, monkeypatch)


@pytest.fixture
def silent_demo(databases: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The demo company, in which nobody has checked in for a week."""
    yield from _opened(databases["silent"], tmp_path, monkeypatch)
