"""Coming in and going out: the sign-in form, the set-up form, the demo's buttons, and the browser's cookie.

The only module that knows streamlit-authenticator. Of it the form is used; who may come in is decided by the
services, and what the browser keeps is a cookie that a route sets and no script can read.
"""

from __future__ import annotations

import secrets
from types import SimpleNamespace

import streamlit as st
import streamlit_authenticator as stauth
from streamlit.delta_generator import DeltaGenerator
from streamlit.url_util import make_url_path

from okrdash import config
from okrdash.domain.errors import Forbidden, Invalid
from okrdash.services import demo, passwords, sessions, sign_in, sign_in_links
from okrdash.services.company import company
from okrdash.services.passwords import BusyError
from okrdash.services.people import Actor
from okrdash.ui import company_sign_in, visitor
from okrdash.ui.session import SESSION
from okrdash.ui.text import md

_POST = "okrdash_post"
"""Where a tab keeps what its browser has to post: the address, the body and a name by which it is posted once."""
_PASSWORD_HELP = f"{passwords.SHORTEST} to {passwords.LONGEST} characters. A sentence is good."

_poster = st.components.v2.component(
    "okrdash_post",
    html="",
    js="""
    export default function ({ data }) {
      const done = (window.okrdashPosted ??= new Set())
      if (done.has(data.name)) return
      done.add(data.name)
      fetch(data.address, { method: "POST", body: data.body, credentials: "same-origin" })
    }
    """,
)


def show_form() -> None:
    """The sign-in page; in a demo its one-click buttons."""
    with card():
        st.title("okrdash")
        company_sign_in.show_button()
        if config.load().passwords == "off":
            return
        if not config.load().demo:
            _password_form(f"Sign in to {md(_company_name() or 'okrdash')}")
            _forgotten()
            return
        show_demo_banner()
        for role in demo.ROLES:
            st.button(f"Sign in as {role}", on_click=_sign_in_as, args=(role,), width="stretch")
        with_password = st.expander("With a password", on_change="rerun")
        if with_password.open:
            with with_password:
                _password_form("Sign in")


def show_set_up() -> None:
    """The page that makes the first admin, shown while nobody can sign in as one."""
    with card():
        st.title("Set up okrdash")
        st.markdown(
            "Nobody can sign in as admin yet. Make the first admin account here, with the one-time token"
            " from the console where okrdash was started. A restart prints a new one."
        )
        with st.form("set up"):
            problems = {}
            token = st.text_input("Set-up token", key="set_up_token", autocomplete="off")
            problems["token"] = st.empty()
            company_name = ""
            if not _company_name():
                company_name = st.text_input("Company name", key="set_up_company", autocomplete="organization")
                problems["company"] = st.empty()
            name = st.text_input("Your name", key="set_up_name", autocomplete="name")
            problems["name"] = st.empty()
            username = st.text_input("Username", key="set_up_username", autocomplete="username")
            problems["username"] = st.empty()
            password = st.text_input(
                "Password", key="set_up_password", type="password", help=_PASSWORD_HELP, autocomplete="new-password"
            )
            problems["password"] = st.empty()
            wanted = st.form_submit_button("Set up okrdash", width="stretch")
        company_sign_in.show_button()
        if not wanted:
            return
        try:
            actor = sign_in.set_up(
                token,
                company_name=company_name,
                username=username,
                name=name,
                password=password,
                address=visitor.address(),
                browser=visitor.browser(),
            )
        except (Forbidden, BusyError) as fault:
            problems["token"].error(md(fault))
        except Invalid as fault:
            for problem in fault.problems:
                problems[problem.where].error(md(f"{problem.where.capitalize()} {problem.message}"))
        else:
            enter(actor)
            st.rerun()


def sign_out(actor: Actor, *, everywhere: bool = False) -> None:
    """Ends the session, here or in every browser, and has this browser drop its cookie. Meant for `on_click`."""
    if everywhere:
        sessions.end_everywhere(actor)
    else:
        sessions.end_session(actor)
    st.session_state.pop(SESSION, None)
    _have_posted("/auth/end", "")


def post_cookie() -> None:
    """Has the browser fetch or drop its cookie, if it has to; a message that was posted is not posted again."""
    if _POST in st.session_state:
        _poster(key="okrdash_poster", data=st.session_state[_POST], height=1)


def show_demo_banner() -> None:
    """In a demo, that it is one."""
    if config.load().demo:
        st.caption(
            ":material/science: **Demo company.** Everybody and everything here is made up, and anybody signs in"
            " with one click."
        )


class _Form(stauth.Authenticate):  # type: ignore[misc]
    """streamlit-authenticator's form, with nothing behind it but our own check.

    The library's own start is left out: it would mount a component that writes cookies by script.
    """

    def __init__(self) -> None:
        self.actor: Actor | None = None
        self.refusal = ""
        self.path = None
        self.attrs = {"login_sleep_time": 0}
        self.cookie_controller = SimpleNamespace(get_cookie=lambda: None, set_cookie=lambda: None)
        self.authentication_controller = SimpleNamespace(login=self._check)

    def _check(self, username: str, password: str, *_: object, **__: object) -> bool:
        try:
            self.actor = sign_in.sign_in(username, password, address=visitor.address(), browser=visitor.browser())
        except (Forbidden, BusyError) as fault:
            self.refusal = str(fault)
        return self.actor is not None


def _password_form(heading: str) -> None:
    form = _Form()
    form.login(fields={"Form name": heading, "Username": "Username", "Password": "Password", "Login": "Sign in"})
    if form.refusal:
        st.error(md(form.refusal))
    if form.actor:
        enter(form.actor)
        st.rerun()


def _forgotten() -> None:
    with st.expander("Forgot your password?"):
        if not sign_in_links.sends_mail():
            st.markdown("Ask an admin of okrdash: they make a link for you, with which you choose a new one.")
            return
        with st.form("forgotten", border=False):
            username = st.text_input("Your username", key="forgotten_username", autocomplete="username")
            wanted = st.form_submit_button("Send me a link")
        if wanted and username.strip():
            sign_in_links.forgotten(username, visitor.address())
            st.info(
                "If okrdash knows this username and an e-mail address for it, a link is on its way. Nothing after a"
                " few minutes? Ask an admin.",
                icon=":material/mail:",
            )


def _sign_in_as(role: str) -> None:
    enter(demo.sign_in_as(config.load().demo, role, address=visitor.address(), browser=visitor.browser()))


def enter(actor: Actor) -> None:
    """Signs in this tab and, with the next run, its browser by the actor's session."""
    ticket = sessions.issue_ticket(actor)
    st.session_state[SESSION] = actor.session
    _have_posted("/auth/session", ticket)


def _have_posted(address: str, body: str) -> None:
    below = make_url_path(st.get_option("server.baseUrlPath"), address)
    st.session_state[_POST] = {"address": below, "body": body, "name": secrets.token_hex(8)}


def card() -> DeltaGenerator:
    """A column of reading width in the middle of a wide page."""
    outer = st.container(horizontal_alignment="center")
    return outer.container(width=440)


def _company_name() -> str:
    with company().read() as reader:
        named = [team["team"] for team in reader.table("teams") if team["kind"] == "company"]
        return reader.settings().company or (named[0] if named else "")
