"""The status words, and the lines by which one is found: the first line that applies."""

from __future__ import annotations

from typing import Any

import numpy as np

from okrdash.domain.arrays import Bools, Floats, Texts, near
from okrdash.domain.settings import Settings

STATUSES = (
    *("not started", "no value yet", "unknown", "off track", "at risk", "on track"),
    *("achieved", "to be scored", "met", "missed"),
)


def first(*lines: tuple[Any, Any], otherwise: Any) -> Texts:
    """For every row the word of the first line whose condition holds; words may be arrays."""
    return np.select(
        [np.asarray(condition, dtype=bool) for condition, _ in lines],
        [np.asarray(word, dtype=object) for _, word in lines],
        default=np.asarray(otherwise, dtype=object),
    ).astype(object)


def by_pace(pace: Floats, elapsed: Floats, settings: Settings) -> Texts:
    """Off track below the one pace, at risk below the other, else on track; on track in the first tenth or without."""
    judged = np.isfinite(pace) & (near(elapsed) > near(settings.early_share))
    rounded = near(pace)
    return first(
        (judged & (rounded < near(settings.at_risk_pace)), "off track"),
        (judged & (rounded < near(settings.on_track_pace)), "at risk"),
        otherwise="on track",
    )


def as_stated(confidence: Floats) -> Texts:
    """Off track for a confidence of 0…3, at risk for 4…6, on track from 7 or where none is stated."""
    return first((confidence <= 3, "off track"), (confidence <= 6, "at risk"), otherwise="on track")


def disagreement(words: Texts, pace: Floats, confidence: Floats, unmoved: Floats, settings: Settings) -> Texts:
    """Where the last stated confidence and the progress tell different stories, which ones; "" where they agree.

    Only while the key result runs. "confident but behind": 7 or more while off track or below the pace of off track;
    "doubtful but on track": 3 or less while on track; "confident but unmoved": 7 or more, the value being the same for
    four weeks or longer (`unmoved` is in days).
    """
    runs = np.isin(words, ["off track", "at risk", "on track", "unknown"])
    sure = runs & (confidence >= 7)
    return first(
        (sure & ((words == "off track") | (near(pace) < near(settings.at_risk_pace))), "confident but behind"),
        ((confidence <= 3) & (words == "on track"), "doubtful but on track"),
        (sure & (unmoved >= 28), "confident but unmoved"),
        otherwise="",
    )


def scored(score: Floats, bar: Floats) -> Texts:
    """Met where the score reaches the bar, else missed."""
    return first((near(score) >= near(bar), "met"), otherwise="missed")


def of_key_results(
    *,
    score: Floats,
    scorable: Bools,
    begun: Bools,
    over: Bools,
    progress: Floats,
    has_value: Bools,
    guardrail: Texts,
    pace: Floats,
    elapsed: Floats,
    bar: Floats,
    confidence: Floats,
    overdue: Bools,
    settings: Settings,
) -> tuple[Texts, Bools]:
    """The status of key results, and whether it is the owner's word (nothing is expected yet).

    `scorable`: the cycle's end has come; `begun`: the start has; `over`: the due day has passed; `guardrail`: kept,
    broken or "" without a value, None for a key result that is none.
    """
    is_guardrail = np.array([word is not None for word in guardrail], dtype=bool)
    stated = ~is_guardrail & ~np.isfinite(pace)
    status = first(
        (np.isfinite(score) & scorable, scored(score, bar)),
        (~begun, "not started"),
        (~is_guardrail & (near(progress) >= 1), "achieved"),
        (over, "to be scored"),
        (~has_value, "no value yet"),
        (guardrail == "broken", "off track"),
        (guardrail == "kept", "on track"),
        (stated, as_stated(confidence)),
        otherwise=by_pace(pace, elapsed, settings),
    )
    running = ~(np.isfinite(score) & scorable) & begun & ~(near(progress) >= 1) & ~over & has_value
    status = first(((status == "on track") & overdue, "unknown"), otherwise=status)
    return status, stated & running


def of_objectives(
    *,
    score: Floats,
    scorable: Bools,
    guardrails_kept: Bools,
    begun: Bools,
    over: Bools,
    has_value: Bools,
    achieved: Bools,
    pace: Floats,
    elapsed: Floats,
    bar: Floats,
    troubled: Bools,
    overdue_share: Floats,
    settings: Settings,
) -> Texts:
    """The status of objectives.

    `guardrails_kept`: every guardrail was kept on the cycle's last day; `has_value`: some part has a check-in;
    `achieved`: every part is; `troubled`: a key result is off track or a guardrail broken; `overdue_share`: of the
    weight of all key results. On track becomes at risk while troubled, else unknown while more than half is overdue.
    """
    status = first(
        (np.isfinite(score) & scorable, first((guardrails_kept, scored(score, bar)), otherwise="missed")),
        (~begun, "not started"),
        (~has_value, "no value yet"),
        (achieved, "achieved"),
        (over, "to be scored"),
        otherwise=by_pace(pace, elapsed, settings),
    )
    on_track = status == "on track"
    return first(
        (on_track & troubled, "at risk"), (on_track & (near(overdue_share) > 0.5), "unknown"), otherwise=status
    )
