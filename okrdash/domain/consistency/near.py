"""The name that somebody probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Collection

_MOST = 2000
"""Among more names than this no guess is made: comparing with each would take longer than reading the file."""


def hint(name: str, names: Collection[str]) -> str:
    """`; did you mean …?` with the nearest of the names, or nothing when none is close."""
    if len(names) > _MOST:
        return ""
    by_fold = {known.casefold(): known for known in names}
    close = difflib.get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.7)
    return f"; did you mean {by_fold[close[0]]!r}?" if close else ""
