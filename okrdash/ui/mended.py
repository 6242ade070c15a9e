"""What Streamlit draws too faint or cuts off, mended by a style sheet."""

from __future__ import annotations

import streamlit as st


def mend_styles() -> None:
    """Brings buttons to a contrast of 4.5:1 in both themes, lets long links wrap, hides what a tick says for ears only.

    A label is read out as it is written, so the second line of a tick's label tells what the tick is of; seen is the
    first.
    """
    st.html(
        "<style>"
        'button[kind^="primary"]:not(:disabled) { color: light-dark(#ffffff, #14120f) }'
        "button kbd[aria-label] { opacity: 1 }"
        '[data-testid="stPageLink-NavLink"] * { white-space: normal; overflow: visible }'
        '[class*="st-key-ticks"] .stCheckbox p { display: block; height: 1lh; overflow: hidden }'
        "</style>"
    )
