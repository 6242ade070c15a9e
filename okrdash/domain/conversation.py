"""Comments as they stand: threads with their answers, from rows of which later ones replace earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from okrdash.domain.columns import Row


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it stands now."""

    id: str
    """Of its newest version, by which it is edited, withdrawn and settled."""
    first: str
    """Of its first version: what stays the same."""
    about: str
    """The objective or the key result."""
    author: str
    entered_at: datetime | None
    """Of its first version, in UTC; None where it was imported without one."""
    text: str
    """As it was typed; "" where it was withdrawn, or where a check-in was acknowledged without words."""
    withdrawn: bool
    check_in: str
    """The check-in that it answers or acknowledges; "" for none."""
    resolved_on: date | None
    """The day on which its thread was settled."""
    earlier: tuple[str, ...] = ()
    """The texts that it had before, oldest first."""
    replies: tuple[Comment, ...] = ()
    """Its answers, oldest first; an answer has none."""


def threads(rows: Sequence[Row]) -> list[Comment]:
    """The threads that these rows of `comments` come to, in their order.

    A version stands after the one that it replaces. A withdrawn comment is there only as far as somebody answered it.
    """
    first = firsts(rows)
    versions: dict[str, list[Row]] = {}
    for row in rows:
        versions.setdefault(first[row["id"]], []).append(row)
    every = {one: _comment(found) for one, found in versions.items()}
    answers: dict[str, list[Comment]] = {}
    tops: list[str] = []
    for one, found in versions.items():
        to = first.get(found[0]["replies_to"], "")
        to = first.get(versions[to][0]["replies_to"], to) if to else ""  # an answer to an answer joins its thread
        if to and to != one:
            answers.setdefault(to, []).append(every[one])
        else:
            tops.append(one)
    said = [replace(every[one], replies=tuple(r for r in answers.get(one, ()) if not r.withdrawn)) for one in tops]
    return [one for one in said if not one.withdrawn or one.replies]


def firsts(rows: Sequence[Row]) -> dict[str, str]:
    """The first version of each row, by id."""
    known = {row["id"]: row["replaces"] for row in rows}
    first = {}
    for one in known:
        at, passed = one, {one}
        while (before := known[at]) in known and before not in passed:
            passed.add(before)
            at = before
        first[one] = at
    return first


def _comment(versions: Sequence[Row]) -> Comment:
    """A comment of these versions, the first one first."""
    first, now = versions[0], versions[-1]
    texts = [row["text"] for row in versions]
    return Comment(
        id=now["id"],
        first=first["id"],
        about=now["about"],
        author=first["author"],
        entered_at=first["entered_at"],
        text=now["text"],
        withdrawn=not now["text"] and any(texts),
        check_in=now["check_in"],
        resolved_on=now["resolved_on"],
        earlier=tuple(text for text, later in pairwise(texts) if text != later),
    )
