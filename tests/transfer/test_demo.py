import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest

from okrdash.domain.columns import Row
from okrdash.domain.consistency.check import problems
from okrdash.domain.errors import Invalid
from okrdash.domain.facts import facts
from okrdash.domain.measure import measure
from okrdash.domain.settings import parse
from okrdash.domain.tables import TABLES
from okrdash.transfer.bundle import read_bundle
from okrdash.transfer.canonical import write_bundle
from okrdash.transfer.demo import DEMOS, SIGN_INS, WRITTEN_FOR, demo_rows, moved_to_today

MONDAY = date(2031, 1, 6)
WEEK = [MONDAY + timedelta(days=n) for n in range(7)]
each_weekday = pytest.mark.parametrize("today", WEEK, ids=lambda day: f"{day:%a}")
each_demo = pytest.mark.parametrize("name", DEMOS)
STATUSES = {
    *("not started", "no value yet", "unknown", "off track", "at risk", "on track"),
    *("achieved", "to be scored", "met", "missed"),
}

CALENDAR = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
    r"|\b(19|20)\d\d\b|\bQ[1-4]\b|\bFY\d|\b\d{1,2}([./])\d{1,2}\3\d|\b(first|second|third|fourth) quarter\b"
)


def cycle(rows: dict[str, list[Row]], name: str) -> Row:
    return next(row for row in rows["cycles"] if row["cycle"] == name)


def key_result(rows: dict[str, list[Row]], identity: str) -> Row:
    return next(row for row in rows["key_results"] if row["id"] == identity)


def newest(rows: dict[str, list[Row]], identity: str) -> date:
    return max(row["as_of"] for row in rows["check_ins"] if row["key_result"] == identity)


def owned_by(rows: dict[str, list[Row]], person: str) -> list[str]:
    owners = {row["id"]: row["owner"] for row in rows["objectives"]}
    return [row["id"] for row in rows["key_results"] if (row["owner"] or owners[row["objective"]]) == person]


def texts(rows: dict[str, list[Row]]) -> Iterator[str]:
    for table, content in rows.items():
        if table == "events":  # JSON, of rows whose texts are looked at themselves
            continue
        for column in TABLES[table].columns:
            if column.type in ("text", "refs"):
                yield from (row[column.name] for row in content)


def test_an_unknown_demo_is_refused_with_the_known_ones():
    with pytest.raises(Invalid, match="no demo company 'moon'; there are: startup, enterprise"):
        demo_rows("moon", MONDAY)


@each_demo
def test_every_sign_in_is_the_person_it_says(name: str):
    rows = demo_rows(name, MONDAY)
    roles = {row["username"]: row["role"] for row in rows["people"] if row["active"]}
    kinds = {row["team"]: row["kind"] for row in rows["teams"]}
    leads = {(kinds[row["team"]], row["person"]) for row in rows["memberships"] if row["leads"]}
    people = SIGN_INS[name]
    assert list(people) == ["member", "lead", "leader", "champion", "admin"]
    assert [roles[people[who]] for who in people] == ["member", "member", "member", "champion", "admin"]
    assert ("team", people["lead"]) in leads
    assert ("function", people["leader"]) in leads
    assert people["member"] not in {person for _, person in leads}


@each_demo
def test_the_files_are_canonical(tmp_path, name: str):
    folder = DEMOS[name]
    bundle = read_bundle(folder)
    assert (bundle.problems, bundle.warnings) == ([], [])
    write_bundle(bundle.rows, tmp_path / "again")
    files = sorted(path.name for path in folder.iterdir())
    assert files == sorted(path.name for path in (tmp_path / "again").iterdir())
    for file in files:
        assert (tmp_path / "again" / file).read_bytes() == (folder / file).read_bytes(), file


@each_demo
@each_weekday
def test_an_import_finds_nothing_wrong(name: str, today: date):
    assert problems(demo_rows(name, today), {}, {}, today) == []


@pytest.mark.parametrize(("name", "untold"), [("startup", {"events"}), ("enterprise", set())])
def test_every_table_is_told(name: str, untold: set[str]):
    rows = demo_rows(name, MONDAY)
    assert set(rows) == set(TABLES) - untold
    assert all(rows.values())
    assert demo_rows(name, WRITTEN_FOR) == read_bundle(DEMOS[name]).rows


@each_demo
@each_weekday
def test_the_quarter_is_in_its_eighth_week(name: str, today: date):
    rows = demo_rows(name, today)
    quarter, year = cycle(rows, "This quarter"), cycle(rows, "This year")
    assert 49 <= (today - quarter["start"]).days <= 55
    assert (quarter["end"] - quarter["start"]).days == 13 * 7 - 1
    assert year["start"] < quarter["start"] < quarter["end"] <= year["end"]
    assert cycle(rows, "Last quarter")["end"] + timedelta(days=1) == quarter["start"]
    assert quarter["end"] + timedelta(days=1) == cycle(rows, "Next quarter")["start"]


@each_demo
@each_weekday
def test_nothing_was_entered_after_today(name: str, today: date):
    rows = demo_rows(name, today)
    assert max(row["as_of"] for row in rows["check_ins"]) <= today
    for table in ("check_ins", "comments", "kudos", "decisions"):
        assert max(row["entered_at"].date() for row in rows[table]) <= today
    for table in ("milestones", "links", "decisions"):
        assert max(row["done_on"] for row in rows[table] if row["done_on"]) <= today
    assert all((row["cleared_on"] or today) <= today for row in rows["check_ins"])
    for column in ("requested_on", "answered_on"):
        assert max(row[column] for row in rows["dependencies"] if row[column]) <= today
    assert all(row["happened_at"].date() <= today for row in rows.get("events", ()))


@each_demo
def test_no_text_names_a_calendar_day(name: str):
    named = [(text, hit[0]) for text in texts(demo_rows(name, MONDAY)) if (hit := CALENDAR.search(text))]
    assert named == []


def test_the_classical_example_stands_word_for_word():
    rows = demo_rows("startup", MONDAY)
    launch = next(row for row in rows["objectives"] if row["title"] == "Launch a new feature successfully")
    titles = [
        row["title"] for row in rows["key_results"] if launch["id"] in (row["objective"], *row["also"].split(";"))
    ]
    assert "Reach an adoption rate of 30 % within three months" in titles
    assert "Satisfaction kept at 4.5 stars or above" in titles
    assert "Feature-related support tickets down by 20 % within six months" in titles
    assert "Increase Net Promoter Score (NPS) from 50 to 70" in titles
    adoption, tickets = key_result(rows, "kr-adoption"), key_result(rows, "kr-launch-tickets")
    assert (adoption["baseline"], adoption["target"]) == (0, 30)
    assert key_result(rows, "kr-satisfaction")["lower"] == 4.5
    assert tickets["target"] == tickets["baseline"] * 0.8
    assert tickets["due"] > cycle(rows, "This quarter")["end"]
    nps = key_result(rows, "kr-nps")
    assert (nps["baseline"], nps["target"], nps["also"]) == (50, 70, launch["id"])


@each_weekday
def test_the_member_owns_four_key_results_of_which_three_are_due(today: date):
    rows = demo_rows("startup", today)
    mine = owned_by(rows, SIGN_INS["startup"]["member"])
    next_friday = today + timedelta(days=(4 - today.weekday()) % 7)
    due = [identity for identity in mine if newest(rows, identity) <= next_friday - timedelta(days=7)]
    assert len(mine) == 4
    assert len(due) == (3 if today.weekday() <= 4 else 4)


def test_the_stories_of_work_between_teams():
    rows = demo_rows("startup", MONDAY)
    dependencies = {row["id"]: row for row in rows["dependencies"]}
    states = {row["state"] for row in rows["dependencies"]}
    assert states == {"requested", "accepted", "declined", "delivered", "confirmed", "withdrawn"}
    accepted = [row for row in rows["dependencies"] if row["state"] == "accepted"]
    assert {"will", "won't"} in [{row["asker_says"], row["provider_says"]} for row in accepted]
    assert any(row["promised"] < MONDAY for row in accepted), "one is past its day"
    assert any(row["promised"] > row["need_by"] > MONDAY for row in accepted), "one is promised too late"
    waiting = [row["requested_on"] for row in rows["dependencies"] if row["state"] == "requested"]
    assert min(waiting) < MONDAY - timedelta(days=5), "one is escalated"
    there, back = dependencies["d-figures"], dependencies["d-consents"]
    functions = {row["team"]: row["parent"] if row["kind"] == "team" else row["team"] for row in rows["teams"]}
    assert functions[there["from_team"]] == functions[back["to_team"]] == "Marketing"
    assert functions[there["to_team"]] == functions[back["from_team"]] == "Product Development"
    squad = {row["person"] for row in rows["memberships"] if row["team"] == "Launch squad"}
    theirs = {functions[row["team"]] for row in rows["memberships"] if row["person"] in squad}
    assert theirs >= {"Product Development", "Marketing", "Sales", "Customer Support"}


@each_demo
def test_the_stories_of_check_ins_and_plans(name: str):
    rows = demo_rows(name, MONDAY)
    check_ins = rows["check_ins"]
    assert any(row["replaces"] for row in check_ins)
    assert any(row["entered_at"].date() > row["as_of"] and not row["replaces"] for row in check_ins)
    assert any(row["blocker"] and row["cleared_on"] for row in check_ins)
    assert any(row["blocker"] and not row["cleared_on"] for row in check_ins)
    assert {row["deputy"] == "" for row in rows["absences"] if row["start"] <= MONDAY <= row["end"]} == {True, False}
    objectives = rows["objectives"]
    assert {row["state"] for row in objectives} == {"draft", "proposed", "active", "closed", "dropped"}
    assert {row["progress_from"] for row in objectives} == {"key results", "children", "both"}
    assert {row["ambition"] for row in objectives} == {"committed", "aspirational"}
    assert {row["visibility"] for row in objectives} == {"company", "confidential"}
    assert {row["kind"] for row in rows["key_results"]} == {"increase", "decrease", "maintain", "milestone", "baseline"}
    assert {row["state"] for row in rows["key_results"]} == {"active", "dropped"}
    assert any(row["state"] == "draft" and row["cycle"] == "Next quarter" for row in objectives)


@each_demo
@each_weekday
def test_every_status_is_shown(name: str, today: date):
    rows = demo_rows(name, today)
    board = measure(facts(parse(rows["settings"]), rows), today)
    status = board.key_results["status"]
    assert set(status) == STATUSES
    live = status[board.key_results["cycle"].isin(["This quarter", "This year"])]
    assert live.isin(["on track", "at risk", "achieved", "unknown"]).mean() > 0.6
    assert set(board.key_results["guardrail"]) >= {"kept", "broken"}
    assert set(board.key_results["freshness"]) >= {"late", "overdue"}
    assert (board.key_results["raw"] < 0).any()
    assert (board.key_results["raw"] > 1).any()
    assert set(board.objectives["status"]) >= {"on track", "at risk", "off track", "met", "missed"}
    assert set(board.key_results["disagreement"]) >= {"confident but behind", "doubtful but on track"}


@each_weekday
def test_the_startup_shows_what_is_rare(today: date):
    rows = demo_rows("startup", today)
    board = measure(facts(parse(rows["settings"]), rows), today)
    assert board.key_results["stated"].any()
    assert "unknown" in set(board.objectives["status"])


def entered(identity: str, day: date, hour: int) -> Row:
    """A check-in that somebody saved while trying the demo."""
    at = datetime.combine(day, time(hour))
    return TABLES["check_ins"].row(key_result="kr-setup", as_of=day, id=identity, value=9.0, entered_at=at)


def test_a_demo_of_an_earlier_week_moves_to_today_with_what_was_entered():
    saturday, wednesday = MONDAY + timedelta(days=5), MONDAY + timedelta(days=16)
    rows = demo_rows("startup", MONDAY)
    assert moved_to_today("startup", rows, saturday) == rows
    rows["check_ins"] += [entered("mine-1", MONDAY, 9), entered("mine-2", MONDAY + timedelta(days=3), 9)]
    rows["check_ins"] += [entered("mine-3", saturday, 9), entered("mine-4", saturday, 8)]
    moved = moved_to_today("startup", rows, wednesday)
    assert moved["check_ins"][:-4] == demo_rows("startup", wednesday)["check_ins"]
    assert {name: moved[name] for name in moved if name != "check_ins"} == {
        name: content for name, content in demo_rows("startup", wednesday).items() if name != "check_ins"
    }
    first, *pressed = moved["check_ins"][-4:]
    assert (first["as_of"], first["entered_at"].hour) == (MONDAY + timedelta(days=14), 9)
    assert [row["as_of"] for row in pressed] == [wednesday] * 3
    assert {row["entered_at"].date() for row in pressed} == {wednesday}
    assert [row["id"] for row in sorted(pressed, key=lambda row: row["entered_at"])] == ["mine-2", "mine-4", "mine-3"]
    assert problems(moved, {}, {}, wednesday) == []


def test_the_events_of_a_demo_move_with_what_they_tell():
    rows = demo_rows("startup", MONDAY)
    told = {"revision": 2, "happened_at": datetime.combine(MONDAY, time())}
    rows["events"] = [
        TABLES["events"].row(**told, number=1, table="cycles", row="This year", before='{"start": "2031-01-06"}'),
        TABLES["events"].row(
            **told, number=2, table="phases", row='["kr-adoption", "2031-01-06"]', after='{"value": 3}'
        ),
        TABLES["events"].row(**told, number=3, table="comments", after='{"entered_at": "2031-01-06T00:00:00Z"}'),
        TABLES["events"].row(**told, number=4, action="sign in"),
    ]
    events = moved_to_today("startup", rows, MONDAY + timedelta(days=8))["events"]
    assert {event["happened_at"].date() for event in events} == {MONDAY + timedelta(days=7)}
    assert (events[0]["row"], events[0]["before"]) == ("This year", '{"start": "2031-01-13"}')
    assert (events[1]["row"], events[1]["after"]) == ('["kr-adoption", "2031-01-13"]', '{"value": 3}')
    assert events[2]["after"] == '{"entered_at": "2031-01-13T00:00:00Z"}'
    assert (events[3]["row"], events[3]["before"], events[3]["after"]) == ("", "", "")
