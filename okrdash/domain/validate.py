"""What is refused, and how to mend it: every check takes a row and lists its problems, `where` a field's name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from urllib.parse import urlsplit

from okrdash.domain.check_ins import LARGEST
from okrdash.domain.columns import Row
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.tables import KINDS

LIGHTEST, HEAVIEST = 0.001, 1000.0
"""The smallest and the largest weight."""

_APART = 1e-9


def key_result_problems(
    row: Row,
    *,
    steps: Sequence[Row] = (),
    phases: Sequence[Row] = (),
    cycle: tuple[date, date] | None = None,
) -> list[Problem]:
    """What is wrong with a key result, its steps and its phases.

    `cycle` is the start and end of its home's cycle, which stand where the row states no start or due; without it a
    window that is not stated is not checked. A problem with a step or phase has `where` "steps" or "phases".
    """
    problems = [*_numbers(row, "baseline", "target", "lower", "upper"), *_weight(row.get("weight"), "weight", "The")]
    weeks, score = row.get("cadence_weeks"), row.get("score")
    if weeks is not None and weeks not in (1, 2, 4):
        problems.append(Problem("cadence_weeks", f"Check-ins cannot be due every {weeks} weeks: choose 1, 2 or 4."))
    if score is not None and not 0 <= score <= 1:
        problems.append(Problem("score", f"The score is {_say(score)}: state one from 0 to 1."))
    kind = row.get("kind")
    if kind not in KINDS:
        problems.append(Problem("kind", f"{kind!r} is no kind of key result: choose one of {', '.join(KINDS)}."))
    elif not problems and kind in ("increase", "decrease"):
        problems += _way(row)
    elif not problems and kind == "maintain":
        problems += _bounds(row)
    start, due = row.get("start") or (cycle and cycle[0]), row.get("due") or (cycle and cycle[1])
    if start and due and start >= due:
        where = "due" if row.get("due") or not row.get("start") else "start"
        problems.append(
            Problem(where, f"It starts on {start} and is due on {due}: the due day must be after the start.")
        )
    problems += _steps(steps)
    if phases and not problems:
        problems += _phases(row, phases, start, due)
    return problems


def cycle_problems(row: Row) -> list[Problem]:
    """What is wrong with a cycle: both days must be stated, and the end must be after the start."""
    problems = [
        Problem(name, f"State the day on which the cycle {verb}s.")
        for name, verb in (("start", "start"), ("end", "end"))
        if row.get(name) is None
    ]
    if not problems and row["start"] >= row["end"]:
        problems.append(
            Problem("end", f"The cycle starts on {row['start']} and ends on {row['end']}: it must end after its start.")
        )
    return problems


def check_in_problems(row: Row, today: date) -> list[Problem]:
    """What is wrong with a check-in: its day, value, confidence and evidence."""
    problems = _numbers(row, "value")
    as_of, confidence, evidence = row.get("as_of"), row.get("confidence"), row.get("evidence")
    if as_of is None:
        problems.append(Problem("as_of", "State the day for which it speaks."))
    elif as_of > today:
        problems.append(Problem("as_of", f"{as_of} is still to come: choose a day until today, {today}."))
    if confidence is not None and not (float(confidence).is_integer() and 0 <= confidence <= 10):
        problems.append(
            Problem("confidence", f"The confidence is {_say(confidence)}: state a whole number from 0 to 10.")
        )
    if evidence and not is_address(evidence):
        problems.append(Problem("evidence", "The evidence must be a web address that begins with https:// or http://."))
    return problems


def loop(edges: Iterable[tuple[str, str]], child: str, parent: str) -> list[str] | None:
    """The path from `parent` up to `child` that a new edge child → parent would close to a loop, both ends included.

    `edges` are (child objective, parent objective) of the contributes edges there are. None where there is no such
    path; [child] where both are the same.
    """
    above: dict[str, list[str]] = {}
    for low, high in edges:
        above.setdefault(low, []).append(high)
    return way(above, parent, child)


def way(leads_to: Mapping[str, Iterable[str]], start: str, goal: str) -> list[str] | None:
    """The shortest way from the start to the goal, both included, where each name leads to others; None for none."""
    came: dict[str, str | None] = {start: None}
    waiting = [start]
    for name in waiting:
        if name == goal:
            path: list[str] = []
            step: str | None = name
            while step is not None:
                path.append(step)
                step = came[step]
            return path[::-1]
        for other in leads_to.get(name, ()):
            if other not in came:
                came[other] = name
                waiting.append(other)
    return None


def target_from_relative(baseline: float, percent: float | None, factor: float | None) -> float:
    """The target that a relative goal means.

    `percent` is a change ("−20 %": baseline + |baseline| × percent / 100, so that plus is always up), `factor` a
    multiple ("double": baseline × 2). To 12 significant digits. Invalid unless exactly one is given, everything is
    finite, and the target is another number than the baseline.
    """
    if (percent is None) == (factor is None):
        raise Invalid(Problem("target", "State either a change in per cent or a multiple."))
    change = abs(baseline) * percent / 100 if percent is not None else baseline * ((factor or 0.0) - 1)
    target = baseline + change
    if not math.isfinite(target) or abs(target) > LARGEST:
        raise Invalid(Problem("target", "This comes to no number that can be kept: state a smaller change."))
    target = float(f"{target:.12g}")
    if target == baseline:
        says = "Anything relative to 0 is 0" if baseline == 0 else f"This leaves the baseline {_say(baseline)} as it is"
        raise Invalid(Problem("target", f"{says}: state the target itself."))
    return target


def _say(number: float) -> str:
    return f"{number:.15g}"


def _numbers(row: Row, *names: str) -> list[Problem]:
    return [
        Problem(name, f"The {name} must be a number between −10¹⁵ and 10¹⁵, not {_say(number)}.")
        for name in names
        if (number := row.get(name)) is not None and not abs(number) <= LARGEST
    ]


def _weight(weight: float | None, where: str, whose: str) -> list[Problem]:
    if weight is None or LIGHTEST <= weight <= HEAVIEST:
        return []
    return [Problem(where, f"{whose} weight is {_say(weight)}: state one from 0.001 to 1000.")]


def _way(row: Row) -> list[Problem]:
    baseline, target, up = row.get("baseline"), row.get("target"), row["kind"] == "increase"
    missing = [
        Problem(name, f"State the {name}: {why}.")
        for name, number, why in (("baseline", baseline, "the value today"), ("target", target, "the value to reach"))
        if number is None
    ]
    if missing or baseline is None or target is None:
        return missing
    both = f"The baseline is {_say(baseline)} and the target {_say(target)}"
    if abs(target - baseline) < _APART * max(abs(baseline), abs(target)) or baseline == target:
        return [Problem("target", f"{both}: they must differ, so that there is a way to go.")]
    if (target > baseline) != up:
        other, sign = ("reduce to", "above") if up else ("increase to", "below")
        return [Problem("target", f"{both}: the target must be {sign} the baseline, or choose “{other}”.")]
    return []


def _bounds(row: Row) -> list[Problem]:
    lower, upper = row.get("lower"), row.get("upper")
    if lower is None and upper is None:
        return [Problem("lower", "State the bounds within which to keep it: a lower one, an upper one or both.")]
    if lower is not None and upper is not None and lower > upper:
        says = f"The lower bound {_say(lower)} is above the upper bound {_say(upper)}: swap them."
        return [Problem("lower", says)]
    return []


def _steps(steps: Sequence[Row]) -> list[Problem]:
    problems: list[Problem] = []
    seen: set[str] = set()
    for step in steps:
        name = step["step"].strip()
        problems += _weight(step.get("weight"), "steps", f"Step “{name}”: the")
        if not name:
            problems.append(Problem("steps", "A step has no name: name it or take it away."))
        elif ";" in name:
            problems.append(Problem("steps", f"Step “{name}” holds a semicolon: name it without."))
        elif name in seen:
            problems.append(Problem("steps", f"There are two steps “{name}”: rename or remove one."))
        seen.add(name)
    return problems


def _phases(row: Row, phases: Sequence[Row], start: date | None, due: date | None) -> list[Problem]:
    if row["kind"] not in ("increase", "decrease"):
        return [Problem("phases", "Only “increase to” and “reduce to” take phases: remove them or change the kind.")]
    problems: list[Problem] = []
    baseline, target = row["baseline"], row["target"]
    low, high = min(baseline, target), max(baseline, target)
    before: Row | None = None
    for phase in sorted(phases, key=lambda phase: phase["date"]):
        day, value = phase["date"], phase["value"]
        says = f"The phase {_say(value)} on {day}"
        if (start and day <= start) or (due and day >= due):
            problems.append(Problem("phases", f"{says} must lie after the start {start} and before the due day {due}."))
        if not low <= value <= high:
            between = f"the baseline {_say(baseline)} and the target {_say(target)}"
            problems.append(Problem("phases", f"{says} must lie between {between}."))
        if before and before["date"] == day:
            problems.append(Problem("phases", f"There are two phases on {day}: keep one."))
        elif before and (value - before["value"]) * (target - baseline) < 0:
            problems.append(Problem("phases", f"{says} goes back behind {_say(before['value'])}: put them in order."))
        before = phase
    return problems


def is_address(text: str) -> bool:
    """Whether a text is a web address, which may be clicked: one with http:// or https:// and a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(c.isspace() for c in text)
    except ValueError:
        return False
