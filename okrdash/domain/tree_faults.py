"""What is wrong with the tree of objectives: each fault with the reason in words, to be mended where it is shown.

Looked at are the objectives that are pursued: active, and their cycle is not over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pandas import DataFrame

from okrdash.domain.alike import written_twice
from okrdash.domain.board import Board
from okrdash.domain.dependencies import view

_LONGEST = 80
"""Letters of a title within a reason."""


class Kind(NamedTuple):
    """One kind of fault: what it is called, and by which rule it is one."""

    title: str
    rule: str


KINDS: Mapping[str, Kind] = {
    "unaligned": Kind(
        "Unaligned objectives",
        "Contributes to no other objective, and nobody said why. The company's own objectives need no parent.",
    ),
    "no team": Kind(
        "Company objectives that no team works on",
        "No team's objective contributes to it, be it through others, and no team carries one of its key results.",
    ),
    "parent gone": Kind(
        "Parents dropped or ended",
        "Contributes to something that was dropped or closed, or whose cycle is over.",
    ),
    "level skipped": Kind(
        "Levels skipped",
        "A team's objective stands straight under the company's, although its function has one of the company's cycle"
        " under the same.",
    ),
    "rests on a stretch": Kind(
        "Promises that rest on a stretch",
        "Committed, but its progress counts an aspirational objective below it, which is not meant to be met in full.",
    ),
    "no key results": Kind(
        "Objectives without key results",
        "Nothing says when it is reached: no key result, and no objective below it that counts instead.",
    ),
    "no owner": Kind(
        "Objectives without an owner",
        "No one person is named, so the lead of its team answers.",
    ),
    "written twice": Kind(
        "Key results written twice",
        "The same words, numbers, unit and target in one cycle, as far as both state them. As one it is checked in"
        " once, and stands under both objectives. Where they are two, each title has to say so by a word that the other"
        " lacks.",
    ),
    "not taken on": Kind(
        "Parts that nobody has taken on",
        "Asked of another team, and not promised so far, or declined.",
    ),
    "stands alone": Kind(
        "Objectives that stand alone",
        "Contribute to no other, and somebody said why. They are no fault.",
    ),
}
"""Every kind, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong."""

    kind: str
    objective: str
    """Whose it is: where it is mended, and by which it is found."""
    reason: str
    """In words, with titles in them; as it was said, of one that stands alone."""
    key_result: str = ""
    """The key result that says the same once more."""
    other: str = ""
    """The objective that goes between, or that is aspirational; the key result that was there first."""
    parent: str = ""
    """What it contributes to, and should not: as it is stated, an objective or a key result."""
    dependency: str = ""


class Gone(NamedTuple):
    """A tie to something that was dropped, and is on no board."""

    child: str
    parent: str
    title: str


@dataclass(frozen=True, slots=True)
class Beyond:
    """What the tree consists of besides the board, as far as a person may know of it."""

    stands_alone: Mapping[str, str] = field(default_factory=dict)
    """Why an objective stands alone, by its id."""
    gone: tuple[Gone, ...] = ()
    tied: frozenset[str] = frozenset()
    """Objectives that contribute to one that is not agreed on yet."""


class _Tree(NamedTuple):
    """The board as the rules read it."""

    board: Board
    beyond: Beyond
    pursued: DataFrame
    ties: DataFrame
    """What pursued objectives contribute to: child, parent, parent_objective."""
    kinds: Mapping[str, str]
    """The kind of each unit."""


def faults(board: Board, beyond: Beyond, twice: Mapping[str, str] | None = None) -> list[Fault]:
    """Everything that is wrong on a board, by kind in the order of KINDS, then in the board's order.

    `twice` is what `twice_of` gives, where it is known already.
    """
    tree = _tree(board, beyond)
    found = [
        *_unaligned(tree),
        *_no_team(tree),
        *_parent_gone(tree),
        *_level_skipped(tree),
        *_on_a_stretch(tree),
        *_incomplete(tree),
        *_written_twice(tree, twice_of(board) if twice is None else twice),
        *_not_taken_on(tree),
    ]
    order = {kind: n for n, kind in enumerate(KINDS)}
    at = {identifier: n for n, identifier in enumerate(board.objectives.index)}
    return sorted(found, key=lambda fault: (order[fault.kind], at[fault.objective]))


def compared(board: Board) -> DataFrame:
    """The key results among which one can be written twice: those at home under what is pursued."""
    rows = board.key_results
    return rows[rows["objective"].isin(pursued(board).index)]


def twice_of(board: Board) -> dict[str, str]:
    """Key results that say what an earlier one says, with that one: the part of all this that takes its time."""
    return written_twice(compared(board))


def pursued(board: Board) -> DataFrame:
    """The active objectives of cycles that are not over."""
    ahead = board.cycles.index[board.cycles["end"].dt.date >= board.day]
    return board.objectives[(board.objectives["state"] == "active") & board.objectives["cycle"].isin(ahead)]


def _tree(board: Board, beyond: Beyond) -> _Tree:
    goals = pursued(board)
    ties = board.edges[(board.edges["kind"] == "contributes") & board.edges["child"].isin(goals.index)]
    return _Tree(board, beyond, goals, ties, dict(zip(board.teams.index, board.teams["kind"], strict=True)))


def _unaligned(tree: _Tree) -> Iterator[Fault]:
    tied = {*tree.ties["child"], *tree.beyond.tied, *(gone.child for gone in tree.beyond.gone)}
    for identifier, team in zip(tree.pursued.index, tree.pursued["team"], strict=True):
        if identifier in tied:
            continue
        if why := tree.beyond.stands_alone.get(identifier):
            yield Fault("stands alone", identifier, why)
        elif tree.kinds.get(team) != "company":
            yield Fault("unaligned", identifier, "contributes to no other objective")


def _no_team(tree: _Tree) -> Iterator[Fault]:
    of_teams = {team for team, kind in tree.kinds.items() if kind != "company"}
    goals, parts = tree.pursued, tree.board.parts
    carried = tree.board.key_results.index[tree.board.key_results["team"].isin(of_teams)]
    worked = {*goals.index[goals["team"].isin(of_teams)]}
    worked |= set(parts.loc[parts["key_result"].isin(carried), "objective"])
    above: dict[str, list[str]] = {}
    for child, parent in zip(tree.ties["child"], tree.ties["parent_objective"], strict=True):
        above.setdefault(child, []).append(parent)
    at = list(worked)
    while at:
        at = [parent for child in at for parent in above.get(child, ()) if parent not in worked]
        worked.update(at)
    for identifier, team in zip(goals.index, goals["team"], strict=True):
        if tree.kinds.get(team) == "company" and identifier not in worked:
            yield Fault("no team", identifier, "no team contributes to it or carries one of its key results")


def _parent_gone(tree: _Tree) -> Iterator[Fault]:
    for gone in tree.beyond.gone:
        if gone.child in tree.pursued.index:
            yield Fault("parent gone", gone.child, f"{_called(gone.title)} was dropped", parent=gone.parent)
    over = tree.ties[~tree.ties["parent_objective"].isin(tree.pursued.index)]
    rows = tree.board.objectives
    title_of, state_of, cycle_of = (rows[name].to_dict() for name in ("title", "state", "cycle"))
    for child, parent, above in zip(over["child"], over["parent"], over["parent_objective"], strict=True):
        why = "is closed" if state_of[above] == "closed" else f"ended with {cycle_of[above]}"
        yield Fault("parent gone", child, f"{_called(title_of[above])} {why}", parent=parent)


def _level_skipped(tree: _Tree) -> Iterator[Fault]:
    """Of each objective of the company under which a team's stands straight: the first one that goes between."""
    rows = tree.board.objectives
    team_of, title_of, cycle_of = (rows[name].to_dict() for name in ("team", "title", "cycle"))
    function_of = tree.board.teams["function"].to_dict()
    ties = list(dict.fromkeys(zip(tree.ties["child"], tree.ties["parent_objective"], strict=True)))
    parents: dict[str, set[str]] = {}
    between: dict[tuple[str, str], list[str]] = {}
    for child, above in ties:
        parents.setdefault(child, set()).add(above)
        if tree.kinds.get(team_of[child]) == "function" and cycle_of[child] == cycle_of[above]:
            between.setdefault((team_of[child], above), []).append(child)
    for child, above in ties:
        if tree.kinds.get(team_of[child]) != "team" or tree.kinds.get(team_of[above]) != "company":
            continue
        function = function_of.get(team_of[child], "")
        passed = between.get((function, above), [])
        if passed and not parents[child].intersection(passed):
            has = f"although {function} has {_called(title_of[passed[0]])}"
            reason = f"straight under {_called(title_of[above])}, {has}"
            yield Fault("level skipped", child, reason, other=passed[0], parent=above)


def _on_a_stretch(tree: _Tree) -> Iterator[Fault]:
    goals, rows = tree.pursued, tree.board.objectives
    aspires, title_of = set(rows.index[rows["ambition"] == "aspirational"]), rows["title"].to_dict()
    below: dict[str, list[str]] = {}
    for child, parent in zip(tree.ties["child"], tree.ties["parent_objective"], strict=True):
        if child in aspires:
            below.setdefault(parent, []).append(child)
    counts = (goals["progress_from"] != "key results") | goals["from_children"]
    for identifier in goals.index[counts & (goals["ambition"] == "committed")]:
        for child in dict.fromkeys(below.get(identifier, ())):
            reason = f"a promise, but its progress counts {_called(title_of[child])}, which is a stretch"
            yield Fault("rests on a stretch", identifier, reason, other=child)


def _incomplete(tree: _Tree) -> Iterator[Fault]:
    goals = tree.pursued
    for identifier in goals.index[(goals["key_results"] == 0) & ~goals["from_children"]]:
        yield Fault("no key results", identifier, "no key result says when it is reached")
    for identifier in goals.index[goals["owner"] == ""]:
        yield Fault("no owner", identifier, "nobody is named as its owner")


def _written_twice(tree: _Tree, twice: Mapping[str, str]) -> Iterator[Fault]:
    rows = tree.board.key_results.loc[[*twice.keys(), *twice.values()]]
    title, team, home, under = (rows[name].to_dict() for name in ("title", "team", "objective", "objective_title"))
    for again, first in twice.items():
        other = f" as {_called(title[first])}" if title[first] != title[again] else ""
        reason = f"{_called(title[again])}: {team[first]} has it{other} under {_called(under[first])}"
        yield Fault("written twice", home[again], reason, key_result=again, other=first)


def _not_taken_on(tree: _Tree) -> Iterator[Fault]:
    rows = view(tree.board)
    rows = rows[rows["state"].isin(("requested", "declined")) & rows["objective"].isin(tree.pursued.index)]
    for row in rows.to_dict("records"):
        what = f"{_called(row['need'])} for {_called(row['title'])}"
        if row["state"] == "declined":
            how = f"{row['to_team']} declined it"
        elif row["proposed"]:
            how = f"{row['to_team']} proposes another day, which is not agreed on"
        else:
            how = f"asked of {row['to_team']}, not answered so far"
        yield Fault(
            "not taken on", row["objective"], f"{what}: {how}", key_result=row["key_result"], dependency=row["id"]
        )


def _called(title: str) -> str:
    """A title within a sentence, in quotation marks."""
    return f"“{title if len(title) <= _LONGEST else title[: _LONGEST - 1].rstrip() + '…'}”"
