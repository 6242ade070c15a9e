"""A trend in the size of a word: a picture within a line of Markdown, which costs no chart and no Tab stop."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date

from okrdash.ui import show
from okrdash.ui.text import md

_WIDTH, _HEIGHT, _EDGE = 96, 22, 3
_COLOUR = "#0E8FA6"
"""Seen on light and dark: 3.6:1 on either background."""
_LAST = 4
"""Values that the text in its place tells."""


def small_trend(values: Sequence[tuple[date, float]], unit: str) -> str:
    """Values over their days, the oldest first, as a Markdown image; "" for fewer than two."""
    if len(values) < 2:
        return ""
    days, numbers = [day.toordinal() for day, _ in values], [number for _, number in values]
    across = _scaled(days, _WIDTH)
    up = [_HEIGHT - y for y in _scaled(numbers, _HEIGHT)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, up, strict=True))
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}">'
        f'<polyline points="{points}" fill="none" stroke="{_COLOUR}" stroke-width="2"/>'
        f'<circle cx="{across[-1]:.1f}" cy="{up[-1]:.1f}" r="3" fill="{_COLOUR}"/></svg>'
    )
    told = " to ".join(show.number(number) for number in numbers[-_LAST:])
    encoded = base64.b64encode(picture.encode()).decode()
    return f"![{md(f'so far {told} {unit}'.strip())}](data:image/svg+xml;base64,{encoded})"


def _scaled(numbers: Sequence[float], length: int) -> list[float]:
    """The numbers from the lowest to the highest over a length, its edges left free; in the middle when all equal."""
    low, high, room = min(numbers), max(numbers), length - 2 * _EDGE
    if low == high:
        return [length / 2] * len(numbers)
    return [_EDGE + room * (number - low) / (high - low) for number in numbers]
