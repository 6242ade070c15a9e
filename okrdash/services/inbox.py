"""Comments that wait for somebody: they call them, answer them, or are about what is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from okrdash.domain.board import Board
from okrdash.domain.columns import Row
from okrdash.domain.conversation import Comment, threads
from okrdash.services import company, mentions
from okrdash.services.comments import may_resolve
from okrdash.services.people import Actor, allow, resource_of_key_result, resource_of_objective
from okrdash.services.permissions import Person
from okrdash.services.sight import known_subjects
from okrdash.store.reader import Reader, places
from okrdash.store.store import utc_now

WINDOW = timedelta(days=28)
"""For how long a comment waits."""
_NEVER = datetime(1, 1, 1)  # noqa: DTZ001


@dataclass(frozen=True, slots=True)
class Waiting:
    """A thread in which somebody is spoken to."""

    thread: str
    """The comment that an answer replies to, and by which the thread is settled."""
    about: str
    objective: str
    """The objective that it is about, or at home under which the key result is."""
    title: str
    """Of what it is about."""
    comments: tuple[Comment, ...]
    """Those that wait, oldest first."""
    why: Literal["calls you", "answers you", "about yours"]
    may_resolve: bool


def to_me(actor: Actor, board: Board) -> list[Waiting]:
    """The threads of the last four weeks in which others spoke to the actor and the actor has not answered yet.

    They do where they mention the actor or a team of theirs, answer them or their check-in, or speak about what the
    actor is accountable for. A settled thread waits for nobody. The latest first; `board` is
    what `check_in.board_to_check` gave the actor. Raises Forbidden.
    """
    mine = {
        str(identifier)
        for rows in (board.objectives, board.key_results)
        for identifier in rows.index[rows["accountable"] == actor.username]
    }
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        since = utc_now() - WINDOW
        abouts = _spoken_of(reader, person, mine, since)
        if not abouts:
            return []
        rows = reader.table("comments", f'"about" IN ({places(abouts)})', *abouts)
        own = reader.rows("SELECT id FROM check_ins WHERE author = $1", person.username)
        mine_said = {row["id"] for row in own}
        subjects = _subjects(reader, person, abouts)
        found = [
            _waiting(reader, person, thread, subjects[thread.about], mine, mine_said, since)
            for thread in threads(sorted(rows, key=lambda row: (row["entered_at"] is not None, row["entered_at"])))
            if thread.about in subjects and thread.resolved_on is None
        ]
        return sorted((one for one in found if one), key=lambda one: _when(one.comments[-1]), reverse=True)


def _spoken_of(reader: Reader, person: Person, mine: set[str], since: datetime) -> list[str]:
    """What others' new comments are about, as far as they may be for the person."""
    # The first word is enough to leave most out: which names a text calls is found out afterwards.
    called = {(name.split() or [""])[0].lower() for name in (person.username, person.name, *person.teams)}
    first = len(mine) + 3
    like = " OR ".join(f"lower(text) LIKE ${n}" for n in range(first, first + len(called)))
    rows = reader.rows(
        "SELECT DISTINCT about FROM comments WHERE entered_at > $1 AND author <> $2 AND"  # noqa: S608
        f" (about IN ({places(mine, 3)})"
        " OR replies_to <> '' AND about IN (SELECT about FROM comments WHERE author = $2)"
        f" OR check_in IN (SELECT id FROM check_ins WHERE author = $2) OR {like})",
        since,
        person.username,
        *mine,
        *(f"%@{word}%" for word in called),
    )
    return [row["about"] for row in rows]


def _subjects(reader: Reader, person: Person, abouts: list[str]) -> dict[str, tuple[Row, Row]]:
    """What is spoken of, without what was dropped."""
    every = known_subjects(reader, person, abouts)
    return {
        one: (row, home)
        for one, (row, home) in every.items()
        if home["state"] != "dropped" and (row is home or row["state"] == "active")
    }


def _waiting(
    reader: Reader,
    person: Person,
    thread: Comment,
    subject: tuple[Row, Row],
    mine: set[str],
    my_check_ins: set[str],
    since: datetime,
) -> Waiting | None:
    row, home = subject
    said = [thread, *thread.replies]
    last = max((_when(one) for one in said if one.author == person.username), default=_NEVER)
    new = [
        one
        for one in said
        if one.author != person.username and one.text and _when(one) > max(last, since) and not one.withdrawn
    ]
    mine_in_it = last > _NEVER or thread.check_in in my_check_ins
    calling = [one for one in new if person.username in mentions.called(reader, one.text, home)]
    waits = new if mine_in_it or thread.about in mine else calling
    if not waits:
        return None
    resource = resource_of_objective(row) if row is home else resource_of_key_result(row, home)
    return Waiting(
        thread=thread.id,
        about=thread.about,
        objective=home["id"],
        title=row["title"],
        comments=tuple(waits),
        why="calls you" if calling else "answers you" if mine_in_it else "about yours",
        may_resolve=may_resolve(person, thread.author, resource),
    )


def _when(comment: Comment) -> datetime:
    return comment.entered_at or _NEVER
