"""What the company says of a person, as data: who that is here, what their groups give, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from okrdash import config
from okrdash.domain.company_claims import (
    grants_of,
    groups_in,
    memberships_after,
    name_in,
    role_after,
    username_from,
    verified_email,
)
from okrdash.domain.errors import Forbidden, Invalid, StoreError
from okrdash.domain.tables import TABLES
from okrdash.services import organisation, sessions, sign_in
from okrdash.services.company_sign_in import Refused, arrive, vouched
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store
from okrdash.store.transaction import Event

MIA = {"email": "mia@acme.example", "email_verified": True, "name": "Mia M."}
NEW = {"email": "Zoë.New+okr@acme.example", "email_verified": True, "name": "Zoë  New"}
MAP = "okr-admins=admin; okr-read=viewer; web=team Web; web-heads=lead Web; growth-heads=lead Growth"


@pytest.fixture(autouse=True)
def company_sign_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A company whose provider is asked, and in which Mia and Ada have addresses."""
    for name, value in {
        "OIDC_METADATA": "https://id.example/x",
        "OIDC_GROUPS": "groups",
        "OIDC_GROUP_MAP": MAP,
    }.items():
        monkeypatch.setenv(f"OKRDASH_{name}", value)
    organisation.edit_person(CONSOLE, "mia", {"email": "Mia@ACME.example"})
    organisation.edit_person(CONSOLE, "ada", {"email": "ada@acme.example"})


def row(store: Store, username: str) -> dict[str, Any]:
    with store.read() as reader:
        person = reader.get("people", username)
        assert person is not None
        return person


def teams(store: Store, username: str) -> dict[str, bool]:
    with store.read() as reader:
        return {m["team"]: m["leads"] for m in reader.table("memberships", "person = $1", username)}


@pytest.mark.parametrize(
    ("claims", "trusted", "email"),
    [
        ({"email": "Mia@Acme.example", "email_verified": True}, False, "mia@acme.example"),
        ({"email": "mia@acme.example", "email_verified": "true"}, False, "mia@acme.example"),
        ({"email": "mia@acme.example"}, False, ""),
        ({"email": "mia@acme.example"}, True, "mia@acme.example"),
        ({"email": "mia@acme.example", "email_verified": False}, True, ""),
        ({"email": "mia@acme.example", "xms_edov": "1"}, False, "mia@acme.example"),
        ({"email": "mia@acme.example", "xms_edov": False}, True, ""),
        ({"email": "\N{KELVIN SIGN}im@acme.example"}, True, "\N{KELVIN SIGN}im@acme.example"),  # not kim's
        ({"email": "mia"}, True, ""),
        ({"email": "mia\x00@acme.example"}, True, ""),
        ({"email": f"{'m' * 250}@acme.example"}, True, ""),
        ({"email": ["mia@acme.example"]}, True, ""),
        ({"preferred_username": "mia@acme.example", "email_verified": True}, True, ""),
    ],
)
def test_an_address_counts_where_the_provider_vouches_for_it(claims: Any, trusted: bool, email: str) -> None:
    assert verified_email(claims, trusted=trusted) == email


def test_a_person_is_called_by_the_claims() -> None:
    claims = [
        {"name": " Zoë  N. "},
        {"given_name": "Zoë", "family_name": "N."},
        {"name": 7, "email": "zoe@acme.example"},
    ]
    assert [name_in(one) for one in claims] == ["Zoë N.", "Zoë N.", "zoe"]


def test_a_username_is_made_of_the_address() -> None:
    taken = {"mia", "mia2"}.__contains__
    emails = ["Mia@x.example", "zoë.new+okr@x.example", "_@x.example"]
    assert [username_from(email, taken) for email in emails] == ["mia3", "zo.new", "person"]


@pytest.mark.parametrize(
    ("claims", "groups"),
    [
        ({"groups": ["a", "b", 7]}, {"a", "b"}),
        ({"groups": "a"}, {"a"}),
        ({}, set()),
        ({"_claim_names": {"groups": "src1"}}, None),
        ({"hasgroups": True}, None),
    ],
)
def test_groups_are_read_from_their_claim(claims: Any, groups: set[str] | None) -> None:
    assert groups_in(claims, "groups") == groups


@pytest.mark.parametrize(
    ("role", "groups", "after"),
    [
        ("member", set(), "member"),
        ("member", {"okr-admins", "okr-read"}, "admin"),
        ("member", {"okr-read"}, "viewer"),
        ("viewer", set(), "member"),  # a group gives it, so it is taken
        ("admin", {"okr-read"}, "viewer"),
        ("admin", set(), "member"),
        ("champion", set(), "champion"),  # no group gives it, so it stays
        ("champion", {"okr-read"}, "champion"),
        ("champion", {"okr-admins"}, "admin"),
    ],
)
def test_a_role_follows_from_groups(role: str, groups: set[str], after: str) -> None:
    assert role_after(role, grants_of(MAP), groups) == after
    assert role_after("viewer", grants_of(MAP), set(), plain="viewer") == "viewer"


@pytest.mark.parametrize(
    ("held", "groups", "after"),
    [
        ({"Sales": True}, set(), {"Sales": True}),  # no group gives anything there
        ({}, {"web"}, {"Web": False}),
        ({}, {"web", "web-heads"}, {"Web": True}),
        ({"Web": True}, {"web"}, {"Web": False}),
        ({"Web": True}, set(), {}),
        ({"Growth": True}, set(), {"Growth": False}),  # only its leads come by a group
        ({"Growth": False}, {"growth-heads"}, {"Growth": True}),
    ],
)
def test_teams_follow_from_groups(held: dict[str, bool], groups: set[str], after: dict[str, bool]) -> None:
    assert memberships_after(held, grants_of(MAP), groups) == after


def test_who_is_known_comes_in_for_some_hours(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = arrive(MIA | {"groups": ["web"]}, browser="Firefox", address="10.0.0.1")
    assert (actor.username, sessions.resume(session=actor.session)) == ("mia", actor)
    with store.write(None) as tx:
        tx.run("UPDATE sessions SET until = started_at WHERE session = $1", actor.session)
    assert sessions.resume(session=actor.session) is None
    assert sessions.ended_how(session=actor.session) == "ran out"
    sessions.end_session(actor)
    assert sessions.ended_how(session=actor.session) == "signed out"


def test_who_is_not_known_is_made_a_member_in_the_log(store: Store) -> None:
    assert arrive(NEW | {"groups": ["web"]}).username == arrive(NEW | {"groups": ["web"]}).username == "zo.new"
    made = {key: row(store, "zo.new")[key] for key in ("name", "email", "role")}
    assert made == {"name": "Zoë New", "email": "zoë.new+okr@acme.example", "role": "member"}
    assert teams(store, "zo.new") == {"Web": False}
    with store.read() as reader:
        events = reader.rows("SELECT DISTINCT revision, action FROM events WHERE actor = 'company sign-in'")
    assert [one["action"] for one in events] == ["company sign-in"]


def test_groups_change_role_and_teams_at_every_sign_in(store: Store) -> None:
    arrive(MIA | {"groups": ["okr-admins", "web-heads"]})
    assert (row(store, "mia")["role"], teams(store, "mia")) == ("admin", {"Web": True})
    arrive(MIA | {"hasgroups": True})  # too many to name: nothing is concluded
    assert (row(store, "mia")["role"], teams(store, "mia")) == ("admin", {"Web": True})
    arrive(MIA)
    assert (row(store, "mia")["role"], teams(store, "mia")) == ("member", {})


def test_the_last_admin_stays_one_and_an_unknown_team_is_named_in_the_log(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OKRDASH_OIDC_GROUP_MAP", "okr-admins=admin; x=team Nowhere")
    arrive({"email": "ada@acme.example", "email_verified": True, "groups": ["x"]})
    assert (row(store, "ada")["role"], teams(store, "ada")) == ("admin", {})
    assert "ada is the last admin" in caplog.text
    assert "'Nowhere'" in caplog.text


@pytest.mark.parametrize(
    ("claims", "settings", "why"),
    [
        ({"email": "mia@acme.example"}, {}, "unverified"),
        (NEW, {"NEW_PEOPLE": "refuse"}, "unknown"),
        (NEW, {"NEW_PEOPLE_DOMAINS": "example.com, example.de"}, "unknown"),
        ({"email": "leo@acme.example", "email_verified": True}, {}, "disabled"),
        ({"email": "two@acme.example", "email_verified": True}, {}, "twice"),
    ],
)
def test_who_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch, claims: dict[str, Any], settings: dict[str, str], why: str
) -> None:
    organisation.edit_person(CONSOLE, "leo", {"email": "leo@acme.example", "active": False})
    with store.write(Event("console", "import")) as tx:
        people = [TABLES["people"].row(username=u, name=u, email="Two@acme.example") for u in ("two", "too")]
        tx.insert("people", *people)
    for name, value in settings.items():
        monkeypatch.setenv(f"OKRDASH_{name}", value)
    with pytest.raises(Refused) as refused:
        arrive(claims)
    assert refused.value.why == why


def test_a_proxy_vouches_only_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused):
        vouched("mia@acme.example")
    monkeypatch.setenv("OKRDASH_PROXY_HEADER", "X-Forwarded-Email")
    actor = vouched("MIA@acme.example")
    assert actor is not None
    assert actor.username == "mia"
    assert vouched("mia@acme.example", now="mia") is None


def test_an_admin_whom_the_company_knows_needs_no_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not sign_in.set_up_needed()
    with pytest.raises(Invalid):
        organisation.edit_person(CONSOLE, "ada", {"email": ""})
    monkeypatch.delenv("OKRDASH_OIDC_METADATA")
    assert sign_in.set_up_needed()


def test_where_passwords_are_off_the_right_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in.set_password(CONSOLE, "mia", "correct horse battery staple")
    monkeypatch.setenv("OKRDASH_PASSWORDS", "off")
    with pytest.raises(Forbidden, match="company account"):
        sign_in.sign_in("mia", "correct horse battery staple")


WHOLE = {
    "oidc_metadata": "https://id.example/x",
    "oidc_client_id": "okrdash",
    "oidc_client_secret": "x",
    "address": "https://okr.example",
}


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"passwords": "off"}, "nobody could come in"),
        ({"oidc_metadata": "https://id.example/x"}, "OKRDASH_OIDC_CLIENT_ID"),
        (WHOLE | {"address": ""}, "OKRDASH_ADDRESS"),
        (WHOLE | {"company_hours": "0"}, "OKRDASH_COMPANY_HOURS"),
        (WHOLE | {"new_people": "admin"}, "OKRDASH_NEW_PEOPLE"),
        (WHOLE | {"oidc_group_map": "sales=boss"}, "'sales=boss'"),
        ({"proxy_header": "X-Forwarded-Email"}, "OKRDASH_PROXIES"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(settings: dict[str, str], named: str) -> None:
    config.Config(**WHOLE, passwords="off").check_company_sign_in()
    with pytest.raises(StoreError, match=named):
        config.Config(**settings).check_company_sign_in()
