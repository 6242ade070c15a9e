"""What an outline says is done: ticked steps, and what stands behind a key result ("=> 80%", "==> Done")."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from okrdash.domain.columns import TEXT, TITLE, Row
from okrdash.domain.tables import TABLES

from .draft import Draft
from .numbers import numbers
from .readings import Reading
from .structure import Statement
from .words import same_words, without_hidden

_DONE = re.compile(r"(?:done|completed?|achieved|finished|met|✅|✔|100\s?%)(?:\s*(?:[.!,;:(–—-].*)?)$", re.I | re.S)
_OF_ALL = re.compile(r"\s*(?:/|of\b|out\s+of\b)\s*\d+")


def is_done(said: str) -> bool:
    """Whether the result says that all is done."""
    return bool(_DONE.match(said))


def done_value(row: Row) -> float | None:
    """The value that a key result has when it is done: its target, or the bound to be kept."""
    if row["kind"] == "maintain":
        return row["lower"] if row["lower"] is not None else row["upper"]  # type: ignore[no-any-return]
    return row["target"] if row["kind"] in ("increase", "decrease") else None


def value_said(row: Row, said: str) -> tuple[float | None, str, str]:
    """The value that a result tells ("80%", "3 of 5", "12, two more next week"), its note, and what was guessed."""
    read = said
    if of := re.match(r"(\d+)(?=\s*(?:/|of\b|out\s+of\b)\s*\d+)", said):
        read = of[1]
    found = [n for n in numbers(read) if n.start == 0]
    if not found:
        return None, said, ""
    number = found[0]
    rest = said[len(of[0]) + len(m[0]) if of and (m := _OF_ALL.match(said[of.end() :])) else number.end :].strip(" .,;")
    note = said if rest else ""
    if not number.share or row["unit"] == "%":
        return number.value, note, ""
    if row["kind"] == "maintain":
        return None, said, f'"{said}" is a share, the key result is not measured by one: it is kept as a note.'
    value = row["baseline"] + number.value / 100 * (row["target"] - row["baseline"])
    return value, said, f'"{said}" of the way from {row["baseline"]:g} to {row["target"]:g} is taken as {value:g}.'


class Results:
    """The steps and check-ins of a document's key results."""

    def __init__(self, draft: Draft) -> None:
        """Knows the steps and check-ins that there are."""
        self.draft = draft
        self._known_steps: dict[str, list[Row]] = defaultdict(list)
        for step in draft.known["milestones"]:
            self._known_steps[step["key_result"]].append(step)
        self._check_ins = {row["id"]: row for row in draft.known["check_ins"]}
        self._entered: set[str] = set()

    def enter(self, row: Row, stated: Sequence[Statement], reading: Reading, *, new: bool) -> None:
        """Enters the steps of a key result and a check-in for each result that a statement of it bears."""
        steps = self._steps(row, stated, reading, new=new)
        for statement in stated:
            if statement.result:
                self._result(row, statement, steps)

    def _steps(self, row: Row, stated: Sequence[Statement], reading: Reading, *, new: bool) -> list[Row]:
        """The steps that are known as they are, and those that the document names or ticks newly."""
        mine = [dict(step) for step in self._known_steps[row["id"]]]
        self.draft.rows["milestones"] += mine
        if row["kind"] != "milestone":
            return mine
        there = {same_words(step["step"]): step for step in mine}
        named = [(step, False, stated[0].line) for step in reading.steps if new]
        if not reading.steps:
            named = [(step.text, step.done, s.line) for s in stated for step in s.steps]
        for said, done, line in named:
            text = without_hidden(said.replace(";", ",")).strip()
            words = same_words(text)
            if words not in there:
                there[words] = self._step(row, text, line)
                mine.append(there[words])
            if done and there[words]["done_on"] is None:
                there[words]["done_on"] = self.draft.day
        return mine

    def _result(self, row: Row, statement: Statement, steps: list[Row]) -> None:
        said = without_hidden(statement.result)
        digest = hashlib.sha256(f"{row['id']}\n{said.casefold()}".encode()).hexdigest()[:16]
        if there := self._check_ins.get(f"c-{digest}"):
            if there["id"] not in self._entered:
                self._entered.add(there["id"])
                self.draft.rows["check_ins"].append(there)
            return
        value, note = None, said
        if is_done(said):
            value, note = done_value(row), "" if said == "done" and row["kind"] != "milestone" else said
            if row["kind"] == "milestone":
                self._all_done(row, steps, statement.line)
        elif row["kind"] not in ("milestone", "baseline"):
            value, note, guess = value_said(row, said)
            if guess:
                self.draft.guess(row["id"], "value", guess, statement.line)
        if len(note) > TEXT:
            self.draft.problem(statement.line, f"the result has {len(note)} characters: at most {TEXT} can be kept")
        check_in = TABLES["check_ins"].row(
            id=f"c-{digest}", key_result=row["id"], as_of=self.draft.day, value=value, note=note[:1].upper() + note[1:]
        )
        self._check_ins[check_in["id"]] = check_in
        self._entered.add(check_in["id"])
        self.draft.rows["check_ins"].append(check_in)

    def _all_done(self, row: Row, steps: list[Row], line: int) -> None:
        if not steps:
            self._step(row, row["title"].replace(";", ","), line, self.draft.day)
        for step in steps:
            step["done_on"] = step["done_on"] or self.draft.day

    def _step(self, row: Row, step: str, line: int, done_on: date | None = None) -> Row:
        if len(step) > TITLE:
            self.draft.problem(line, f"a step of {len(step)} characters: shorten it to {TITLE} at most")
        new = TABLES["milestones"].row(key_result=row["id"], step=step, done_on=done_on)
        self.draft.rows["milestones"].append(new)
        return new
