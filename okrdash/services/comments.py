"""What people say to each other about objectives and key results: comments with answers, and thanks.

Comments and kudos are never changed: an edit, a withdrawal, a settling is a new row that names the one it replaces.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from okrdash.domain.columns import Row, refs
from okrdash.domain.conversation import Comment, firsts, threads
from okrdash.domain.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from okrdash.domain.tables import TABLES
from okrdash.services import company, mentions, messages
from okrdash.services.editing import clean, event, found, home_of, new_id
from okrdash.services.people import Actor, allow, permit, resource_of_key_result, resource_of_objective
from okrdash.services.permissions import Person, Resource, can
from okrdash.services.sight import seen_objective, there
from okrdash.store.reader import Reader, places
from okrdash.store.store import RepeatedError, utc_now
from okrdash.store.transaction import Event, Writer


def conversation(actor: Actor, objective: str) -> tuple[list[Comment], list[Row]]:
    """What is said about an objective and the key results under it: `comments` and `kudos`."""
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        seen_objective(reader, person, objective)
        abouts = _abouts(reader, person, objective)
        return threads(_of(reader, "comments", abouts)), _of(reader, "kudos", abouts)[::-1]


def comments(actor: Actor, objective: str) -> list[Comment]:
    """The threads about an objective and the key results under it, oldest first, settled ones among them.

    A withdrawn comment is there only as far as somebody answered it. Raises NotFound where the objective is hidden.
    """
    return conversation(actor, objective)[0]


def kudos(actor: Actor, objective: str) -> list[Row]:
    """The thanks for an objective and the key results under it, newest first. Raises NotFound where it is hidden."""
    return conversation(actor, objective)[1]


def comment(
    actor: Actor, about: str, text: str, *, replies_to: str = "", check_in: str = "", request_key: str = ""
) -> str:
    """Says something about an objective or a key result; returns the comment's id, "" if this was done before.

    `replies_to` is a comment about the same that it answers, `check_in` a check-in of the key result. Who is mentioned
    gets a message. Raises Forbidden, NotFound, Invalid.
    """
    with (
        contextlib.suppress(RepeatedError),
        company.company().write(event(actor, "comment", request_key=request_key)) as tx,
    ):
        person = allow(tx, actor, "comment")
        _, home, title = _subject(tx, person, about)
        if replies_to:
            thread = _versions(tx, person, replies_to)[0]
            if thread["about"] != about:
                raise NotFound("There is no such comment (any more).")
            replies_to = thread["replies_to"] or thread["id"]
        if check_in and not _answered(tx, about, check_in):
            raise Invalid(Problem("check_in", "There is no such check-in (any more)."))
        row = _row(tx, actor, "comments", about, text) | {"replies_to": replies_to, "check_in": check_in}
        tx.insert("comments", row)
        mentions.call(tx, actor, row["text"], home, title, about=row["id"], says="mentions you")
        return str(row["id"])
    return ""


def edit_comment(actor: Actor, identifier: str, text: str, *, request_key: str = "") -> None:
    """Changes one's own comment, named by the version that was read; who is mentioned anew gets a message.

    Raises Forbidden, NotFound, Invalid, or Conflict where it was changed since.
    """
    with (
        contextlib.suppress(RepeatedError),
        company.company().write(event(actor, "edit comment", request_key=request_key)) as tx,
    ):
        person = allow(tx, actor, "comment")
        versions = _own(tx, person, identifier)
        text = _text("comments", text)
        if text == versions[-1]["text"]:
            return
        row = _replace(tx, versions, text=text, entered_at=utc_now())
        _, home, title = _subject(tx, person, row["about"])
        mentions.call(tx, actor, text, home, title, about=versions[0]["id"], says="mentions you")


def withdraw_comment(actor: Actor, identifier: str, *, request_key: str = "") -> None:
    """Takes back one's own comment; answers stay, and what it said stays in the log. Raises as `edit_comment`."""
    with (
        contextlib.suppress(RepeatedError),
        company.company().write(event(actor, "withdraw comment", request_key=request_key)) as tx,
    ):
        versions = _own(tx, allow(tx, actor, "comment"), identifier)
        _replace(tx, versions, text="", entered_at=utc_now())
        messages.take_back(tx, versions[0]["id"])


def resolve_comment(actor: Actor, identifier: str, *, request_key: str = "") -> None:
    """Says that a thread, named by any comment of it, is settled.

    Its author may, and those who may check in on what it is about. Raises Forbidden, NotFound, and Conflict where it
    is settled already.
    """
    _settle(actor, identifier, True, event(actor, "resolve comment", request_key=request_key))


def reopen_comment(actor: Actor, identifier: str, *, request_key: str = "") -> None:
    """Opens a settled thread again. Raises as `resolve_comment`."""
    _settle(actor, identifier, False, event(actor, "reopen comment", request_key=request_key))


def may_resolve(person: Person, author: str, resource: Resource) -> bool:
    """Whether a person may settle a thread by its author about a resource."""
    return author == person.username or can(person, "check in", resource)


def acknowledge(actor: Actor, check_in: str, text: str = "", *, request_key: str = "") -> str:
    """Says that a check-in was seen, with a word or without; returns the comment's id, "" if this was done before.

    Raises Forbidden, NotFound, Invalid.
    """
    with (
        contextlib.suppress(RepeatedError),
        company.company().write(event(actor, "acknowledge", request_key=request_key)) as tx,
    ):
        person = allow(tx, actor, "comment")
        if not there(tx, person, "check_ins", check_in):
            raise NotFound("There is no such check-in (any more).")
        about = (tx.get("check_ins", check_in) or {})["key_result"]
        _, home, title = _subject(tx, person, about)
        if not text.strip():
            own = tx.table("comments", '"check_in" = $1 AND author = $2', check_in, actor.username)
            if own:
                return str(own[0]["id"])
        row = _row(tx, actor, "comments", about, text, blank=True) | {"check_in": check_in}
        tx.insert("comments", row)
        mentions.call(tx, actor, row["text"], home, title, about=row["id"], says="mentions you")
        return str(row["id"])
    return ""


def thank(actor: Actor, about: str, text: str, *, request_key: str = "") -> None:
    """Thanks for an objective or a key result, for all to see; who is mentioned gets a message.

    Raises Forbidden, NotFound, Invalid.
    """
    with (
        contextlib.suppress(RepeatedError),
        company.company().write(event(actor, "thank", request_key=request_key)) as tx,
    ):
        person = allow(tx, actor, "comment")
        _, home, title = _subject(tx, person, about)
        row = _row(tx, actor, "kudos", about, text)
        tx.insert("kudos", row)
        mentions.call(tx, actor, row["text"], home, title, about=row["id"], says="thanks you")


def _abouts(reader: Reader, person: Person, objective: str) -> list[str]:
    """The objective and the key results at home or also under it, as far as the person may know of them."""
    rows = reader.rows("SELECT id, objective, also FROM key_results WHERE objective = $1 OR also <> ''", objective)
    own = [row["id"] for row in rows if row["objective"] == objective]
    also = [row["id"] for row in rows if row["objective"] != objective and objective in refs(row["also"])]
    return [objective, *own, *(one for one in also if there(reader, person, "key_results", one))]


def _of(reader: Reader, table: str, abouts: Sequence[str]) -> list[Row]:
    """The rows about these, in the order in which they were entered."""
    rows = reader.table(table, f'"about" IN ({places(abouts)})', *abouts)
    return sorted(rows, key=lambda row: (row["entered_at"] is not None, row["entered_at"]))


def _subject(reader: Reader, person: Person, about: str) -> tuple[Resource, Row, str]:
    """What is spoken of, if it is there for the person: as permissions see it, its objective, its title."""
    if there(reader, person, "key_results", about):
        row = found(reader, "key_results", about)
        home = home_of(reader, row)
        return resource_of_key_result(row, home), home, row["title"]
    if there(reader, person, "objectives", about):
        row = found(reader, "objectives", about)
        return resource_of_objective(row), row, row["title"]
    raise NotFound("What this is about is not there (any more).")


def _versions(reader: Reader, person: Person, identifier: str) -> list[Row]:
    """Every version of the comment of which one is named, the first one first. Raises NotFound where it is hidden."""
    row = reader.get("comments", identifier)
    if row is None or not any(there(reader, person, table, row["about"]) for table in ("objectives", "key_results")):
        raise NotFound("There is no such comment (any more).")
    rows = reader.table("comments", "about = $1", row["about"])
    first = firsts(rows)
    return [one for one in rows if first[one["id"]] == first[identifier]]


def _own(reader: Reader, person: Person, identifier: str) -> list[Row]:
    """The versions of a comment that the person may change, as it was when that version was read."""
    versions = _versions(reader, person, identifier)
    read = next(row for row in versions if row["id"] == identifier)
    if versions[0]["author"] != person.username:
        raise Forbidden("Only who wrote a comment can change it.")
    if not versions[-1]["text"]:
        raise Conflict("This was withdrawn already.")
    if read["text"] != versions[-1]["text"]:
        now = versions[-1]["text"]
        says = now if len(now) <= 200 else now[:199] + "…"
        raise Conflict(f"You changed this meanwhile, elsewhere: “{says}”. Save again to have it as it stands here.")
    return versions


def _settle(actor: Actor, identifier: str, settled: bool, what: Event) -> None:
    with contextlib.suppress(RepeatedError), company.company().write(what) as tx:
        person = allow(tx, actor, "comment")
        versions = _versions(tx, person, identifier)
        if versions[0]["replies_to"]:
            versions = _versions(tx, person, versions[0]["replies_to"])
        resource, _, _ = _subject(tx, person, versions[0]["about"])
        if not may_resolve(person, versions[0]["author"], resource):
            permit(person, "check in", resource)
        if (versions[-1]["resolved_on"] is not None) == settled:
            raise Conflict("This is settled already." if settled else "This is open already.")
        _replace(tx, versions, resolved_on=company.today(tx.settings()) if settled else None)


def _replace(tx: Writer, versions: Sequence[Row], **changes: object) -> Row:
    """Writes the next version of a comment."""
    row = versions[-1] | {"id": new_id(tx, "m"), "replaces": versions[-1]["id"]} | changes
    tx.insert("comments", row)
    return row


def _answered(reader: Reader, about: str, check_in: str) -> bool:
    row = reader.get("check_ins", check_in)
    return row is not None and row["key_result"] == about


def _row(reader: Reader, actor: Actor, table: str, about: str, text: str, *, blank: bool = False) -> Row:
    return TABLES[table].row(
        id=new_id(reader, "m" if table == "comments" else "u"),
        about=about,
        author=actor.username if reader.get("people", actor.username) else "",
        entered_at=utc_now(),
        text=_text(table, text, blank=blank),
    )


def _text(table: str, text: str, *, blank: bool = False) -> str:
    """The text as it is kept. Raises Invalid for one that is too long, or blank where it may not be."""
    if not blank and not text.strip():
        raise Invalid(Problem("text", "is missing: write what you want to say."))
    return str(clean(table, {"text": text})["text"])
