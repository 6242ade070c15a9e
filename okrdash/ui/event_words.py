"""Every change of the event log in words: of what, and from what to what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from okrdash.domain.tables import TABLES
from okrdash.services.event_log import Page
from okrdash.services.history import Change
from okrdash.ui import admin_settings, history_view, show
from okrdash.ui.text import md, plain, short

NOUNS: Mapping[str, str] = {
    "settings": "Setting",
    "teams": "Team",
    "people": "Person",
    "memberships": "Membership",
    "absences": "Absence",
    "cycles": "Cycle",
    "objectives": "Objective",
    "key_results": "Key result",
    "milestones": "Step",
    "phases": "Phase",
    "check_ins": "Check-in",
    "links": "Link",
    "alignment": "Tie between objectives",
    "dependencies": "Dependency",
    "commitments": "Promise kept in",
    "comments": "Comment",
    "kudos": "Thanks",
    "decisions": "Decision",
    "reviews": "Review",
    "stands_alone": "Standing alone",
    "invitations": "Invitation to contribute",
}
"""What a row of each table is called."""
_MANY: Mapping[str, str] = {
    "milestones": "steps",
    "check_ins": "check-ins",
    "alignment": "ties between objectives",
    "commitments": "promises kept in something",
    "kudos": "thanks",
    "stands_alone": "objectives standing alone",
    "invitations": "invitations to contribute",
}
"""Several of them, where a table's name does not say it."""
_AS_ELSEWHERE = ("objectives", "key_results", "alignment", "links", "milestones", "phases")
"""Tables whose changes other screens tell too, in the same words."""
_LONGEST = 160


def say(change: Change, page: Page, names: Mapping[str, str]) -> str:
    """One change as Markdown."""
    noun = NOUNS.get(change.table) or md(change.table)
    titles = {one: short(title, 80) for one, title in page.titles.items()}
    if change.table in _AS_ELSEWHERE and (change.before != change.after):
        return f"{noun}: {history_view.what(change, titles, names)}"
    if change.table in ("check_ins", "comments", "kudos", "decisions", "invitations"):
        about = page.about.get(change.subject, "")
        subject = f" on “{md(titles.get(about, about))}”" if about else ""
    else:
        subject = f" “{md(_subject(change, titles, names))}”"
    return f"{noun}{subject}{_became(change, names, titles)}"


def counted(tables: Mapping[str, int]) -> str:
    """How many changes there are of each kind: "12 settings, 1 team"."""
    many = {table: _MANY.get(table) or md(table.replace("_", " ")) for table in tables}
    one = {table: NOUNS.get(table, many[table]).lower() for table in tables}
    return ", ".join(f"{count:,} {(one if count == 1 else many)[table]}" for table, count in tables.items())


def _subject(change: Change, titles: Mapping[str, str], names: Mapping[str, str]) -> str:
    first = names.get(change.key[0], titles.get(change.key[0], change.key[0]))
    if change.table == "settings":
        return admin_settings.NAMES.get(change.key[0], change.key[0])
    if change.table == "people":
        return first if first == change.key[0] else f"{first} ({change.key[0]})"
    if change.table == "memberships":
        return f"{first} in {change.key[1]}"
    if change.table == "absences":
        return f"{first} from {show.day(date.fromisoformat(change.key[1]))}"
    return first


def _became(change: Change, names: Mapping[str, str], titles: Mapping[str, str]) -> str:
    if change.table in TABLES and TABLES[change.table].append_only:
        return " added"
    if not change.after:
        return " taken away" if change.before else ""
    if not change.before:
        known = {*change.key, names.get(change.key[0], "")}  # the subject says it already
        told = {name: value for name, value in change.after.items() if value not in known and not show.blank(value)}
        said = ", ".join(f"{_field(name)} {_value(name, value, names, titles)}" for name, value in told.items())
        return f" added: {said}" if said else " added"
    if change.before == change.after:
        return ""
    return ": " + ", ".join(
        f"{_field(name)} {_value(name, change.before.get(name), names, titles)} → {_value(name, value, names, titles)}"
        for name, value in change.after.items()
    )


def _field(name: str) -> str:
    return md(name.replace("_", " "))


def _value(name: str, value: Any, names: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """A value as it is read; names of people and titles instead of identifiers."""
    if show.blank(value):
        return show.NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return show.day(value)
    if isinstance(value, int | float):
        return show.number(float(value))
    text = str(value)
    if name in ("deputy", "owner", "person"):
        text = names.get(text, text)
    return md(short(plain(titles.get(text, text)), _LONGEST))
