"""How a person gets in: a one-time link or a password from an admin; and forgetting who must be forgotten."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from okrdash.domain.columns import Row
from okrdash.domain.errors import Invalid, OkrdashError, Problem
from okrdash.services import anonymising, handover, passwords, sign_in, sign_in_links
from okrdash.services.sign_in_links import Purpose
from okrdash.ui import show
from okrdash.ui.forms import Form, opening
from okrdash.ui.session import Me, require
from okrdash.ui.text import label, md

_LINK = "okrdash_new_link"
"""Where the session keeps a link that was just made for somebody who was added, until it is shown."""
_PURPOSES: dict[Purpose, str] = {
    "invite": "They are to sign in for the first time",
    "reset": "They forgot their password",
}
_PASSWORD = f"{passwords.SHORTEST} to {passwords.LONGEST} characters; a sentence is good. Tell it them in person."


def draw(form: Form, me: Me, row: Row) -> None:
    """A link by which the person gives themselves a password, or a password that the admin sets."""
    if not row["active"]:
        st.info("Who is disabled cannot sign in. Make them active first, under Details.", icon=":material/block:")
        return
    purpose = st.radio(
        "A link, because", list(_PURPOSES), format_func=lambda one: _PURPOSES[one], key=form.key("purpose")
    )
    kept = form.key("link")
    if st.button("Make the link", key=form.key("make"), icon=":material/link:"):
        try:
            st.session_state[kept] = (
                purpose,
                sign_in_links.make_link(me.actor, row["username"], purpose, request_key=opening()),
            )
        except OkrdashError as fault:
            st.error(md(fault), icon=":material/error:")
    if kept in st.session_state:
        show_link(row["name"], *st.session_state[kept])
    with st.expander("Or set a password yourself"):
        password = password_field(form, "New password", "A new one signs them out everywhere.")
        form.save(
            "Set this password",
            lambda key: sign_in.set_password(me.actor, row["username"], checked(password)),
            done=f"{row['name']} has a new password.",
            disabled=not password,
        )


def password_field(form: Form, says: str, help: str) -> str:
    """The field for a password that an admin sets."""
    return form.text(
        says,
        "password",
        called="The password",
        type="password",
        max_chars=None,
        help=f"{help} {_PASSWORD}",
        autocomplete="new-password",
    )


def checked(password: str) -> str:
    """The password, if it can be one. Raises Invalid at its field."""
    if problems := passwords.problems(password):
        raise Invalid(*(Problem("password", problem.message) for problem in problems))
    return password


def invite(me: Me, username: str, name: str, key: str) -> None:
    """Makes the first link of a person who was just added, to be shown by `draw_new_link`."""
    st.session_state[_LINK] = (name, sign_in_links.make_link(me.actor, username, "invite", request_key=f"{key}_link"))


def draw_new_link() -> bool:
    """Shows the link that was just made, once; False where there is none."""
    if _LINK not in st.session_state:
        return False
    _new_link(*st.session_state.pop(_LINK))
    return True


@st.dialog("Invitation", position="right")
def _new_link(name: str, link: str) -> None:
    require("manage people")
    show_link(name, "invite", link)


def show_link(name: str, purpose: Purpose, link: str) -> None:
    """A link to copy, and how long it is good."""
    base = (st.context.url or "").split("?")[0].rsplit("/", 1)[0] if link.startswith("/") else ""
    st.markdown(f"Give this link to **{md(name)}**, and to nobody else:")
    st.code(f"{base}{link}", language=None, wrap_lines=True)
    st.caption(
        f"With it they choose a password and are signed in. It works once, for {_long(sign_in_links.VALID[purpose])},"
        " and makes their older links worthless. It is shown only here: copy it before you close this."
    )


def _long(time: timedelta) -> str:
    return show.count(time.days, "day") if time.days > 1 else show.count(int(time.total_seconds() // 3600), "hour")


def draw_forgetting(form: Form, me: Me, row: Row) -> None:
    """What forgetting a disabled person means, and the button for it."""
    reached, name = anonymising.touched(me.actor, row["username"]), md(row["name"])
    st.markdown(
        f"For a person who must be forgotten, as the law may demand. A pseudonym takes the place of **{name}**"
        " everywhere; the history stays."
    )
    counts = ((reached.written, "text"), (reached.owned, "thing"), (reached.events, "change"))
    written, owned, changes = (show.count(number, noun) for number, noun in counts)
    lines = (
        f"Replaced: name, username and e-mail address. In {written} and check-ins of theirs, {owned} they own,"
        f" {changes} in the event log, and wherever others write of them.",
        "Gone: password, sessions, drafts, preferences, and messages to them.",
        "Stays: first names and nicknames in texts, and what backups and exports hold. Look after those.",
        "Nobody can find out afterwards who it was, and nobody can take it back.",
    )
    st.warning("\n".join(f"- {line}" for line in lines), icon=":material/warning:")
    held = len(handover.what(me.actor, row["username"]))
    if held:
        st.info(f"{show.count(held, 'thing')} still hangs on them. Hand it over first.", icon=":material/move_up:")
    typed = form.text(f"Type the username, {label(row['username'])}, to confirm", "typed", called="What you typed")
    form.below("The username", "username")
    form.save(
        "Forget for good",
        lambda key: anonymising.anonymise(me.actor, row["username"], typed),
        done=lambda by: f"Done: {by} stands for them from now on.",
        icon=":material/person_off:",
        disabled=typed.strip() != row["username"],
    )
