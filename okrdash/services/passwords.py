"""Passwords: which ones are taken, how they are kept, and whether one is right. Nobody is signed in here."""

from __future__ import annotations

import contextlib
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import bcrypt

from okrdash.domain.errors import OkrdashError, Problem
from okrdash.store.reader import Reader
from okrdash.store.store import utc_now
from okrdash.store.transaction import Writer

SHORTEST, LONGEST = 12, 72
"""Bytes of a password; bcrypt reads no more than 72."""
PATIENCE = 4.0
"""Seconds that a check waits for its turn, so that those who wait cannot pile up."""

_ROUNDS = 12
"""The cost of a hash, as a power of two: 0.2 s."""
_SLOTS = threading.BoundedSemaphore(2)
"""Passwords worked on at a time, so that guessing cannot take every core."""
_NOBODY = bcrypt.hashpw(secrets.token_bytes(16), bcrypt.gensalt(_ROUNDS)).decode()
"""What the password of an unknown name is checked against, so that it takes as long as a known one."""
_COMMON = frozenset(Path(__file__).with_name("common_passwords.txt").read_text("utf-8").split())
_EXTRA = 8
"""Digits and signs that make a word no better."""
_WORD, _FEW = 3, 4
"""Letters of the shortest part of a name that counts as a word; how many such words are no sentence."""


class BusyError(OkrdashError):
    """Too many passwords are worked on at this moment."""

    def __init__(self) -> None:
        super().__init__("Too many people are signing in at this moment. Try again in a few seconds.")


def problems(password: str, *names: str) -> list[Problem]:
    """What is wrong with a new password; `names` (of the person, of the company) are no good ones."""
    size = len(as_bytes(password))
    if not SHORTEST <= size <= LONGEST:
        return [Problem("password", f"has {size} bytes, but must have {SHORTEST} to {LONGEST}. A sentence is good.")]
    if _easy(password, names):
        return [
            Problem(
                "password",
                "is one of those that are guessed first: a common one, a pattern, or made of the names of you"
                " and the company. A sentence of your own is good.",
            )
        ]
    return []


def names_of(reader: Reader, username: str) -> tuple[str, ...]:
    """The names that are no good password for a person: their own and the company's."""
    person = reader.get("people", username) or {"name": "", "email": ""}
    companies = [row["team"] for row in reader.table("teams", "kind = 'company'")]
    return username, person["name"], person["email"].partition("@")[0], reader.settings().company, *companies


def hashed(password: str) -> str:
    """A password as it is kept. Raises BusyError."""
    with _turn():
        return bcrypt.hashpw(as_bytes(password), bcrypt.gensalt(_ROUNDS)).decode()


def right(password: str, kept: str | None) -> bool:
    """Whether it is the password that is kept; with None it is not, which takes as long. Raises BusyError."""
    typed = as_bytes(password)
    with _turn():
        same = bcrypt.checkpw(typed[:LONGEST], (kept or _NOBODY).encode())
    return same and kept is not None and len(typed) <= LONGEST


def kept_of(reader: Reader, username: str) -> str | None:
    """A person's password as it is kept; None if they have none."""
    row = reader.one("SELECT password_hash FROM credentials WHERE username = $1", username)
    return row["password_hash"] if row else None


def keep(tx: Writer, username: str, kept: str) -> None:
    """Within a transaction, gives a person a password, as `hashed` has it."""
    tx.run("DELETE FROM credentials WHERE username = $1", username)
    tx.run("INSERT INTO credentials VALUES ($1, $2, $3)", username, kept, utc_now())


def as_bytes(text: str) -> bytes:
    """Any text as bytes, halves of a surrogate pair too: what cannot be stored is still only a wrong guess."""
    return text.encode("utf-8", "surrogatepass")


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    if not _SLOTS.acquire(timeout=PATIENCE):
        raise BusyError
    try:
        yield
    finally:
        _SLOTS.release()


def _easy(password: str, names: Iterable[str]) -> bool:
    text = _folded(password)
    plain = "".join(sign for sign in text if sign.isalnum())
    if plain in _COMMON or re.fullmatch(r"(.{1,4}?)\1+.{0,3}", text, re.DOTALL):
        return True
    letters = "".join(sign for sign in text if sign.isalpha())
    own = {word for name in names for word in re.findall(r"[^\W\d_]+", _folded(name)) if len(word) >= _WORD}
    return len(text) - len(letters) <= _EXTRA and _made_of(letters, own | _COMMON)


def _made_of(letters: str, words: Iterable[str]) -> bool:
    """Whether the letters are one word after the other, and no more words than _FEW."""
    ends = {0}
    for _ in range(_FEW):
        ends = {end + len(word) for end in ends for word in words if letters.startswith(word, end)}
        if letters and len(letters) in ends:
            return True
    return False


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
