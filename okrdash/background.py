"""What the app does beside answering: every minute it calls the people who are to be called."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import threading
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool

from okrdash.services import calling
from okrdash.services.people import CONSOLE

logger = logging.getLogger(__name__)

FIRST, EVERY = 5.0, 60.0
"""Seconds from the start to the first round, and from one round to the next."""


@contextlib.asynccontextmanager
async def calling_people() -> AsyncIterator[None]:
    """Within it people are called; at its end a message that is being sent is finished, and no further one begun."""
    ended, stop = asyncio.Event(), threading.Event()
    rounds = asyncio.create_task(_rounds(ended, stop))
    try:
        yield
    finally:
        stop.set()
        ended.set()
        await rounds


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
        for called in calling.call_due(CONSOLE, stop=stop):
            if called.error:
                logger.warning("a message by %s was not sent: %s", called.way, called.error)
    except Exception:
        logger.exception("fault %s while calling people", secrets.token_hex(4))
