"""What the guide says: every rule in plain words, with the thresholds that are set, and an example that is measured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

import pandas as pd

from okrdash.domain.columns import Row
from okrdash.domain.facts import MEASURED, facts
from okrdash.domain.forecast import LEAST
from okrdash.domain.measure import measure
from okrdash.domain.settings import Settings
from okrdash.domain.tables import TABLES
from okrdash.domain.tree_faults import KINDS as KINDS_OF_FAULT
from okrdash.ui import dependency_words, show

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

PURPOSE = (
    "okrdash is there so that the whole company pulls together: everybody sees what matters most, who needs what from"
    " whom, and where something is stuck while there is still time to help."
)

KINDS = (
    ("Increase to", "A number that has to grow.", "Sign-ups a week from 50 to 70"),
    ("Reduce to", "A number that has to fall.", "Days until a new customer is live from 21 to 10"),
    ("Steps", "Steps that are done or not, each with a weight.", "Audit: scope agreed, gaps closed, passed"),
    (
        "Find the starting value",
        "A number nobody knows yet. Done once it is known.",
        "How many trials end in a purchase",
    ),
    ("Keep within", "A guardrail: what must not suffer meanwhile.", "Support satisfaction at least 4.5 of 5 stars"),
)
"""Kinds of key results: what each is called, what it is, an example."""

NOT = (
    ("**No performance review.** Figures are said of goals, of teams and of functions. There is no figure, no ranking"
     " and no score of a person anywhere in okrdash, and it must not be made outside of it: who is judged by their"
     " goals sets easy ones."),
    ("**No task list.** A key result says what will be different, not what is done for it. Tasks stay where your team"
     " keeps them; link them."),
    ("**Not everything you do.** Daily work goes on. An objective is what should change beside it, so few are better."),
    ("**No contract.** A goal that turns out to be wrong is changed or dropped, with the reason written down."),
)  # fmt: skip
"""What OKRs are not."""

Section = tuple[str, str, Callable[[Settings], str]]


def week(settings: Settings) -> str:
    """How a week goes."""
    day, every = WEEKDAYS[settings.due_weekday - 1], _every(settings.cadence_weeks)
    return f"""
1. **Before {day}** everybody opens *Check in*. It lists the key results that are theirs. For each: the new value,
   how likely it is to be met, a sentence if there is something to say. That takes a minute each, {every}.
2. **Stuck?** Say what blocks you and who could help. It shows up in the leadership review.
3. **The team** looks at *My week* and *Alignment* together: what fell behind, what do we do about it?
4. **Leaders** go through *Leadership review*: only what needs a decision is listed there, the most important first.
5. **At the end of the cycle** every key result gets a score, and for every objective you decide: keep, change or drop.
"""


def dependencies(settings: Settings) -> str:
    """How teams ask each other, and what the words and marks mean."""
    states, wrong = dependency_words.STATES, dependency_words.TROUBLES
    rules = "\n".join(f"| {wrong[one]} | {rule} |" for one, rule in dependency_words.RULES.items())
    return f"""
A key result often needs something of another team. Say so early, in three fields: *we need*, *from*, *by*.
**Ask a team** stands on every key result of yours; on the page *Dependencies* it is *Ask for something*.

1. **{states["requested"]}.** The lead of the other team finds it in *My week* and gets a message. They promise it for a
   day, propose another ({dependency_words.PROPOSED}), decline with a reason ({states["declined"]}), or hand it to a
   team below or above. After {show.count(settings.answer_days, "day")} without an answer, it goes to the leads above
   both teams and to the leadership review.
2. **{states["accepted"]}.** The team takes it into its own OKRs, as a new key result or as a step of one, or keeps it
   as a plain promise. At each check-in both sides say whether it *will*, *may* or *won’t* be there in time.
3. **{states["delivered"]}**, then **{states["confirmed"]}.** Who promised it says that it is there; who asked confirms
   that, or reopens it with a word why. Until it is delivered, who asked can withdraw it.

| What is wrong | When |
|---|---|
{rules}

**If this slips** says who will feel it, from which day on: the goals that a key result contributes to, and the teams
that wait for it. Look there when something turns red, and send the list to those who are on it. It changes no figure.
"""


def progress(settings: Settings) -> str:
    """What progress is."""
    return """
**Progress** is how much of the way is done: from the starting value to the target. It counts from 0 % to 100 %; a
value below the start or beyond the target is shown as it is, but counts as 0 % or 100 %. Of steps, it is the weight of
those done. Without a value it is 0 %: nothing is left out to look better.
"""


def expected(settings: Settings) -> str:
    """What is expected, and the bar."""
    return f"""
**Expected** is where it should stand today: an even line from the first day to the due day. Where phases were agreed
("30 by October") the line goes through them; steps are expected when their day has passed.

The line leads to the **bar**. A *committed* goal is a promise: its bar is 100 %. An *aspirational* one is a stretch:
it is met at {show.percent(settings.aspirational_bar)}, and less than all of it is a good result.
"""


def pace(settings: Settings) -> str:
    """How a status comes about."""
    on_track, at_risk = show.percent(settings.on_track_pace), show.percent(settings.at_risk_pace)
    return f"""
**Pace** is progress divided by what is expected. From it follows the status:

| Status | When |
|---|---|
| {show.badge("on track")} | {on_track} or more of what is expected |
| {show.badge("at risk")} | {at_risk} or more, but less than {on_track} |
| {show.badge("off track")} | less than {at_risk} |
| {show.badge("no value yet")} | nobody has checked in yet |
| {show.badge("unknown")} | it would be on track, but its update is overdue: silence is never green |
| {show.badge("not started")} | its first day is still to come |
| {show.badge("achieved")} | the target is reached |
| {show.badge("to be scored")} | its due day has passed |
| {show.badge("met")} {show.badge("missed")} | it has a score: at the bar or above, or below it |

In the first {show.percent(settings.early_share)} of the time pace is not judged: one week says too little. While
nothing is expected yet, the status is what its owner says about how likely it is.
"""


def example(settings: Settings) -> str:
    """One example, measured by the same code as every figure."""
    rows = _measured(settings).to_dict("index")
    promise, stretch = rows["promise"], rows["stretch"]
    return f"""
*Sign-ups a week from 50 to 70*, over 100 days; on day 50 there are 58.

- **Progress**: 8 of 20 more sign-ups are there, so {show.percent(promise["progress"])}.
- **As a promise**, {show.percent(promise["expected"])} is expected by now. The pace is {promise["pace"]:.2f}:
  {show.badge(promise["status"])}
- **As a stretch**, {show.percent(stretch["expected"])} is expected by now. The pace is {stretch["pace"]:.2f}:
  {show.badge(stretch["status"])}
"""


def freshness(settings: Settings) -> str:
    """When a check-in is due, late, overdue."""
    day = WEEKDAYS[settings.due_weekday - 1]
    closed = "Days on which the company is closed do not count. " if settings.closed_days else ""
    return f"""
A check-in is due {_every(settings.cadence_weeks)}, on {day}; a team or a key result can have another rhythm. {closed}
One due day missed is **late**, {settings.overdue_after} or more are **overdue**. That stands beside the status.

**Exactly one person owes it**: the owner. Who is away enters it under *Account*, or their lead does; then the deputy
owes it, and without a deputy those days do not count. Others may check in too, and the history says who did. *Progress*
shows by team and week how much of what was due was reported: a rhythm of teams, never of a person.
"""


def confidence(settings: Settings) -> str:
    """What confidence is."""
    return """
**How likely is it to be met, n in 10?** 1 is very unlikely, 5 as likely as not, 9 almost certain. It is a judgement
about the goal, not about you, and it does not change the status. Where the two disagree, both are shown: a high
confidence while off track, or a low one while on track, is worth a talk.
"""


def forecast(settings: Settings) -> str:
    """What the forecast is."""
    return f"""
From its values so far follows how likely a key result is to be met by its due day, in words and tens ("likely: 7 in
10"), and the range in which it will probably end. It goes on at its pace, the last weeks counting most, drawn towards
the pace that was planned; the more unevenly it went and the more is still to come, the wider the range. For a
guardrail it is how likely it is to be inside its bounds on that day. It was tried on made-up key results of many kinds:
of those given 7 in 10 about 7 in 10 were met, and 8 in 10 ended within their range.

It needs {LEAST} days with a value; with fewer it is too early. Of steps, and of a starting value that is still to be
found, there is none. It does not change the status, and it does not know what you know: that is what *how likely is it
to be met* asks you.
"""


def guardrails(settings: Settings) -> str:
    """What guardrails are."""
    return f"""
A guardrail, *keep within*, is {show.badge("kept")} while its value is inside its bounds and {show.badge("broken")} as
soon as it is outside. It is no part of the mean, so it cannot hide behind good figures: an objective with a broken
guardrail is at risk at best.
"""


def objectives(settings: Settings) -> str:
    """How objectives and units roll up."""
    return """
**An objective** has the mean of its key results, by their weight. A key result can stand under several objectives: it
has one value, one owner and one check-in, and counts in each. An objective can also take its progress from the
objectives that contribute to it; its page says so. It is never on track while one of its key results is off track,
and *unknown* while more than half of them are overdue. Beside it always stands what is behind: "1 of 4 off track,
2 overdue".
"""


def units(settings: Settings) -> str:
    """How teams, functions and the company roll up."""
    return """
**A team, a function, the company** has two figures that are never mixed: *own*, the mean over the objectives of which
it carries key results itself, each with the part that it carries; and *teams below*, the same over all teams under it
taken together. Every cycle has its own figures.

**Confidential** objectives are seen by their team, the leads above and those named, and count in no figure. **Dropped**
ones, with a reason, are gone from every figure and kept in the history.
"""


def tree(settings: Settings) -> str:
    """How objectives hang together, and what is wrong with the tree."""
    kinds = "\n".join(f"- **{kind.title}**: {kind.rule}" for kind in KINDS_OF_FAULT.values())
    return f"""
An objective contributes to as many others as it likes, anywhere in the company, or says why it **stands alone**. From
the other side, whoever works on an objective can **invite** a function or a team to contribute: who leads it finds that
in *My week*, and answers with one of their objectives, a new one, or a reason why not.

*Alignment*, *What is wrong* lists, with what mends it:

{kinds}
"""


RULES: tuple[Section, ...] = (
    ("progress", "Progress", progress),
    ("expected", "What is expected, and the bar", expected),
    ("status", "Pace and status", pace),
    ("example", "An example", example),
    ("freshness", "Updates: fresh, late, overdue", freshness),
    ("confidence", "Confidence", confidence),
    ("forecast", "Forecast", forecast),
    ("guardrails", "Guardrails", guardrails),
    ("objectives", "Objectives", objectives),
    ("units", "Teams, functions, the company", units),
    ("tree", "What contributes to what", tree),
)
"""Every rule of the figures: its anchor, its heading, its words."""


def _every(weeks: int) -> str:
    return "every week" if weeks == 1 else f"every {weeks} weeks"


@lru_cache(maxsize=8)
def _measured(settings: Settings) -> pd.DataFrame:
    """The example's key result as a promise and as a stretch."""
    start, day = date(2030, 1, 1), date(2030, 1, 1) + timedelta(days=50)
    rows: dict[str, list[Row]] = {name: [] for name in MEASURED}

    def put(table: str, **values: object) -> None:
        rows[table].append(TABLES[table].row(**values))

    put("teams", team="Company", kind="company")
    put("cycles", cycle="C", start=start, end=start + timedelta(days=100), state="active")
    for name, ambition in (("promise", "committed"), ("stretch", "aspirational")):
        put("objectives", id=f"o-{name}", cycle="C", team="Company", title=name, ambition=ambition)
        put(
            "key_results",
            id=name,
            objective=f"o-{name}",
            title=name,
            kind="increase",
            baseline=50.0,
            target=70.0,
        )
        put("check_ins", id=name, key_result=name, as_of=day, value=58.0)
    return measure(facts(settings, rows, 0), day).key_results
