"""What contradicts itself across the rows of an import, once they lie over what is known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from okrdash.domain.cells import shown
from okrdash.domain.columns import Key, Row, refs
from okrdash.domain.consistency.contributing import check_invitations, check_stands_alone
from okrdash.domain.consistency.near import hint
from okrdash.domain.consistency.results import check_alignment, check_check_ins, check_key_results
from okrdash.domain.consistency.whole import NOUNS, Whole
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.settings import parse
from okrdash.domain.tables import TABLES
from okrdash.domain.validate import cycle_problems

_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
_HINTS = 50
"""Unknown names for which a near one is looked for; a file with more of them is another company's."""


def problems(
    new: Mapping[str, Sequence[Row]],
    known: Mapping[str, Sequence[Row]],
    places: Mapping[tuple[str, Key], str],
    today: date,
) -> list[Problem]:
    """Every contradiction that `new` (what `merge` gives) brings to `known`, named by file, row and column."""
    whole = Whole.of(new, known, places, today)
    for check in (
        _append_only,
        _references,
        _names,
        _company,
        _parents,
        _values,
        _spans,
        _dependencies,
        _settings,
        check_key_results,
        check_check_ins,
        check_alignment,
        check_stands_alone,
        check_invitations,
    ):
        check(whole)
    return whole.problems()


def _append_only(whole: Whole) -> None:
    for table in TABLES.values():
        if not table.append_only:
            continue
        for key, row in whole.new_rows(table.name):
            old = whole.known[table.name].get(key)
            changed = [name for name in table.names if old and row[name] != old[name]]
            if changed:
                mend = "give the new one an id of its own"
                if table.name == "check_ins":
                    mend += " and name this one under replaces"
                message = f"is known with another {', '.join(changed)}; what was entered is never changed: {mend}"
                whole.say(table.name, key, changed[0], message)


def _references(whole: Whole) -> None:
    hints: dict[tuple[tuple[str, ...], str], str] = {}
    for table in TABLES.values():
        columns = [column for column in table.columns if column.refers]
        for key, row in whole.new_rows(table.name):
            for column in columns:
                for name in refs(row[column.name]) if column.type == "refs" else (row[column.name],):
                    if not name or any(whole.exists(other, name) for other in column.refers):
                        continue
                    miss = (column.refers, name)
                    if miss not in hints:
                        names = [key[0] for other in column.refers for key in whole.all[other]]
                        hints[miss] = hint(name, names) if len(hints) < _HINTS else ""
                    nouns = " or ".join(NOUNS[other] for other in column.refers)
                    whole.say(table.name, key, column.name, f"there is no {nouns} {name!r}{hints[miss]}")


def _names(whole: Whole) -> None:
    """Names that would be mistaken for others: ids of both kinds, ";" where names are joined by it, usernames."""
    an = {"objectives": "an objective", "key_results": "a key result"}
    for key in whole.all["objectives"].keys() & whole.all["key_results"].keys():
        both = ("key_results", "objectives")
        table, other = both if key in whole.new["key_results"] else both[::-1]
        if key in whole.new[table]:
            message = f"{key[0]!r} is the id of {an[other]} too ({whole.where(other, key)})"
            whole.say(table, key, "id", message + "; objectives and key results need different ids")
    for key, row in whole.new_rows("teams"):
        if ";" in row["team"]:
            whole.say("teams", key, "team", f"{row['team']!r} holds a “;”, which parts names; leave it out")
    same: dict[str, str] = {}
    for key, row in whole.all["people"].items():
        username = row["username"]
        first = same.setdefault(username.casefold(), username)
        if key not in whole.new["people"]:
            continue
        if first != username:
            whole.say("people", key, "username", f"{username!r} signs in as {first!r} does; choose another")
        elif ";" in username or username.casefold() == "console":
            whole.say("people", key, "username", f"{username!r} cannot be: it holds a “;” or is the console's")


def _company(whole: Whole) -> None:
    if not whole.new["teams"]:
        return
    companies = [key for key, row in whole.all["teams"].items() if row["kind"] == "company"]
    for key in companies[1:]:
        if key in whole.new["teams"]:
            message = f"{companies[0][0]!r} is the company already, and there is one; make this a function or a team"
            whole.say("teams", key, "kind", message)
    unread = any(table == "teams" and key not in whole.all["teams"] for table, key in whole.places)
    if not companies and not unread:
        was = [key for key in whole.new["teams"] if whole.known["teams"].get(key, {}).get("kind") == "company"]
        key = was[0] if was else next(iter(whole.new["teams"]))
        whole.say("teams", key, "kind", "no team has the kind company; exactly one is the company")


def _parents(whole: Whole) -> None:
    teams = whole.all["teams"]
    for key, row in teams.items():
        above = teams.get((row["parent"],))
        if not above:
            continue
        at = key if key in whole.new["teams"] else (row["parent"],)
        if at not in whole.new["teams"]:
            continue
        if row["kind"] == "company":
            whole.say("teams", at, "parent", f"{key[0]!r} is the company and stands above all; leave its parent blank")
        if row["kind"] == "function" and above["kind"] == "team":
            message = f"{row['parent']!r} is a team, but the function {key[0]!r} stands under the company or a function"
            whole.say("teams", at, "parent", message)
    settled: set[str] = set()
    for (start,) in whole.new["teams"]:
        path, name = [start], start
        while (name := teams.get((name,), {}).get("parent", "")) and name not in path and name not in settled:
            path.append(name)
        if name in path:
            circle = path[path.index(name) :]
            at = next(((team,) for team in circle if (team,) in whole.new["teams"]), (start,))
            whole.say("teams", at, "parent", "goes round in a circle: " + " → ".join([*circle, name]))
        settled.update(path)


def _values(whole: Whole) -> None:
    for key, row in whole.new_rows("teams"):
        if row["cadence_weeks"] not in (None, 1, 2, 4):
            whole.say("teams", key, "cadence_weeks", f"is {row['cadence_weeks']}, but must be 1, 2 or 4")
    for key, row in whole.new_rows("objectives"):
        if row["score"] is not None and not 0 <= row["score"] <= 1:
            whole.say("objectives", key, "score", f"is {row['score']:.15g}, but must be from 0 to 1")
    for key, row in whole.new_rows("links"):
        if not _ADDRESS.fullmatch(row["url"]):  # a link is clicked: javascript: and file: are no addresses
            whole.say(
                "links", key, "url", f"{shown(row['url'])} must be an address that begins with https:// or http://"
            )


def _spans(whole: Whole) -> None:
    for key, row in whole.new_rows("cycles"):
        whole.say_all("cycles", key, cycle_problems(row))
    for key, row in whole.new_rows("absences"):
        if row["start"] > row["end"]:
            whole.say("absences", key, "end", f"{row['end']} is before the start, {row['start']}")


def _dependencies(whole: Whole) -> None:
    for key, row in whole.new_rows("dependencies"):
        if row["from_team"] == row["to_team"]:
            whole.say("dependencies", key, "to_team", f"{row['to_team']!r} asks itself; name the team that provides")
    for key, row in whole.new_rows("commitments"):
        needed = whole.all["dependencies"].get((row["dependency"],), {})
        if needed and needed["key_result"] == row["key_result"]:
            message = f"{row['key_result']!r} needs it itself; name the key result of the providing team"
            whole.say("commitments", key, "key_result", message)


def _settings(whole: Whole) -> None:
    if not whole.new["settings"]:
        return
    try:
        parse(whole.all["settings"].values())
    except Invalid as fault:
        for problem in fault.problems:
            whole.say("settings", (problem.where.removeprefix("setting "),), "value", problem.message)
