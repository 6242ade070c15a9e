"""The tables of which a company's OKRs consist.

One definition serves the bundle (its files and columns), the database (same names) and the board (same frames).
"""

from __future__ import annotations

from collections.abc import Mapping

from okrdash.domain.columns import ID, NAME, TITLE, Column, Table

KINDS = ("increase", "decrease", "maintain", "milestone", "baseline")
ROLES = ("viewer", "member", "champion", "admin")
UNIT_KINDS = ("company", "function", "team")
OBJECTIVE_STATES = ("draft", "proposed", "active", "closed", "dropped")


def _id(refers: tuple[str, ...] = (), name: str = "id", required: bool = True) -> Column:
    return Column(name, required=required, longest=ID, refers=refers)


def _name(name: str, *, required: bool = False, refers: tuple[str, ...] = ()) -> Column:
    return Column(name, required=required, longest=NAME, refers=refers)


_PERSON, _TEAM, _OBJECTIVE, _KEY_RESULT = ("people",), ("teams",), ("objectives",), ("key_results",)
_ANY = ("objectives", "key_results")

_ALL = (
    Table("settings", ("name",), (_name("name", required=True), Column("value", required=True))),
    Table(
        "teams",
        ("team",),
        (
            _name("team", required=True),
            Column("kind", required=True, choices=UNIT_KINDS),
            _name("parent", refers=_TEAM),
            Column("cadence_weeks", "count"),
            Column("description"),
            Column("active", "flag", default=True),
        ),
    ),
    Table(
        "people",
        ("username",),
        (
            Column("username", required=True, longest=ID),
            _name("name", required=True),
            Column("email", longest=254),
            Column("role", default="member", choices=ROLES),
            Column("active", "flag", default=True),
        ),
    ),
    Table(
        "memberships",
        ("person", "team"),
        (
            _id(_PERSON, "person"),
            _name("team", required=True, refers=_TEAM),
            Column("leads", "flag", default=False),
        ),
    ),
    Table(
        "absences",
        ("person", "start"),
        (
            _id(_PERSON, "person"),
            Column("start", "day", required=True),
            Column("end", "day", required=True),
            _id(_PERSON, "deputy", required=False),
        ),
    ),
    Table(
        "cycles",
        ("cycle",),
        (
            _name("cycle", required=True),
            Column("start", "day", required=True),
            Column("end", "day", required=True),
            Column("state", choices=("planning", "active", "closed")),
        ),
    ),
    Table(
        "objectives",
        ("id",),
        (
            _id(),
            _name("cycle", required=True, refers=("cycles",)),
            _name("team", required=True, refers=_TEAM),
            Column("title", required=True, longest=TITLE),
            Column("why"),
            _id(_PERSON, "owner", required=False),
            Column("ambition", default="committed", choices=("committed", "aspirational")),
            Column("state", default="active", choices=OBJECTIVE_STATES),
            Column("progress_from", default="key results", choices=("key results", "children", "both")),
            Column("visibility", default="company", choices=("company", "confidential")),
            Column("visible_to", "refs", refers=_PERSON),
            Column("score", "number"),
            Column("score_reason"),
        ),
    ),
    Table(
        "key_results",
        ("id",),
        (
            _id(),
            _id(_OBJECTIVE, "objective"),
            Column("also", "refs", refers=_OBJECTIVE),
            Column("title", required=True, longest=TITLE),
            Column("kind", required=True, choices=KINDS),
            _name("team", refers=_TEAM),
            _name("unit"),
            Column("baseline", "number"),
            Column("target", "number"),
            Column("lower", "number"),
            Column("upper", "number"),
            Column("start", "day"),
            Column("due", "day"),
            Column("weight", "number", default=1.0),
            _id(_PERSON, "owner", required=False),
            Column("cadence_weeks", "count"),
            Column("state", default="active", choices=("active", "dropped")),
            Column("score", "number"),
            Column("score_reason"),
        ),
    ),
    Table(
        "milestones",
        ("key_result", "step"),
        (
            _id(_KEY_RESULT, "key_result"),
            Column("step", required=True, longest=TITLE),
            Column("weight", "number", default=1.0),
            Column("due", "day"),
            Column("done_on", "day"),
        ),
    ),
    Table(
        "phases",
        ("key_result", "date"),
        (
            _id(_KEY_RESULT, "key_result"),
            Column("date", "day", required=True),
            Column("value", "number", required=True),
        ),
    ),
    Table(
        "check_ins",
        ("id",),
        (
            _id(_KEY_RESULT, "key_result"),
            Column("as_of", "day", required=True),
            _id(required=False),
            Column("value", "number"),
            Column("confidence", "count"),
            Column("note"),
            Column("next"),
            Column("blocker"),
            _name("helper"),
            Column("cleared_on", "day"),
            Column("evidence"),
            _id(_PERSON, "author", required=False),
            Column("entered_at", "instant"),
            _id(("check_ins",), "replaces", required=False),
        ),
        append_only=True,
    ),
    Table(
        "links",
        ("key_result", "title", "url"),
        (
            _id(_KEY_RESULT, "key_result"),
            Column("title", required=True, longest=TITLE),
            Column("url", required=True),
            Column("done_on", "day"),
        ),
    ),
    Table(
        "alignment",
        ("child", "parent"),
        (
            _id(_OBJECTIVE, "child"),
            _id(_ANY, "parent"),
            Column("kind", default="contributes", choices=("contributes", "related")),
        ),
    ),
    Table(
        "dependencies",
        ("id",),
        (
            _id(),
            _id(_KEY_RESULT, "key_result"),
            _name("from_team", required=True, refers=_TEAM),
            _name("to_team", required=True, refers=_TEAM),
            Column("need", required=True),
            Column("need_by", "day"),
            Column("requested_on", "day"),
            Column("answered_on", "day"),
            Column("promised", "day"),
            Column(
                "state",
                default="requested",
                choices=("requested", "accepted", "declined", "delivered", "confirmed", "withdrawn"),
            ),
            Column("reason"),
            Column("asker_says", choices=("will", "may", "won't")),
            Column("provider_says", choices=("will", "may", "won't")),
        ),
    ),
    Table(
        "commitments",
        ("dependency",),
        (
            _id(("dependencies",), "dependency"),
            _id(_KEY_RESULT, "key_result"),
            Column("step", longest=TITLE),
        ),
    ),
    Table(
        "comments",
        ("id",),
        (
            _id(),
            _id(_ANY, "about"),
            _id(_PERSON, "author", required=False),
            Column("entered_at", "instant"),
            Column("text"),
            _id(("comments",), "replies_to", required=False),
            _id(("comments",), "replaces", required=False),
            _id(("check_ins",), "check_in", required=False),
            Column("resolved_on", "day"),
        ),
        append_only=True,
    ),
    Table(
        "kudos",
        ("id",),
        (
            _id(),
            _id(_ANY, "about"),
            _id(_PERSON, "author", required=False),
            Column("entered_at", "instant"),
            Column("text", required=True),
        ),
        append_only=True,
    ),
    Table(
        "decisions",
        ("id",),
        (
            _id(),
            _id(_ANY, "about"),
            _id(_PERSON, "author", required=False),
            Column("entered_at", "instant"),
            Column("text", required=True),
            _id(_PERSON, "owner", required=False),
            Column("due", "day"),
            Column("done_on", "day"),
        ),
    ),
    Table("reviews", ("day",), (Column("day", "day", required=True), _id(_PERSON, "author", required=False))),
    Table("stands_alone", ("objective",), (_id(_OBJECTIVE, "objective"), Column("reason", required=True))),
    Table(
        "invitations",
        ("id",),
        (
            _id(),
            _id(_ANY, "about"),
            _name("team", required=True, refers=_TEAM),
            _id(_PERSON, "author", required=False),
            Column("entered_at", "instant"),
            Column("text"),
            Column("state", default="open", choices=("open", "answered", "declined", "withdrawn")),
            _id(_OBJECTIVE, "answer", required=False),
            Column("reason"),
            Column("answered_on", "day"),
        ),
    ),
    Table(
        "events",
        ("revision", "number"),
        (
            Column("revision", "count", required=True),
            Column("number", "count", required=True),
            Column("happened_at", "instant", required=True),
            Column("actor", longest=ID),
            Column("action", required=True),
            Column("reason"),
            Column("table"),
            Column("row"),
            Column("before", longest=1_000_000),
            Column("after", longest=1_000_000),
        ),
        append_only=True,
    ),
)

TABLES: Mapping[str, Table] = {table.name: table for table in _ALL}
"""Every table of the bundle by name, in the bundle's order (a table comes after those it refers to)."""
