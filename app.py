"""The app for `streamlit run app.py`: okrdash/ui/shell.py with its routes, its guard and an open database."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config as streamlit_config

from okrdash import config
from okrdash.background import rounds
from okrdash.company_way import CompanyWay, secrets_of
from okrdash.domain.errors import StoreError
from okrdash.guard import Guard
from okrdash.services import company, demo, sign_in
from okrdash.transfer.demo import SIGN_INS
from okrdash.ui import faults
from okrdash.ui.company_sign_in import VOUCHED
from okrdash.ui.mended import mend_leaving
from okrdash.web import routes


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """The database is open, people are called and backups made, while the app runs."""
    settings = config.load()
    address = str(st.get_option("server.address") or "0.0.0.0")  # noqa: S104 - what Streamlit takes for none
    if settings.demo and address not in ("127.0.0.1", "::1", "localhost"):
        refuse(f"A demo signs everybody in, so it runs on 127.0.0.1 only, not on {address}.")
    try:
        settings.check_company_sign_in()
        _ = settings.kept
        company.open_company(settings.database_at)
        if settings.demo:
            demo.offer(settings.demo, SIGN_INS.get(settings.demo, {}))
        elif sign_in.set_up_needed():
            scheme = "https" if st.get_option("server.sslCertFile") else "http"
            say(f"Nobody can sign in as admin yet. Open {scheme}://{address}:{st.get_option('server.port')}/")
            say(f"and set okrdash up with this one-time token: {sign_in.setup_token()}")
    except StoreError as fault:
        refuse(str(fault))
    try:
        async with rounds():
            yield
    finally:
        company.close_company()


def say(line: str) -> None:
    """One line on the console."""
    sys.stdout.write(f"okrdash: {line}\n")
    sys.stdout.flush()


def refuse(reason: str) -> NoReturn:
    """Ends the process with one line. An exception would come out of the server as a page of traceback."""
    sys.stderr.write(f"okrdash: {reason}\n")
    sys.stderr.flush()
    os._exit(1)


os.umask(0o077)  # what the database writes beside itself is nobody else's either
settings_at_start = config.load()
try:
    settings_at_start.check_sessions()  # here, because a middleware that fails would keep `lifespan` from being run
except StoreError as fault:
    refuse(str(fault))
if settings_at_start.proxy_header:
    streamlit_config.set_option("server.trustedUserHeaders", {settings_at_start.proxy_header: VOUCHED})
mend_leaving()
app = st.App(
    config.ROOT / "okrdash" / "ui" / "shell.py",
    routes=routes(),
    middleware=[Middleware(Guard), Middleware(CompanyWay)],
    secrets=secrets_of(settings_at_start),
    lifespan=lifespan,
    on_script_error=faults.show,
)
