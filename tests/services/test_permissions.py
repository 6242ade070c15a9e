"""The table of permissions, as data: for every action and role, of what one may do it."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from importlib import import_module

import pytest

from okrdash import services
from okrdash.services.permissions import ANYTHING, PERMISSIONS, Person, Resource, can

MINE = Resource(owner="maya", teams=("Elsewhere",))
TEAMS = Resource(owner="lena", teams=("Growth",))
LED = Resource(owner="lena", teams=("Sales EMEA",))
OTHERS = Resource(owner="lena", teams=("Elsewhere",))
RESOURCES = {"mine": MINE, "team's": TEAMS, "led": LED, "others'": OTHERS, "the company": ANYTHING}

# action: for viewer, member, member who leads, champion, admin, the resources it may be done to
NOTHING: set[str] = set()
EVERYTHING = set(RESOURCES)
WORKING = {"mine", "team's"}
ALLOWED = {
    "read": (EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING),
    "comment": (EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING),
    "see confidential": (NOTHING, WORKING, WORKING | {"led"}, EVERYTHING, EVERYTHING),
    "check in": (NOTHING, WORKING, WORKING | {"led"}, EVERYTHING, EVERYTHING),
    "clear": ({"mine"}, {"mine"}, {"mine"}, EVERYTHING, EVERYTHING),
    "set absence": (NOTHING, {"mine"}, {"mine", "led"}, EVERYTHING, EVERYTHING),
    "claim": (NOTHING, WORKING, WORKING | {"led"}, EVERYTHING, EVERYTHING),
    "draft": (NOTHING, WORKING, WORKING | {"led"}, EVERYTHING, EVERYTHING),
    "decide": (NOTHING, NOTHING, {"led"}, EVERYTHING, EVERYTHING),
    "ask": (NOTHING, WORKING, WORKING | {"led"}, EVERYTHING, EVERYTHING),
    "answer": (NOTHING, NOTHING, {"led"}, EVERYTHING, EVERYTHING),
    "deliver": (NOTHING, WORKING, WORKING | {"led"}, EVERYTHING, EVERYTHING),
    "organise": (NOTHING, NOTHING, NOTHING, EVERYTHING, EVERYTHING),
    "import": (NOTHING, NOTHING, NOTHING, EVERYTHING, EVERYTHING),
    "read log": (NOTHING, NOTHING, NOTHING, EVERYTHING, EVERYTHING),
    "manage people": (NOTHING, NOTHING, NOTHING, NOTHING, EVERYTHING),
    "manage settings": (NOTHING, NOTHING, NOTHING, NOTHING, EVERYTHING),
}
PEOPLE = {
    "viewer": Person("maya", "Maya", "viewer", frozenset({"Growth"})),
    "member": Person("maya", "Maya", "member", frozenset({"Growth"})),
    "lead": Person("maya", "Maya", "member", frozenset({"Growth"}), frozenset({"Sales", "Sales EMEA"})),
    "champion": Person("maya", "Maya", "champion", frozenset({"Growth"})),
    "admin": Person("maya", "Maya", "admin", frozenset({"Growth"})),
}
CASES = [
    (action, role, resource, resource in allowed)
    for action, row in ALLOWED.items()
    for role, allowed in zip(PEOPLE, row, strict=True)
    for resource in RESOURCES
]


def test_the_table_names_every_action() -> None:
    assert ALLOWED.keys() == PERMISSIONS.keys()


@pytest.mark.parametrize(("action", "role", "resource", "allowed"), CASES)
def test_who_may_do_what(action: str, role: str, resource: str, allowed: bool) -> None:
    assert can(PEOPLE[role], action, RESOURCES[resource]) is allowed


def test_what_is_not_in_the_table_nobody_may() -> None:
    assert not can(PEOPLE["admin"], "delete everything", ANYTHING)


def test_a_role_that_does_not_exist_may_nothing() -> None:
    assert not can(Person("maya", "Maya", "root"), "read", ANYTHING)


def test_a_viewer_who_leads_still_only_reads() -> None:
    viewer = Person("maya", "Maya", "viewer", leads=frozenset({"Growth"}))
    assert not can(viewer, "decide", TEAMS)


def test_a_deputy_does_what_the_absent_owner_may() -> None:
    deputy = Person("noah", "Noah", "member", deputises=frozenset({"lena"}))
    assert can(deputy, "check in", OTHERS)


def test_who_is_named_sees_a_confidential_objective() -> None:
    named = Resource(owner="lena", teams=("Elsewhere",), named=("maya",))
    assert [can(PEOPLE["viewer"], "see confidential", named), can(PEOPLE["viewer"], "check in", named)] == [True, False]


INSIDE = ("company", "permissions", "people", "editing", "delivery", "dependency_rules", "passwords", "attempts")
"""Modules of what services share; they act for nobody."""
BEFORE = {
    "offer",
    "sign_in_as",
    "sign_in",
    "identify",
    "resume",
    "redeem",
    "start_session",
    "ended_how",
    "arrive",
    "vouched",
    "set_up",
    "set_up_needed",
    "setup_token",
    "sign_in_by_link",
    "whose",
    "forgotten",
    "sends_mail",
    "cookie_name",
    "token_in",
}
"""What happens before anybody is signed in, and cannot take an actor."""


def public_services() -> list[object]:
    """Every function that pages and commands can call."""
    found = []
    for info in pkgutil.iter_modules(services.__path__):
        if info.name in INSIDE:
            continue
        module = import_module(f"okrdash.services.{info.name}")
        names = {n.name for n in ast.parse(inspect.getsource(module)).body if isinstance(n, ast.FunctionDef)}
        found += [getattr(module, name) for name in sorted(names) if not name.startswith("_")]
    return found


@pytest.mark.parametrize("service", public_services(), ids=lambda f: f"{f.__module__.split('.')[-1]}.{f.__name__}")
def test_a_public_service_asks_for_whom_it_acts(service: object) -> None:
    first = next(iter(inspect.signature(service).parameters), "")  # type: ignore[arg-type]
    acts_within_another = first in ("tx", "reader", "person", "board", "rows")
    assert first == "actor" or acts_within_another or service.__name__ in BEFORE  # type: ignore[attr-defined]
