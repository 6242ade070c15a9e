"""What a visitor sees of a fault: which of many things it is about; and where no page handled it, what they can do."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any

import streamlit as st

from okrdash.domain.errors import Invalid, OkrdashError, Problem
from okrdash.ui.text import md

logger = logging.getLogger(__name__)


def show(fault: Exception) -> bool:
    """Writes the fault to the log and a message with the same reference to the page, in place of Streamlit's."""
    reference = secrets.token_hex(4)
    if isinstance(fault, OkrdashError):
        logger.warning("fault %s: %s", reference, fault)
        text = md(fault)
    else:
        logger.error("fault %s", reference, exc_info=fault)
        text = "Something went wrong here. Load the page again; what was saved before stays saved."
    st.error(
        f"{text}\n\nIf it stays, name this to whoever runs okrdash: **fault {reference}**.", icon=":material/error:"
    )
    return True


def show_refused(fault: OkrdashError, titles: Mapping[str, str]) -> None:
    """Says why nothing was saved, a message for each problem, with the title of what it is of."""
    for problem in fault.problems if isinstance(fault, Invalid) else [Problem("", str(fault))]:
        title, at_field = of_which(problem, titles)
        st.error(f"**{md(title)}** {md(at_field)}" if title else md(problem), icon=":material/error:")


def of_which(problem: Problem, titles: Mapping[Any, str]) -> tuple[str, Problem]:
    """The title of what a problem at "<identifier> <field>" is of, and the problem at the field; else "" and itself."""
    identifier, _, field = problem.where.partition(" ")
    return (titles[identifier], Problem(field, problem.message)) if identifier in titles else ("", problem)
