"""Links from a key result to the work that is done for it; they count for nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Collection

from okrdash.domain.columns import Row
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.tables import TABLES
from okrdash.domain.validate import is_address
from okrdash.services import company
from okrdash.services.editing import clean, event, found, home_of
from okrdash.services.overview import visible
from okrdash.services.people import Actor, allow
from okrdash.services.sight import seen_key_result
from okrdash.store.reader import places
from okrdash.store.store import RepeatedError
from okrdash.store.transaction import Writer


def links(actor: Actor, key_results: Collection[str]) -> dict[str, list[Row]]:
    """The links of each of these key results that has some, in order; hidden key results are left out."""
    wanted = list(key_results)
    if not wanted:
        return {}
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        rows = reader.table("links", f"key_result IN ({places(wanted)})", *wanted)
        seen = {
            one
            for one in {row["key_result"] for row in rows}
            if visible(person, home_of(reader, found(reader, "key_results", one)))
        }
    out: dict[str, list[Row]] = {}
    for row in rows:
        if row["key_result"] in seen:
            out.setdefault(row["key_result"], []).append(row)
    return out


def add_link(actor: Actor, key_result: str, title: str, url: str, *, request_key: str = "") -> None:
    """Links a key result to a web address. Raises Forbidden, NotFound, Invalid with a problem at its field."""
    with (
        contextlib.suppress(RepeatedError),
        company.company().write(event(actor, "add link", request_key=request_key)) as tx,
    ):
        _allowed(tx, actor, key_result)
        row = clean("links", TABLES["links"].row(key_result=key_result, title=title, url=url))
        if not is_address(row["url"]):
            raise Invalid(Problem("url", "must be a web address that begins with https:// or http://."))
        if tx.get("links", key_result, row["title"], row["url"]):
            raise Invalid(Problem("url", "is linked here already, by this title."))
        tx.insert("links", row)


def mark_link(actor: Actor, key_result: str, title: str, url: str, *, done: bool, request_key: str = "") -> None:
    """Says that the work behind a link is done, today, or that it is not. Raises Forbidden, NotFound."""
    with (
        contextlib.suppress(RepeatedError),
        company.company().write(event(actor, "mark link", request_key=request_key)) as tx,
    ):
        _allowed(tx, actor, key_result)
        row = found(tx, "links", key_result, title, url)
        if (row["done_on"] is not None) != done:
            today = company.today(tx.settings())
            tx.update("links", (key_result, title, url), {"done_on": today if done else None})


def remove_link(actor: Actor, key_result: str, title: str, url: str, *, request_key: str = "") -> None:
    """Takes a link away; it lives on in its event. Raises Forbidden, NotFound."""
    with (
        contextlib.suppress(RepeatedError),
        company.company().write(event(actor, "remove link", request_key=request_key)) as tx,
    ):
        _allowed(tx, actor, key_result)
        tx.remove("links", (key_result, title, url))


def _allowed(tx: Writer, actor: Actor, key_result: str) -> None:
    seen_key_result(tx, allow(tx, actor, "comment"), key_result)
