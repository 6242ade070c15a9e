"""Who is called by a text: people and teams whose name follows an @."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from okrdash.domain.cells import folded


@dataclass(frozen=True, slots=True)
class Mention:
    """An @ and the name behind it, at text[start:end]."""

    start: int
    end: int
    kind: Literal["person", "team"]
    name: str
    """The username or the team."""


class Names:
    """The names by which people and teams can be called, in any letters' case."""

    def __init__(self, people: Mapping[str, str], teams: Collection[str]) -> None:
        """`people` are names by username. A name of several people calls none of them: their usernames do.

        Where a name means several things, a username goes first, then a person's name, then a team.
        """
        self._known: dict[str, tuple[Literal["person", "team"], str]] = {folded(team): ("team", team) for team in teams}
        named: dict[str, list[str]] = {}
        for username, name in people.items():
            named.setdefault(folded(name), []).append(username)
        self._known |= {name: ("person", found[0]) for name, found in named.items() if len(found) == 1}
        for name in (name for name, found in named.items() if len(found) > 1):
            self._known.pop(name, None)
        self._known |= {folded(username): ("person", username) for username in people}
        self._known.pop("", None)
        self._longest = max(map(len, self._known), default=0)
        self._begin = {name[0] for name in self._known}

    def mentions(self, text: str) -> list[Mention]:
        """The mentions in a text, in order: of several names that fit the longest, on one line.

        Before the @ stands no letter or digit (so that a mail address calls nobody), nor behind the name.
        """
        found: list[Mention] = []
        at = text.find("@")
        while at >= 0:
            mention = None if at and _in_word(text[at - 1]) else self._at(text, at)
            if mention:
                found.append(mention)
            at = text.find("@", mention.end if mention else at + 1)
        return found

    def call(self, kind: Literal["person", "team"], name: str, shown: str) -> str:
        """What is written to call somebody: the name that is `shown`, where it means just them, else the username."""
        return f"@{shown}" if self._known.get(folded(shown)) == (kind, name) else f"@{name}"

    def _at(self, text: str, at: int) -> Mention | None:
        begin = at + 1
        if text[begin : begin + 1].casefold()[:1] not in self._begin:
            return None
        line = text[: begin + self._longest].find("\n", begin)
        last = line if line >= 0 else min(len(text), begin + self._longest)
        for end in range(last, begin, -1):
            if (end < len(text) and _in_word(text[end])) or text[end - 1].isspace():
                continue
            if found := self._known.get(folded(text[begin:end])):
                return Mention(at, end, *found)
        return None


def _in_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"
