"""The command line: what an operator does on the machine that okrdash runs on, as an admin who stands in no list."""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from okrdash import __version__, cli_database, cli_people, config
from okrdash.domain.cells import read_cell
from okrdash.domain.columns import Column
from okrdash.domain.errors import Invalid, OkrdashError, Problem
from okrdash.domain.tables import ROLES
from okrdash.services import calling, company, exchange, organisation, overview, past
from okrdash.services.people import CONSOLE
from okrdash.transfer.canonical import write_bundle
from okrdash.transfer.demo import DEMOS, demo_rows, moved_to_today
from okrdash.transfer.importing import Options, Plan, carry_out, plan_import

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns 0 when done, 1 when the input or the state is at fault (argparse exits with 2)."""
    options = parser().parse_args(arguments)
    os.umask(0o077)  # databases, backups and exports hold what is confidential
    command: Callable[[argparse.Namespace], int] = options.run
    try:
        return command(options)
    except argparse.ArgumentError as fault:
        parser().error(str(fault))
    except OkrdashError as fault:
        print(str(fault) or "This did not work.", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, BrokenPipeError):
        return 1
    finally:
        company.close_company()


def serve(options: argparse.Namespace) -> int:
    """Runs the app."""
    settings = config.load() if not options.demo else config.Config(demo=options.demo)
    if options.demo:
        if options.address not in LOOPBACK:
            raise Invalid("The demo signs anyone in with one click, so it is served on 127.0.0.1 only.")
        _prepare_demo(options.demo, Path(settings.database_at), fresh=options.fresh)
    elif options.fresh:
        raise argparse.ArgumentError(None, "--fresh makes a demo company anew; it goes with --demo")
    port = options.port or _free_port(options.address)
    shown = f"[{options.address}]" if ":" in options.address else options.address
    print(f"okrdash is at http://{shown}:{port}  (stop it with Ctrl+C)", flush=True)
    command = [sys.executable, "-m", "streamlit", "run", str(config.ROOT / "app.py")]
    command += ["--server.address", options.address, "--server.port", str(port)]
    command += ["--server.headless", "true", "--logger.hideWelcomeMessage", "true"]
    os.chdir(config.ROOT)
    os.execve(sys.executable, command, config.environment_of(settings))  # noqa: S606


def init(options: argparse.Namespace) -> int:
    """Creates the database."""
    where = config.load().database_at
    if isinstance(where, Path) and where.exists():
        raise Invalid(f"{where} exists already. Name another file in OKRDASH_DATABASE, or use it as it is.")
    name = company.open_company(where).name
    if organisation.listed(CONSOLE, "people") or organisation.listed(CONSOLE, "teams"):
        raise Invalid(f"{name} has a company already. Name another database in OKRDASH_DATABASE, or use it as it is.")
    if options.demo:
        _load_demo(options.demo)
    print(f"{name} is made" + (f" with the demo company {options.demo}." if options.demo else "."))
    return 0


def import_files(options: argparse.Namespace) -> int:
    """Imports files, all or nothing."""
    company.open_own()
    sources: list[tuple[str, Path | bytes]] = [(path.name, path) for path in options.paths]
    plan = plan_import(CONSOLE, sources, Options(options.cycle or "", options.start, options.end))
    if not options.dry_run and not plan.problems:
        carry_out(CONSOLE, plan)
    if options.json:
        print(json.dumps(plan.as_json() | {"dry_run": options.dry_run}, ensure_ascii=False, indent=2))
    else:
        _print_plan(plan, dry_run=options.dry_run)
    return 1 if plan.problems else 0


def export(options: argparse.Namespace) -> int:
    """Writes everything to a folder, ZIP or JSON."""
    company.open_own()
    rows, _ = exchange.everything(CONSOLE, options.cycle or "")
    write_bundle(rows, options.dest)
    print(f"{options.dest}: " + (", ".join(f"{len(r)} {n.replace('_', ' ')}" for n, r in rows.items() if r) or "empty"))
    return 0


def board(options: argparse.Namespace) -> int:
    """Prints the board of a day; with --as-shown what it showed at the end of that day."""
    if options.as_shown and not options.as_of:
        raise argparse.ArgumentError(None, "--as-shown goes with --as-of, which says on which day")
    company.open_own()
    found = past.board_as_shown(CONSOLE, options.as_of) if options.as_shown else overview.board(CONSOLE, options.as_of)
    print(json.dumps(found.as_json(options.cycle), ensure_ascii=False, indent=2))
    return 0


def remind(options: argparse.Namespace) -> int:
    """Calls the people who are to be called now, as the running app does."""
    settings = config.load()
    company.open_own()
    if settings.demo:
        print("A demo company calls nobody.")
        return 0
    if not settings.ways:
        raise Invalid("Nobody can be called: state OKRDASH_MAIL or OKRDASH_WEBHOOK (the README says how).")
    called = calling.to_call(CONSOLE) if options.dry_run else calling.call_due(CONSOLE)
    for one in called:
        print(f"{one.name} ({one.way}): {one.subject}" + (f" - not sent: {one.error}" if one.error else ""))
    if not called:
        print("Nobody is to be called now.")
    return 1 if any(one.error for one in called) else 0


def _prepare_demo(name: str, path: Path, *, fresh: bool) -> None:
    """The demo's file: made when missing or asked for anew; an older one is moved by whole weeks to where today is."""
    company.open_company(path)  # refuses while another process serves it
    rows, revision = exchange.everything(CONSOLE)
    today = exchange.organisation_day(CONSOLE)
    if revision and not fresh:
        rows = moved_to_today(name, rows, today)
    else:
        print(f"making the demo company {name} …", flush=True)
        rows = demo_rows(name, today)
    if rows != exchange.everything(CONSOLE)[0]:
        company.close_company()
        for ending in (".mark", ".wal", ""):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        company.open_company(path)
        exchange.import_rows(CONSOLE, rows)
    company.close_company()


def _load_demo(name: str) -> None:
    if name not in DEMOS:
        raise Invalid(Problem("--demo", f"there is no demo {name!r}; there are: {', '.join(DEMOS)}"))
    exchange.import_rows(CONSOLE, demo_rows(name, exchange.organisation_day(CONSOLE)))


def _print_plan(plan: Plan, *, dry_run: bool) -> None:
    for problem in plan.problems:
        print(problem, file=sys.stderr)
    if plan.problems:
        count = "1 problem" if len(plan.problems) == 1 else f"{len(plan.problems)} problems"
        print(f"{count}; nothing was imported.", file=sys.stderr)
        return
    for warning in plan.warnings:
        print(f"note: {warning}")
    for title in plan.gone:
        print(f"no longer in the document, kept: {title}")
    for note in plan.notes:
        print(f"have a look: {note.about}: {note.note}")
    for table in dict.fromkeys([*plan.created, *plan.unchanged]):
        counts = (plan.created.get(table, 0), plan.changed.get(table, 0), plan.unchanged.get(table, 0))
        if any(counts):
            print(f"{table.replace('_', ' '):14} {counts[0]:6} new {counts[1]:6} changed {counts[2]:6} as before")
    if not plan.rows:
        print("There is nothing new in it; nothing was changed.")
    else:
        print("This is what would be done." if dry_run else "Imported.")


def _free_port(address: str) -> int:
    """The first free port from 8501 on."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    for port in range(8501, 8601):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                continue
            return port
    raise Invalid("No port from 8501 to 8600 is free. Name one with --port.")


def _day(text: str) -> date:
    try:
        day: date = read_cell(Column("day", "day", required=True), text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from None
    return day


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; they are 1 to 65535")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """The commands and what they take."""
    top = argparse.ArgumentParser(prog="python -m okrdash", description="OKRs across the functions of a company.")
    top.add_argument("--version", action="version", version=f"okrdash {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], within: object = None) -> argparse.ArgumentParser:
        says = (run.__doc__ or "").splitlines()[0]
        made: argparse.ArgumentParser = (within or commands).add_parser(name, help=says, description=says)  # type: ignore[attr-defined]
        made.set_defaults(run=run)
        return made

    one = command("serve", serve)
    one.add_argument("--address", default="127.0.0.1", help="where to listen (default: %(default)s)")
    one.add_argument("--port", type=_port, help="default: the first free one from 8501 on")
    one.add_argument("--demo", choices=sorted(DEMOS), help="run on a demo company, with one-click sign-in")
    one.add_argument("--fresh", action="store_true", help="make the demo company anew")

    one = command("init", init)
    one.add_argument("--demo", choices=sorted(DEMOS), help="with a demo company in it")

    user = commands.add_parser("user", help="Adds, lists and disables people.").add_subparsers(required=True)
    one = command("add", cli_people.add, user)
    one.add_argument("username")
    one.add_argument("--name", required=True)
    one.add_argument("--email", default="")
    one.add_argument("--role", required=True, choices=ROLES)
    one.add_argument("--team", help="a team to put them into")
    one.add_argument("--leads", action="store_true", help="as its lead")
    one.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    one = command("list", cli_people.show, user)
    one.add_argument("--json", action="store_true")
    one = command("disable", cli_people.disable, user)
    one.add_argument("username")
    one = command("password", cli_people.password, user)
    one.add_argument("username")
    one.add_argument("--password-stdin", action="store_true", help="read it from standard input")

    one = command("anonymise", cli_people.anonymise, user)
    one.add_argument("username")

    one = command("import", import_files)
    one.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a bundle (folder, .zip, .json) or an outline")
    one.add_argument("--cycle", help="the cycle of an outline")
    one.add_argument("--start", type=_day, metavar="DAY", help="its first day, 2026-10-01")
    one.add_argument("--end", type=_day, metavar="DAY", help="its last day")
    one.add_argument("--dry-run", action="store_true", help="say what would be done")
    one.add_argument("--json", action="store_true")

    one = command("export", export)
    one.add_argument("dest", type=Path, metavar="DEST", help="a folder, or a file ending in .zip or .json")
    one.add_argument("--cycle", help="only this cycle's objectives")

    one = command("board", board)
    one.add_argument("--cycle", help="only this cycle, running or not")
    one.add_argument("--as-of", type=_day, metavar="DAY", help="measure this day")
    one.add_argument("--as-shown", action="store_true", help="from what was known at the end of that day")
    one.add_argument("--json", action="store_true", required=True)

    one = command("backup", cli_database.backup)
    one.add_argument("dest", type=Path, metavar="DEST", help="a new file, or a folder that is there")
    one = command("restore", cli_database.restore)
    one.add_argument("src", type=Path, metavar="SRC", help="a backup")
    one.add_argument("--force", action="store_true", help="also where a database is, which is kept aside")
    one = command("copy", cli_database.copy)
    one.add_argument("source", metavar="FROM", help="a DuckDB file, or postgresql://user:password@host/database")
    one.add_argument("target", metavar="TO", help="an empty one")
    one = command("doctor", cli_database.examine)
    one.add_argument("--json", action="store_true")

    one = command("remind", remind)
    one.add_argument("--dry-run", action="store_true", help="say who would be called, and what for")
    return top
