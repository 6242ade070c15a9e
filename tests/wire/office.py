"""A small company on a server, its people's cookies, and what of its database changes."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState, FileURLsRequest, UploadedFileInfo
from streamlit.proto.WidgetStates_pb2 import WidgetState

from okrdash.services import company, sessions, sign_in
from okrdash.services.people import CONSOLE
from okrdash.transfer.importing import Options, carry_out, plan_import
from tests.browser.running import PASSWORD, Server, start_server
from tests.services.small import add, ago
from tests.wire.client import Tab, clicked, http

ROLES = {"joost": "admin", "priya": "champion", "margit": "viewer"}
MEMBERS = ("noah", "fatima", "sofia", "hana", "linh", "arjun", "ines")
"""Each owns a key result of which a check-in is due."""
UNFINISHED = "# OKRs\n## Growth\n- OBJECTIVE: Grow abroad\n  - KR: Open two offices\n  - KR: A lead for Spain\n"
"""A document that leaves something open."""
HOUSEKEEPING = {"sessions", "visits", "drafts", "sign_in_failures"}


@dataclass
class Office:
    """The company on its server."""

    server: Server
    folder: Path
    cookies: dict[str, str]
    looked: dict[str, Any] = field(default_factory=dict)
    may_change: set[str] = field(default_factory=set)
    """The tables that the test of the moment may change; usually none."""

    @property
    def address(self) -> str:
        return self.server.address

    def tab(self, who: str = "") -> Tab:
        """A tab of somebody, or of a stranger."""
        return Tab(self.address, self.cookies.get(who, ""))

    def changes(self) -> set[str]:
        """The tables that have changed since this was asked before, by their count and check sum.

        It looks at a copy: the server owns the file. What only says where one is and was is left out.
        """
        copy, now = self.folder / "copy", {}
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for file in ("okrdash.duckdb", "okrdash.duckdb.wal"):  # not the folder in which the server makes a backup
            with suppress(FileNotFoundError):
                shutil.copy(self.folder / file, copy)
        with duckdb.connect(copy / "okrdash.duckdb") as connection:
            for (table,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall():
                if table not in HOUSEKEEPING:
                    now[table] = connection.execute(f'SELECT count(*), bit_xor(hash(t)) FROM "{table}" t').fetchone()
        before, self.looked = self.looked, now
        return {table for table in now if now[table] != before.get(table)}

    def count(self, table: str) -> int:
        """How many rows a table had when it was last looked at."""
        return int(self.looked[table][0])

    def newest(self, table: str, *columns: str) -> Any:
        """These columns of a table's last row when it was last looked at."""
        with duckdb.connect(self.folder / "copy" / "okrdash.duckdb") as connection:
            return connection.execute(
                f'SELECT {", ".join(columns)} FROM "{table}" ORDER BY "position" DESC LIMIT 1'
            ).fetchone()

    def take_in(self, table: str, rows: str) -> None:
        """Has the admin import a table."""
        with self.tab("joost") as tab:
            files = tab.run("import").widget("file_uploader", "Files")
            name = f"{table}.csv"
            tab.send(BackMsg(file_urls_request=FileURLsRequest(request_id="1", file_names=[name], session_id=tab.id)))
            [urls] = tab.answer("file_urls_response").file_urls
            assert upload(self.address + urls.upload_url, name, rows.encode(), self.cookies["joost"]) == 204
            info = UploadedFileInfo(file_id=urls.file_id, name=name, size=len(rows), file_urls=urls)
            state = WidgetState(id=files.id, file_uploader_state_value=FileUploaderState(uploaded_file_info=[info]))
            tab.run("import", state)
            tab.run("import", state, clicked(tab.widget("button", "Import")))


def make_office(folder: Path) -> Office:
    """Makes the company and starts its server."""
    company.close_company()
    company.open_company(folder / "okrdash.duckdb")
    people = [
        {"username": one, "name": one.capitalize(), "role": ROLES.get(one, "member")} for one in (*ROLES, *MEMBERS)
    ]
    add(
        teams=[
            {"team": "Acme", "kind": "company"},
            {"team": "Growth", "kind": "function", "parent": "Acme"},
        ],
        people=[row | {"email": f"{row['username']}@acme.example"} for row in people],
        memberships=[{"person": one, "team": "Growth"} for one in MEMBERS],
        cycles=[{"cycle": "Now", "start": ago(50), "end": ago(-50), "state": "active"}],
        objectives=[
            {"id": "O", "cycle": "Now", "team": "Growth", "title": "Be found", "owner": "noah"},
            {"id": "P", "cycle": "Now", "team": "Acme", "title": "Buy Bookwren", "visibility": "confidential"},
        ],
        key_results=[
            {
                "id": f"K-{one}",
                "objective": "O",
                "title": f"Sign-ups by {one.capitalize()}",
                "kind": "increase",
                "baseline": 0.0,
                "target": 100.0,
                "owner": one,
            }
            for one in MEMBERS
        ],
    )
    carry_out(CONSOLE, plan_import(CONSOLE, [("okrs.md", UNFINISHED.encode())], Options("Now", ago(50), ago(-50))))
    sign_in.set_password(CONSOLE, "joost", PASSWORD)
    cookies = {
        one: sessions.redeem(sessions.issue_ticket(sessions.start_session(one))) or "" for one in (*ROLES, *MEMBERS)
    }
    company.close_company()
    # what comes while a run ends is seen by a run that takes long to end
    server = start_server(folder, STREAMLIT_RUNNER_POST_SCRIPT_GC="true")
    office = Office(server, folder, cookies)
    office.changes()
    return office


def upload(address: str, name: str, content: bytes, cookie: str, **headers: str) -> int:
    """The status with which a file is taken in or not."""
    token = "2|00000000|00000000000000000000000000000000|1"
    given = {"content_type": "multipart/form-data; boundary=x", "x_xsrftoken": token, **headers}
    body = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + content
    origin = "/".join(address.split("/")[:3])
    return http(
        address,
        method="PUT",
        body=body + b"\r\n--x--\r\n",
        cookie=f"{cookie}; _streamlit_xsrf={token}",
        origin=origin,
        **given,
    )[0]
