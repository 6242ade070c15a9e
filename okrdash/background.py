"""What the app does beside answering: every minute it calls who is to be called; once a day it makes a backup."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import threading
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool

from okrdash.domain.errors import StoreError
from okrdash.services import backups, calling
from okrdash.services.people import CONSOLE

logger = logging.getLogger(__name__)

FIRST, EVERY = 5.0, 60.0
"""Seconds from the start to the first round, and from one round to the next."""


@contextlib.asynccontextmanager
async def rounds() -> AsyncIterator[None]:
    """Within it the rounds are made; at its end a message or backup that is being made is finished, and none begun."""
    ended, stop = asyncio.Event(), threading.Event()
    made = asyncio.create_task(_rounds(ended, stop))
    try:
        yield
    finally:
        stop.set()
        ended.set()
        await made


async def _rounds(ended: asyncio.Event, stop: threading.Event) -> None:
    pause = FIRST
    while not ended.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), pause)
        pause = EVERY
        if not ended.is_set():
            await run_in_threadpool(_one_round, stop)


def _one_round(stop: threading.Event) -> None:
    """One round; a fault of it goes to the log, and the next one comes all the same."""
    try:
        if made := backups.daily(CONSOLE):
            logger.info("the daily backup %s was made", made.name)
    except StoreError as fault:
        logger.error("the daily backup failed: %s", fault)
    except Exception:
        logger.exception("fault %s while making a backup", secrets.token_hex(4))
    try:
        for called in calling.call_due(CONSOLE, stop=stop):
            if called.error:
                logger.warning("a message by %s was not sent: %s", called.way, called.error)
    except Exception:
        logger.exception("fault %s while calling people", secrets.token_hex(4))
