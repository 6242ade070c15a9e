"""What a username and an e-mail address may be."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]*", re.IGNORECASE | re.ASCII)


def username_fault(username: str) -> str:
    """What is wrong with a new username; "" for nothing."""
    if _USERNAME.fullmatch(username) and username.casefold() != "console":
        return ""
    return "may hold letters, digits and . _ @ - only, and not be 'console'."


def email_fault(email: str) -> str:
    """What is wrong with an e-mail address, "" for nothing; it may be blank."""
    if not email or _EMAIL.fullmatch(email):
        return ""
    return "is no e-mail address; write it like maya@example.com, or leave it blank."
