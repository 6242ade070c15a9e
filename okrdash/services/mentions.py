"""Whom a text calls: the people it mentions and the teams, as far as they may know what it is about."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote

from okrdash.domain.columns import Row
from okrdash.domain.mentions import Names
from okrdash.services import messages
from okrdash.services.overview import visible
from okrdash.services.people import Actor, Order, nearest_leads, order_of, person_in
from okrdash.store.reader import Reader
from okrdash.store.transaction import Writer

MOST = 50
"""People that the mention of a team calls; of a larger one it calls those who lead it."""


def called(reader: Reader, text: str, objective: Row) -> frozenset[str]:
    """The usernames of the active people whom a text about an objective, or a key result of it, calls.

    A team calls those who belong to it directly, its leads among them; where these are none, or more than MOST, it
    calls its leads, or the nearest above. Who may not know of the objective is not called.
    """
    if "@" not in text:
        return frozenset()
    order = order_of(reader)
    names = order.names_of_active
    found: set[str] = set()
    for mention in Names(names, order.teams).mentions(text):
        found |= {mention.name} if mention.kind == "person" else _of_team(order, names, mention.name)
    return frozenset(one for one in found if visible(person_in(order, order.people[one]), objective))


def call(tx: Writer, actor: Actor, text: str, objective: Row, title: str, *, about: str, says: str) -> None:
    """Leaves a message for everybody whom a text calls, but for its author, within its transaction.

    `about` names the text (a comment, kudos), `says` what the author did ("mentions you"), `title` of what it speaks.
    A message leaves the house, so of a confidential objective it tells no more than that there is something.
    """
    people = called(tx, text, objective) - {actor.username}
    author = tx.get("people", actor.username)
    told = f"On “{title}”: {text}" if objective["visibility"] == "company" else "It is about something confidential."
    subject = f"{author['name'] if author else actor.username} {says}"
    place = f"objective?objective={quote(objective['id'], safe='')}&view=Conversation"
    messages.leave(tx, sorted(people), "mention", about=about, subject=subject, text=told, place=place)


def _of_team(order: Order, names: Collection[str], team: str) -> set[str]:
    members = {m["person"] for m in order.memberships if m["team"] == team and m["person"] in names}
    return members if 0 < len(members) <= MOST else set(nearest_leads(order, names, team))
