"""How long a refused sign-in takes, by why it is refused: `python -m tests.benchmarks.bench_sign_in`.

Printed are milliseconds (the median of 25, taken in turn), and by how much each differs from a wrong password of a
known name; more than 20 % would tell a stranger who is known here. Then: how long the last of 40 who come at once
waits, and how many of them are told to try again.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from okrdash.domain.errors import Forbidden, OkrdashError
from okrdash.services import attempts, company, exchange, organisation, sign_in
from okrdash.services.passwords import BusyError
from okrdash.services.people import CONSOLE

PASSWORD = "correct horse battery staple"
PEOPLE = ("known", "gone", "slow")
REFUSED = {"wrong": "known", "unknown": "nobody", "disabled": "gone", "has to wait": "slow"}
TIMES, AT_ONCE = 25, 40


def make(path: Path) -> None:
    """A company in which one person is known, one disabled, and one has to wait."""
    company.open_company(path)
    people = [{"username": name, "name": name, "email": "", "role": "member", "active": True} for name in PEOPLE]
    exchange.import_rows(CONSOLE, {"people": people})
    for name in PEOPLE:
        sign_in.set_password(CONSOLE, name, PASSWORD)
    organisation.edit_person(CONSOLE, "gone", {"active": False})


def forgive() -> None:
    """Only `slow` has to wait."""
    with company.company().write(None) as tx:
        tx.run("DELETE FROM sign_in_failures")
        for _ in range(attempts.ACCOUNT.tries):
            attempts.take(tx, {"user slow": attempts.ACCOUNT})


def milliseconds(call: Callable[[], object]) -> float:
    """How long a call takes that is refused."""
    start = time.perf_counter()
    try:
        call()
    except Forbidden:
        return 1000 * (time.perf_counter() - start)
    raise AssertionError("nobody was to come in")


def refused(number: int) -> type[OkrdashError]:
    """Why one of many who come at once is refused."""
    try:
        sign_in.sign_in(f"stranger {number}", PASSWORD)
    except OkrdashError as fault:
        return type(fault)
    raise AssertionError("nobody was to come in")


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder) / "okrdash.duckdb")
        taken: dict[str, list[float]] = {why: [] for why in REFUSED}
        for _ in range(TIMES):
            for why, name in REFUSED.items():
                forgive()
                taken[why].append(milliseconds(lambda name=name: sign_in.sign_in(name, "a wrong guess")))  # type: ignore[misc]
        medians = {why: statistics.median(times) for why, times in taken.items()}
        for why, median in medians.items():
            print(f"{why:12} {median:6.1f} ms  {100 * (median / medians['wrong'] - 1):+5.1f} %")
        forgive()
        start = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(refused, range(AT_ONCE)))
        busy = sum(answer is BusyError for answer in answers)
        print(f"{AT_ONCE} at once: {time.perf_counter() - start:.1f} s for the last, {busy} told to try again")
        company.close_company()


if __name__ == "__main__":
    main()
