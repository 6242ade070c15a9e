"""Contradictions of key results, their check-ins and what they are aligned to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from graphlib import CycleError, TopologicalSorter

from okrdash.domain.columns import Row, refs
from okrdash.domain.consistency.whole import Whole
from okrdash.domain.validate import check_in_problems, key_result_problems, loop


def check_key_results(whole: Whole) -> None:
    """Each key result that is new, or whose steps, phases, home or cycle are, is measurable as it will be."""
    steps, phases = _by_key_result(whole, "milestones"), _by_key_result(whole, "phases")
    touched = {row["key_result"] for table in ("milestones", "phases") for _, row in whole.new_rows(table)}
    for key, row in whole.all["key_results"].items():
        home = whole.all["objectives"].get((row["objective"],), {})
        span = whole.all["cycles"].get((home.get("cycle"),))
        moved = (row["objective"],) in whole.new["objectives"] or (home.get("cycle"),) in whole.new["cycles"]
        if not (moved or key in whole.new["key_results"] or row["id"] in touched):
            continue
        cycle = (span["start"], span["end"]) if span else None
        found = key_result_problems(row, cycle=cycle)
        whole.say_all("key_results", key, found)
        if row["objective"] in refs(row["also"]):
            message = f"{row['objective']!r} is its home already; leave it out here"
            whole.say("key_results", key, "also", message)
        _check_steps(whole, row, steps[row["id"]])
        if not found:
            _check_phases(whole, row, phases[row["id"]], cycle)


def _check_steps(whole: Whole, row: Row, steps: Iterable[Row]) -> None:
    """Ask of one step at a time, so that each problem is told of the row that has it."""
    for step in steps:
        for problem in key_result_problems(row, steps=(step,)):
            if problem.where == "steps":
                column = "step" if ";" in step["step"] else "weight"
                whole.say("milestones", (row["id"], step["step"]), column, problem.message)


def _check_phases(whole: Whole, row: Row, phases: Iterable[Row], cycle: tuple[date, date] | None) -> None:
    """Ask of one phase after the one before, so that each problem is told of the row that has it."""
    before: tuple[Row, ...] = ()
    for phase in sorted(phases, key=lambda phase: phase["date"]):
        known = key_result_problems(row, phases=before, cycle=cycle)
        for problem in key_result_problems(row, phases=(*before, phase), cycle=cycle):
            if problem in known:
                continue
            # With a value that is always allowed, what is still wrong is the day.
            allowed = phase | {"value": row["baseline"]}
            column = "date" if key_result_problems(row, phases=(allowed,), cycle=cycle) else "value"
            whole.say("phases", (row["id"], phase["date"]), column, problem.message)
        before = (phase,)


def check_check_ins(whole: Whole) -> None:
    """A check-in speaks for a day that has come; a correction is of the same key result."""
    check_ins = whole.all["check_ins"]
    corrections = [(row["id"], row["replaces"]) for row in check_ins.values() if row["replaces"]]
    circular = _in_loops(corrections)
    for key, row in whole.new_rows("check_ins"):
        whole.say_all("check_ins", key, check_in_problems(row, whole.today))
        old = check_ins.get((row["replaces"],))
        if old and old["key_result"] != row["key_result"]:
            message = f"{row['replaces']!r} is a check-in of {old['key_result']!r}, not of {row['key_result']!r}"
            whole.say("check_ins", key, "replaces", message)
        path = loop(circular, *correction) if (correction := (row["id"], row["replaces"])) in circular else None
        if path:
            whole.say("check_ins", key, "replaces", "goes round in a circle: " + " → ".join([row["id"], *path]))


def check_alignment(whole: Whole) -> None:
    """No objective is its own parent, be it through others; a key result as a parent stands for its home."""

    def home(name: str) -> str:
        key_result = whole.all["key_results"].get((name,))
        return key_result["objective"] if key_result else name

    edges = [
        (row["child"], home(row["parent"])) for row in whole.all["alignment"].values() if row["kind"] == "contributes"
    ]
    circular = _in_loops(edges)
    for key, row in whole.all["alignment"].items():
        # An edge that was known closes a loop when the key result it names moves to another home.
        at = ("alignment", key) if key in whole.new["alignment"] else ("key_results", (row["parent"],))
        if at[1] not in whole.new[at[0]]:
            continue
        column, parent = "parent" if at[0] == "alignment" else "objective", home(row["parent"])
        if row["child"] == parent:
            also = "" if parent == row["parent"] else f" (the home of {row['parent']!r})"
            whole.say(*at, column, f"{row['child']!r} is aligned to itself{also}")
        elif row["kind"] == "contributes" and (row["child"], parent) in circular:
            path = loop(circular, row["child"], parent)
            if path:
                whole.say(*at, column, "goes round in a circle: " + " → ".join([row["child"], *path]))


def _by_key_result(whole: Whole, table: str) -> defaultdict[str, list[Row]]:
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in whole.all[table].values():
        rows[row["key_result"]].append(row)
    return rows


def _in_loops(edges: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The edges that may be part of a loop: mostly none, and asking once is cheap where asking each is not."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for child, parent in edges:
        sorter.add(child, parent)
    try:
        sorter.prepare()
    except CycleError:
        left, before = set(edges), 0
        while len(left) != before:
            before = len(left)
            children, parents = {child for child, _ in left}, {parent for _, parent in left}
            left = {(child, parent) for child, parent in left if child in parents and parent in children}
        return [edge for edge in edges if edge in left]
    return []
