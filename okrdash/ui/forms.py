"""A form in a drawer: every problem at its field, nothing typed is lost, a second click saves nothing twice."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from okrdash.domain.errors import Conflict, Invalid, OkrdashError, Problem
from okrdash.domain.typed import Scale, Typed, as_typed, understand
from okrdash.ui.text import md
from okrdash.ui.told import tell


def opening() -> str:
    """A name for one opening of a form: of its widgets, and of the one request that it makes."""
    return f"form_{secrets.token_hex(8)}"


class Form:
    """One opening of a form, drawn again at every keystroke until it is saved."""

    def __init__(self, name: str) -> None:
        """`name` is what `opening` gave when the form was opened."""
        self.name = name
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

    def known(self, name: str, value: Any) -> Any:
        """What was read when the form was opened, or since, when somebody else had changed it."""
        return st.session_state.get(self.key(f"known_{name}"), value)

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

    def save(
        self, call: Callable[[str], object], *, done: str, reread: Callable[[], Mapping[str, Any]] | None = None
    ) -> None:
        """Makes the one request of this form; `call` gets the key that makes a repeated one harmless.

        When it is done, it is told and the form closes. Otherwise what is wrong is shown and what was typed stays;
        after a conflict `reread` gives what the next attempt is measured against.
        """
        try:
            if self._typed:
                raise Invalid(*self._typed)
            call(self.name)
        except Invalid as fault:
            self._show(fault)
        except Conflict as fault:
            self._top.warning(md(fault), icon=":material/sync_problem:")
            if reread:
                with contextlib.suppress(OkrdashError):
                    for name, value in reread().items():
                        st.session_state[self.key(f"known_{name}")] = value
        except OkrdashError as fault:
            self._top.error(md(fault), icon=":material/error:")
        else:
            tell(done)
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


def sentence(field: str, message: str) -> str:
    """A problem as a sentence: what begins in small letters goes on from the field's name."""
    text = f"{field} {message}" if message[:1].islower() else message
    return text if text.endswith((".", "!", "?")) else f"{text}."
