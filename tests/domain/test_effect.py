"""What a check-in changes."""

from __future__ import annotations

from okrdash.domain.effect import effect, expected_value
from tests.domain.small_company import one


def test_a_step_forward_and_a_step_back() -> None:
    before, up, down = one().check_in(1, 40.0), one().check_in(1, 50.0), one().check_in(1, 30.0)
    forward, back = effect(before.kr(2), up.kr(2)), effect(before.kr(2), down.kr(2))
    assert (forward.change, forward.step_back) == (10.0, False)
    assert (back.change, back.step_back) == (-10.0, True)


def test_of_a_reduction_less_is_forward() -> None:
    before, after = one("decrease").check_in(1, 60.0), one("decrease").check_in(1, 50.0)
    seen = effect(before.kr(2), after.kr(2))
    assert (seen.change, seen.step_back) == (-10.0, False)


def test_the_first_value_is_no_change() -> None:
    seen = effect(one().kr(2), one().check_in(1, 5.0).kr(2))
    assert (seen.change, seen.step_back) == (None, False)


def test_reached_once_and_beyond() -> None:
    below, reached, beyond = (one().check_in(1, value).kr(2) for value in (90.0, 100.0, 140.0))
    assert (effect(below, reached).reached, effect(below, reached).beyond) == (True, False)
    assert (effect(reached, beyond).reached, effect(reached, beyond).beyond) == (False, True)


def test_a_guardrail_breaks_and_is_mended() -> None:
    kept, broken = (one("maintain", lower=5.0).check_in(1, value).kr(2) for value in (6.0, 4.0))
    assert (effect(kept, broken).broke, effect(kept, broken).mended) == (True, False)
    assert (effect(broken, kept).broke, effect(broken, kept).mended) == (False, True)
    assert not effect(kept, broken).step_back


def test_a_step_that_is_taken_back() -> None:
    done, undone = one("milestone").step("a", done_on=1).step("b"), one("milestone").step("a").step("b")
    assert effect(done.kr(2), undone.kr(2)).step_back
    assert not effect(undone.kr(2), done.kr(2)).step_back


def test_expected_value() -> None:
    assert expected_value(one(baseline=100.0, target=200.0).kr(50)) == 150.0
    assert expected_value(one("decrease", baseline=9.0, target=6.5).kr(50)) == 7.75
    assert expected_value(one("maintain", lower=5.0).kr(50)) is None
