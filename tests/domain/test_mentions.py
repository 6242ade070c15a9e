"""Who is called by a text."""

from __future__ import annotations

import pytest

from okrdash.domain.mentions import Names

NAMES = Names(
    {"lena": "Lena Brandt", "lena.b": "Lena B", "tom": "Tom Weiß", "tom2": "Tom Weiß", "ops": "Olga Ops", "al": "Al"},
    ["Growth", "Growth EMEA", "Ops", "Al", "Design (Berlin)"],
)

CALLED = {
    "@lena, please": [("person", "lena")],
    "so @Lena Brandt: look": [("person", "lena")],
    "@LENA BRANDT@growth": [("person", "lena")],  # no @ within a word
    "(@lena.b)/@Growth": [("person", "lena.b"), ("team", "Growth")],
    "@lena.": [("person", "lena")],
    "@growth emea and @Growth Emeas": [("team", "Growth EMEA"), ("team", "Growth")],
    "@Growth\nEMEA": [("team", "Growth")],
    "@Design (Berlin)!": [("team", "Design (Berlin)")],
    "@tom weiß": [("person", "tom")],  # two are called so: only the username before it is taken
    "@ops": [("person", "ops")],  # a username goes before a team
    "@al": [("person", "al")],
    "joe@lena.example, @lenas, @ lena, @": [],
    "@@lena": [("person", "lena")],
    "": [],
}


@pytest.mark.parametrize("text", CALLED)
def test_who_is_called(text: str) -> None:
    assert [(mention.kind, mention.name) for mention in NAMES.mentions(text)] == CALLED[text]


def test_a_mention_says_where_it_stands() -> None:
    text = "Ask @Lena Brandt, too"
    [mention] = NAMES.mentions(text)
    assert text[mention.start : mention.end] == "@Lena Brandt"


def test_how_to_call_somebody_so_that_they_are_meant() -> None:
    wanted = [("person", "lena", "Lena Brandt"), ("person", "tom2", "Tom Weiß"), ("team", "Growth", "Growth")]
    calls = [NAMES.call(*one) for one in wanted]
    assert calls == ["@Lena Brandt", "@tom2", "@Growth"]
    assert [(m.kind, m.name) for call in calls for m in NAMES.mentions(call)] == [(k, n) for k, n, _ in wanted]


def test_ten_thousand_signs_take_no_time() -> None:
    assert NAMES.mentions("@g " * 3_333 + "@" * 1) == []
    assert Names({}, []).mentions("@nobody") == []
