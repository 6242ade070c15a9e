"""When check-ins are due, which were missed, and who owes the next one. Fridays are days 1, 8, 15, 22, 29 …"""

from datetime import date

import pandas as pd
import pytest

from tests.domain.small_company import Company, day, one


def owned(**settings) -> Company:
    company = Company(**settings).objective(owner="maya").key_result()
    return company.lead("lea", "Growth").lead("carl", "Co")


@pytest.mark.parametrize(("n", "missed", "word"), [(0, 0, "fresh"), (1, 0, "fresh"), (2, 1, "late"), (9, 2, "overdue")])
def test_due_days_since_the_start_are_missed(n, missed, word):
    kr = one().kr(n)
    assert (kr["missed"], kr["freshness"]) == (missed, word)


def test_due_days_since_the_newest_check_in_are_missed():
    company = one().check_in(8, 5)
    assert [company.kr(n)["missed"] for n in (15, 16, 22, 23)] == [0, 1, 1, 2]


def test_a_check_in_before_the_start_does_not_move_the_start():
    assert one(start=10).check_in(2, 5).kr(16)["missed"] == 1


def test_start_on_a_due_day_is_not_due_itself():
    assert one(start=8).kr(15)["missed"] == 0
    assert one(start=8).kr(8)["next_due"].date() == day(15)


def test_overdue_after_is_a_setting():
    company = Company(overdue_after=3).objective().key_result()
    assert [company.kr(n)["freshness"] for n in (9, 16)] == ["late", "overdue"]


def test_weekday_is_a_setting():
    assert Company(due_weekday=1).objective().key_result().kr(0)["next_due"].date() == date(2026, 1, 5)


def test_cadence_of_two_weeks_counts_from_the_start():
    company = one(cadence_weeks=2)
    assert [company.kr(n)["missed"] for n in (8, 9, 22, 23)] == [0, 1, 1, 2]
    assert company.kr(0)["next_due"].date() == day(8)


def test_cadence_is_that_of_the_team_or_the_nearest_above():
    company = Company(cadence_weeks=1)
    company.rows["teams"][1]["cadence_weeks"] = 4
    company.objective().key_result().key_result("S", team="Sales")
    assert (company.kr(0)["cadence"], company.kr(0, "S")["cadence"]) == (4, 1)
    assert company.kr(0)["next_due"].date() == day(22)


def test_closed_days_do_not_count_and_are_not_moved():
    company = Company(closed_days=(day(8), day(9))).objective().key_result()
    assert company.kr(14)["missed"] == 1
    assert company.kr(7)["next_due"].date() == day(15)


def test_days_away_without_a_deputy_do_not_count():
    company = owned().away("maya", 8, 15)
    assert company.kr(20)["missed"] == 1
    assert company.kr(8)["next_due"].date() == day(22)


def test_days_away_with_a_deputy_count():
    assert owned().away("maya", 8, 15, deputy="omar").kr(20)["missed"] == 3


def test_an_inactive_deputy_is_none():
    assert owned().person("gone", active=False).away("maya", 8, 15, deputy="gone").kr(20)["missed"] == 1


def test_overlapping_absences_and_closed_days_are_taken_off_once():
    company = owned(closed_days=(day(8),)).away("maya", 8, 15).away("maya", 6, 9)
    assert company.kr(20)["missed"] == 1


def test_others_absences_do_not_matter():
    assert owned().away("omar", 0, 50).kr(20)["missed"] == 3


def test_owner_owes_it():
    assert owned().kr(20)["owes"] == "maya"


def test_deputy_owes_it_while_the_owner_is_away():
    company = owned().away("maya", 10, 20, deputy="omar")
    assert [company.kr(n)["owes"] for n in (9, 10, 20, 21)] == ["maya", "omar", "omar", "maya"]


def test_lead_owes_it_with_neither():
    assert owned().away("maya", 10, 20).kr(15)["owes"] == "lea"


def test_lead_above_owes_it_while_the_lead_is_away_too():
    company = owned().away("maya", 10, 20).away("lea", 10, 20)
    assert company.kr(15)["owes"] == "carl"
    assert company.away("carl", 15, 15).kr(15)["owes"] == "maya"


def test_nothing_is_owed_before_the_start_or_after_the_score():
    company = one(start=10, score=0.8)
    assert [company.kr(n)["freshness"] for n in (9, 10, 99, 100)] == ["", "fresh", "overdue", ""]
    assert company.kr(100)["missed"] == 0
    assert company.kr(100)["owes"] == ""
    assert pd.isna(company.kr(100)["next_due"])


def test_a_draft_owes_nothing():
    kr = Company().objective(state="draft").key_result().on(30, ("O",)).key_results.loc["K"]
    assert (kr["freshness"], kr["missed"]) == ("", 0)
