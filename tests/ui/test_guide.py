"""The guide: true to the thresholds that are set and to the table of permissions."""

from __future__ import annotations

import re

import pytest

from okrdash.domain.settings import Settings
from okrdash.domain.tables import KINDS
from okrdash.services import organisation
from okrdash.services.people import CONSOLE
from okrdash.services.permissions import PERMISSIONS
from okrdash.ui import guide_text, roles
from tests.conftest import PEOPLE, SignedIn
from tests.ui.screens import open_page, said, titles


@pytest.mark.parametrize("part", PEOPLE)
def test_everybody_reads_it(signed_in: SignedIn, part: str) -> None:
    page = open_page(signed_in(part), "guide")
    assert titles(page) == ["Guide"]
    assert "pulls together" in said(page)
    assert "no ranking" in said(page)
    assert len(page.subheader) == len(guide_text.RULES)


def test_every_link_of_its_contents_leads_to_a_heading(signed_in: SignedIn) -> None:
    page = open_page(signed_in("viewer"), "guide")
    anchors = set(re.findall(r"\]\(#([a-z]+)\)", said(page)))
    assert anchors
    assert anchors <= {heading.anchor for heading in page.header}


def test_the_example_follows_from_the_rules() -> None:
    text = guide_text.example(Settings())
    assert "8 of 20 more sign-ups are there, so 40 %" in text
    assert "50 % is expected by now. The pace is 0.80" in text
    assert "▲ At risk" in text
    assert "35 % is expected by now. The pace is 1.14" in text
    assert "● On track" in text


def test_the_example_follows_the_settings() -> None:
    text = guide_text.example(Settings(on_track_pace=0.85, at_risk_pace=0.5, aspirational_bar=0.9))
    assert "▲ At risk" in text
    assert "45 % is expected by now. The pace is 0.89" in text


def test_thresholds_are_those_that_are_set(signed_in: SignedIn) -> None:
    organisation.change_settings(
        CONSOLE,
        {
            **{"on_track_pace": "0.9", "at_risk_pace": "0.6", "early_share": "0.2", "aspirational_bar": "0.65"},
            **{"due_weekday": "2", "cadence_weeks": "2", "overdue_after": "3"},
        },
    )
    text = said(open_page(signed_in("viewer"), "guide"))
    for part in (
        "90 % or more of what is expected",
        "60 % or more, but less than 90 %",
        "less than 60 %",
        "first 20 % of the time",
        "met at 65 %",
        "every 2 weeks, on Tuesday",
        "3 or more are **overdue**",
        "**Before Tuesday**",
    ):
        assert part in text


def test_every_kind_and_every_action_is_explained() -> None:
    assert len(guide_text.KINDS) == len(KINDS)
    table = dict(roles.table())
    assert len(table) == len(PERMISSIONS)
    assert table["Read everything that is visible to the company"] == "everybody"
    assert table["Check in on a key result"] == (
        "members: what they own, and what their teams carry; leads: what their unit carries, and all below it;"
        " OKR champions and admins: everything"
    )
    assert table["Add, edit, disable and forget people, let them in and sign them out"] == "admins"
