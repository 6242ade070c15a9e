"""What can go wrong in a way that a person can mend: every message names the fault and the mend."""

from __future__ import annotations

from dataclasses import dataclass


class OkrdashError(Exception):
    """Base of all faults that are told to a person; the text is the message shown."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in something that was typed or read from a file.

    `where` says the place in the reader's terms ("key_results.csv row 4, column target", or a field's name);
    `message` says what is wrong and how to mend it.
    """

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class Invalid(OkrdashError):
    """The input breaks a rule; `problems` lists every fault that was found, in reading order."""

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = tuple(p if isinstance(p, Problem) else Problem("", p) for p in problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class Forbidden(OkrdashError):
    """The actor may not do this."""


class SignedOut(Forbidden):
    """The actor's session has ended."""

    def __init__(self) -> None:
        super().__init__("You are signed out. Sign in again.")


class NotFound(OkrdashError):
    """What was asked for does not exist (any more), or the actor may not know that it does."""


class Conflict(OkrdashError):
    """Someone else changed the same thing since it was read; the message says what changed."""


class StoreError(OkrdashError):
    """The database cannot be used as it is: locked, newer, damaged, full."""
