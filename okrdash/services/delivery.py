"""Sending one message, by e-mail or to the one webhook, through apprise; and saying what went wrong without secrets."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from okrdash import config

_VARIABLES = {"e-mail": "OKRDASH_MAIL", "chat": "OKRDASH_WEBHOOK"}
_LONGEST = 300
"""Letters of an error, and of a subject."""
_IN_CHAT = 1500
"""Letters of a text in the chat, where everybody scrolls by; who is called reads the rest in okrdash."""
_SHORTEST = 3
"""Letters of what is taken for a secret; shorter parts of an address would black out half of a sentence."""
_SIGNS = {"<": "‹", ">": "›", "[": "［", "]": "］", "`": "'", "*": "∗", "~": "∼", "@": "@\u2060", "://": ":\u2060//"}
"""What chats read as a call to somebody, a link, a picture, code or a format, and what stands there instead."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way on which people can be called, as it is set up in this process."""

    way: str
    """ "e-mail" or "chat"."""
    variable: str
    """What the operator sets for it."""
    says: str = ""
    """Where messages go, without secrets; "" where they go nowhere."""
    fault: str = ""
    """Why it cannot work as it is set up; "" where nothing is known against it."""


def channel(way: str) -> Channel:
    """How a way is set up."""
    if not _address(way):
        return Channel(way, _VARIABLES[way])
    service = _service(way)
    if service is None:
        return Channel(way, _VARIABLES[way], fault=_not_understood(way))
    return Channel(way, _VARIABLES[way], says=_says(way, service))


def deliver(way: str, *, name: str, email: str, subject: str, text: str, says: str, link: str, foot: str = "") -> str:
    """Sends a message to a person now; returns what went wrong, "" for nothing.

    `subject` and `text` hold what people typed: in a chat nothing in them calls, links, formats or shows a picture.
    `says` and `link` (or "") are what to do and where. In the chat the person is named; only mails have a `foot`.
    """
    if way == "e-mail" and (not email or re.search(r"[\s,;]", email)):
        return f"{email!r} is no e-mail address."
    service = _service(way, email)
    if service is None:
        return _not_understood(way)
    title, form, go = "", "text", f"{says}: {link}" if link else f"{says}."
    if way == "e-mail":
        title, body = one_line(subject), [_printable(text), go, foot]
    else:
        if service.resolve_format() == "markdown":
            form, go = "markdown", f"[{says}]({link})" if link else go
        short = text if len(text) <= _IN_CHAT else text[: _IN_CHAT - 1] + "…"
        body = [_harmless(f"{name}: {one_line(subject)}"), _harmless(short), go]
    sender = _library().Apprise(asset=service.asset)
    sender.add(service)
    joined = "\n\n".join(part for part in body if part)
    result = sender.notify(body=joined, title=title, body_format=form, log_level=logging.DEBUG)
    if result:
        return ""
    entries = [(entry.level, " ".join(str(entry.message).split())) for entry in result.logs()]
    told = [said for level, said in entries if level in ("WARNING", "ERROR")]
    told += [_cause(said) for _, said in entries if said.startswith("Socket Exception: ")]
    return _redacted(
        way, ": ".join(said.rstrip(".") for said in told) or "It was not taken, and no reason was given.", service
    )


def one_line(text: str) -> str:
    """A text in one line, as it goes into a subject or onto a console."""
    return _printable(" ".join(text.split()))[:_LONGEST]


def _library() -> Any:
    """Apprise. Loading it takes 0.4 s and 25 MB, which a process that calls nobody does not need.

    What it logs holds addresses with their secrets, so it is heard by `deliver` alone; urllib3, below it, by nobody.
    """
    import apprise

    for name in ("apprise", "urllib3"):
        logging.getLogger(name).propagate = False
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    return apprise


def _service(way: str, email: str = "") -> Any:
    """Apprise's sender for the address that is set up, to this person; None where the address is not understood."""
    apprise, address = _library(), _address(way)
    if way == "e-mail" and not address.lower().startswith(("mailto://", "mailtos://")):
        return None
    parts = apprise.plugins.url_to_dict(address, secure_logging=True)
    if parts is None:
        return None
    if way == "e-mail":
        parts |= {"targets": [email] if email else [], "cc": "", "bcc": ""}
        parts["headers"] = {**parts.get("headers", {}), "Auto-Submitted": "auto-generated"}
    # Messages show no pictures from another host.
    asset = apprise.AppriseAsset(app_id="okrdash", app_desc="okrdash", app_url="", image_url_mask="", image_url_logo="")
    return apprise.Apprise.instantiate(parts, asset=asset)


def _address(way: str) -> str:
    settings = config.load()
    return settings.mail if way == "e-mail" else settings.webhook


def _not_understood(way: str) -> str:
    example = "mailtos://user:password@smtp.example.com?from=okr@example.com" if way == "e-mail" else "slack://A/B/C"
    return f"{_VARIABLES[way]} is not understood; it is written like {example}. Mend it and start okrdash again."


def _says(way: str, service: Any) -> str:
    if way == "e-mail":
        return f"from {service.from_addr[1]} through {service.smtp_host}, port {service.port}"
    host = urlsplit(_address(way)).hostname or ""
    shown = host and f"//{host}" in f"{service.url(privacy=True).lower()}".replace("@", "//")
    return f"{service.service_name} at {host}" if shown else str(service.service_name)


def _cause(said: str) -> str:
    """What lies below a failed connection, without the layers around it: "Connection refused"."""
    known = re.search(r"\[Errno -?\d+\] ([\w ]+)", said)
    return known[1] if known else said.removeprefix("Socket Exception: ")


def _redacted(way: str, text: str, service: Any) -> str:
    """The text without any part of the address that is not told anyway."""
    rest = _address(way).partition("://")[2]
    names = {name for name, _ in parse_qsl(rest.partition("?")[2])}
    told = _says(way, service).replace(",", " ").split()
    parts = {part for found in re.split(r"[/:@?&=#]+", rest) for part in (found, unquote(found))}
    for part in sorted(parts - names - set(told), key=len, reverse=True):
        if len(part) >= _SHORTEST:
            text = text.replace(part, "****")
    return _printable(text)[:_LONGEST]


def _harmless(text: str) -> str:
    text = _printable(text)
    for sign, instead in _SIGNS.items():
        text = text.replace(sign, instead)
    return text


def _printable(text: str) -> str:
    """The text without signs that are not seen or turn the reading direction; lines stay."""
    return "".join(sign for sign in text if sign == "\n" or sign.isprintable())
