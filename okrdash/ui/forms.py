"""A form in a drawer: every problem at its field, nothing typed is lost, a second click saves nothing twice."""

from __future__ import annotations

import contextlib
import functools
import secrets
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitAPIException

from okrdash.domain.columns import TEXT
from okrdash.domain.errors import Conflict, Invalid, OkrdashError, Problem
from okrdash.domain.typed import Scale, Typed, as_typed, understand
from okrdash.ui import choices
from okrdash.ui.session import require
from okrdash.ui.text import md, plain
from okrdash.ui.told import tell

P = ParamSpec("P")
Read = TypeVar("Read", bound=Mapping[str, Any])


def opening() -> str:
    """A name for one opening of a form: of its widgets, and of the one request that it makes."""
    return f"form_{secrets.token_hex(8)}"


class Form:
    """One opening of a form, drawn again at every keystroke until it is saved."""

    def __init__(self, name: str, *, stays: str = "") -> None:
        """`name` is what `opening` gave when the form was opened.

        A drawer that stays open afterwards is then drawn anew alone; `stays` is where the session's state has the name
        for its forms, which becomes another.
        """
        self.name, self._stays = name, stays
        self._slots: dict[str, tuple[DeltaGenerator, str]] = {}
        self._typed: list[Problem] = []
        self._top = st.empty()

    def key(self, field: str) -> str:
        """The key of a field's widget."""
        return f"{self.name}_{field}"

    def below(self, says: str, *fields: str) -> None:
        """Here problems with these fields are shown; `says` is the field's name on the screen."""
        slot = st.empty()
        for field in fields:
            self._slots[field] = (slot, says)

    def text(
        self, says: str, field: str, value: str = "", *, called: str = "", lines: bool = False, **options: Any
    ) -> str:
        """A field for text, of several `lines` if wanted; in problems it is `called` so, else as it says."""
        draw = st.text_area if lines else st.text_input
        text: str | None = draw(says, value, key=self.key(field), **({"max_chars": TEXT} | options))
        self.below(called or f"The {says.lower()}", field)
        return text or ""

    def reason(self, says: str, *, lines: bool = False, help: str | None = None) -> str:
        """The field for why something is changed."""
        return self.text(says, "reason", called="The reason", lines=lines, help=help)

    def choice(
        self, says: str, field: str, texts: Mapping[Any, str], value: Any = None, *, called: str = "", **options: Any
    ) -> Any:
        """A field to choose one of `texts` by its key, None for none.

        What is chosen at present is offered too where it is no choice any more.
        """
        if value is not None and value not in texts:
            texts = {value: plain(value), **texts}
        chosen = st.selectbox(
            says,
            list(texts),
            index=list(texts).index(value) if value in texts else None,
            format_func=choices.shown(texts),
            key=self.key(field),
            **options,
        )
        self.below(called or f"The {says.lower()}", field)
        return chosen

    def day(self, says: str, field: str, value: date | None = None, *, called: str = "", **options: Any) -> date | None:
        """A field for a day, typed or picked."""
        picked = st.date_input(says, value, key=self.key(field), format="YYYY-MM-DD", **options)
        self.below(called or f"The {says.lower()}", field)
        return picked if isinstance(picked, date) else None

    def number(
        self, says: str, field: str, value: float | None, scale: Scale, *, at: str = "", **options: Any
    ) -> float | None:
        """A field for a number as people type it; None while it is blank or not understood (then saving refuses)."""
        text = st.text_input(says, value=as_typed(value), key=at or self.key(field), **options)
        typed = understand(text or "", scale)
        if text == as_typed(value):  # what was not touched stays as exact as it is kept
            typed = Typed(value)
        if typed.question:
            self._typed.append(Problem(field, typed.question))
        elif not typed.literal and typed.value is not None:
            st.caption(f"Taken as {md(as_typed(typed.value))}.")
        self.below(says, field)
        return typed.value

    def known(self, read: Read) -> Read:
        """What was read when the form was opened, or since, when somebody else had changed it."""
        known: Read = st.session_state.get(self.key("known"), read)
        return known

    def save(
        self,
        says: str,
        call: Callable[[str], Any],
        *,
        done: str | Callable[[Any], str],
        undo: Callable[[Any], int] | None = None,
        reread: Callable[[], Mapping[str, Any]] | None = None,
        icon: str = ":material/check:",
        **options: Any,
    ) -> None:
        """The button that makes the one request of this form; `call` gets the key that makes a repeat harmless.

        When it is done, it is told and the form closes; `done` may depend on what `call` gave, and so does `undo`, the
        revision by which it can be taken back. Otherwise what is wrong is shown and what was typed stays; after a
        conflict `reread` gives what the next attempt is measured against.
        """
        if not st.button(says, key=self.key("save"), icon=icon, **options):
            return
        try:
            if self._typed:
                raise Invalid(*self._typed)
            given = call(self.name)
        except Invalid as fault:
            self._show(fault)
        except Conflict as fault:
            self._top.warning(md(fault), icon=":material/sync_problem:")
            if reread:
                with contextlib.suppress(OkrdashError):
                    st.session_state[self.key("known")] = reread()
        except OkrdashError as fault:
            self._top.error(md(fault), icon=":material/error:")
        else:
            tell(done if isinstance(done, str) else done(given), undo=undo(given) if undo else 0)
            if self._stays:
                st.session_state[self._stays] = opening()
                with contextlib.suppress(StreamlitAPIException):  # the drawer was drawn together with its page
                    st.rerun(scope="fragment")
            st.rerun()

    def _show(self, fault: Invalid) -> None:
        told: dict[str, list[str]] = {}
        for problem in fault.problems:
            where = problem.where if problem.where in self._slots else ""
            says = self._slots[where][1] if where else problem.where.replace("_", " ").capitalize()
            told.setdefault(where, []).append(sentence(says, problem.message))
        for where, lines in told.items():
            slot = self._slots[where][0] if where else self._top
            slot.error("  \n".join(md(line) for line in lines), icon=":material/error:")
        if "" not in told:
            self._top.error("Not saved yet: see below.", icon=":material/error:")


def drawer(
    title: str, width: Literal["small", "medium"] = "small"
) -> Callable[[Callable[Concatenate[Form, P], None]], Callable[P, None]]:
    """Makes what draws a form a drawer: called without the form, it opens at the right with a new one."""

    def made(draw: Callable[Concatenate[Form, P], None]) -> Callable[P, None]:
        @st.dialog(title, width=width, position="right")
        @functools.wraps(draw)
        def shown(name: str, *args: P.args, **kwargs: P.kwargs) -> None:
            require()
            draw(Form(name), *args, **kwargs)

        @functools.wraps(draw)
        def opened(*args: P.args, **kwargs: P.kwargs) -> None:
            shown(opening(), *args, **kwargs)

        return opened

    return made


def changed(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are not as they were when the form was opened."""
    return {name: value for name, value in values.items() if value != before[name]}


def sentence(field: str, message: str) -> str:
    """A problem as a sentence: what begins in small letters goes on from the field's name."""
    text = f"{field} {message}" if message[:1].islower() else message
    return text if text.endswith((".", "!", "?")) else f"{text}."
