"""Contradictions of who is invited to contribute, what they answered, and what stands alone."""

from __future__ import annotations

from okrdash.domain.columns import Row
from okrdash.domain.consistency.whole import Whole


def check_stands_alone(whole: Whole) -> None:
    """What stands alone contributes to nothing."""
    ties = {row["child"]: row["parent"] for row in whole.all["alignment"].values() if row["kind"] == "contributes"}
    for key, row in whole.new_rows("stands_alone"):
        if parent := ties.get(row["objective"]):
            message = (
                f"{row['objective']!r} contributes to {parent!r}, so it does not stand alone; leave one of them out"
            )
            whole.say("stands_alone", key, "objective", message)


def check_invitations(whole: Whole) -> None:
    """An invitation asks another unit than the one whose it is, once, and its answer is what its state says."""
    waiting: dict[tuple[str, str], str] = {}
    for key, row in whole.all["invitations"].items():
        asked = (row["about"], row["team"])
        first = waiting.setdefault(asked, row["id"]) if row["state"] == "open" else row["id"]
        if key not in whole.new["invitations"]:
            continue
        if first != row["id"]:
            message = f"{row['team']!r} is invited to {row['about']!r} already by {first!r}, and has not answered"
            whole.say("invitations", key, "team", message)
        _check_team(whole, row)
        _check_answer(whole, row)


def _check_team(whole: Whole, row: Row) -> None:
    key, team = (row["id"],), whole.all["teams"].get((row["team"],), {})
    subject = whole.all["key_results"].get((row["about"],)) or whole.all["objectives"].get((row["about"],), {})
    home = whole.all["objectives"].get((subject.get("objective"),), subject)
    if team.get("kind") == "company":
        whole.say("invitations", key, "team", f"{row['team']!r} is the whole company; name a function or a team")
    elif row["team"] == (subject.get("team") or home.get("team")):
        whole.say("invitations", key, "team", f"{row['team']!r} invites itself; name another team")


def _check_answer(whole: Whole, row: Row) -> None:
    key, state = (row["id"],), row["state"]
    if state == "answered" and not row["answer"]:
        whole.say("invitations", key, "answer", "is blank, but it is answered: name the objective that carries it")
    if state != "answered" and row["answer"]:
        message = f"is {row['answer']!r}, but it is {state}: make it answered, or leave the answer out"
        whole.say("invitations", key, "answer", message)
    if state == "declined" and not row["reason"]:
        whole.say("invitations", key, "reason", "is blank, but it is declined: say why")
    if state == "open" and row["answered_on"]:
        whole.say("invitations", key, "answered_on", f"is {row['answered_on']}, but it is open: leave the day out")
