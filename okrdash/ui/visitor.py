"""From where somebody looks at a tab: their address and their browser, as far as these can be known."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_address

import streamlit as st

from okrdash import config

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
"""What stands in a user agent, the first that does, and what that is called."""


def browser() -> str:
    """The browser in words, "Firefox on Windows"; "" if it does not say."""
    agent = st.context.headers.get("User-Agent")
    return in_words(agent) if isinstance(agent, str) else ""


def address() -> str:
    """The address of the browser; "" for this machine. Of proxies only those that the operator names are believed."""
    peer, forwarded = st.context.ip_address, st.context.headers.get_all("X-Forwarded-For")
    named = forwarded if isinstance(forwarded, list) else []
    return behind(peer if isinstance(peer, str) else "", ",".join(named), config.load().networks)


def in_words(agent: str) -> str:
    """What a user agent says, in words: "Firefox on Windows", "an iPhone", "" for nothing that is known."""
    names = [next((name for sign, name in known if sign in agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return " on ".join(name for name in names if name)


def behind(peer: str, forwarded: str, proxies: Collection[IPv4Network | IPv6Network]) -> str:
    """Who is behind the proxies that are believed: the last address of `X-Forwarded-For` that is none of them."""
    chain = [part.strip() for part in forwarded.split(",")]
    while chain and _is_address(chain[-1]) and _among(peer, proxies):
        peer = chain.pop()
    return peer


def _among(address: str, proxies: Collection[IPv4Network | IPv6Network]) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in proxies)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
