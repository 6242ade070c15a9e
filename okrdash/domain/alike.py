"""What is written alike: the same key result twice, and the objectives that speak of the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from pandas import DataFrame
from rapidfuzz import fuzz, process

from okrdash.domain.arrays import Ints, column
from okrdash.domain.cells import folded

_WORD = re.compile(r"\w+")
_FILLERS = frozenset(
    [
        *("a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is"),
        *("it", "its", "of", "on", "or", "our", "per", "than", "that", "the", "to", "we", "with"),
    ]
)
"""Words that make no difference."""
_NEAR = 80
"""From here on (of 100) two texts are compared word by word, and two words are one, written or bent otherwise."""
_RAREST, _NEXT = 3, 10
"""By how many of its rarest words a text meets others, and how many of those that follow it there it is compared with:
so the work grows with the number of texts, not with its square."""


def words_of(text: str) -> list[str]:
    """The words of a text that make a difference, numbers among them, in small letters and in its order."""
    return [word for word in _WORD.findall(folded(text)) if word not in _FILLERS]


def written_twice(key_results: DataFrame) -> dict[str, str]:
    """Key results that say what an earlier one says: by its id that of the first, in the order of the frame.

    Two are the same where they belong to one cycle, name the same numbers, the same unit and the same target (as far as
    both state one), and neither has a word that the other lacks in any form: one may say more than the other.
    `key_results` has the columns of `Board.key_results`.
    """
    texts = [words_of(title) for title in key_results["title"]]
    first, again = _candidates(texts, key_results["cycle"].tolist())
    target, unit = column(key_results, "target"), [folded(unit) for unit in key_results["unit"]]
    with np.errstate(invalid="ignore"):
        apart = np.abs(target[first] - target[again]) > 1e-9 * np.maximum(np.abs(target[first]), 1)
    first, again = first[~apart], again[~apart]
    sorted_texts = [" ".join(sorted(words)) for words in texts]
    alike = process.cpdist(
        [sorted_texts[n] for n in first], [sorted_texts[n] for n in again], scorer=fuzz.ratio, score_cutoff=_NEAR
    )
    head = list(range(len(texts)))
    for one, other in zip(first[alike > 0], again[alike > 0], strict=True):
        same_unit = unit[one] == unit[other] or not (unit[one] and unit[other])
        if same_unit and _same(texts[one], texts[other]):
            a, b = _head(head, int(one)), _head(head, int(other))
            head[max(a, b)] = min(a, b)
    names = key_results.index
    return {str(names[n]): str(names[_head(head, n)]) for n in range(len(texts)) if _head(head, n) != n}


def likeness(text: str, others: Sequence[str]) -> list[float]:
    """How much each of the others speaks of the same as a text, 0…1, whatever the order and the length."""
    wanted = " ".join(words_of(text))
    if not wanted or not others:
        return [0.0] * len(others)
    spoken = [" ".join(words_of(other)) for other in others]
    found = process.cdist([wanted], spoken, scorer=fuzz.token_set_ratio)[0]
    return [float(score) / 100 for score in found]


def _candidates(texts: Sequence[Sequence[str]], cycles: Sequence[str]) -> tuple[Ints, Ints]:
    """Pairs of positions, the smaller first, that can be the same: of one cycle, with the same numbers and rare words.

    In the order of the first.
    """
    often = Counter(word for words in texts for word in set(words))
    groups: dict[tuple[str, tuple[str, ...], str], list[tuple[str, int]]] = {}
    for n, words in enumerate(texts):
        numbers = tuple(sorted(word for word in words if word[0].isdigit()))
        said = sorted({word for word in words if not word[0].isdigit()}, key=lambda word: (often[word], word))
        for word in said[:_RAREST]:
            groups.setdefault((cycles[n], numbers, word), []).append((" ".join(said), n))
    group = np.repeat(np.arange(len(groups)), [len(members) for members in groups.values()])
    at = np.array([n for members in groups.values() for _, n in sorted(members)], dtype=np.int64)
    pairs = [np.empty(0, dtype=np.int64)]
    for step in range(1, _NEXT + 1):
        together = group[step:] == group[:-step]
        one, other = at[:-step][together], at[step:][together]
        pairs.append(np.minimum(one, other) * len(texts) + np.maximum(one, other))
    found = np.unique(np.concatenate(pairs))
    return found // max(len(texts), 1), found % max(len(texts), 1)


def _same(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether one of them has no word that the other lacks in any form."""
    a, b = set(one), set(other)
    return not _lacking(a - b, b - a) or not _lacking(b - a, a - b)


def _lacking(words: Iterable[str], others: Iterable[str]) -> bool:
    """Whether for some of the words none of the others is near."""
    return any(process.extractOne(word, others, scorer=fuzz.ratio, score_cutoff=_NEAR) is None for word in words)


def _head(head: list[int], n: int) -> int:
    while head[n] != n:
        n = head[n]
    return n
