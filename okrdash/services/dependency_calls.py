"""Who stands on which side of what teams need of each other, and what they are told of each step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from okrdash.domain.columns import Row
from okrdash.domain.dependencies import AWAITED, OPEN
from okrdash.services import messages
from okrdash.services.dependency_rules import Needed, needed, spoken
from okrdash.services.overview import visible
from okrdash.services.people import Actor, Order, above, nearest_leads, order_of, person_in
from okrdash.services.permissions import Resource
from okrdash.store.reader import Reader
from okrdash.store.transaction import Writer

_SAYS: Mapping[str, str] = {
    "ask": "asks {to_team} for something",
    "change": "changed what {to_team} is asked for",
    "accept": "promises it for {promised}",
    "propose": "proposes {promised}",
    "agree": "agrees to {promised}",
    "decline": "declines what {from_team} asked for",
    "hand on": "handed a request on to {to_team}",
    "deliver": "has delivered what {from_team} asked for",
    "confirm": "confirms what {to_team} delivered",
    "reopen": "says that it is not done yet",
    "withdraw": "does not need it any more",
    "say": "says that it {word} be there in time",
    "undo": "took back what you were told last",
}
"""The subject of a message about a step, after who took it."""


@dataclass(frozen=True, slots=True)
class People:
    """The active people, and how the company is ordered."""

    order: Order
    leading: Order
    """The same with those alone who lead: who leads a team is asked often."""
    rows: Mapping[str, Row]

    def leads(self, team: str) -> frozenset[str]:
        """Who leads a team, or the nearest unit above that has leads; the champions where there is none."""
        return nearest_leads(self.leading, self.rows, team) or frozenset(
            username for username, row in self.rows.items() if row["role"] == "champion"
        )

    def leads_above(self, team: str) -> frozenset[str]:
        """Who leads a team, and who leads above these: whom an unanswered request reaches."""
        first = nearest_leads(self.leading, self.rows, team)
        found = {m["team"] for m in self.leading.memberships if m["person"] in first}
        chain = above(team, self.order.teams)
        at = next((n for n, unit in enumerate(chain) if unit in found), len(chain))
        further = nearest_leads(self.leading, self.rows, chain[at + 1]) if at + 1 < len(chain) else frozenset()
        return first | further or self.leads(team)

    def side(self, resource: Resource, team: str) -> frozenset[str]:
        """Who is called on one side: the owner of the key result, and who leads the team."""
        return self.leads(team) | ({resource.owner} & self.rows.keys())


def people(reader: Reader) -> People:
    """Who can be called at the reader's revision."""
    order = order_of(reader)
    leading = tuple(m for m in order.memberships if m["leads"])
    return People(order, replace(order, memberships=leading), order.active)


def tell(tx: Writer, actor: Actor, step: str, about: Needed, sides: Iterable[str], word: str = "") -> None:
    """Leaves a message about a step for these sides ("asker", "provider"), within its transaction."""
    row, everyone = about.row, people(tx)
    to = {one for side in sides for one in _side(everyone, about, side)}
    days = {name: spoken(row[name]) for name in ("promised", "need_by")}
    subject = _SAYS[step].format(**{**row, **days}, word=word)
    by = f", by {days['need_by']}" if row["need_by"] else ""
    text = f"“{row['need']}”{by}, for “{about.key_result['title']}” ({row['from_team']})."
    _leave(tx, actor, everyone, about, to, subject, f"{text}\n{row['reason']}" if row["reason"] else text)


def dropped(tx: Writer, actor: Actor, key_results: Collection[str], reason: str) -> None:
    """Tells the other sides that these key results are dropped, within the transaction that drops them."""
    everyone = people(tx)
    for about, side in concerned(tx, key_results):
        row = about.row
        if side == "provider":
            subject = f"dropped what {row['to_team']} was asked for"
            text = f"“{row['need']}” is not needed any more: “{about.key_result['title']}” was dropped."
        else:
            subject = f"dropped what {row['to_team']} promised {row['from_team']}"
            text = f"“{row['need']}” stood in a key result that was dropped. Ask what becomes of it."
        _leave(tx, actor, everyone, about, _side(everyone, about, side), subject, f"{text}\n{reason}")


def concerned(reader: Reader, key_results: Collection[str]) -> list[tuple[Needed, str]]:
    """What is open between these key results and others, with the side that must know when they are dropped."""
    found = []
    for key_result in key_results:
        asked = reader.table("dependencies", "key_result = $1", key_result)
        found += [(needed(reader, row), "provider") for row in asked if row["state"] in OPEN]
        carried = reader.table(
            "dependencies", "id IN (SELECT dependency FROM commitments WHERE key_result = $1)", key_result
        )
        found += [(needed(reader, row), "asker") for row in carried if row["state"] in AWAITED]
    return found


def called(reader: Reader, about: Needed, side: str) -> list[str]:
    """The usernames of those who are called on a side, and may know what it is about."""
    everyone = people(reader)
    return sorted(one for one in _side(everyone, about, side) if _knows(everyone, one, about))


def take_back(tx: Writer, actor: Actor, identifier: str, revision: int) -> None:
    """Takes back the messages of one step; who has got one already is told."""
    name = _about(identifier, revision)
    got = [
        row["username"]
        for row in tx.rows(
            "SELECT username FROM messages WHERE about = $1 AND error = '' AND sent_at IS NOT NULL", name
        )
    ]
    messages.take_back(tx, name)
    row = tx.get("dependencies", identifier)
    if got and row:
        about, everyone = needed(tx, row), people(tx)
        _leave(tx, actor, everyone, about, got, _SAYS["undo"], f"“{row['need']}” is {row['state']} again.")


def _side(everyone: People, about: Needed, side: str) -> frozenset[str]:
    if side == "asker":
        return everyone.side(about.asker, about.row["from_team"])
    return everyone.side(about.provider, about.row["to_team"])


def _leave(
    tx: Writer, actor: Actor, everyone: People, about: Needed, to: Iterable[str], subject: str, text: str
) -> None:
    """A message leaves the house, so of a confidential objective it tells no more than that there is something."""
    author = tx.get("people", actor.username)
    who, identifier = author["name"] if author else actor.username, about.row["id"]
    messages.leave(
        tx,
        sorted(one for one in to if one != actor.username and _knows(everyone, one, about)),
        "dependency",
        about=_about(identifier, tx.revision() + 1),
        subject=f"{who} {subject}",
        text=text if about.home["visibility"] == "company" else "It is about something confidential.",
        place=f"dependencies?dependency={quote(identifier, safe='')}",
    )


def _knows(everyone: People, username: str, about: Needed) -> bool:
    return username in everyone.rows and visible(person_in(everyone.order, everyone.rows[username]), about.home)


def _about(identifier: str, revision: int) -> str:
    """What a message is about: one step of a dependency."""
    return f"{identifier} {revision}"
