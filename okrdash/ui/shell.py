"""The frame around every screen, run for every click: who is it, where do they want to go, may they."""

from __future__ import annotations

import streamlit as st

from okrdash import config
from okrdash.domain.errors import SignedOut
from okrdash.services import sign_in_links, visits
from okrdash.services.company import company
from okrdash.services.sign_in import set_up_needed
from okrdash.ui import company_sign_in, links, new_password, sign_in
from okrdash.ui.mended import mend_place, mend_styles
from okrdash.ui.navigation import ICON, pages
from okrdash.ui.session import framed, identify
from okrdash.ui.text import md

mend_place()
st.set_page_config(layout="wide", page_icon=ICON)
st.logo(ICON, size="large")
with company().one_moment():  # all of a screen fits together, and who looks at it is asked once
    me = identify()
    if actor := company_sign_in.by_proxy(me):
        sign_in.enter(actor)
        me = identify()
    mend_styles(sidebar=me is not None)

    # All are registered before anything can stop the run, signed out too: otherwise a link is lost while signing in.
    screens = pages(me.person if me else None)
    page = st.navigation(list(screens.values()), position="sidebar" if me else "hidden", expanded=True)

    if me:
        st.set_page_config(page_title=f"{page.title} · okrdash")
        with st.sidebar:
            st.page_link(screens["account"], label=md(me.person.name))
            leave, icon = sign_in.sign_out, ":material/logout:"
            st.button("Sign out", icon=icon, on_click=leave, args=(me.actor,), width="stretch")
            sign_in.post_cookie()
        sign_in.show_demo_banner()
        if page.url_path != sign_in_links.ADDRESS:  # nothing to come back to: a link works once
            links.note(page)
        try:
            visits.stay(me.actor)
            with framed(me):
                page.run()
        except SignedOut:  # the session ended while the page was drawn: the next run asks who it is
            st.rerun()

if me is None:
    if set_up_needed() and not config.load().demo:
        st.set_page_config(page_title="Set up · okrdash")
        sign_in.show_set_up()
    elif page.url_path == sign_in_links.ADDRESS:
        st.set_page_config(page_title=f"{page.title} · okrdash")
        new_password.draw_by_link()
    else:
        st.set_page_config(page_title="Sign in · okrdash")
        if not company_sign_in.renew():
            sign_in.show_form()
    sign_in.post_cookie()
