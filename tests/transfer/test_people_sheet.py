"""People in bulk: what a sheet adds, changes and leaves alone, and every problem with its row and column."""

from __future__ import annotations

import pytest

from okrdash.domain.errors import Invalid
from okrdash.services import organisation
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store
from okrdash.transfer.importing import carry_out
from okrdash.transfer.people_sheet import plan_people, sheet, template
from tests.conftest import SignedIn

HEAD = "username,name,email,role,team,leads,active\n"


def test_people_are_added_changed_and_put_into_teams_at_once(store: Store, signed_in: SignedIn) -> None:
    text = (
        HEAD
        + "nia,Nia New,nia@example.com,member,Web,yes,yes\n"
        + "nia,,,,Growth,,\n"  # a further team of the same person
        + "mia,Mia Married,,champion,Web,no,yes\n"
        + "vera,Vera Viewer,,viewer,,,yes\n"
    )
    plan = plan_people(signed_in("admin"), "people.csv", text.encode())
    assert plan.problems == []
    assert (plan.created["people"], plan.changed["people"], plan.unchanged["people"]) == (1, 1, 1)
    carry_out(signed_in("admin"), plan)
    people = {row["username"]: row for row in organisation.listed(CONSOLE, "people")}
    assert (people["nia"]["role"], people["mia"]["name"], people["mia"]["role"]) == (
        "member",
        "Mia Married",
        "champion",
    )
    members = {(r["person"], r["team"]): r["leads"] for r in organisation.listed(CONSOLE, "memberships")}
    assert (members["nia", "Web"], members["nia", "Growth"], members["leo", "Web"]) == (True, False, True)


def test_what_a_spreadsheet_pastes_is_read_and_a_column_left_out_stays(store: Store) -> None:
    plan = plan_people(CONSOLE, "pasted", b"Username\tName\tE-mail\nada\tAda Adams\tx\n")
    assert [str(warning) for warning in plan.warnings] == ["pasted row 1, column e-mail: is not known and was left out"]
    [row] = plan.rows["people"]
    assert (row["name"], row["role"], row["active"]) == ("Ada Adams", "admin", True)


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ("zoë,Zoe,,member,,,yes\n", ["row 2, column username: may hold letters"]),
        ("zoe,Zoe,zoe,member,,,yes\n", ["row 2, column email: is no e-mail address"]),
        ("zoe,Zoe,,boss,,,yes\n", ["row 2, column role: 'boss' is none of its choices"]),
        ("zoe,Zoe,,member,Wep,,yes\n", ["row 2, column team: there is no team 'Wep'"]),
        ("zoe,,,member,,maybe,yes\n", ["row 2, column name: is blank"]),
        ("MIA,Mia,,member,,,yes\n", ["row 2, column username: 'MIA' signs in as 'mia' does"]),
        ("zoe,Zoe,,member,Web,,yes\nzoe,Zoë,,,Growth,,\n", ["row 3, column name: is 'Zoë', but "]),
        ("zoe,Zoe,,member,Web,,yes\nzoe,Zoe,,,Web,yes,\n", ["row 3: is zoe, Web again"]),
        ("ada,Ada Admin,,member,,,yes\n", ["people.csv: leaves no active admin"]),
    ],
)
def test_every_problem_is_named_and_nothing_is_done(store: Store, rows: str, problems: list[str]) -> None:
    plan = plan_people(CONSOLE, "people.csv", (HEAD + rows).encode())
    assert len(plan.problems) == len(problems)
    assert all(says in str(problem) for says, problem in zip(problems, plan.problems, strict=True))
    with pytest.raises(Invalid):
        carry_out(CONSOLE, plan)


def test_what_is_no_sheet_is_told(store: Store) -> None:
    assert "UTF-8" in str(plan_people(CONSOLE, "people.csv", b"\xff\xfe").problems[0])
    assert "names no column" in str(plan_people(CONSOLE, "people.csv", b"a,b\n1,2\n").problems[0])


def test_the_list_as_it_is_changes_nothing(store: Store) -> None:
    organisation.edit_person(CONSOLE, "mia", {"name": "=Mia"})
    lists = (organisation.listed(CONSOLE, table) for table in ("people", "memberships"))
    plan = plan_people(CONSOLE, "people.csv", sheet(*lists))
    assert (plan.problems, plan.rows) == ([], {})
    assert plan_people(CONSOLE, "people.csv", template()).problems == []


def test_a_champion_adds_nobody(signed_in: SignedIn) -> None:
    plan = plan_people(signed_in("champion"), "people.csv", (HEAD + "nia,Nia,,member,,,yes\n").encode())
    with pytest.raises(Exception, match="only an admin may"):
        carry_out(signed_in("champion"), plan)
