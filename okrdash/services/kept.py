"""What was worked out of the database and is worth keeping: by what it depends on, the last few only."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """The last results of one computation, shared by all threads of this process.

    A key names all that a result depends on: the database, the revision, the day, who may see it. The lock is held
    while something is worked out, so that a crowd after a change waits for one computation and does not repeat it.
    """

    def __init__(self, most: int = 1) -> None:
        """`most` results are kept."""
        self._most = most
        self._lock = threading.RLock()
        self._found: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under the key, else what `make` gives."""
        with self._lock:
            if key not in self._found:
                self._found[key] = make()
                while len(self._found) > self._most:
                    self._found.popitem(last=False)
            self._found.move_to_end(key)
            return self._found[key]
