"""Who may provide what a key result needs: from the words, from what it contributes to, and from what was asked."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from okrdash.domain.board import Board
from okrdash.domain.cells import folded

_WORD = re.compile(r"\w{3,}")
_NAME, _PARENT, _BEFORE = 3.0, 1.0, 0.5
"""How much it counts that a team is named, carries what is contributed to, was asked before; the words count as much as
they tell teams apart."""


def likely_providers(board: Board, key_result: str, need: str = "", most: int = 5) -> list[str]:
    """The active teams that may provide what a key result needs, the most likely first, `most` at most.

    By the words of the need, as far as they tell teams apart: in a team's name, its description, and in what it was
    asked for before; by the teams of the objectives to which the key result's objectives contribute; and by whom its
    team asked before. Never its own team or the company; a team of which nothing speaks is left out.
    """
    team = str(board.key_results.at[key_result, "team"]) if key_result in board.key_results.index else ""
    scores: dict[str, float] = defaultdict(float, _by_words(board, need))
    asked = board.dependencies
    for other, times in Counter(asked.loc[asked["from_team"] == team, "to_team"]).items():
        scores[other] += _BEFORE * min(times, 2)
    homes = board.parts.loc[board.parts["key_result"] == key_result, "objective"]
    edges = board.edges
    parents = edges.loc[edges["child"].isin(homes) & (edges["kind"] == "contributes"), "parent_objective"]
    for parent in dict.fromkeys(parents):
        scores[str(board.objectives.at[parent, "team"])] += _PARENT
    order = {
        name: n
        for n, (name, kind) in enumerate(zip(board.teams.index, board.teams["kind"], strict=True))
        if name != team and kind != "company"
    }
    found = [name for name in scores if name in order and scores[name] > 0]
    return sorted(found, key=lambda name: (-scores[name], order[name]))[:most]


def _by_words(board: Board, need: str) -> Mapping[str, float]:
    """How much each team's words speak for it: rare words more than those that many teams share."""
    wanted = _words([need])
    if not wanted:
        return {}
    asked: dict[str, list[str]] = {}
    for team, words in zip(board.dependencies["to_team"], board.dependencies["need"], strict=True):
        asked.setdefault(team, []).append(words)
    descriptions = dict(zip(board.teams.index, board.teams["description"], strict=True))
    names = {team: _words([team]) & wanted for team in descriptions}
    told = {team: _words([said, *asked.get(team, ())]) & wanted for team, said in descriptions.items()}
    often = Counter(word for team in told for word in told[team] | names[team])
    weight = {word: math.log(1 + len(descriptions) / count) for word, count in often.items()}
    return {
        team: _NAME * sum(weight[word] for word in names[team]) + sum(weight[word] for word in told[team])
        for team in descriptions
    }


def _words(texts: Iterable[str]) -> set[str]:
    """The words of these texts, without case and the s of a plural."""
    return {word.removesuffix("s") for text in texts for word in _WORD.findall(folded(text))}
