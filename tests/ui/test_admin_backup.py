"""Admin's backups: what is said of them, and one more at a click."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from okrdash.domain.errors import StoreError
from okrdash.services import backups
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store, utc_now
from tests.conftest import SignedIn
from tests.ui.admin import open_admin
from tests.ui.screens import press, said


def test_a_click_makes_one_that_is_listed(signed_in: SignedIn) -> None:
    page = open_admin(signed_in("admin"), "Backup")
    assert "There is no backup yet" in said(page)
    page = press(page, "Back up now")
    assert page.dataframe[0].value["Why"].tolist() == ["By hand"]
    assert "less than an hour old" in said(page)


def test_one_that_failed_is_told_in_every_tab_to_admins_alone(
    store: Store, signed_in: SignedIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "full").touch()
    with monkeypatch.context() as full:
        full.setenv("OKRDASH_BACKUPS", str(tmp_path / "full"))
        with pytest.raises(StoreError):
            backups.daily(CONSOLE)
    assert "The last daily backup failed" in open_admin(signed_in("admin")).error[0].value
    assert not open_admin(signed_in("champion")).error


def test_days_without_one_are_told(store: Store, signed_in: SignedIn) -> None:
    with store.write(None) as tx:
        tx.run("INSERT INTO backups VALUES ($1, $2, NULL, 'one', '')", utc_now().date(), utc_now() - timedelta(days=3))
    assert "there is none yet" in open_admin(signed_in("admin")).warning[0].value
