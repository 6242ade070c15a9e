"""What teams need of each other, step by step: who may do what when, whom it calls, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from okrdash.domain.errors import Conflict, Forbidden, Invalid, NotFound
from okrdash.services import company, dependencies, dependency_reads, key_results, objectives, reminders, undo
from okrdash.services.carrying import Carried
from okrdash.services.dependency_rules import KINDS, now_possible, seen
from okrdash.services.people import CONSOLE, Actor, allow
from okrdash.services.sessions import start_session
from okrdash.store.store import Store
from tests.conftest import SignedIn
from tests.services import small

SOON, LATER = small.ago(-10), small.ago(-20)
OLD = small.ago(9)
DAYS = {"need_by": SOON, "requested_on": small.ago(2)}
NEED = {"id": "d", "key_result": "K", "from_team": "Web", "to_team": "Data", "need": "A report", **DAYS}
STATES: dict[str, dict[str, Any]] = {
    "requested": {},
    "proposed": {"state": "requested", "answered_on": small.ago(1), "promised": LATER, "reason": "Busy"},
    "accepted": {"state": "accepted", "answered_on": small.ago(8), "promised": SOON},
    "declined": {"state": "declined", "answered_on": small.ago(1), "reason": "No"},
    "delivered": {"state": "delivered", "promised": SOON},
    "confirmed": {"state": "confirmed", "promised": SOON},
    "withdrawn": {"state": "withdrawn", "reason": "Not needed"},
}


@pytest.fixture(autouse=True)
def okrs(store: Store) -> None:
    """K of Web (mia's, led by leo, under fay's Growth) may need something of Data, which dora leads and dan is in.

    Data stands under Tech, which tess leads; below Data is Lake, without a lead.
    """
    small.quarter()
    small.add(
        teams=[
            {"team": "Tech", "kind": "function", "parent": "Acme"},
            {"team": "Data", "kind": "team", "parent": "Tech"},
            {"team": "Lake", "kind": "team", "parent": "Data"},
            {"team": "Gone", "kind": "team", "parent": "Tech", "active": False},
        ],
        people=[{"username": name, "name": name.title()} for name in ("dora", "dan", "tess")],
        memberships=[
            {"person": "dora", "team": "Data", "leads": True},
            {"person": "dan", "team": "Data"},
            {"person": "tess", "team": "Tech", "leads": True},
        ],
        objectives=[{"id": "T", "cycle": "Q", "team": "Data", "title": "Good figures", "owner": "dora"}],
        key_results=[
            {"id": "M", "objective": "T", "title": "Reports", "kind": "milestone", "owner": "dan"},
            {"id": "N", "objective": "T", "title": "Speed", "kind": "increase", "baseline": 0.0, "target": 9.0},
        ],
        milestones=[{"key_result": "M", "step": "Plan"}],
    )


def there(state: str = "requested", **said: Any) -> None:
    small.add(dependencies=[NEED | STATES[state] | said])


def for_each(states: Mapping[str, str]) -> None:
    """A dependency for each of these names, in the state given for it."""
    small.add(dependencies=[NEED | STATES[state] | {"id": name} for name, state in states.items()])


def as_(name: str) -> Actor:
    """A person who is signed in, by username."""
    return start_session(name)


def row(identifier: str = "d") -> dict[str, Any]:
    with company.company().read() as reader:
        return reader.get("dependencies", identifier) or {}


def possible(actor: Actor, identifier: str) -> frozenset[str]:
    """What the actor may do with it now."""
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        return now_possible(reader, person, seen(reader, person, identifier))


def called() -> list[str]:
    """Who was called, and for which step."""
    with company.company().read() as reader:
        rows = reader.rows(
            "SELECT username, subject FROM messages WHERE kind = 'dependency' ORDER BY made_at, username"
        )
    return [f"{row['username']}: {row['subject']}" for row in rows]


TAKE: dict[str, Callable[..., int]] = {
    "change": lambda a, d="d": dependencies.change(a, d, {"need": "Two reports"}),
    "accept": lambda a, d="d": dependencies.accept(a, d, SOON),
    "propose": lambda a, d="d": dependencies.propose(a, d, small.ago(-15), "Busy"),
    "agree": lambda a, d="d": dependencies.agree(a, d),
    "decline": lambda a, d="d": dependencies.decline(a, d, "Nobody is free"),
    "hand on": lambda a, d="d": dependencies.hand_on(a, d, "Lake"),
    "deliver": lambda a, d="d": dependencies.deliver(a, d),
    "confirm": lambda a, d="d": dependencies.confirm(a, d),
    "reopen": lambda a, d="d": dependencies.reopen(a, d, "Half is missing"),
    "withdraw": lambda a, d="d": dependencies.withdraw(a, d, "We made one"),
    "say": lambda a, d="d": dependencies.say(a, d, "may"),
}

ASKERS, PROVIDERS, LEADS = {"mia", "leo", "fay"}, {"dora", "dan", "tess"}, {"dora", "tess"}
ALWAYS = {"chris", "ada"}
MAY = {
    "change": ASKERS,
    "accept": LEADS,
    "propose": LEADS,
    "agree": ASKERS,
    "decline": LEADS,
    "hand on": LEADS,
    "deliver": PROVIDERS,
    "confirm": ASKERS,
    "reopen": ASKERS,
    "withdraw": ASKERS,
    "say": ASKERS | PROVIDERS,
}
BECOMES = {
    ("change", "requested"): "requested",
    ("change", "proposed"): "requested",
    ("change", "declined"): "requested",
    ("accept", "requested"): "accepted",
    ("accept", "proposed"): "accepted",
    ("propose", "requested"): "proposed",
    ("propose", "proposed"): "proposed",
    ("propose", "accepted"): "proposed",
    ("agree", "proposed"): "accepted",
    ("decline", "requested"): "declined",
    ("decline", "proposed"): "declined",
    ("hand on", "requested"): "requested",
    ("hand on", "proposed"): "requested",
    ("deliver", "accepted"): "delivered",
    ("confirm", "delivered"): "confirmed",
    ("reopen", "delivered"): "accepted",
    ("reopen", "confirmed"): "accepted",
    ("withdraw", "requested"): "withdrawn",
    ("withdraw", "proposed"): "withdrawn",
    ("withdraw", "accepted"): "withdrawn",
    ("say", "accepted"): "accepted",
}
"""What becomes of it by each step, in each state in which it can be taken; in no other it can."""


def test_every_step_is_in_the_tables() -> None:
    assert KINDS.keys() == TAKE.keys() == MAY.keys() == {step for step, _ in BECOMES}


FROM = dict(reversed(BECOMES))
"""The first state in which each step can be taken."""


def test_what_can_be_done_in_which_state_and_what_becomes_of_it() -> None:
    for_each({state: state for state in STATES})
    for state in STATES:
        assert possible(CONSOLE, state) == {step for step, before in BECOMES if before == state}
        for step, take in TAKE.items():
            if (step, state) not in BECOMES:
                with pytest.raises(Conflict):
                    take(CONSOLE, state)
                continue
            revision = take(CONSOLE, state)
            after = row(state)
            stands = "proposed" if after["state"] == "requested" and after["answered_on"] else after["state"]
            assert (step, stands) == (step, BECOMES[step, state])
            undo.undo(CONSOLE, revision)
            assert {name: row(state)[name] for name in STATES[state]} == STATES[state]


def test_who_may_take_which_step() -> None:
    for_each(FROM)
    people = {name: as_(name) for name in ("vera", *ASKERS, *PROVIDERS, *ALWAYS)}
    for step, state in FROM.items():
        may = {name for name, actor in people.items() if step in possible(actor, step)}
        assert (step, state, may) == (step, state, MAY[step] | ALWAYS)
        for name in sorted(people.keys() - may)[:2]:
            with pytest.raises(Forbidden):
                TAKE[step](people[name], step)
        assert TAKE[step](people[min(MAY[step])], step) > 0


TOLD = {
    "change": ["dora: Mia Member changed what Data is asked for"],
    "accept": [f"{who}: Dora promises it for {SOON.day} {SOON:%B %Y}" for who in ("leo", "mia")],
    "decline": [f"{who}: Dora declines what Web asked for" for who in ("leo", "mia")],
    "hand on": [f"{who}: Dora handed a request on to Lake" for who in ("leo", "mia")],
    "deliver": [f"{who}: Dora has delivered what Web asked for" for who in ("leo", "mia")],
    "withdraw": ["dora: Mia Member does not need it any more"],
    "reopen": ["dora: Mia Member says that it is not done yet"],
}


def test_each_step_calls_the_other_side_once_and_is_told_in_the_history() -> None:
    for_each(FROM)
    people, before = {name: as_(name) for name in ("mia", "dora")}, 0
    for step, told in TOLD.items():
        who = "mia" if "mia" in MAY[step] else "dora"
        TAKE[step](people[who], step)
        assert called()[before:] == told
        before += len(told)
        last = dependency_reads.dependency(people["mia"], step).steps[-1]
        assert (last.action, last.actor) == (step, who)


def ask(actor: Actor, **said: Any) -> str:
    values = {"key_result": "K", "to_team": "Data", "need": " A report ", "need_by": SOON} | said
    return dependencies.ask(actor, **values)


def test_what_is_asked_for_stands_and_calls_who_leads_the_team(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    identifier = ask(mia, request_key="one")
    assert ask(mia, request_key="one") == identifier
    found = dependency_reads.dependency(mia, identifier)
    names = ("from_team", "to_team", "need", "need_by", "requested_on", "state")
    assert [found.row[name] for name in names] == ["Web", "Data", "A report", SOON, small.TODAY, "requested"]
    assert (found.side, found.can, [one.action for one in found.steps]) == ("asker", {"change", "withdraw"}, ["ask"])
    assert called() == ["dora: Mia Member asks Data for something"]


WRONG_TO_ASK: list[tuple[dict[str, Any], str]] = [
    ({"to_team": "Web"}, "to_team"),
    ({"to_team": "Gone"}, "to_team"),
    ({"to_team": "None"}, "to_team"),
    ({"to_team": ""}, "to_team"),
    ({"need": "  "}, "need"),
    ({"need_by": None}, "need_by"),
    ({"need_by": small.ago(1)}, "need_by"),
    ({"need_by": small.ago(-51)}, "need_by"),
    ({"to_team": "Web", "need": "", "need_by": OLD}, "need need_by to_team"),
]


def test_what_cannot_be_asked_for_is_said_at_the_field(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    for said, where in WRONG_TO_ASK:
        with pytest.raises(Invalid) as fault:
            ask(mia, **said)
        assert (said, " ".join(sorted(problem.where for problem in fault.value.problems))) == (said, where)
    assert called() == []


def test_nothing_is_asked_for_what_is_not_pursued(signed_in: SignedIn) -> None:
    for state in ("dropped", "draft", "closed"):
        small.add(objectives=[{"id": "O", "cycle": "Q", "team": "Web", "title": "x", "owner": "mia", "state": state}])
        with pytest.raises(Invalid, match="must be active"):
            ask(signed_in("member"))


def test_who_may_ask(signed_in: SignedIn) -> None:
    for name in ("vera", "dan", "tess"):
        with pytest.raises(Forbidden):
            ask(as_(name))
    assert all(ask(as_(name)) for name in ("mia", "leo", "fay", "chris"))


WRONG: list[tuple[Callable[[Actor], int], str]] = [
    (lambda a: dependencies.accept(a, "d", None), "promised"),
    (lambda a: dependencies.accept(a, "d", small.ago(1)), "promised"),
    (lambda a: dependencies.propose(a, "d", SOON, " "), "reason"),
    (lambda a: dependencies.propose(a, "d", None, "Busy"), "promised"),
    (lambda a: dependencies.decline(a, "d", ""), "reason"),
    (lambda a: dependencies.withdraw(a, "d", ""), "reason"),
    (lambda a: dependencies.hand_on(a, "d", "Web"), "team"),
    (lambda a: dependencies.hand_on(a, "d", "Gone"), "team"),
    (lambda a: dependencies.hand_on(a, "d", ""), "team"),
    (lambda a: dependencies.change(a, "d", {"need_by": small.ago(1)}), "need_by"),
    (lambda a: dependencies.change(a, "d", {"state": "confirmed"}), "state"),
    (lambda a: dependencies.accept(a, "d", SOON, carried_by=Carried(objective="T")), "title"),
    (lambda a: dependencies.accept(a, "d", SOON, carried_by=Carried(title="x")), "objective"),
    (lambda a: dependencies.accept(a, "d", SOON, carried_by=Carried(title="x", objective="O")), "objective"),
    (lambda a: dependencies.accept(a, "d", SOON, carried_by=Carried(key_result="K")), "key_result"),
    (lambda a: dependencies.accept(a, "d", SOON, carried_by=Carried(step="x")), "key_result"),
    (lambda a: dependencies.accept(a, "d", SOON, carried_by=Carried(key_result="N", step="x")), "step"),
    (lambda a: dependencies.accept(a, "d", SOON, carried_by=Carried(key_result="M", step="x;y")), "step"),
]


def test_what_is_wrong_with_a_step_is_said_at_the_field() -> None:
    there()
    before = row()
    for number, (take, where) in enumerate(WRONG):
        with pytest.raises(Invalid) as fault:
            take(CONSOLE)
        assert (number, [problem.where for problem in fault.value.problems]) == (number, [where])
    assert row() == before


CARRIED: list[tuple[Carried, str | None, str]] = [
    (Carried(), None, ""),
    (Carried(key_result="N"), "N", ""),
    (Carried(key_result="M", step="plan"), "M", "plan"),
    (Carried(key_result="M", step="Write it"), "M", "Write it"),
    (Carried(objective="T", title="The report is there"), "", ""),
]


def test_in_what_a_promise_stands_and_that_it_can_be_taken_back() -> None:
    there()
    dora = as_("dora")

    def okrs() -> tuple[set[str], set[str]]:
        with company.company().read() as reader:
            titles = {row["title"] for row in reader.table("key_results", "objective = 'T'")}
            return titles, {row["step"].casefold() for row in reader.table("milestones")}

    before = okrs()
    for carried, key_result, step in CARRIED:
        revision = dependencies.accept(dora, "d", SOON, carried_by=carried)
        stands = dependency_reads.dependency(dora, "d").commitment
        assert (stands is None) == (key_result is None)
        if stands:
            assert (stands["key_result"], stands["step"]) == (key_result or stands["key_result"], step)
            titles, steps = okrs()
            assert stands["title"] in titles
            assert not step or step.casefold() in steps
            assert dependency_reads.of_key_result(dora, stands["key_result"]).owe["id"].tolist() == ["d"]
        undo.undo(dora, revision)
        assert (okrs(), dependency_reads.dependency(dora, "d").commitment) == (before, None)


@pytest.mark.parametrize("step", ["plan", "Write it"])
def test_the_step_in_which_a_promise_stands_is_done_while_it_counts_as_delivered(step: str) -> None:
    there()
    dora, leo = as_("dora"), as_("leo")

    def done() -> object:
        with company.company().read() as reader:
            rows = reader.table("milestones", "key_result = 'M'")
        return next(row["done_on"] for row in rows if row["step"].casefold() == step.casefold())

    dependencies.accept(dora, "d", SOON, carried_by=Carried(key_result="M", step=step))
    revision = dependencies.deliver(dora, "d")
    on = [done()]
    undo.undo(dora, revision)
    on.append(done())
    dependencies.deliver(dora, "d")
    dependencies.reopen(leo, "d", "Half of it")
    assert [*on, done()] == [small.TODAY, None, None]


def test_a_new_key_result_that_somebody_works_on_is_not_taken_back() -> None:
    there()
    dora = as_("dora")
    revision = dependencies.accept(dora, "d", SOON, carried_by=Carried(objective="T", title="The report"))
    carrier = (dependency_reads.dependency(dora, "d").commitment or {})["key_result"]
    small.add(check_ins=[{"id": "c", "key_result": carrier, "as_of": small.TODAY, "author": "dan", "note": "On it"}])
    with pytest.raises(Conflict, match="worked on"):
        undo.undo(dora, revision)
    assert row()["state"] == "accepted"


def test_of_two_who_answer_at_once_the_second_is_told_what_the_first_did() -> None:
    there()
    version = row()["version"]
    dependencies.accept(as_("dora"), "d", SOON, version=version, request_key="one")
    with pytest.raises(Conflict, match=f"Dora has promised it for {SOON.day} "):
        dependencies.decline(as_("tess"), "d", "No", version=version)
    assert dependencies.accept(as_("dora"), "d", SOON, version=version, request_key="one") > 0
    with pytest.raises(Conflict, match="Dora has promised"):
        dependencies.withdraw(as_("mia"), "d", "Late", version=version)
    assert row()["state"] == "accepted"


def test_a_step_on_which_another_built_is_not_taken_back() -> None:
    there()
    revision = dependencies.accept(as_("dora"), "d", SOON)
    dependencies.say(as_("mia"), "d", "may")
    with pytest.raises(Conflict, match="next step"):
        undo.undo(as_("dora"), revision)


def test_taking_back_takes_the_calls_back_and_tells_who_was_called_already() -> None:
    there()
    dora = as_("dora")
    undo.undo(dora, dependencies.accept(dora, "d", SOON))
    assert called() == []
    revision = dependencies.accept(dora, "d", SOON)
    with company.company().write(None) as tx:
        tx.run("UPDATE messages SET sent_at = made_at WHERE username = 'mia'")
    undo.undo(dora, revision)
    assert called()[1:] == ["mia: Dora took back what you were told last"]


def test_asking_again_forgets_the_day_that_was_proposed_and_begins_anew() -> None:
    there("proposed", requested_on=OLD)
    with pytest.raises(Invalid) as fault:
        dependencies.change(as_("mia"), "d", {})
    assert fault.value.problems[0].where == "reason"
    dependencies.change(as_("mia"), "d", {}, "We launch on that day")
    names = ("state", "answered_on", "promised", "requested_on", "reason")
    assert [row()[name] for name in names] == ["requested", None, None, small.TODAY, "We launch on that day"]


WORDS = [
    ("mia", "", "asker_says"),
    ("dan", "", "provider_says"),
    ("tess", "", "provider_says"),
    ("chris", "", "asker_says"),
    ("chris", "provider", "provider_says"),
    ("mia", "provider", None),
    ("dan", "asker", None),
]


def test_whose_word_it_is() -> None:
    for_each({str(n): "accepted" for n, _ in enumerate(WORDS)})
    for n, (name, side, column) in enumerate(WORDS):
        if column is None:
            with pytest.raises(Forbidden):
                dependencies.say(as_(name), str(n), "may", side=side)
        else:
            dependencies.say(as_(name), str(n), "may", side=side)
            assert {c: row(str(n))[c] for c in ("asker_says", "provider_says") if row(str(n))[c]} == {column: "may"}


def test_who_belongs_to_both_sides_speaks_for_the_asker_and_so_does_the_owner_of_what_carries_it() -> None:
    small.add(memberships=[{"person": "mia", "team": "Data"}], people=[{"username": "ole", "name": "Ole"}])
    there("accepted")
    dependencies.say(as_("mia"), "d", "may")
    assert (row()["asker_says"], row()["provider_says"]) == ("may", "")
    small.add(
        key_results=[{"id": "X", "objective": "T", "title": "Other", "kind": "milestone", "owner": "ole"}],
        commitments=[{"dependency": "d", "key_result": "X"}],
    )
    dependencies.say(as_("ole"), "d", "won't")
    assert row()["provider_says"] == "won't"
    assert called()[-2:] == [f"{who}: Ole says that it won't be there in time" for who in ("leo", "mia")]


def waits(name: str) -> dict[str, tuple[str, str]]:
    """What each dependency wants of somebody, and on which side."""
    rows = dependency_reads.waiting_for(as_(name))
    assert all(row(one)["version"] == version for one, version in zip(rows["id"], rows["version"], strict=True))
    return {one: (wants, side) for one, wants, side in zip(rows["id"], rows["wants"], rows["side"], strict=True)}


ANSWER, DECIDE, CONFIRM = ("answer", "provider"), ("decide", "asker"), ("confirm", "asker")
ESCALATED, ASKER, PROVIDER = ("escalated", ""), ("say", "asker"), ("say", "provider")
WAITS: list[tuple[str, dict[str, Any], dict[str, tuple[str, str]]]] = [
    ("requested", {}, {"dora": ANSWER}),
    ("requested", {"to_team": "Lake"}, {"dora": ANSWER}),
    ("requested", {"to_team": "Tech"}, {"tess": ANSWER}),
    ("requested", {"requested_on": OLD}, {"dora": ANSWER, **dict.fromkeys(("tess", "leo", "fay"), ESCALATED)}),
    ("proposed", {}, {"mia": DECIDE, "leo": DECIDE}),
    ("delivered", {}, {"mia": CONFIRM, "leo": CONFIRM}),
    ("accepted", {}, {"mia": ASKER, "dora": PROVIDER}),
    ("accepted", {"answered_on": small.TODAY}, {}),
    ("declined", {}, {}),
    ("confirmed", {}, {}),
]


def test_what_waits_for_whom() -> None:
    small.add(dependencies=[NEED | STATES[state] | said | {"id": str(n)} for n, (state, said, _) in enumerate(WAITS)])
    for name in ("vera", *ASKERS, *PROVIDERS, *ALWAYS):
        expected = {str(n): wants[name] for n, (_, _, wants) in enumerate(WAITS) if name in wants}
        assert (name, waits(name)) == (name, expected)


def test_a_word_is_due_every_week_and_the_same_word_again_counts() -> None:
    there("accepted", asker_says="will")
    assert waits("mia") == {"d": ASKER}
    revision = dependencies.say(as_("mia"), "d", "will")
    assert (revision > 0, waits("mia"), called()) == (True, {}, [])
    undo.undo(as_("mia"), revision)
    assert row()["asker_says"] == "will"


def test_who_stands_in_is_asked_and_may_answer() -> None:
    small.add(absences=[{"person": "dora", "start": small.ago(1), "end": small.ago(-9), "deputy": "dan"}])
    there()
    assert waits("dan") == {"d": ANSWER}
    assert dependencies.accept(as_("dan"), "d", SOON) > 0


def test_where_nobody_leads_the_champions_are_asked() -> None:
    small.add(memberships=[{"person": name, "team": team} for name, team in (("dora", "Data"), ("tess", "Tech"))])
    there()
    assert (waits("chris"), waits("dora")) == ({"d": ANSWER}, {})


def test_lists_of_a_team_hold_what_is_below_it() -> None:
    there()
    small.add(dependencies=[NEED | {"id": "e", "from_team": "Lake", "to_team": "Web", "key_result": "M"}])
    for team, owe, owed in (("Tech", ["d"], ["e"]), ("Web", ["e"], ["d"]), ("Lake", [], ["e"]), ("Acme", "de", "de")):
        sides = dependency_reads.of_team(as_("vera"), team)
        assert (sorted(sides.owe["id"]), sorted(sides.owed["id"])) == (sorted(owe), sorted(owed)), team


def test_a_ring_is_named_and_allowed() -> None:
    small.add(dependencies=[NEED | {"id": "e", "from_team": "Data", "to_team": "Web", "key_result": "M"}])
    identifier = ask(as_("mia"))
    assert dependency_reads.ring_of(as_("mia"), identifier) == ("Web", "Data")
    assert dependency_reads.dependency(as_("dora"), "e").ring == ("Data", "Web")
    dependencies.withdraw(as_("mia"), identifier, "We wait for you first")
    assert dependency_reads.dependency(as_("dora"), "e").ring == ()


def test_forms_are_offered_what_they_may_choose() -> None:
    there()
    assert dependency_reads.hands_on_to(as_("dora"), "d") == ["Tech", "Lake"]
    offered = dependency_reads.can_carry(as_("dora"), "d")
    assert [row["id"] for row in offered["objectives"]] == ["T"]
    assert [row["id"] for row in offered["key_results"]] == ["M", "N"]
    assert dependency_reads.can_carry(as_("mia"), "d") == {"objectives": [], "key_results": []}
    assert dependency_reads.proposed_providers(as_("mia"), "K", "data for a report")[0] == "Data"


# What is confidential


STEPS: dict[str, Callable[[Actor], Any]] = {
    **TAKE,
    "read": lambda a: dependency_reads.dependency(a, "d"),
    "ring": lambda a: dependency_reads.ring_of(a, "d"),
    "teams": lambda a: dependency_reads.hands_on_to(a, "d"),
    "carriers": lambda a: dependency_reads.can_carry(a, "d"),
}


def test_what_is_confidential_is_not_there_for_who_may_not_see_it() -> None:
    small.quarter(visibility="confidential")
    there(requested_on=OLD)
    for name, take in STEPS.items():
        with pytest.raises(NotFound):
            take(as_("dora"))
            pytest.fail(name)
    for name in ("dora", "vera"):
        actor = as_(name)
        lists = dependency_reads.of_team(actor, "Data"), dependency_reads.of_key_result(actor, "K")
        assert all(side.owe.empty and side.owed.empty for side in lists)
        assert dependency_reads.waiting_for(actor).empty
    assert dependency_reads.of_team(as_("mia"), "Web").owed["id"].tolist() == ["d"]


def test_nobody_is_called_about_what_they_may_not_see_and_a_message_tells_nothing_of_it() -> None:
    small.quarter(visibility="confidential")
    with pytest.raises(Invalid, match="Nobody who leads Data may see"):
        ask(as_("mia"))
    small.add(
        objectives=[
            {
                "id": "O",
                "cycle": "Q",
                "team": "Web",
                "title": "Be found",
                "owner": "mia",
                "visibility": "confidential",
                "visible_to": "dora",
            }
        ]
    )
    ask(as_("mia"))
    with company.company().read() as reader:
        [message] = reader.rows("SELECT username, text FROM messages")
    assert message == {"username": "dora", "text": "It is about something confidential."}


def test_of_what_a_hidden_key_result_carries_only_the_promise_is_told() -> None:
    small.add(
        objectives=[{"id": "S", "cycle": "Q", "team": "Data", "title": "Secret", "visibility": "confidential"}],
        key_results=[{"id": "Z", "objective": "S", "title": "Zebra", "kind": "milestone"}],
        commitments=[{"dependency": "d", "key_result": "Z"}],
        dependencies=[NEED | STATES["accepted"]],
    )
    assert dependency_reads.dependency(as_("mia"), "d").commitment is None
    assert dependency_reads.of_team(as_("mia"), "Web").owed["carrier"].tolist() == [""]
    key_results.drop_key_result(as_("dora"), "Z", "Other plans", version=1)
    with company.company().read() as reader:
        texts = "".join(row["subject"] + row["text"] for row in reader.rows("SELECT subject, text FROM messages"))
    assert "A report" in texts
    assert "Zebra" not in texts


# What is dropped


def test_dropping_tells_the_other_sides_and_blocks_nothing() -> None:
    there("accepted")
    small.add(commitments=[{"dependency": "d", "key_result": "N"}])
    [told] = dependency_reads.to_tell(as_("dora"), "N")
    assert (told.team, told.people, told.why) == ("Web", ("leo", "mia"), "promised")
    [told] = dependency_reads.to_tell(as_("mia"), "O")
    assert (told.team, told.people, told.why) == ("Data", ("dora",), "asked")
    key_results.drop_key_result(as_("dora"), "N", "Other plans", version=1)
    assert called() == [f"{who}: Dora dropped what Data promised Web" for who in ("leo", "mia")]
    objectives.drop_objective(as_("leo"), "O", "No money", version=1)
    assert called()[2:] == ["dora: Leo Lead dropped what Data was asked for"]
    with pytest.raises(Invalid, match="was dropped"):
        dependencies.deliver(as_("dora"), "d")
    assert dependency_reads.dependency(as_("mia"), "d").can == {"withdraw"}
    dependencies.withdraw(as_("mia"), "d", "Dropped")


def test_requests_count_among_what_is_due() -> None:
    there()
    with company.company().read() as reader:
        owed = reminders._owed(reader, small.TODAY, {"dora", "mia"})
    assert {name: one.requests for name, one in owed.items() if one.requests} == {"dora": 1}
    assert "1 request waits for your answer" in reminders._subject(owed["dora"])


def test_what_is_signed_out_gets_nothing() -> None:
    there()
    for take in STEPS.values():
        with pytest.raises(Forbidden):
            take(Actor("dora"))
