"""One key result over time: its values, the line that is expected, its target; as rows for the chart and in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
from pandas import DataFrame, Series

from okrdash.domain.board import Board
from okrdash.services import check_in_history, overview
from okrdash.services.people import Actor
from okrdash.ui import show
from okrdash.ui.charts import Drawing, draw, over_time_spec, role, sentences
from okrdash.ui.text import plain


def show_over_time(actor: Actor, board: Board, key_result: str, *, changed: Sequence[date] = (), key: str = "") -> bool:
    """Draws one key result of the board over time; False, and nothing drawn, where there is nothing to draw yet.

    Raises NotFound where the actor may not see it.
    """
    row = board.key_result(key_result)
    history = overview.history(actor, key_result, days_of(row, board.steps, board.phases, board.day))
    check_ins = check_in_history.history(actor, key_result)
    drawing = key_result_over_time(row, history, day=board.day, check_ins=check_ins, changed=changed)
    if drawing:
        draw(drawing, key=key or f"over_time_{key_result}")
    return drawing is not None


def key_result_over_time(
    key_result: Series[Any],
    history: DataFrame,
    *,
    day: date,
    check_ins: Sequence[Mapping[str, Any]] = (),
    changed: Sequence[date] = (),
) -> Drawing | None:
    """One key result from its start to its due day; None where there is nothing to draw yet.

    `key_result` is its row of the board, `history` what `overview.history` says of `days_of` it, `check_ins` what
    `check_in_history.history` returns, `changed` the days on which what it is measured by was changed.
    """
    kind = key_result["kind"]
    values = _values(check_ins)
    if kind == "milestone":
        rows = _steps(history, day)
    elif kind == "maintain":
        rows = _guardrail(key_result, values)
    else:
        rows = _way(key_result, history, values, day)
    if not rows:
        return None
    rows += _ahead(key_result, values, day, rows)
    top = max(row["value"] for row in rows)
    rows += [_row("change", changed_on, top, "changed") for changed_on in changed]
    if kind != "milestone" and key_result["unit"]:
        rows.append(_row("unit", key_result["start"], top, key_result["unit"]))
    data = DataFrame(rows).assign(day=lambda d: d["day"].astype("datetime64[ms]"))
    spec = over_time_spec(stair=kind == "milestone", tight=kind == "maintain", decimals=_decimals(data["value"]))
    return Drawing(data, spec, _over_time_words(key_result, values, history, day))


def days_of(key_result: Series[Any], steps: DataFrame, phases: DataFrame, day: date) -> list[date]:
    """The days on which a key result has to be measured for its chart; steps and phases are those of the board."""
    start, due = key_result["start"].date(), key_result["due"].date()
    days = {start, due, min(max(day, start), due)}
    mine = phases[phases["key_result"] == key_result.name]
    days |= {when.date() for when in mine["date"]}
    if key_result["kind"] == "milestone":
        for row in steps[steps["key_result"] == key_result.name].to_dict("records"):
            done, step_due = row["done_on"], row["due"]
            days |= {done.date()} if not show.blank(done) else set()
            # A step is due at the end of its day: the stair rises on the next one.
            days |= set() if show.blank(step_due) else {(step_due + pd.Timedelta(days=1)).date()}
    return sorted(d for d in days if start <= d <= due)


def _row(part: str, day: Any, value: float, text: str = "", status: str = "") -> dict[str, Any]:
    return {
        "part": part,
        "day": pd.Timestamp(day),
        "value": value,
        "upper": math.nan,
        "text": plain(text),
        "role": role(status),
        "say": "",
    }


def _values(check_ins: Sequence[Mapping[str, Any]]) -> dict[date, float]:
    """The value of each day that has one, in order; replaced ones and all but the last of a day are left out."""
    replaced = {row["replaces"] for row in check_ins if row["replaces"]}
    rows = sorted(check_ins, key=lambda row: (row["as_of"], row["entered_at"], row["id"]))
    return {row["as_of"]: row["value"] for row in rows if row["value"] is not None and row["id"] not in replaced}


def _points(values: Mapping[date, float], unit: str, status: Mapping[date, str]) -> list[dict[str, Any]]:
    rows = []
    for when, value in values.items():
        said = f"{show.day(when)}: {show.number(value, plain(unit))}"
        rows.append(_row("actual", when, value, status=status.get(when, "on track")) | {"say": said})
    return rows


def _beside(when: Any, value: float, text: str, *, above: bool, right: bool = True) -> dict[str, Any]:
    """A label above or below a point, which it begins at or, towards the left, ends at."""
    return _row(f"{'above' if above else 'below'} {'right' if right else 'left'}", when, value, text)


def _way(key_result: Series[Any], history: DataFrame, values: Mapping[date, float], day: date) -> list[dict[str, Any]]:
    """`increase` and `decrease` on their way from baseline to target; of `baseline` just the values."""
    rows = _points(values, key_result["unit"], {})
    if key_result["kind"] == "baseline":  # a lone value means more against nothing
        edges = [_row("edge", key_result[end], 0.0) for end in ("start", "due")]
        return rows and rows + edges
    baseline, target = key_result["baseline"], key_result["target"]
    line = {row["day"]: baseline + row["expected"] * (target - baseline) for row in history.to_dict("records")}
    rows += [_row("expected", when, value) for when, value in line.items()]
    rows += [_row("target", when, target) for when in (key_result["start"], key_result["due"])]
    rows.append(_row("right", key_result["due"], target, f"Target {show.number(target)}"))
    end = list(line.values())[-1]
    if not math.isclose(end, target):
        rows.append(_row("right", key_result["due"], end, f"Met at {show.number(round(end, 2))}"))
    today = pd.Timestamp(min(max(day, key_result["start"].date()), key_result["due"].date()))
    ahead = True
    if values:
        when, value = list(values.items())[-1]
        ahead = value >= line[today]
        rows.append(_beside(when, value, f"Now {show.number(value)}", above=ahead))
    # On the side from which the line leads away.
    right = ahead == (target > baseline)
    text = f"Expected {show.number(_short(line[today]))}"
    rows.append(_beside(today, line[today], text, above=not ahead, right=right))
    rows.append(_row("today", today, line[today]))
    return rows


def _short(value: float) -> float:
    """Rounded to three digits that count, as no plan is more exact."""
    return value if value == 0 else round(value, max(0, 2 - math.floor(math.log10(abs(value)))))


def _guardrail(key_result: Series[Any], values: Mapping[date, float]) -> list[dict[str, Any]]:
    """The values, and the band within which they are to be kept; an open side reaches to the edge."""
    if not values:
        return []
    lower, upper = key_result["lower"], key_result["upper"]
    stated = [bound for bound in (lower, upper) if not show.blank(bound)]
    reach = [*values.values(), *stated]
    margin = (max(reach) - min(reach)) * 0.25 or abs(reach[0]) * 0.1 or 1.0
    low, high = min(reach) - margin, max(reach) + margin
    low = max(low, 0.0) if min(reach) >= 0 else low
    inside = {w: "kept" if not (v < lower) and not (v > upper) else "broken" for w, v in values.items()}
    rows = _points(values, key_result["unit"], inside)
    start, due = key_result["start"], key_result["due"]
    rows += [_row("edge", start, low), _row("edge", due, high)]
    bottom, top = (low if show.blank(lower) else lower), (high if show.blank(upper) else upper)
    rows += [_row("band", when, bottom) | {"upper": top} for when in (start, due)]
    rows += [_row("target", when, bound) for bound in stated for when in (start, due)]
    words = {"At least": lower, "At most": upper} if len(stated) == 1 else {"From": lower, "To": upper}
    rows += [_row("right", due, b, f"{w} {show.number(b)}") for w, b in words.items() if not show.blank(b)]
    when, value = list(values.items())[-1]
    rows.append(_beside(when, value, f"Now {show.number(value)}", above=True))
    return rows


def _ahead(
    key_result: Series[Any], values: Mapping[date, float], day: date, others: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The range in which it will probably end, which opens from the newest value today to the due day; with its label.

    `others` are the chart's other rows: the label keeps off theirs.
    """
    if show.blank(key_result["forecast"]) or not values:
        return []
    low, high, due = key_result["forecast_low"], key_result["forecast_high"], key_result["due"]
    value = list(values.values())[-1]
    rows = [
        _row("ahead", when, bottom) | {"upper": top} for when, bottom, top in ((day, value, value), (due, low, high))
    ]
    rows += [_row("edge", due, end) for end in (low, high)]
    reach = [row["value"] for row in (*others, *rows)]
    apart = (max(reach) - min(reach)) * 0.08
    taken = [row["value"] for row in others if row["part"] == "right"]
    middle = (low + high) / 2
    places = [middle, *(other + way for other in taken for way in (-apart, apart))]
    free = [place for place in places if all(abs(place - other) > apart * 0.99 for other in taken)]
    place = min(free or places, key=lambda place: abs(place - middle))
    ends = show.span(low, high)
    return [*rows, _row("right", due, place, f"Ends {ends}" if len(ends) < 12 else f"≈ {ends}")]


def _steps(history: DataFrame, day: date) -> list[dict[str, Any]]:
    """The stair of the steps that are done and the one that is expected."""
    stair = history.to_dict("records")
    done = [row for row in stair if row["day"] <= pd.Timestamp(day)]
    rows = [_row("expected", row["day"], row["expected"]) for row in stair]
    for row in done:
        said = f"{show.day(row['day'])}: {show.percent(row['progress'])} of the steps done"
        rows.append(_row("actual", row["day"], row["progress"], status="on track") | {"say": said})
    ends = stair[0]["day"], stair[-1]["day"]
    rows += [_row("target", when, 1.0) for when in ends]
    rows.append(_row("right", ends[1], 1.0, "All steps done"))
    if done:
        now = done[-1]
        ahead = now["progress"] >= now["expected"]
        rows.append(_beside(now["day"], now["progress"], f"Now {show.percent(now['progress'])}", above=ahead))
        text = f"Expected {show.percent(now['expected'])}"
        rows.append(_beside(now["day"], now["expected"], text, above=not ahead, right=ahead))
        rows.append(_row("today", now["day"], 0.0))
    return rows


def _over_time_words(key_result: Series[Any], values: Mapping[date, float], history: DataFrame, day: date) -> str:
    said = [f"{show.day(when)} {show.number(value, plain(key_result['unit']))}" for when, value in values.items()]
    words = [f"{plain(key_result['title'])}: {plain(show.stands(key_result))}, {key_result['status']}"]
    if key_result["kind"] in ("increase", "decrease", "milestone"):
        words.append(
            f"progress {show.percent(key_result['progress'])}, expected {show.percent(key_result['expected'])}"
        )
    if ahead := show.forecast(key_result):
        words.append(plain(ahead))
    if said:
        words.append(f"{len(said)} values: " + ", ".join(said[-6:]))
    return sentences("Over time.", words)


def _decimals(values: Series[Any]) -> int:
    """How many decimals an axis over these values needs."""
    reach = float(values.max() - values.min())
    return 0 if reach >= 4 or reach == 0 else min(4, 1 - math.floor(math.log10(reach)))
