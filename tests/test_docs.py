"""The README and docs/ say what the code does; `python -m tests.test_docs` renews their generated parts."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from okrdash import cli, config
from okrdash.domain import settings as organisation
from okrdash.domain.columns import Column
from okrdash.domain.tables import TABLES
from okrdash.ui import roles

ROOT = Path(__file__).parent.parent


def settings() -> str:
    """The variables of the environment."""
    rows = [
        f"| `{config.variable(f.name)}` | `{f.default}` | {f.metadata['says']} |".replace("``", "")
        for f in fields(config.Config)
    ]
    return "\n".join(["| variable | default | what it is |", "|---|---|---|", *rows])


def organisation_settings() -> str:
    """The settings that a company keeps in its database."""
    default = organisation.Settings()
    rows = [
        f"| `{name}` | `{organisation.text_of(name, default)}` | {says} |".replace("``", "")
        for name, says in organisation.DESCRIPTIONS.items()
    ]
    return "\n".join(["| setting | default | what it does |", "|---|---|---|", *rows])


def permissions() -> str:
    """Who may do what."""
    lines = [f"| {says} | {who} |" for says, who in roles.table()]
    return "\n".join(["| what | who |", "|---|---|", *lines])


def commands() -> str:
    """Each command with what it takes and does."""
    rows = [f"| `{usage}` | {says} |".replace("|--", "\\|--") for usage, says in _commands(cli.parser(), ())]
    return "\n".join(["| command | does |", "|---|---|", *rows])


def _commands(parser: argparse.ArgumentParser, words: tuple[str, ...]) -> list[tuple[str, str]]:
    below = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if below:
        return [found for name, one in below[0].choices.items() for found in _commands(one, (*words, name))]
    usage = " ".join(parser.format_usage().split()).removeprefix("usage: python -m okrdash ").replace(" [-h]", "")
    return [(usage, parser.description or "")]


def tables() -> str:
    """The bundle's tables and columns."""
    rows = [f"| `{t.name}` | {', '.join(map(_column, t.columns))} |" for t in TABLES.values()]
    return "\n".join(["| table | columns |", "|---|---|", *rows])


def _column(column: Column) -> str:
    name = f"**{column.name}**" if column.required else column.name
    choices = sorted(column.choices, key=lambda choice: choice != column.default)
    return f"{name} ({', '.join(choices)})" if choices else name


GENERATED: dict[tuple[str, str], Callable[[], str]] = {
    ("README.md", "permissions"): permissions,
    ("README.md", "settings"): settings,
    ("README.md", "organisation"): organisation_settings,
    ("README.md", "commands"): commands,
    ("docs/files.md", "tables"): tables,
}


def part(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {name} -->\n)(.*?)\n?(<!-- /{name} -->)", re.DOTALL)


@pytest.mark.parametrize(("file", "name"), GENERATED)
def test_what_is_documented_is_what_there_is(file: str, name: str) -> None:
    found = part(name).search((ROOT / file).read_text("utf-8"))
    assert found
    assert found[2] == GENERATED[file, name](), "run: python -m tests.test_docs"


@pytest.mark.parametrize("file", ["README.md", "docs/files.md", "docs/operators.md"])
def test_every_file_that_is_linked_is_there(file: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / file).read_text("utf-8"))
    assert [link for link in links if not ((ROOT / file).parent / link).exists()] == []


def test_every_make_target_that_is_named_is_there() -> None:
    named = set(re.findall(r"make ([a-z]+)", (ROOT / "README.md").read_text("utf-8")))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert named - targets == set()


def renew() -> None:
    """Writes the generated parts anew."""
    for (file, name), text in GENERATED.items():
        path = ROOT / file
        content = path.read_text("utf-8")
        path.write_text(part(name).sub(lambda m, t=text: f"{m[1]}{t()}\n{m[3]}", content), "utf-8")  # type: ignore[misc]


if __name__ == "__main__":
    renew()
