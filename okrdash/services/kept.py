"""What was worked out of the database and is worth keeping: by what it depends on, the last few only."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """The last results of one computation, shared by all threads of this process.

    A key names all that a result depends on: the database, the revision, the day, who may see it. The lock is held
    while something is worked out, so that a crowd after a change waits for one computation and does not repeat it.
    """

    def __init__(self, most: int = 2) -> None:
        """`most` results are kept: two, so that who still looks at one moment and who at the next both find theirs."""
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

    def renew(self, key: tuple[Hashable, ...], make: Callable[[T | None], T]) -> T:
        """The same for keys that begin with a database and its revision: `make` is given what is kept of the newest
        earlier revision, all else alike; None where nothing is, or only of revision 0, after which the log may begin
        elsewhere.
        """
        with self._lock:
            return self.get(key, lambda: make(self._earlier(key)))

    def _earlier(self, key: tuple[Any, ...]) -> T | None:
        kept: list[Any] = list(self._found)
        earlier = [one for one in kept if one[:1] + one[2:] == key[:1] + key[2:] and 0 < one[1] < key[1]]
        return self._found[max(earlier, key=lambda one: int(one[1]))] if earlier else None

    def known(self, key: Hashable) -> T | None:
        """What is kept under the key, if anything is; does not wait for what is being worked out."""
        return self._found.get(key)
