"""Which passwords are taken."""

from __future__ import annotations

import pytest

from okrdash.domain.errors import Invalid
from okrdash.services import passwords, sign_in
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store

NAMES = ("mia", "Mia Member", "m.member", "Acme Widgets")


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("eleven byte", "has 11 bytes, but must have 12 to 72"),
        ("x" * 73, "has 73 bytes"),
        ("ü" * 37, "has 74 bytes"),
        ("password1234", "guessed first"),
        ("P@ssw0rd1234", "guessed first"),
        ("Password-2026!", "guessed first"),
        ("welcome, welcome", "guessed first"),
        ("qwertyuiop123", "guessed first"),
        ("ｐａｓｓｗｏｒｄ1234", "guessed first"),
        ("mmmmmmmmmmmmmm", "guessed first"),
        ("k7!k7!k7!k7!k7", "guessed first"),
        ("Miamiamiamia", "guessed first"),
        ("mia.member.2026", "guessed first"),
        ("acmewidgetsacme", "guessed first"),
        ("correct horse battery staple", ""),
        ("member since the summer of 1987", ""),
        ("7301 8842 9916", ""),
        ("ЖжЖёлтый слон", ""),
        ("a" * 5 + "bcxz pouq", ""),
    ],
)
def test_what_is_wrong_with_a_password(password: str, wrong: str) -> None:
    problems = passwords.problems(password, *NAMES)
    assert [wrong in problem.message for problem in problems] == ([True] if wrong else [])


def test_a_persons_and_the_companys_names_are_no_passwords(store: Store) -> None:
    with pytest.raises(Invalid, match="guessed first"):
        sign_in.set_password(CONSOLE, "mia", "mia member acme")


def test_the_list_holds_what_it_can_find() -> None:
    assert [line for line in passwords._COMMON if passwords._folded(line) != line or not line.isalnum()] == []


def test_what_is_beyond_72_bytes_counts() -> None:
    kept = passwords.hashed("x" * 72)
    assert [passwords.right("x" * size, kept) for size in (71, 72, 73)] == [False, True, False]
