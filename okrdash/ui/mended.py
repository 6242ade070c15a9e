"""What Streamlit draws too faint, cuts off, puts into the wrong place, or drops on the way, mended."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner_utils import script_requests

_merge = script_requests._coalesce_widget_states


def mend_leaving() -> None:
    """Keeps a form whole whose button was clicked just before a link; to be called once, before anybody comes.

    While a run is under way Streamlit 1.67 merges the two: it keeps the click and drops what came with it, so that the
    form would be saved without what was typed last.
    """
    script_requests._coalesce_widget_states = _merged


def _merged(old_states: WidgetStates | None, new_states: WidgetStates | None) -> WidgetStates | None:
    """The states of two requests that one run answers: each as it was said last."""
    merged = _merge(old_states, new_states)
    if merged and old_states and new_states:
        said = {state.id for state in merged.widgets}
        merged.widgets.extend(state for state in old_states.widgets if state.id not in said)
    return merged


def mend_place() -> None:
    """Draws into the page again; to be called first of all.

    With fastReruns off, a run may follow in the thread that has just drawn a drawer alone. Streamlit 1.67 leaves what
    comes next in that drawer, which is gone: the browser breaks off, and the window stays white.
    """
    context_dg_stack.set(get_default_dg_stack_value())


def mend_styles(*, sidebar: bool) -> None:
    """Brings buttons to a contrast of 4.5:1 in both themes, lets links and numbers wrap, hides what is for ears only.

    A way to another tab looks as one to another page. A title that is a button stands as close to what is said of it
    as text would. A label is read out as it is written, so the second line of a tick's label tells what the tick is
    of; seen is the first. So does what is coloured in the label of a button among those that mend. The matrix of
    dependencies is a list where it would be too narrow. Printed is black on white, without what only a screen can use.
    Without anything in the `sidebar` it goes; after a sign-out it would stay, empty.
    """
    st.html(
        "<style>"
        'button[kind^="primary"]:not(:disabled) { color: light-dark(#ffffff, #14120f) }'
        "button kbd[aria-label] { opacity: 1 }"
        '[data-testid="stPageLink-NavLink"] * { white-space: normal; overflow: visible }'
        '[data-testid="stPopoverButton"][aria-expanded="true"], [data-testid="stPopoverButton"] * { color: inherit }'
        '[class*="st-key-title_"] button { min-height: 1.5rem; padding-block: 0; text-align: left }'
        '[class*="st-key-tab_to_"] { margin-block: -6px }'
        '[class*="st-key-tab_to_"] button { min-height: 2rem; padding: .25rem .5rem }'
        '[data-testid="stMetricValue"], [data-testid="stMetricValue"] * { white-space: normal !important }'
        '[class*="st-key-ticks"] .stCheckbox p { display: block; height: 1lh; overflow: hidden }'
        '[class*="st-key-mends"] button p span { position: absolute; width: 1px; clip-path: inset(50%) }'
        "@media (min-width: 641px) { .st-key-dependency_pairs { display: none } }"
        "@media (max-width: 640px) { .st-key-dependency_drawing { display: none } }"
        "@media print {"
        '[data-testid="stSidebar"], [data-testid="stHeader"], [class*="st-key-screen_only"] { display: none }'
        '[data-testid="stElementContainer"]:not([class*="st-key-title_"]) > .stButton { display: none }'
        '[data-testid="stMetricDelta"], [data-testid="stMetricDelta"] * { background: none !important;'
        " color: #14120f !important }"
        '.stApp { background: #ffffff !important } [data-testid="stMainBlockContainer"] { padding: 0 }'
        '[data-testid="stMain"] :is(h1, h2, h3, p, .stMarkdownBadge) { color: #14120f !important }'
        ".stMarkdownBadge { background: none !important; outline: 1px solid }"
        "}" + ("" if sidebar else '[data-testid="stSidebar"] { display: none }') + "</style>"
    )
