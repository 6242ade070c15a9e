"""What Streamlit draws too faint or cuts off, mended by a style sheet."""

from __future__ import annotations

import streamlit as st


def mend_styles(*, sidebar: bool) -> None:
    """Brings buttons to a contrast of 4.5:1 in both themes, lets long links wrap, hides what is for ears only.

    A title that is a button stands as close to what is said of it as text would. A label is read out as it is written,
    so the second line of a tick's label tells what the tick is of; seen is the first. The matrix of dependencies is a
    list where it would be too narrow. Without anything in the `sidebar` it goes; after a sign-out it would stay, empty.
    """
    st.html(
        "<style>"
        'button[kind^="primary"]:not(:disabled) { color: light-dark(#ffffff, #14120f) }'
        "button kbd[aria-label] { opacity: 1 }"
        '[data-testid="stPageLink-NavLink"] * { white-space: normal; overflow: visible }'
        '[data-testid="stPopoverButton"][aria-expanded="true"], [data-testid="stPopoverButton"] * { color: inherit }'
        '[class*="st-key-title_"] button { min-height: 1.5rem; padding-block: 0; text-align: left }'
        '[class*="st-key-ticks"] .stCheckbox p { display: block; height: 1lh; overflow: hidden }'
        "@media (min-width: 641px) { .st-key-dependency_pairs { display: none } }"
        "@media (max-width: 640px) { .st-key-dependency_drawing { display: none } }"
        + ("" if sidebar else '[data-testid="stSidebar"] { display: none }')
        + "</style>"
    )
