"""The commands that look after people: add, list, disable, give a password, forget."""

from __future__ import annotations

import argparse
import getpass
import json
import sys

from okrdash.domain.errors import Invalid, Problem
from okrdash.services import anonymising, company, organisation, passwords, sign_in
from okrdash.services.people import CONSOLE


def add(options: argparse.Namespace) -> int:
    """Adds a person with a password."""
    if options.leads and not options.team:
        raise argparse.ArgumentError(None, "--leads goes with --team, which says of which team")
    company.open_own()
    teams = [row["team"] for row in organisation.listed(CONSOLE, "teams")]
    if options.team and options.team not in teams:  # asked first: nobody is added without the team
        raise Invalid(Problem("--team", f"there is no team {options.team!r}; there are: {', '.join(teams) or 'none'}"))
    password = _password(options)
    if problems := passwords.problems(password, options.username, options.name):
        raise Invalid(*problems)
    values = {"username": options.username, "name": options.name, "email": options.email, "role": options.role}
    organisation.add_person(CONSOLE, values)
    sign_in.set_password(CONSOLE, options.username, password)
    if options.team:
        organisation.set_membership(CONSOLE, options.username, options.team, leads=options.leads)
    print(f"{options.username} can sign in.")
    return 0


def show(options: argparse.Namespace) -> int:
    """Lists the people."""
    company.open_own()
    people = organisation.listed(CONSOLE, "people")
    if options.json:
        names = ("username", "name", "email", "role", "active")
        print(json.dumps([{name: row[name] for name in names} for row in people], ensure_ascii=False, indent=2))
    for row in people if not options.json else ():
        print(f"{row['username']:24} {row['role']:9} {'' if row['active'] else 'disabled ':9}{row['name']}")
    return 0


def disable(options: argparse.Namespace) -> int:
    """Takes a person's access away; what they did stays."""
    company.open_own()
    organisation.edit_person(CONSOLE, options.username, {"active": False})
    print(f"{options.username} is disabled.")
    return 0


def password(options: argparse.Namespace) -> int:
    """Gives a person another password."""
    company.open_own()
    sign_in.set_password(CONSOLE, options.username, _password(options))
    print(f"{options.username} has a new password and is signed out everywhere.")
    return 0


def anonymise(options: argparse.Namespace) -> int:
    """Forgets a disabled person for good: a pseudonym stands for them everywhere."""
    company.open_own()
    reached = anonymising.touched(CONSOLE, options.username)
    print(
        f"A pseudonym takes the place of {options.username}: in {reached.written} texts and check-ins, {reached.owned}"
        f" things that are theirs, {reached.events} changes. This cannot be taken back."
    )
    print("Type the username again: ", end="", flush=True)
    by = anonymising.anonymise(CONSOLE, options.username, sys.stdin.readline())
    print(f"{by} stands for them from now on.")
    return 0


def _password(options: argparse.Namespace) -> str:
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise Invalid("The two passwords differ.")
    return first
