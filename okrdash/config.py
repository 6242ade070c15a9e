"""The settings of one running okrdash: read once, from the environment; the one reader of os.environ."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from okrdash.domain.errors import StoreError

ROOT = Path(__file__).resolve().parent.parent
"""Where app.py, pages/ and data/ lie."""


@dataclass(frozen=True, slots=True)
class Config:
    """What an operator sets. Each field is read from the variable `OKRDASH_<FIELD>`."""

    database: str = field(
        default="data/okrdash.duckdb",
        metadata={"says": "path of the DuckDB file; a relative one is seen from the project's folder"},
    )
    demo: str = field(
        default="",
        metadata={"says": "set by `serve --demo NAME` for the app it starts: offers one-click sign-in; loopback only"},
    )
    address: str = field(
        default="",
        metadata={"says": "where people open okrdash, `https://okr.example.com`; the links in messages begin with it"},
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

    @property
    def database_path(self) -> Path:
        """The database file, absolute: a demo company has one of its own.

        Raises StoreError for an address of a database server: there is no such store.
        """
        if "://" in self.database:
            raise StoreError(f"OKRDASH_DATABASE is {self.database!r}, but must be the path of a DuckDB file.")
        return ROOT / (f"data/demo-{self.demo}.duckdb" if self.demo else self.database)

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways on which people can be called here: "e-mail", "chat"; a demo company calls nobody."""
        addresses = {"e-mail": self.mail, "chat": self.webhook}
        return () if self.demo else tuple(way for way, address in addresses.items() if address)


def variable(name: str) -> str:
    """The environment variable of a field."""
    return f"OKRDASH_{name.upper()}"


def load(environment: Mapping[str, str] | None = None) -> Config:
    """The configuration that the environment states, defaults for the rest."""
    source = os.environ if environment is None else environment
    return Config(**{f.name: source[variable(f.name)] for f in fields(Config) if source.get(variable(f.name))})


def environment_of(config: Config) -> dict[str, str]:
    """The environment of this process with the configuration in it, for a process started with the same."""
    return {**os.environ, **{variable(f.name): str(getattr(config, f.name)) for f in fields(Config)}}
