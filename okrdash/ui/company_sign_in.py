"""The company's own sign-in, as people meet it: a button, what came of it, and the way back when the time is over."""

from __future__ import annotations

import streamlit as st

from okrdash import config
from okrdash.services import company_sign_in
from okrdash.services.company_sign_in import REFUSALS, Refused
from okrdash.services.people import Actor
from okrdash.services.sessions import ended_how, token_in
from okrdash.ui import visitor
from okrdash.ui.session import SESSION, Me
from okrdash.ui.text import md

ASK, RENEW = "company", "renewal"
"""The provider as Streamlit knows it: it may ask who it is, or must answer without a word on the screen."""
TOLD = "okrdash_told"
"""The cookie that holds, for a minute, why the company's sign-in let nobody in."""
VOUCHED = "okrdash_vouched"
"""Where `st.user` holds the e-mail address that the proxy names."""
_ASKED, _WAS_IN, _REFUSED = "okrdash_proxy_asked", "okrdash_was_in", "okrdash_proxy_refused"

_drawn = st.components.v2.component(
    "okrdash_drawn", html="", js='export default function ({ setTriggerValue }) { setTriggerValue("drawn", true) }'
)
_reload = st.components.v2.component(
    "okrdash_reload", html="", js="export default function () { window.location.reload() }"
)


def by_proxy(me: Me | None) -> Actor | None:
    """A session for whom the company's proxy names, where that is not who is in already; asked once for each tab.

    The proxy's word is that of the moment when the tab was opened.
    """
    if me:
        st.session_state[_WAS_IN] = True
    if not config.load().proxy_header or _ASKED in st.session_state:
        return None
    st.session_state[_ASKED] = True
    email = st.user.get(VOUCHED)
    if not isinstance(email, str) or not email.strip():
        return None
    now = me.actor.username if me else ""
    try:
        actor = company_sign_in.vouched(email, now=now, browser=visitor.browser(), address=visitor.address())
    except Refused as fault:
        st.session_state[_REFUSED] = fault.why
        return None
    st.session_state[_WAS_IN] = True
    return actor


def renew() -> bool:
    """Asks the company again where its word has run out; whether that is under way."""
    if ended_how(**_ended_session()) != "ran out":
        return False
    settings = config.load()
    if settings.oidc and _told() in ("", "stumbled"):
        # the browser leaves once it shows where it is: right after a click in the menu it still has the old address
        if _drawn(key="okrdash_drawn", on_drawn_change=lambda: None).drawn:
            st.login(RENEW)
    elif settings.proxy_header and st.session_state.get(_WAS_IN):
        _reload(key="okrdash_reload")
    else:
        return False
    st.caption("One moment: your company’s sign-in is asked whether it is still you.")
    return True


def show_button() -> None:
    """The button that leads to the company's sign-in, and what came of the last time."""
    settings = config.load()
    if not settings.company_sign_in:
        return
    if why := _told():
        (st.info if why == "again" else st.error)(md(REFUSALS[why]))
    elif ended_how(**_ended_session()) == "signed out":
        st.info(
            "You are signed out of okrdash, but not of your company account. On a computer that others use, sign out"
            " there, too.",
            icon=":material/logout:",
        )
    if settings.oidc:
        # st.login sends the browser off at the end of this run, so not as a callback, which comes before it
        if st.button("Sign in with your company account", type="primary", width="stretch"):
            st.login(ASK)
    elif not why:
        st.markdown("Your company’s proxy signs you in: load this page again.")


def _ended_session() -> dict[str, str]:
    """By what the session is known that this tab had: its name, or the browser's cookie."""
    if isinstance(name := st.session_state.get(SESSION), str) and name:
        return {"session": name}
    cookie: object = token_in(st.context.cookies)
    return {"cookie": cookie if isinstance(cookie, str) else ""}


def _told() -> str:
    """Why the company let nobody in, the last time that this tab knows of; "" where nothing is to be told."""
    told = st.session_state.get(_REFUSED) or st.context.cookies.get(TOLD)
    return told if isinstance(told, str) and told in REFUSALS and not st.session_state.get(_WAS_IN) else ""
