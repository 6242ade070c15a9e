"""The settings of one running okrdash: read once, from the environment; the one reader of os.environ."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from okrdash.domain.company_claims import Grant, grants_of
from okrdash.domain.errors import StoreError

ROOT = Path(__file__).resolve().parent.parent
"""Where app.py, pages/ and data/ lie."""
_LONGEST_DAYS = 400
"""Of a session; browsers keep no cookie longer."""
_CHOICES = {
    "passwords": ("on", "off"),
    "oidc_emails": ("verified", "trusted"),
    "new_people": ("member", "viewer", "refuse"),
}
"""Settings that are one of a few words."""


@dataclass(frozen=True, slots=True)
class Config:
    """What an operator sets. Each field is read from the variable `OKRDASH_<FIELD>`."""

    database: str = field(
        default="data/okrdash.duckdb",
        repr=False,
        metadata={
            "says": "path of the DuckDB file, a relative one seen from the project's folder; or, for several app"
            " servers, `postgresql://user:password@host/database`"
        },
    )
    backups: str = field(
        default="",
        metadata={
            "says": "the folder of the backups, a relative one seen from the project's folder; blank: `backups` beside"
            " the DuckDB file, `data/backups` where the database is PostgreSQL"
        },
    )
    backups_kept: str = field(
        default="14", metadata={"says": "how many backups of each kind are kept (daily, by hand, before an upgrade)"}
    )
    demo: str = field(
        default="",
        metadata={"says": "set by `serve --demo NAME` for the app it starts: offers one-click sign-in; loopback only"},
    )
    address: str = field(
        default="",
        metadata={"says": "where people open okrdash, `https://okr.example.com`; the links in messages begin with it"},
    )
    hosts: str = field(
        default="",
        metadata={
            "says": "the names under which okrdash answers, `okr.example.com, okr`; blank: the one in"
            " `OKRDASH_ADDRESS`, the address it listens on, and `localhost`"
        },
    )
    mail: str = field(
        default="",
        repr=False,
        metadata={
            "says": "the mail server, as [apprise](https://appriseit.com/services/email/) writes it:"
            " `mailtos://user:password@smtp.example.com?from=okr@example.com`; blank: no e-mail is sent"
        },
    )
    webhook: str = field(
        default="",
        repr=False,
        metadata={
            "says": "one chat channel or receiver, as [apprise](https://appriseit.com/services/) writes it:"
            " `slack://…`, `workflows://…` (Teams), `jsons://…`; blank: nothing is sent there"
        },
    )
    session_idle_days: str = field(
        default="7", metadata={"says": "days after which a session ends that nobody used; more than 0"}
    )
    session_days: str = field(
        default="30", metadata={"says": "days after which every session ends, however much it is used; up to 400"}
    )
    proxies: str = field(
        default="",
        metadata={
            "says": "the proxies in front of okrdash, `10.0.0.5, 10.1.0.0/16`: the address of who comes through one"
            " is what it writes into `X-Forwarded-For`; blank: nobody is believed about addresses"
        },
    )
    passwords: str = field(
        default="on",
        metadata={
            "says": "`off`: nobody signs in with a password of okrdash any more; wants company sign-in. The set-up of"
            " the first admin stays"
        },
    )
    oidc_metadata: str = field(
        default="",
        metadata={
            "says": "company sign-in by OpenID Connect: the provider's address that ends in"
            " `/.well-known/openid-configuration`; see [docs/company_sign_in.md](docs/company_sign_in.md)"
        },
    )
    oidc_client_id: str = field(default="", metadata={"says": "the name that the provider gave okrdash"})
    oidc_client_secret: str = field(
        default="", repr=False, metadata={"says": "the secret that the provider gave okrdash"}
    )
    oidc_scopes: str = field(
        default="openid email profile", metadata={"says": "what the provider is asked for; Okta wants `groups`, too"}
    )
    oidc_emails: str = field(
        default="verified",
        metadata={
            "says": "`verified`: an e-mail address counts that the provider says is verified; `trusted`: also where it"
            " says nothing about that, because only your own admins write addresses there"
        },
    )
    oidc_groups: str = field(
        default="",
        metadata={"says": "the claim that holds a person's groups, often `groups`; blank: groups do nothing"},
    )
    oidc_group_map: str = field(
        default="",
        metadata={
            "says": "what the groups give: `okr-admins=admin; sales=team Sales; sales-heads=lead Sales`; brought up to"
            " date at every company sign-in"
        },
    )
    new_people: str = field(
        default="member",
        metadata={
            "says": "what somebody becomes whom the company vouches for and okrdash does not know: `member`, `viewer`,"
            " or `refuse`"
        },
    )
    new_people_domains: str = field(
        default="",
        metadata={"says": "only who has an address in these is made a person: `example.com, example.de`; blank: any"},
    )
    company_hours: str = field(
        default="12",
        metadata={"says": "hours after which the company is asked again; who is disabled there is gone here by then"},
    )
    proxy_header: str = field(
        default="",
        metadata={
            "says": "company sign-in by a proxy: the header in which it names a person's e-mail address; believed from"
            " `OKRDASH_PROXIES` only. Read [docs/company_sign_in.md](docs/company_sign_in.md) first"
        },
    )

    @property
    def idle(self) -> timedelta:
        """After how long without use a session ends. Raises StoreError for what is no number of days."""
        return self._days("session_idle_days")

    @property
    def longest(self) -> timedelta:
        """After how long a session ends at the latest. Raises StoreError for what is no number of days."""
        return self._days("session_days")

    def _days(self, name: str) -> timedelta:
        text = str(getattr(self, name))
        try:
            days = float(text)
        except ValueError:
            days = 0.0
        if not 0 < days <= _LONGEST_DAYS:
            raise StoreError(f"{variable(name)} is {text!r}, but must be days, above 0 and up to {_LONGEST_DAYS}.")
        return timedelta(days=days)

    @property
    def networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The proxies that are believed. Raises StoreError for what is no address."""
        try:
            return tuple(ip_network(part.strip(), strict=False) for part in self.proxies.split(",") if part.strip())
        except ValueError as fault:
            raise StoreError(
                f"{variable('proxies')} is not understood: {fault}. Write it like 10.0.0.5, 10.1.0.0/16."
            ) from None

    @property
    def oidc(self) -> bool:
        """Whether people can sign in with the company's OpenID Connect; a demo company has none."""
        return bool(self.oidc_metadata) and not self.demo

    @property
    def company_sign_in(self) -> bool:
        """Whether the company says in some way who somebody is."""
        return self.oidc or (bool(self.proxy_header) and not self.demo)

    @property
    def company_time(self) -> timedelta:
        """How long the company's word holds. Raises StoreError for what is no number of hours."""
        try:
            hours = float(self.company_hours)
        except ValueError:
            hours = 0.0
        if not 0 < hours <= _LONGEST_DAYS * 24:
            raise StoreError(f"OKRDASH_COMPANY_HOURS is {self.company_hours!r}, but must be hours, above 0.")
        return timedelta(hours=hours)

    @property
    def grants(self) -> tuple[Grant, ...]:
        """What the company's groups give. Raises StoreError for what is not understood."""
        try:
            return grants_of(self.oidc_group_map)
        except ValueError as fault:
            raise StoreError(f"OKRDASH_OIDC_GROUP_MAP: {fault}") from None

    def lets_in(self, email: str) -> bool:
        """Whether somebody with this address may become a person by the company's word."""
        domains = {part.strip().lower().lstrip("@") for part in self.new_people_domains.split(",") if part.strip()}
        return not domains or email.rpartition("@")[2].lower() in domains

    def check_sessions(self) -> None:
        """Raises StoreError for a length of sessions or a proxy that is not understood."""
        _ = self.idle, self.longest, self.networks

    def check_company_sign_in(self) -> None:
        """Raises StoreError when its settings do not go together, or nobody could come in."""
        _ = self.company_time, self.grants
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise StoreError(f"{variable(name)} is {getattr(self, name)!r}, but must be {' or '.join(choices)}.")
        together = ("oidc_metadata", "oidc_client_id", "oidc_client_secret")
        if missing := [name for name in together if not getattr(self, name)]:
            if len(missing) < len(together):
                raise StoreError(f"Company sign-in also wants {' and '.join(map(variable, missing))}.")
        elif not self.address.startswith(("https://", "http://")):
            raise StoreError("Company sign-in also wants OKRDASH_ADDRESS, where people open okrdash.")
        if self.proxy_header and not self.networks:
            raise StoreError("OKRDASH_PROXY_HEADER also wants OKRDASH_PROXIES: from whom it is believed.")
        if self.proxy_header and os.environ.get("FORWARDED_ALLOW_IPS"):  # the web server would hide who asks
            raise StoreError("OKRDASH_PROXY_HEADER does not go with FORWARDED_ALLOW_IPS: use OKRDASH_PROXIES alone.")
        if self.passwords == "off" and not self.company_sign_in:
            raise StoreError("OKRDASH_PASSWORDS is off, but there is no company sign-in: nobody could come in.")

    @property
    def database_at(self) -> Path | str:
        """Where the company is kept: an absolute path, or the address of a PostgreSQL database; a demo has its file.

        Raises StoreError for the address of anything else.
        """
        if self.demo:
            return ROOT / f"data/demo-{self.demo}.duckdb"
        kind, is_address, _ = self.database.partition("://")
        if not is_address:
            return ROOT / self.database
        if kind not in ("postgresql", "postgres"):
            raise StoreError(f"OKRDASH_DATABASE begins with {kind}://, but must be a path or begin with postgresql://.")
        return self.database

    def backups_of(self, database: Path | str) -> Path:
        """The folder of the backups of a database, given as `database_at` has it."""
        if self.backups:
            return ROOT / self.backups
        return (database.parent if isinstance(database, Path) else ROOT / "data") / "backups"

    @property
    def kept(self) -> int:
        """How many backups of each kind are kept. Raises StoreError for what is no such number."""
        if not self.backups_kept.isascii() or not self.backups_kept.isdigit() or int(self.backups_kept) < 1:
            raise StoreError(f"OKRDASH_BACKUPS_KEPT is {self.backups_kept!r}, but must be a whole number from 1 on.")
        return int(self.backups_kept)

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways on which people can be called here: "e-mail", "chat"; a demo company calls nobody."""
        addresses = {"e-mail": self.mail, "chat": self.webhook}
        return () if self.demo else tuple(way for way, address in addresses.items() if address)


def variable(name: str) -> str:
    """The environment variable of a field."""
    return f"OKRDASH_{name.upper()}"


def mistyped() -> list[tuple[str, str]]:
    """Variables of the environment that are no setting but look like one, each with the one that is meant."""
    known = [variable(f.name) for f in fields(Config)]
    others = [name for name in os.environ if name.startswith("OKRDASH_") and name not in known]
    close = {name: get_close_matches(name, known, 1, 0.9) for name in sorted(others)}
    return [(name, found[0]) for name, found in close.items() if found]


def load(environment: Mapping[str, str] | None = None) -> Config:
    """The configuration that the environment states, defaults for the rest."""
    source = os.environ if environment is None else environment
    return Config(**{f.name: source[variable(f.name)] for f in fields(Config) if source.get(variable(f.name))})


def environment_of(config: Config) -> dict[str, str]:
    """The environment of this process with the configuration in it, for a process started with the same."""
    return {**os.environ, **{variable(f.name): str(getattr(config, f.name)) for f in fields(Config)}}
