"""Who may call what: every public service × everybody's part × whose it is, against one small company.

Every call finds the same company: what it writes is rolled back. That needs one database, so this runs on DuckDB.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from okrdash.domain.errors import Forbidden, Invalid, NotFound
from okrdash.domain.tables import TABLES
from okrdash.services import (
    absences,
    acknowledgements,
    anonymising,
    around,
    backups,
    blockers,
    calling,
    celebrations,
    changed,
    check_in,
    check_in_history,
    comments,
    decisions,
    dependencies,
    dependency_reads,
    doctor,
    drafts,
    event_log,
    exchange,
    handover,
    history,
    inbox,
    invitations,
    key_results,
    links,
    messages,
    objectives,
    open_points,
    organisation,
    over_time,
    overview,
    past,
    preferences,
    reminders,
    reviews,
    rhythm,
    sessions,
    sign_in,
    sign_in_links,
    stories,
    tree,
    undo,
    visits,
)
from okrdash.services.check_in import Entry
from okrdash.services.company import close_company, open_company
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sessions import start_session
from okrdash.store import duck
from okrdash.store.store import Event
from tests.conftest import PEOPLE
from tests.services import small
from tests.services.test_permissions import BEFORE, public_services

PASSWORD = "correct horse battery staple"
SOON = small.ago(-20)
NOWHERE = Path("/nowhere/okrdash.duckdb")

PLACES = {
    "own": "Ops Run",
    "Web": "Web",
    "Growth": "Growth",
    "Ops": "Ops Run",
    "Ops, secret": "Ops Run",
    "Web, secret": "Web",
    "Ops, named": "Ops Run",
}
"""Where something stands, and which team carries it.

Of Web are vera, mia and leo, who leads it; so it is their team's. Growth, the function above it, is led by fay.
Nobody of them is in Ops; there stands what everybody owns, too. What is secret is confidential; the last one names all.
"""
HIDDEN = {"Ops, secret": "viewer member lead leader", "Web, secret": "viewer"}
"""From whom it is hidden: for them it does not exist."""

Who = Mapping[str, str]
_MOST, _FEW = "member lead leader champion admin", "champion admin"
_REST = {"Ops": _FEW, "Ops, secret": _FEW, "Ops, named": _FEW}
WORK: Who = {"own": _MOST, "Web": _MOST, "Growth": _MOST, "Web, secret": _MOST, **_REST}
NEAR = ("own", "Web", "Ops", "Ops, secret")
"""Places enough for a service that asks as another does: what is own, the team's or led, another's, hidden."""


def near(who: Who) -> Who:
    """The same at the places that are enough where another line has them all."""
    return {place: who[place] for place in NEAR}


DRAFT_INTO: Who = {**WORK, "own": _FEW}
"""As WORK; but to own something opens no team."""
_LEAD, _LEADER = "lead leader champion admin", "leader champion admin"
DECIDE: Who = {"own": _FEW, "Web": _LEAD, "Growth": _LEADER, "Web, secret": _LEAD, **_REST}
FINISH: Who = {**DECIDE, "own": " ".join(PEOPLE)}
"""Who sees to a decision says that it is done, and who decides there."""
ANSWER: Who = {**DECIDE, "Web, secret": _FEW}
"""There it is Web that asks; another team is to answer."""
INVITED: Who = {place: ANSWER[place] for place in ("own", "Web", "Growth", "Ops")}
DELIVER: Who = {**WORK, "Web, secret": _FEW}
ANYBODY: Who = dict.fromkeys(("Web", *HIDDEN, "Ops, named"), " ".join(PEOPLE))
"""Who sees it."""
SEEN: Who = {"Ops, secret": " ".join(PEOPLE)}
"""The same at the one place that tells, of what takes its time."""
AUTHOR: Who = {"own": " ".join(PEOPLE), "Web": "", "Ops": "", "Ops, secret": "", "Web, secret": ""}
SETTLE: Who = {**WORK, "own": " ".join(PEOPLE)}
AWAY: Who = {"own": _MOST, "Web": _LEAD, "Growth": _LEADER, "Ops": _FEW}
ONCE = "Ops"
"""Where what stands at no place is tried."""
EVERYBODY: Who = {ONCE: " ".join(PEOPLE)}
CHAMPIONS: Who = {ONCE: _FEW}
ADMINS: Who = {ONCE: "admin"}
NOBODY: Who = {ONCE: ""}
"""Only commands on the server do it."""


@dataclass(frozen=True)
class At:
    """What stands at a place, for somebody."""

    place: str
    actor: Actor

    @property
    def name(self) -> str:
        return f"{self.actor.username}" if self.place == "own" else self.place.replace(", ", "-").lower()

    def __getattr__(self, what: str) -> str:
        """An identifier: `at.objective`, `at.dropped`, …"""
        return f"{what}-{self.name}"

    @property
    def team(self) -> str:
        return PLACES[self.place]

    @property
    def onward(self) -> str:
        """The unit to which a request can be handed on."""
        return {"Web": "Growth", "Growth": "Web"}.get(self.place, "Ops")

    @property
    def person(self) -> str:
        return {"own": self.actor.username, "Web": "mel", "Growth": "gus"}.get(self.place, "otto")


Call = Callable[[Actor, At], Any]


def asked(call: Call) -> Call:
    """For what is refused afterwards, to whoever may ask for it: nothing can be sent from here."""

    def tried(actor: Actor, at: At) -> None:
        with contextlib.suppress(Invalid):
            call(actor, at)

    return tried


def new(table: str, **values: Any) -> dict[str, list[Any]]:
    return {table: [TABLES[table].row(**values)]}


MATRIX: list[tuple[Callable[..., Any], Who, Call]] = [
    # reads that tell what is there at a place
    (objectives.objective, ANYBODY, lambda a, at: objectives.objective(a, at.objective)),
    (overview.private_board, SEEN, lambda a, at: overview.private_board(a, at.objective)),
    (overview.history, SEEN, lambda a, at: overview.history(a, at.key_result, [small.TODAY])),
    (history.changes, ANYBODY, lambda a, at: history.changes(a, at.objective)),
    (key_results.key_result, ANYBODY, lambda a, at: key_results.key_result(a, at.key_result)),
    (key_results.dropped, ANYBODY, lambda a, at: key_results.dropped(a, at.objective)),
    (check_in_history.history, SEEN, lambda a, at: check_in_history.history(a, at.key_result)),
    (comments.comments, SEEN, lambda a, at: comments.comments(a, at.objective)),
    (comments.conversation, ANYBODY, lambda a, at: comments.conversation(a, at.objective)),
    (comments.kudos, SEEN, lambda a, at: comments.kudos(a, at.objective)),
    (dependency_reads.dependency, SEEN, lambda a, at: dependency_reads.dependency(a, at.requested)),
    (dependency_reads.ring_of, SEEN, lambda a, at: dependency_reads.ring_of(a, at.requested)),
    (dependency_reads.hands_on_to, ANYBODY, lambda a, at: dependency_reads.hands_on_to(a, at.requested)),
    (dependency_reads.can_carry, SEEN, lambda a, at: dependency_reads.can_carry(a, at.requested)),
    (dependency_reads.to_tell, SEEN, lambda a, at: dependency_reads.to_tell(a, at.objective)),
    # what is said
    (comments.comment, ANYBODY, lambda a, at: comments.comment(a, at.key_result, "Why?")),
    (comments.acknowledge, ANYBODY, lambda a, at: comments.acknowledge(a, at.check_in)),
    (comments.thank, ANYBODY, lambda a, at: comments.thank(a, at.objective, "Thanks")),
    (comments.edit_comment, AUTHOR, lambda a, at: comments.edit_comment(a, at.comment, "Why now?")),
    (comments.withdraw_comment, AUTHOR, lambda a, at: comments.withdraw_comment(a, at.comment)),
    (comments.resolve_comment, near(SETTLE), lambda a, at: comments.resolve_comment(a, at.comment)),
    (comments.reopen_comment, near(SETTLE), lambda a, at: comments.reopen_comment(a, at.settled)),
    (links.add_link, ANYBODY, lambda a, at: links.add_link(a, at.key_result, "Plan", "https://example.org/")),
    (links.mark_link, ANYBODY, lambda a, at: links.mark_link(a, at.key_result, "Old", "https://old.org/", done=True)),
    (links.remove_link, ANYBODY, lambda a, at: links.remove_link(a, at.key_result, "Old", "https://old.org/")),
    # check-ins
    (check_in.check_in, WORK, lambda a, at: check_in.check_in(a, [Entry(at.key_result, value=5)])),
    (check_in.preview, near(WORK), lambda a, at: check_in.preview(a, Entry(at.key_result, value=5))),
    (drafts.keep, ANYBODY, lambda a, at: drafts.keep(a, at.key_result, {"note": "not yet"})),
    (blockers.clear, near(WORK), lambda a, at: blockers.clear(a, at.check_in)),
    (blockers.clear, {"Ops": "viewer champion admin"}, lambda a, at: blockers.clear(a, "asks-vera")),
    (undo.undo, {ONCE: "member"}, lambda a, at: undo.undo(a, COMPANY["mia's"])),
    # objectives and key results
    (objectives.create_objective, DRAFT_INTO, lambda a, at: objectives.create_objective(a, objective(at, "draft"))),
    (objectives.create_objective, DECIDE, lambda a, at: objectives.create_objective(a, objective(at, "active"))),
    (objectives.edit_objective, WORK, lambda a, at: edit(objectives.edit_objective, a, at.draft, {"why": "W"})),
    (
        objectives.edit_objective,
        DECIDE,
        lambda a, at: edit(objectives.edit_objective, a, at.draft, {"state": "active"}),
    ),
    (objectives.edit_objective, DECIDE, lambda a, at: edit(objectives.edit_objective, a, at.objective, {"why": "W"})),
    (objectives.drop_objective, near(DECIDE), lambda a, at: edit(objectives.drop_objective, a, at.objective, "no")),
    (objectives.restore_objective, near(DECIDE), lambda a, at: edit(objectives.restore_objective, a, at.gone)),
    (objectives.align, near(WORK), lambda a, at: objectives.align(a, at.draft, "top")),
    (objectives.align, near(DECIDE), lambda a, at: objectives.align(a, at.objective, "top")),
    (objectives.unalign, near(DECIDE), lambda a, at: objectives.unalign(a, at.objective, "base")),
    # the tree: what stands alone, and what is written twice
    (tree.why_alone, SEEN, lambda a, at: tree.why_alone(a, at.objective)),
    (tree.stand_alone, near(WORK), lambda a, at: tree.stand_alone(a, at.draft, "No goal")),
    (tree.stand_alone, near(DECIDE), asked(lambda a, at: tree.stand_alone(a, at.objective, "No goal"))),
    (tree.stand_alone_no_more, near(DECIDE), lambda a, at: tree.stand_alone_no_more(a, at.objective)),
    (tree.touched_by_one, SEEN, lambda a, at: tree.touched_by_one(a, at.key_result, at.carrier)),
    (tree.make_one, near(DECIDE), lambda a, at: tree.make_one(a, at.key_result, at.carrier)),
    # invitations: the place invites …
    (invitations.of, ANYBODY, lambda a, at: invitations.of(a, at.objective)),
    (invitations.invite, WORK, lambda a, at: invitations.invite(a, at.carrier, "Desk")),
    (invitations.withdraw, near(WORK), lambda a, at: invitations.withdraw(a, at.inviting)),
    # … and is invited
    (invitations.answers, SEEN, lambda a, at: invitations.answers(a, at.inviting)),
    (invitations.decline, near(ANSWER), lambda a, at: invitations.decline(a, at.called, "no")),
    (invitations.answer, INVITED, lambda a, at: invitations.answer(a, at.called, at.draft)),
    (
        invitations.answer_with_draft,
        INVITED,
        lambda a, at: invitations.answer_with_draft(a, at.called, objective(at, "draft")),
    ),
    (key_results.create_key_result, near(DRAFT_INTO), lambda a, at: key_results.create_key_result(a, under(at.draft))),
    (key_results.create_key_result, near(DECIDE), lambda a, at: key_results.create_key_result(a, under(at.objective))),
    (
        key_results.edit_key_result,
        DECIDE,
        lambda a, at: edit(key_results.edit_key_result, a, at.key_result, {"unit": "%"}),
    ),
    (
        key_results.edit_many,
        near(DECIDE),
        lambda a, at: key_results.edit_many(a, [at.key_result], {"cadence_weeks": 2}),
    ),
    (
        key_results.drop_key_result,
        near(DECIDE),
        lambda a, at: edit(key_results.drop_key_result, a, at.key_result, "no"),
    ),
    (key_results.restore_key_result, near(DECIDE), lambda a, at: edit(key_results.restore_key_result, a, at.dropped)),
    (open_points.settle, near(DECIDE), lambda a, at: open_points.settle(a, {at.open: {"owner": "mel"}})),
    (open_points.claim, WORK, lambda a, at: open_points.claim(a, {at.open: {}})),
    (open_points.claimable, {"Web": _MOST}, lambda a, at: open_points.claimable(a, at.team)),
    # what teams need of each other: the place asks …
    (dependencies.ask, WORK, lambda a, at: dependencies.ask(a, at.key_result, "Help", "Data", SOON)),
    (dependencies.change, near(WORK), lambda a, at: dependencies.change(a, at.requested, {"need": "More"})),
    (dependencies.agree, near(WORK), lambda a, at: dependencies.agree(a, at.proposed)),
    (dependencies.confirm, near(WORK), lambda a, at: dependencies.confirm(a, at.delivered)),
    (dependencies.reopen, near(WORK), lambda a, at: dependencies.reopen(a, at.delivered, "half of it")),
    (dependencies.withdraw, near(WORK), lambda a, at: dependencies.withdraw(a, at.requested, "done")),
    (dependencies.say, near(WORK), lambda a, at: dependencies.say(a, at.accepted, "may", side="asker")),
    # … and is asked
    (dependencies.accept, ANSWER, lambda a, at: dependencies.accept(a, at.asked, SOON)),
    (dependencies.propose, near(ANSWER), lambda a, at: dependencies.propose(a, at.asked, SOON, "later")),
    (dependencies.decline, near(ANSWER), lambda a, at: dependencies.decline(a, at.asked, "no")),
    (dependencies.hand_on, near(ANSWER), lambda a, at: dependencies.hand_on(a, at.asked, at.onward)),
    (dependencies.deliver, DELIVER, lambda a, at: dependencies.deliver(a, at.promised)),
    (dependencies.say, near(DELIVER), lambda a, at: dependencies.say(a, at.promised, "may", side="provider")),
    # what leaders decide
    (decisions.decide, near(DECIDE), lambda a, at: decisions.decide(a, at.key_result, "Do", "ada", SOON)),
    (decisions.of, SEEN, lambda a, at: decisions.of(a, at.objective)),
    (decisions.done, near(FINISH), lambda a, at: decisions.done(a, at.decided)),
    (decisions.reopen, near(FINISH), lambda a, at: decisions.reopen(a, at.carried)),
    (decisions.open_for, EVERYBODY, lambda a, at: decisions.open_for(a)),
    (decisions.since, EVERYBODY, lambda a, at: decisions.since(a, small.TODAY)),
    (reviews.finish, CHAMPIONS, lambda a, at: reviews.finish(a)),
    (reviews.last, EVERYBODY, lambda a, at: reviews.last(a)),
    (reviews.agenda, EVERYBODY, lambda a, at: reviews.agenda(a)),
    (reviews.housekeeping, EVERYBODY, lambda a, at: reviews.housekeeping(a)),
    # who is away
    (absences.add, AWAY, lambda a, at: absences.add(a, {"person": at.person, "start": SOON, "end": SOON})),
    (absences.change, AWAY, lambda a, at: absences.change(a, at.person, small.ago(-9), {"end": small.ago(-10)})),
    (absences.remove, AWAY, lambda a, at: absences.remove(a, at.person, small.ago(-9))),
    # the organisation
    (
        organisation.add_team,
        CHAMPIONS,
        lambda a, at: organisation.add_team(a, {"team": "N", "kind": "team", "parent": "Ops"}),
    ),
    (organisation.edit_team, CHAMPIONS, lambda a, at: organisation.edit_team(a, "Help", {"description": "we help"})),
    (
        organisation.set_membership,
        CHAMPIONS,
        lambda a, at: organisation.set_membership(a, a.username, "Help", leads=True),
    ),
    (organisation.next_cycle, CHAMPIONS, lambda a, at: organisation.next_cycle(a)),
    (organisation.contents, CHAMPIONS, lambda a, at: organisation.contents(a, "Q")),
    (
        organisation.add_cycle,
        CHAMPIONS,
        lambda a, at: organisation.add_cycle(a, {"cycle": "N", "start": SOON, "end": small.ago(-99)}),
    ),
    (organisation.edit_cycle, CHAMPIONS, lambda a, at: organisation.edit_cycle(a, "Q", {"cycle": "R"})),
    (handover.what, CHAMPIONS, lambda a, at: handover.what(a, "otto")),
    (
        handover.hand_over,
        CHAMPIONS,
        lambda a, at: handover.hand_over(a, "otto", "mel", [("memberships", ("otto", "Ops Run"))]),
    ),
    (exchange.everything, CHAMPIONS, lambda a, at: exchange.everything(a)),
    (
        exchange.import_rows,
        CHAMPIONS,
        lambda a, at: exchange.import_rows(a, new("cycles", cycle="N", start=SOON, end=small.ago(-99))),
    ),
    (
        exchange.import_rows,
        ADMINS,
        lambda a, at: exchange.import_rows(a, new("people", username=a.username, role="admin")),
    ),
    (event_log.page, CHAMPIONS, lambda a, at: event_log.page(a)),
    (event_log.everything, CHAMPIONS, lambda a, at: event_log.everything(a)),
    (event_log.choices, CHAMPIONS, lambda a, at: event_log.choices(a)),
    (organisation.add_person, ADMINS, lambda a, at: organisation.add_person(a, {"username": "new", "name": "New"})),
    (organisation.edit_person, ADMINS, lambda a, at: organisation.edit_person(a, a.username, {"name": "Me"})),
    (organisation.change_settings, ADMINS, lambda a, at: organisation.change_settings(a, {"due_weekday": "4"})),
    (anonymising.touched, ADMINS, lambda a, at: anonymising.touched(a, "gone")),
    (anonymising.anonymise, ADMINS, lambda a, at: anonymising.anonymise(a, "gone", "gone")),
    (sign_in.set_password, EVERYBODY, lambda a, at: sign_in.set_password(a, a.username, PASSWORD)),
    (sign_in.set_password, ADMINS, lambda a, at: sign_in.set_password(a, "otto", PASSWORD)),
    (sign_in_links.make_link, ADMINS, lambda a, at: sign_in_links.make_link(a, a.username, "reset")),
    (sessions.everyones, ADMINS, lambda a, at: sessions.everyones(a)),
    (sessions.end_everywhere, EVERYBODY, lambda a, at: sessions.end_everywhere(a)),
    (sessions.end_everywhere, ADMINS, lambda a, at: sessions.end_everywhere(a, "otto")),
    (sessions.end_one, EVERYBODY, lambda a, at: sessions.end_one(a, a.session)),
    (sessions.end_one, ADMINS, lambda a, at: sessions.end_one(a, COMPANY["otto"])),
    (messages.outbox, ADMINS, lambda a, at: messages.outbox(a)),
    (messages.try_again, ADMINS, lambda a, at: messages.try_again(a, ["m"])),
    (calling.channels, ADMINS, lambda a, at: calling.channels(a)),
    (calling.to_call, ADMINS, lambda a, at: calling.to_call(a)),
    (calling.call_due, ADMINS, lambda a, at: calling.call_due(a)),
    (calling.send_test, ADMINS, asked(lambda a, at: calling.send_test(a, "e-mail"))),
    (reminders.due, ADMINS, lambda a, at: reminders.due(a)),
    (reminders.make, ADMINS, lambda a, at: reminders.make(a)),
    (backups.state, ADMINS, lambda a, at: backups.state(a)),
    (backups.back_up, ADMINS, lambda a, at: backups.back_up(a)),
    (backups.daily, ADMINS, lambda a, at: backups.daily(a)),
    (backups.back_up_to, NOBODY, lambda a, at: backups.back_up_to(a, NOWHERE)),
    (backups.restore, NOBODY, lambda a, at: backups.restore(a, NOWHERE, NOWHERE)),
    (backups.copy, NOBODY, lambda a, at: backups.copy(a, NOWHERE, NOWHERE)),
    (doctor.findings, NOBODY, lambda a, at: doctor.findings(a)),
    # what everybody who is signed in does with what is theirs
    (sign_in.has_password, EVERYBODY, lambda a, at: sign_in.has_password(a)),
    (sessions.own, EVERYBODY, lambda a, at: sessions.own(a)),
    (sessions.end_others, EVERYBODY, lambda a, at: sessions.end_others(a)),
    (sessions.issue_ticket, EVERYBODY, lambda a, at: sessions.issue_ticket(a)),
    (preferences.own, EVERYBODY, lambda a, at: preferences.own(a)),
    (preferences.choose, EVERYBODY, lambda a, at: preferences.choose(a, preferences.Preferences())),
    (drafts.kept, EVERYBODY, lambda a, at: drafts.kept(a)),
    (visits.visit, EVERYBODY, lambda a, at: visits.visit(a)),
    (visits.stay, EVERYBODY, lambda a, at: (visits._looked.clear(), visits.stay(a))),
    # what everybody reads; what each sees of it is in tests/services/test_confidential.py
    (overview.board, EVERYBODY, lambda a, at: overview.board(a)),
    (overview.revision, EVERYBODY, lambda a, at: overview.revision(a)),
    (check_in.board_to_check, EVERYBODY, lambda a, at: check_in.board_to_check(a)),
    (check_in_history.before, EVERYBODY, lambda a, at: check_in_history.before(a, [at.key_result])),
    (objectives.unagreed, EVERYBODY, lambda a, at: objectives.unagreed(a)),
    (open_points.open_points, EVERYBODY, lambda a, at: open_points.open_points(a)),
    (links.links, EVERYBODY, lambda a, at: links.links(a, [at.key_result])),
    (stories.stories, EVERYBODY, lambda a, at: stories.stories(a)),
    (rhythm.calendar, EVERYBODY, lambda a, at: rhythm.calendar(a, "Q")),
    (absences.rota, EVERYBODY, lambda a, at: absences.rota(a)),
    (absences.away, EVERYBODY, lambda a, at: absences.away(a, "otto", SOON, SOON)),
    (acknowledgements.asked_of, EVERYBODY, lambda a, at: acknowledgements.asked_of(a)),
    (around.around, EVERYBODY, lambda a, at: around.around(a, overview.board(CONSOLE), small.moment(9))),
    (celebrations.celebrated, EVERYBODY, lambda a, at: celebrations.celebrated(a, overview.board(CONSOLE))),
    (invitations.open_for, EVERYBODY, lambda a, at: invitations.open_for(a)),
    (invitations.answered_since, EVERYBODY, lambda a, at: invitations.answered_since(a, small.moment(9))),
    (tree.faults, EVERYBODY, lambda a, at: tree.faults(a, overview.board(CONSOLE))),
    (tree.leads, EVERYBODY, lambda a, at: tree.leads(a, ["Web"])),
    (inbox.to_me, EVERYBODY, lambda a, at: inbox.to_me(a, overview.board(CONSOLE))),
    (blockers.asked_of, EVERYBODY, lambda a, at: blockers.asked_of(a)),
    (blockers.meant, EVERYBODY, lambda a, at: blockers.meant(a, "mia")),
    (blockers.open_now, EVERYBODY, lambda a, at: blockers.open_now(a)),
    (dependency_reads.of_key_result, EVERYBODY, lambda a, at: dependency_reads.of_key_result(a, at.key_result)),
    (dependency_reads.of_team, EVERYBODY, lambda a, at: dependency_reads.of_team(a, "Web")),
    (
        dependency_reads.proposed_providers,
        EVERYBODY,
        lambda a, at: dependency_reads.proposed_providers(a, at.key_result),
    ),
    (dependency_reads.waiting_for, EVERYBODY, lambda a, at: dependency_reads.waiting_for(a)),
    (exchange.organisation_day, EVERYBODY, lambda a, at: exchange.organisation_day(a)),
    (organisation.listed, EVERYBODY, lambda a, at: organisation.listed(a, "people")),
    (history.measured_anew, EVERYBODY, lambda a, at: history.measured_anew(a)),
    (history.measured_anew, ANYBODY, lambda a, at: history.measured_anew(a, at.objective)),
    (over_time.units_over_time, EVERYBODY, lambda a, at: over_time.units_over_time(a, [small.TODAY])),
    (changed.what_changed, EVERYBODY, asked(lambda a, at: changed.what_changed(a, small.TODAY, small.TODAY))),
    (past.board_as_shown, EVERYBODY, lambda a, at: past.board_as_shown(a, small.TODAY)),
]
"""A line for everything that a service does under another condition: the service, who may, and the call."""

ASKS_NOBODY = {
    "check_in.due_to": "picks from a board that it is given",
    "sessions.end_session": "signs out; who is signed out already stays so",
}
"""Public services in no line, and why."""
REFUSED_AS_ABSENT = (sessions.end_one, undo.undo)
"""What is another's is not there, whoever asks."""

COMPANY: dict[str, Any] = {}
"""What the calls need to know of it: everybody's actor by part, otto's session, the revision of a check-in of mia's."""


def objective(at: At, state: str) -> dict[str, Any]:
    return {"title": "New", "team": at.team, "cycle": "Q", "state": state, "owner": at.actor.username}


def under(identifier: str) -> dict[str, Any]:
    return {"title": "New", "kind": "baseline", "objective": identifier}


def edit(service: Callable[..., Any], actor: Actor, identifier: str, *more: Any) -> None:
    """Changes a row as it is: nobody changed it before."""
    service(actor, identifier, *more, version=1)


def rows_at(at: At, stands_at: str) -> dict[str, list[dict[str, Any]]]:
    """One of everything at a place."""
    secret = at.place in HIDDEN or at.place == "Ops, named"
    named = ";".join(username for username, _, _ in PEOPLE.values()) if at.place == "Ops, named" else ""
    seen = {"visibility": "confidential" if secret else "company", "visible_to": named}
    owner = at.actor.username if at.place == "own" else ""
    of = {"cycle": "Q", "team": at.team, "title": at.name, "owner": owner, **seen}
    counted = {"kind": "increase", "baseline": 0.0, "target": 9.0}
    asks = "Desk" if at.place != "Web, secret" else "Web"
    asking = {"key_result": f"desk-{stands_at}" if asks == "Desk" else at.key_result, "from_team": asks, "need": "Data"}
    provider = at.team if asks == "Desk" else "Help"
    needs = {"key_result": at.key_result, "from_team": at.team, "to_team": "Help", "need": "Data"}
    days = {"need_by": small.ago(-30), "requested_on": small.ago(1)}
    promised = {"promised": SOON, "answered_on": small.TODAY}
    other = owner or "otto"
    return {
        "objectives": [
            {"id": at.objective, **of},
            {"id": at.draft, "state": "draft", **of},
            {"id": at.gone, "state": "dropped", **of},
        ],
        "key_results": [
            {"id": at.key_result, "objective": at.objective, "title": at.name, **counted},
            {"id": at.open, "objective": at.objective, "title": "Open", "kind": "baseline"},
            {"id": at.dropped, "objective": at.objective, "title": "Gone", "kind": "baseline", "state": "dropped"},
            {"id": at.carrier, "objective": at.objective, "title": "Carrier", "owner": owner, **counted},
        ],
        "check_ins": [
            {"id": at.check_in, "key_result": at.key_result, "as_of": small.TODAY, "blocker": "Rain", "author": other}
        ],
        "links": [{"key_result": at.key_result, "title": "Old", "url": "https://old.org/"}],
        "alignment": [{"child": at.objective, "parent": "base"}],
        "comments": [
            {"id": at.comment, "about": at.objective, "author": other, "text": "So?"},
            {"id": at.settled, "about": at.objective, "author": other, "text": "So!", "resolved_on": small.TODAY},
        ],
        "decisions": [
            {"id": at.decided, "about": at.key_result, "text": "Do", "owner": other},
            {"id": at.carried, "about": at.objective, "text": "Do", "owner": other, "done_on": small.TODAY},
        ],
        "dependencies": [
            {"id": at.requested, "state": "requested", **needs, **days},
            {"id": at.proposed, "state": "requested", **needs, **days, **promised},
            {"id": at.accepted, "state": "accepted", **needs, **days, **promised},
            {"id": at.delivered, "state": "delivered", **needs, **days, **promised},
            {"id": at.asked, "state": "requested", "to_team": provider, **asking, **days},
            {"id": at.promised, "state": "accepted", "to_team": provider, **asking, **days, **promised},
        ],
        "commitments": [{"dependency": at.promised, "key_result": at.carrier}] if at.place == "own" else [],
        "invitations": [
            {"id": at.inviting, "about": at.key_result, "team": "Help"},
            {"id": at.called, "about": asking["key_result"], "team": provider},
        ],
    }


def company_rows() -> dict[str, list[dict[str, Any]]]:
    """The company: its units, its people, and one of everything at each place, what is owned once for each part."""
    ats = [At("own", Actor(username)) for username, _, _ in PEOPLE.values()]
    ats += [At(place, Actor("nobody")) for place in PLACES if place != "own"]
    of_desk = {"cycle": "Q", "team": "Desk", "title": "Desk"}
    hidden = {"visibility": "confidential"}
    tables: dict[str, list[dict[str, Any]]] = {
        "teams": [
            {"team": "Acme", "kind": "company"},
            *({"team": name, "kind": "function", "parent": "Acme"} for name in ("Growth", "Ops", "Desk")),
            {"team": "Web", "kind": "team", "parent": "Growth"},
            *({"team": name, "kind": "team", "parent": "Ops"} for name in ("Ops Run", "Help")),
        ],
        "people": [
            *({"username": u, "name": n, "role": r, "email": f"{u}@example.org"} for u, n, r in PEOPLE.values()),
            *({"username": name, "name": name.title()} for name in ("mel", "gus", "otto")),
            {"username": "gone", "name": "Gone", "active": False},
        ],
        "memberships": [
            *({"person": name, "team": "Web"} for name in ("vera", "mia", "mel")),
            {"person": "leo", "team": "Web", "leads": True},
            {"person": "fay", "team": "Growth", "leads": True},
            {"person": "gus", "team": "Growth"},
            {"person": "otto", "team": "Ops Run", "leads": True},
        ],
        "absences": [
            {"person": name, "start": small.ago(-9), "end": small.ago(-9)}
            for name in (*(username for username, _, _ in PEOPLE.values()), "mel", "gus", "otto")
        ],
        "cycles": [{"cycle": "Q", "start": small.ago(50), "end": small.ago(-50), "state": "active"}],
        "objectives": [
            {"id": "top", "cycle": "Q", "team": "Acme", "title": "Top"},
            {"id": "base", "cycle": "Q", "team": "Acme", "title": "Base"},
            {"id": "desk", **of_desk},
            {"id": "desk-secret", **of_desk, **hidden},
            {"id": "desk-named", **of_desk, **hidden, "visible_to": ";".join(u for u, _, _ in PEOPLE.values())},
        ],
        "key_results": [
            {"id": f"desk-{name}", "objective": home, "title": "Desk", "kind": "baseline"}
            for name, home in (("all", "desk"), ("hidden", "desk-secret"), ("shown", "desk-named"))
        ],
        "check_ins": [
            {
                "id": "asks-vera",
                "key_result": "key_result-ops",
                "as_of": small.ago(2),
                "blocker": "Snow",
                "helper": "vera",
            }
        ],
    }
    stands = {"Ops, secret": "hidden", "Ops, named": "shown"}
    for at in ats:
        for name, rows in rows_at(at, stands.get(at.place, "all")).items():
            tables.setdefault(name, []).extend(rows)
    return tables


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The company; from now on nothing that is written to it stays."""
    close_company()
    store = open_company(tmp_path_factory.mktemp("matrix") / "okrdash.duckdb")
    rows = {name: [TABLES[name].row(**row) for row in found] for name, found in company_rows().items()}
    with store.write(Event("console", "set up")) as tx:
        for name in TABLES:
            tx.insert(name, *rows.get(name, ()))
    COMPANY.update({part: start_session(username) for part, (username, _, _) in PEOPLE.items()})
    COMPANY["otto"] = start_session("otto").session
    COMPANY["mia's"] = check_in.check_in(COMPANY["member"], [Entry("open-web", note="x")]).revision
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duck.DuckCursor, "commit", duck.DuckCursor.rollback)
        patch.setattr(duck.DuckEngine, "acknowledge", lambda *_: None)
        patch.setattr(backups, "_make", lambda *_: SimpleNamespace(made_at=None))
        yield
    close_company()


def named(service: Callable[..., Any]) -> str:
    return f"{service.__module__.rpartition('.')[2]}.{service.__name__}"


def outcome(call: Call, actor: Actor, place: str) -> str:
    try:
        call(actor, At(place, actor))
    except Forbidden:
        return "Forbidden"
    except (NotFound, Invalid) as fault:
        return "as if it were not there" if isinstance(fault, NotFound) or "exist" in str(fault) else f"{fault!r}"
    return "may"


@pytest.mark.parametrize("line", MATRIX, ids=lambda line: named(line[0]))
def test_who_may_call_it(company: None, line: tuple[Callable[..., Any], Who, Call]) -> None:
    service, who, call = line
    expected, found = {}, {}
    creates = service is objectives.create_objective  # at no objective, only in a team
    refused = "as if it were not there" if service in REFUSED_AS_ABSENT else "Forbidden"
    for place, may in who.items():
        for part in PEOPLE:
            hidden = part in HIDDEN.get(place, "").split() and not creates
            says = "as if it were not there" if hidden else "may" if part in may.split() else refused
            expected[place, part] = says
            found[place, part] = outcome(call, COMPANY[part], place)
    wrong = {key: (said, expected[key]) for key, said in found.items() if said != expected[key]}
    assert wrong == {}, "(what happened, what should)"


@pytest.mark.parametrize("line", MATRIX, ids=lambda line: named(line[0]))
def test_who_is_signed_out_may_nothing(company: None, line: tuple[Callable[..., Any], Who, Call]) -> None:
    _, who, call = line
    ended = [Actor("ada", "ended"), Actor("ada", COMPANY["otto"])]
    assert [outcome(call, actor, next(iter(who))) for actor in ended] == ["Forbidden"] * len(ended)


def test_every_public_service_is_in_a_line() -> None:
    tried = {named(service) for service, _, _ in MATRIX}
    there = {named(one) for one in public_services() if takes_actor(one)} - BEFORE
    assert there - tried - ASKS_NOBODY.keys() == set(), "add a line to MATRIX: who may?"
    assert ASKS_NOBODY.keys() <= there - tried


def takes_actor(service: Any) -> bool:
    return next(iter(service.__code__.co_varnames), "") == "actor"
