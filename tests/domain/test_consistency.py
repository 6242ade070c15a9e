"""Laying a bundle over what is known, and what contradicts itself then."""

from datetime import date, datetime

import pytest

from okrdash.domain.consistency.check import problems
from okrdash.domain.consistency.near import hint
from okrdash.domain.tables import TABLES
from okrdash.transfer.bundle import read_bundle_bytes
from okrdash.transfer.merge import adopt, merge

TODAY = date(2026, 11, 22)
OBJECTIVE = {"id": "O9", "cycle": "Q4", "team": "Sales", "title": "T"}
DEPENDENCY = {"id": "d", "key_result": "K1", "from_team": "Sales", "to_team": "Field", "need": "x"}
Q4 = {"start": date(2026, 10, 1), "end": date(2026, 12, 31)}


def row(table, **values):
    return TABLES[table].row(**values)


def key_result(name="K1", **values):
    return row(
        "key_results",
        **{"id": name, "objective": "O1", "title": name, "kind": "increase", "baseline": 0.0, "target": 10.0} | values,
    )


def known():
    """A small company that is in order."""
    return {
        "teams": [
            row("teams", team="Acme", kind="company"),
            row("teams", team="Sales", kind="function", parent="Acme"),
            row("teams", team="Field", kind="team", parent="Sales"),
        ],
        "people": [row("people", username="maya", name="Maya"), row("people", username="tom", name="Tom")],
        "cycles": [row("cycles", cycle="Q4", state="active", **Q4)],
        "objectives": [row("objectives", id=name, cycle="Q4", team="Sales", title=name) for name in ("O1", "O2", "O3")],
        "key_results": [key_result("K1"), key_result("K2", objective="O2")],
        "check_ins": [row("check_ins", id="c1", key_result="K1", as_of=TODAY, value=1.0)],
        "alignment": [row("alignment", child="O1", parent="O2", kind="contributes")],
    }


def check(rows, before=None):
    """The problems of new rows (by table) over the known company, each row in a file of its table."""
    new = {name: content for name, content in rows.items() if content}
    places = {
        (name, TABLES[name].key_of(item)): f"{name}.csv row {number}"
        for name, content in new.items()
        for number, item in enumerate(content, 2)
    }
    return [str(problem) for problem in problems(new, known() if before is None else before, places, TODAY)]


def only(rows, before=None):
    """The one problem of these rows."""
    (problem,) = check(rows, before)
    return problem


def test_a_company_in_order_has_no_problems():
    assert check(known(), before={}) == []
    assert check({}) == []
    assert check({}, before={}) == []


# References and names


@pytest.mark.parametrize(
    ("table", "values", "column", "message"),
    [
        ("teams", {"team": "West", "kind": "team", "parent": "Saels"}, "parent", "'Saels'; did you mean 'Sales'?"),
        ("memberships", {"person": "Maya", "team": "Sales"}, "person", "no person 'Maya'; did you mean 'maya'?"),
        ("objectives", {**OBJECTIVE, "cycle": "Q9"}, "cycle", "no cycle 'Q9'"),
        ("objectives", {**OBJECTIVE, "visible_to": "maya;eve"}, "visible_to", "no person 'eve'"),
        ("alignment", {"child": "K1", "parent": "O2"}, "child", "no objective 'K1'"),
        ("alignment", {"child": "O3", "parent": "zzz"}, "parent", "no objective or key result 'zzz'"),
        ("phases", {"key_result": "zzz", "date": TODAY, "value": 1.0}, "key_result", "no key result 'zzz'"),
        ("check_ins", {"id": "c", "key_result": "K1", "as_of": TODAY, "replaces": "z"}, "replaces", "no check-in 'z'"),
        ("comments", {"id": "m1", "about": "K1", "replies_to": "zzz"}, "replies_to", "no comment 'zzz'"),
    ],
)
def test_every_reference_exists(table, values, column, message):
    problem = only({table: [row(table, **values)]})
    assert problem.startswith(f"{table}.csv row 2, column {column}: there is")
    assert message in problem


def test_a_reference_to_a_row_with_a_problem_of_its_own_is_none():
    bundle = read_bundle_bytes("objectives.csv", b"id,cycle,team,title,state\nO9,Q4,Sales,T,wrong\n")
    new = {"key_results": [key_result("K9", objective="O9")]}
    assert problems(new, known(), bundle.places, TODAY) == []


def test_a_near_name_is_guessed_only_among_a_few():
    assert hint("Slaes", ["Sales", "Ops"]) == "; did you mean 'Sales'?"
    assert hint("Sales", [f"Sales{number}" for number in range(3000)]) == ""


def test_ids_of_objectives_and_key_results_share_one_namespace():
    assert only({"key_results": [key_result("O3")]}).startswith(
        "key_results.csv row 2, column id: 'O3' is the id of an objective too (objective O3 (known before))"
    )
    assert only({"objectives": [row("objectives", id="K1", cycle="Q4", team="Sales", title="T")]}).startswith(
        "objectives.csv row 2, column id: 'K1' is the id of a key result too (key result K1 (known before))"
    )


def test_names_that_are_joined_hold_no_semicolon():
    assert "teams.csv row 2, column team" in only({"teams": [row("teams", team="A;B", kind="team")]})
    steps = [row("milestones", key_result="K9", step="a;b")]
    assert "milestones.csv row 2, column step" in only(
        {"key_results": [key_result("K9", kind="milestone")], "milestones": steps}
    )


@pytest.mark.parametrize("username", ["Maya", "Console", "a;b"])
def test_a_username_is_nobody_elses(username):
    rows = {"people": [row("people", username=username, name="Other")]}
    assert "people.csv row 2, column username" in only(rows)


# Teams


def test_exactly_one_team_is_the_company():
    second = only({"teams": [row("teams", team="Other", kind="company")]})
    assert second.startswith("teams.csv row 2, column kind: 'Acme' is the company already")
    none = only({"teams": [row("teams", team="Sales", kind="function")]}, before={})
    assert none.startswith("teams.csv row 2, column kind: no team has the kind company")
    gone = only({"teams": [row("teams", team="Field", kind="team"), row("teams", team="Acme", kind="function")]})
    assert gone.startswith("teams.csv row 3, column kind: no team")


def test_parents_of_teams_go_up():
    assert "row 2, column parent: goes round in a circle: Sales → Mid → Sales" in only(
        {"teams": [
            row("teams", team="Sales", kind="function", parent="Mid"),
            row("teams", team="Mid", kind="function", parent="Sales"),
        ]}
    )  # fmt: skip
    assert "Field → Field" in only({"teams": [row("teams", team="Field", kind="team", parent="Field")]})
    assert "Sales → Mid → Sales" in only(
        {"teams": [
            row("teams", team="A", kind="team", parent="Sales"),
            row("teams", team="Mid", kind="function", parent="Sales"),
            row("teams", team="Sales", kind="function", parent="Mid"),
        ]}
    )  # fmt: skip


def test_a_function_stands_under_the_company_or_a_function():
    assert not check({"teams": [row("teams", team="Ops", kind="function", parent="Sales")]})
    assert "'Field' is a team, but the function 'Ops'" in only(
        {"teams": [row("teams", team="Ops", kind="function", parent="Field")]}
    )
    before = known()
    before["teams"].append(row("teams", team="Ops", kind="function", parent="Sales"))
    assert "row 2, column parent: 'Sales' is a team" in only(
        {"teams": [row("teams", team="Sales", kind="team", parent="Acme")]}, before
    )


def test_the_company_stands_above_all():
    assert "leave its parent blank" in check({"teams": [row("teams", team="Acme", kind="company", parent="Sales")]})[0]


# Values within a row


@pytest.mark.parametrize(
    ("table", "values", "column"),
    [
        ("teams", {"team": "Field", "kind": "team", "cadence_weeks": 3}, "cadence_weeks"),
        ("cycles", {"cycle": "Q9", "start": TODAY, "end": TODAY}, "end"),
        ("absences", {"person": "maya", "start": TODAY, "end": date(2026, 11, 21)}, "end"),
        ("dependencies", {**DEPENDENCY, "to_team": "Sales"}, "to_team"),
        ("objectives", {**OBJECTIVE, "score": 1.5}, "score"),
        ("links", {"key_result": "K1", "title": "T", "url": "javascript:alert(1)"}, "url"),
        ("settings", {"name": "wishes", "value": "1"}, "value"),
        ("settings", {"name": "due_weekday", "value": "8"}, "value"),
        ("check_ins", {"id": "c9", "key_result": "K1", "as_of": date(2026, 11, 23)}, "as_of"),
        ("check_ins", {"id": "c9", "key_result": "K1", "as_of": TODAY, "confidence": 11}, "confidence"),
        ("milestones", {"key_result": "K1", "step": "S", "weight": 0.0}, "weight"),
        ("phases", {"key_result": "K1", "date": date(2026, 11, 1), "value": 11.0}, "value"),
        ("phases", {"key_result": "K1", "date": date(2027, 11, 1), "value": 5.0}, "date"),
        ("key_results", {**key_result("K9"), "target": 0.0}, "target"),
        ("key_results", {**key_result("K9"), "due": date(2026, 10, 1)}, "due"),
        ("key_results", {**key_result("K9"), "weight": 1e6}, "weight"),
        ("key_results", {**key_result("K9"), "also": "O2;O1"}, "also"),
        ("alignment", {"child": "O3", "parent": "O3"}, "parent"),
    ],
)
def test_a_value_that_is_refused_is_named_by_file_row_and_column(table, values, column):
    assert only({table: [row(table, **values)]}).startswith(f"{table}.csv row 2, column {column}: ")


def test_a_promise_stands_in_a_key_result_of_who_provides_it():
    rows = {"dependencies": [row("dependencies", **DEPENDENCY)]}
    names = {"dependency": "d", "key_result": "K2"}
    assert not check(rows | {"commitments": [row("commitments", **names)]})
    for wrong, column in (({"key_result": "K1"}, "key_result"), ({"dependency": "e"}, "dependency")):
        problem = only(rows | {"commitments": [row("commitments", **names | wrong)]})
        assert problem.startswith(f"commitments.csv row 2, column {column}: ")


def test_what_is_at_its_limit_is_taken():
    assert not check(
        {
            "objectives": [row("objectives", **OBJECTIVE, score=1.0)],
            "dependencies": [row("dependencies", **DEPENDENCY)],
            "absences": [row("absences", person="maya", start=TODAY, end=TODAY)],
            "links": [row("links", key_result="K1", title="T", url="https://example.org/a")],
            "settings": [row("settings", name="due_weekday", value="7")],
            "phases": [row("phases", key_result="K1", date=date(2026, 11, 1), value=5.0)],
            "milestones": [row("milestones", key_result="K1", step="S")],
        }
    )


def test_settings_are_judged_with_those_that_are_known():
    before = known() | {"settings": [row("settings", name="at_risk_pace", value="0.9")]}
    assert "may not be above on_track_pace" in only(
        {"settings": [row("settings", name="on_track_pace", value="0.8")]}, before
    )


def test_each_phase_out_of_order_is_named_once():
    phases = [
        row("phases", key_result="K1", date=date(2026, 11, day), value=value)
        for day, value in ((1, 5.0), (8, 4.0), (15, 6.0))
    ]
    assert "phases.csv row 3, column value" in only({"phases": phases})


def test_a_cycle_that_moves_is_checked_with_the_phases_in_it():
    before = known() | {"phases": [row("phases", key_result="K1", date=date(2026, 10, 5), value=5.0)]}
    moved = row("cycles", cycle="Q4", state="active", start=date(2026, 11, 1), end=date(2026, 12, 31))
    assert only({"cycles": [moved]}, before).startswith("phases K1, 2026-10-05 (known before), column date")


# Check-ins and other records that are never changed


def test_a_known_check_in_with_other_content_is_a_problem():
    changed = row("check_ins", id="c1", key_result="K1", as_of=TODAY, value=2.0, note="x")
    assert only({"check_ins": [changed]}).startswith(
        "check_ins.csv row 2, column value: is known with another value, note; what was entered is never changed"
    )


def test_a_correction_is_of_the_same_key_result():
    assert "'c1' is a check-in of 'K1', not of 'K2'" in only(
        {"check_ins": [row("check_ins", id="c2", key_result="K2", as_of=TODAY, replaces="c1")]}
    )
    assert not check({"check_ins": [row("check_ins", id="c2", key_result="K1", as_of=TODAY, replaces="c1")]})


def test_corrections_do_not_replace_each_other_in_a_circle():
    rows = [
        row("check_ins", id=name, key_result="K1", as_of=TODAY, replaces=other)
        for name, other in (("a", "b"), ("b", "a"), ("c", "a"))
    ]
    assert [problem.rpartition(": ")[2] for problem in check({"check_ins": rows})] == ["a → b → a", "b → a → b"]
    assert "d → d" in only({"check_ins": [row("check_ins", id="d", key_result="K1", as_of=TODAY, replaces="d")]})


# Alignment


def edge(child, parent, kind="contributes"):
    return row("alignment", child=child, parent=parent, kind=kind)


def test_contributes_edges_close_no_loop_and_the_path_is_named():
    assert "goes round in a circle: O2 → O1 → O2" in only({"alignment": [edge("O2", "O1")]})
    found = check({"alignment": [edge("O2", "O3"), edge("O3", "O1")]})
    assert [problem.rpartition(": ")[2] for problem in found] == ["O2 → O3 → O1 → O2", "O3 → O1 → O2 → O3"]
    assert not check({"alignment": [edge("O2", "O1", "related")]})
    assert not check({"alignment": [edge("O1", "O3"), edge("O2", "O3")]})


def test_a_key_result_as_a_parent_stands_for_its_home():
    assert "'O1' is aligned to itself (the home of 'K1')" in only({"alignment": [edge("O1", "K1", "related")]})
    assert "O2 → O1 → O2" in only({"alignment": [edge("O2", "K1")]})


def test_a_key_result_that_moves_home_closes_no_loop():
    before = known()
    before["alignment"] = [edge("O1", "O2"), edge("O3", "K2")]
    assert not check({"key_results": [key_result("K2", objective="O1")]}, before)
    before["alignment"] = [edge("O1", "O2"), edge("O2", "K2")]
    before["key_results"][1]["objective"] = "O3"
    assert only({"key_results": [key_result("K2", objective="O1")]}, before).startswith(
        "key_results.csv row 2, column objective: goes round in a circle: O2 → O1 → O2"
    )


def test_problems_stand_in_the_order_of_the_file():
    rows = [key_result("K8", objective="zzz"), key_result("K9", target=0.0), key_result("K7", objective="yyy")]
    assert [problem.partition(",")[0] for problem in check({"key_results": rows})] == [
        f"key_results.csv row {number}" for number in (2, 3, 4)
    ]


# Laying a bundle over what is known


def csv(table, text):
    return read_bundle_bytes(f"{table}.csv", text.encode())


def test_columns_that_a_file_lacks_keep_their_value_in_known_rows():
    before = known()
    before["objectives"][0] |= {"why": "because", "state": "closed"}
    bundle = csv("objectives", "id,cycle,team,title,why\nO1,Q4,Sales,New,\nO2,Q4,Sales,O2,\nO9,Q4,Sales,T,w\n")
    merged = merge(bundle, before)
    assert merged == {
        "objectives": [
            row("objectives", id="O1", cycle="Q4", team="Sales", title="New", state="closed"),
            row("objectives", id="O9", cycle="Q4", team="Sales", title="T", why="w"),
        ]
    }


def test_the_same_again_changes_nothing():
    text = "key_result,as_of,value\nK1,2026-11-22,1\nK1,2026-11-22,1\n"
    first = merge(csv("check_ins", text), {})
    assert len(first["check_ins"]) == 2
    assert merge(csv("check_ins", text), first) == {}


def test_a_check_in_whose_file_does_not_say_when_keeps_when_it_was_entered():
    before = known()
    before["check_ins"][0]["entered_at"] = datetime(2026, 11, 22, 8, 30)
    assert merge(csv("check_ins", "id,key_result,as_of,value\nc1,K1,2026-11-22,1\n"), before) == {}


def test_a_blank_state_does_not_open_a_known_cycle_again():
    before = known()
    before["cycles"][0]["state"] = "closed"
    assert merge(csv("cycles", "cycle,start,end,state\nQ4,2026-10-01,2026-12-31,\n"), before) == {}


def test_the_company_of_a_document_is_the_known_one_whatever_its_name():
    bundle = read_bundle_bytes(
        "okrs.json",
        b'{"teams": [{"team": "Acme Inc", "kind": "company", "description": "d"},'
        b' {"team": "Ops", "kind": "function", "parent": "Acme Inc"}],'
        b' "objectives": [{"id": "O9", "cycle": "Q4", "team": "Acme Inc", "title": "T"}]}',
    )
    adopted = adopt(bundle, known())
    (warning,) = adopted.warnings
    assert str(warning) == "okrs.json, teams row 1, column team: 'Acme Inc' is taken as the company, 'Acme'"
    assert adopted.places["teams", ("Acme",)] == "okrs.json, teams row 1"
    merged = merge(adopted, known())
    assert [(team["team"], team["parent"]) for team in merged["teams"]] == [("Acme", ""), ("Ops", "Acme")]
    assert merged["objectives"][0]["team"] == "Acme"
    assert problems(merged, known(), adopted.places, TODAY) == []
    assert not bundle.warnings


def test_a_known_team_that_a_document_makes_the_company_is_no_other_name():
    bundle = csv("teams", "team,kind\nSales,company\n")
    assert not adopt(bundle, known()).warnings
    found = problems(merge(bundle, known()), known(), bundle.places, TODAY)
    assert str(found[0]).startswith("teams.csv row 2, column kind: 'Acme' is the company already")


def test_rows_that_become_the_same_by_the_company_s_name_are_a_problem():
    bundle = csv("teams", "team,kind\nAcme Inc,company\nAcme,team\n")
    (problem,) = adopt(bundle, known()).problems
    assert str(problem).startswith("teams.csv row 3: is Acme again, as teams.csv row 2 is, since 'Acme Inc' is 'Acme'")
    assert not bundle.problems


def test_events_are_taken_over_only_by_an_empty_database():
    bundle = csv("events", "revision,number,happened_at,action\n1,1,2026-11-22T08:30:00Z,import\n")
    assert adopt(bundle, {}, history=True) == bundle
    adopted = adopt(bundle, {})
    assert "events" not in adopted.rows
    assert adopted.warnings[0].where == "events"


# Who contributes

ASKED = {"id": "i", "about": "O1", "team": "Field"}


@pytest.mark.parametrize(
    ("values", "column", "message"),
    [
        ({"team": "Feild"}, "team", "no team 'Feild'; did you mean 'Field'?"),
        ({"about": "O9"}, "about", "no objective or key result 'O9'"),
        ({"team": "Acme"}, "team", "'Acme' is the whole company"),
        ({"team": "Sales"}, "team", "'Sales' invites itself"),
        ({"about": "K1", "team": "Sales"}, "team", "'Sales' invites itself"),
        ({"state": "answered"}, "answer", "is blank, but it is answered: name the objective that carries it"),
        ({"state": "answered", "answer": "O9"}, "answer", "no objective 'O9'"),
        ({"state": "declined", "answer": "O2", "reason": "No"}, "answer", "is 'O2', but it is declined"),
        ({"state": "declined"}, "reason", "is blank, but it is declined: say why"),
        ({"answered_on": TODAY}, "answered_on", "is 2026-11-22, but it is open"),
    ],
)
def test_an_invitation_is_what_its_state_says(values, column, message):
    found = only({"invitations": [row("invitations", **ASKED | values)]})
    assert f"invitations.csv row 2, column {column}" in found
    assert message in found


def test_an_invitation_waits_once_and_what_contributes_does_not_stand_alone():
    assert check({"invitations": [row("invitations", **ASKED)]}) == []
    again = only({"invitations": [row("invitations", **ASKED), row("invitations", **ASKED | {"id": "j"})]})
    assert "row 3, column team: 'Field' is invited to 'O1' already by 'i'" in again
    assert check({"stands_alone": [row("stands_alone", objective="O2", reason="Nothing above")]}) == []
    alone = only({"stands_alone": [row("stands_alone", objective="O1", reason="Nothing above")]})
    assert "column objective: 'O1' contributes to 'O2', so it does not stand alone" in alone
