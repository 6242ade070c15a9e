"""Hostile texts stay text."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrdash.ui.text import label, md, plain

JOINER = "\u2060"
HOSTILE = (
    "**bold** and _it_ and ~~gone~~ and `code`",
    "[click](http://evil.example)",
    "![x](https://evil.example/x.png)",
    "https://evil.example and www.evil.example and a@b.example",
    ":red[danger] :material/delete: :streamlit: :smile: :red-badge[x]",
    "<script>alert(1)</script> &lt;b&gt; &#60;",
    "a -> b <- c <-> d -- e --- f >= g <= h ~= i",
    "$x^2$ and $$y$$",
    "# heading", "## x", "> quote", "- item", "+ item", "* item", "1. one", "2) two", "| a | b |", "---",
    "[^1] [x]: http://y", "\\*escaped\\*", "{attribute}", "line\nbreak\r\nand\ttab",
    "\u202eturned\u202c \u200f \ufeff \u2066x\u2069 \x00\x1b[31m", "mailto:a@b.example", "HTTP://X", "WWW.X.DE",
)  # fmt: skip
anything = st.one_of(st.text(), st.sampled_from(HOSTILE), st.text(alphabet="*_`[]()<>:-~$|!#@w.&\\{}^1 a\n"))


def seen(markdown: str) -> str:
    """What a reader of escaped Markdown sees."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace(JOINER, "")


def said(text: str) -> str:
    """A label as it is read: full-width forms are the same signs to a reader."""
    return "".join(unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" else c for c in text).replace(
        JOINER, ""
    )


def one_line(text: str) -> str:
    return " ".join(plain(text).split())


@given(anything)
def test_md_shows_exactly_the_text(text: str) -> None:
    assert seen(md(text)) == one_line(text)


@given(anything)
def test_md_leaves_no_sign_unescaped(text: str) -> None:
    assert not re.search(r"[!-/:-@\[-`{-~]", re.sub(r"\\[!-/:-@\[-`{-~]", "", md(text)))


@given(anything)
def test_a_label_reads_as_the_text(text: str) -> None:
    assert said(label(text)) == said(one_line(text))


@given(anything)
def test_a_label_has_no_active_markdown(text: str) -> None:
    shown = label(text)
    assert not set(shown) & set("\\`*_[]<>$~|!#^{}&")
    assert not re.search(r":(?=[^\s\u2060])", shown)
    assert not re.search(r"(?i)www\.|@(?!\u2060)|--", shown)
    assert not re.match(r"([-+]|\d+[.)])(\s|$)", shown)
    assert "\n" not in shown


@given(anything)
def test_plain_has_no_sign_that_cannot_be_seen(text: str) -> None:
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2060-\u2069\u2028\u2029\ufeff]", plain(text)
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_joined_in_markdown_is_parted(text: str) -> None:
    for active in ("://", "www.", "->", "<-", "--", ">=", "~="):
        assert active not in re.sub(r"\\", "", md(text)).lower()


def test_ordinary_text_stays_as_it_is() -> None:
    for text in ("Win Söhne & Co", "Grow 12 % to 15 %", "日本語"):
        assert plain(text) == text
    assert label("Raise NPS from 38 to 45 (by May)") == "Raise NPS from 38 to 45 (by May)"
    assert plain("two\nlines") == "two\nlines"
