"""Empty databases to test on: a DuckDB file, and one of the PostgreSQL server that `python -m tests.databases` starts.

`python -m tests.databases COMMAND…` runs the command while a PostgreSQL server of its own runs beside it: of an
unprivileged user, on a free port, in a temporary folder. Where PostgreSQL is not installed, and cannot be, it says so
and runs the command without.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

SERVER = "OKRDASH_TEST_POSTGRES"
"""The environment variable with the address of the running server."""
_DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian's packages put the programs, in a folder for each version; elsewhere they are on the path."""


def empty_postgres(name: str) -> str:
    """The address of an empty database of the running server: what an earlier test left in it is gone."""
    server = os.environ[SERVER]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with psycopg.connect(f"{server}/{name}", autocommit=True) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_steps'"
        ).fetchall()
        # for tables of a few rows this takes a twentieth of the time of TRUNCATE, which makes new files for each
        emptied = (sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for (table,) in tables)
        connection.execute(sql.SQL("; ").join(emptied))
    return f"{server}/{name}"


def _install() -> None:
    """Debian's package, where that can be had: as root."""
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
        command = [apt, "install", "-y", "-qq", "--no-install-recommends", "postgresql"]
        subprocess.run(command, check=False, stderr=subprocess.DEVNULL, **quiet)


def _program(name: str) -> str | None:
    found = next(
        (str(folder / name) for folder in sorted(_DEBIAN.glob("*/bin"), reverse=True) if (folder / name).exists()), None
    )
    return found or shutil.which(name)


def _with_server(command: list[str]) -> int:
    if not _program("initdb"):
        _install()
    initdb, postgres = _program("initdb"), _program("postgres")
    if not initdb or not postgres:
        sys.stdout.write("PostgreSQL is not installed here (apt install postgresql): nothing is tested on it.\n")
        return subprocess.call(command)
    user = {}
    with tempfile.TemporaryDirectory(prefix="okrdash-postgres-", ignore_cleanup_errors=True) as folder:
        data = Path(folder) / "data"
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("postgres" if _has("postgres") else "nobody")
            user = {"user": nobody.pw_uid, "group": nobody.pw_gid}
            os.chown(data, nobody.pw_uid, nobody.pw_gid)
            Path(folder).chmod(0o755)
        made = [initdb, "-D", data, "-U", "okrdash", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, cwd=data, **user)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "port": str(port)}
        options |= {"max_connections": "200", "log_min_messages": "fatal"}
        running = [postgres, "-D", str(data), *(part for k, v in options.items() for part in ("-c", f"{k}={v}"))]
        server = subprocess.Popen(running, cwd=data, stderr=subprocess.DEVNULL, **user)
        try:
            address = f"postgresql://okrdash@127.0.0.1:{port}"
            _wait(f"{address}/postgres")
            return subprocess.call(command, env={**os.environ, SERVER: address})
        finally:
            server.terminate()
            server.wait()


def _has(user: str) -> bool:
    try:
        return bool(pwd.getpwnam(user))
    except KeyError:
        return False


def _wait(address: str) -> None:
    for _ in range(100):
        try:
            psycopg.connect(address, connect_timeout=1).close()
        except psycopg.OperationalError:
            subprocess.run(["sleep", "0.1"], check=True)
        else:
            return
    raise RuntimeError("PostgreSQL did not start")


if __name__ == "__main__":
    sys.exit(_with_server(sys.argv[1:]))
