"""What is wrong with this installation: its settings and its database; nothing is changed."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from okrdash import config
from okrdash.domain.errors import Forbidden, StoreError
from okrdash.services import delivery
from okrdash.services.people import CONSOLE, Actor
from okrdash.store.examine import examine
from okrdash.store.store import utc_now


def findings(actor: Actor) -> list[str]:
    """What is wrong, a line each with the way to mend it; nothing where all is well.

    Raises Forbidden for anybody but the console.
    """
    if actor != CONSOLE:
        raise Forbidden("This is done on the server's console.")
    settings = config.load()
    found = [f"There is no setting {name}. Do you mean {meant}?" for name, meant in config.mistyped()]
    for check in (settings.check_sessions, settings.check_company_sign_in, lambda: settings.kept):
        try:
            check()
        except StoreError as fault:
            found.append(str(fault))
    if settings.address and not _is_address(settings.address):
        found.append(
            f"OKRDASH_ADDRESS is {settings.address!r}, but must be where people open okrdash: https://okr.example.com"
        )
    found += [channel.fault for channel in map(delivery.channel, settings.ways) if channel.fault]
    try:
        where = settings.database_at
    except StoreError as fault:
        return [*found, str(fault)]
    folder = settings.backups_of(where)
    if isinstance(where, Path) and folder.exists() and not folder.is_dir():
        found.append(f"{folder} is to be the folder of the backups, but is a file. Name another in OKRDASH_BACKUPS.")
    return found + examine(where, utc_now())


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
