"""What a visitor sees of a fault that no page handled: what they can do, and where the log has the rest."""

from __future__ import annotations

import logging
import secrets

import streamlit as st

from okrdash.domain.errors import OkrdashError
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
