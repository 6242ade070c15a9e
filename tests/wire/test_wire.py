"""The stranger and the insider, who send what no browser would, against a real server."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed, InvalidStatus

from okrdash.config import ROOT
from okrdash.services import sign_in_links
from okrdash.ui.navigation import SCREENS
from tests.browser.running import start_server
from tests.wire.client import Tab, clicked, http, told_of_the_server, typed
from tests.wire.office import Office, make_office, upload

pytestmark = pytest.mark.wire

SECRETS = (b"Sign-ups", b"Bookwren", b"Noah", b"@acme.example")
"""What only people of the company see."""
REFUSED = "This page is not open to you"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = make_office(tmp_path_factory.mktemp("office"))
    yield office
    office.server.stop()


@pytest.fixture(autouse=True)
def well(office: Office) -> Iterator[None]:
    """After everything nothing is changed that must not be, and the server is well and complains of nothing."""
    office.may_change = set()
    yield
    assert office.changes() - {"backups"} <= office.may_change  # the day's backup is the server's own doing
    assert http(f"{office.address}/healthz")[0] == 200
    assert "Traceback" not in office.server.console


def due(tab: Tab) -> list[WidgetState]:
    """A tab on the check-in page with new figures typed in; what a click on the save button sends then."""
    tab.run("check-in")
    fields = [one for one in tab.elements("text_input") if one.label.startswith(("New value", "Confidence"))]
    assert fields
    states = [typed(one, "9" if one.label.startswith("Confidence") else "17") for one in fields]
    return [*states, clicked(tab.widget("button", "Save check-ins"))]


def sees_only_the_form(tab: Tab) -> bool:
    """Whether the sign-in page is shown, and nothing of the company has come."""
    return titles(tab) == ["okrdash"] and not any(secret in tab.received for secret in SECRETS)


def titles(tab: Tab) -> list[str]:
    """What a tab's page is called."""
    return [one.body for one in tab.elements("heading") if one.tag == "h1"]


def leave(tab: Tab) -> None:
    """Goes to Objectives, whatever runs still; waits until that is drawn."""
    tab.ask("objectives")
    while titles(tab) != ["Objectives"]:
        tab.finish()


# The stranger


def test_a_stranger_sees_nothing_but_the_form(office: Office) -> None:
    with office.tab("joost") as admin:
        hashes = admin.run("admin", query_string="tab=People").pages
        assert any(secret in admin.received for secret in SECRETS)
    assert set(hashes) == {screen.address for screen in SCREENS}
    for screen in SCREENS:
        with office.tab() as tab:
            tab.run(screen.address)
            if screen.address == sign_in_links.ADDRESS:  # where a one-time link leads, which they have not
                assert (titles(tab), tab.elements("text_input")) == ([screen.title], [])
            else:
                assert sees_only_the_form(tab), screen
    with office.tab() as tab:
        for address in ("", "objective", "admin"):
            assert sees_only_the_form(tab.run(page_script_hash=hashes[address])), address
    for cookie in ("guessed", "x" * 5000):
        with Tab(office.address, cookie) as tab:
            assert sees_only_the_form(tab.run("admin", query_string="tab=People"))


def test_a_fresh_process_from_a_tree_without_git_that_nothing_writes_to(tmp_path: Path, office: Office) -> None:
    tree = tmp_path / "tree"
    for part in ("app.py", ".streamlit", "okrdash", "pages"):
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            tree.mkdir(exist_ok=True)
            shutil.copy(source, tree)

    def files() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in tree.rglob("*")}

    before = files()
    for path in before:
        path.chmod(path.stat().st_mode & ~0o222)
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(office.folder / "okrdash.duckdb", folder)
    server = start_server(folder, root=tree, PYTHONDONTWRITEBYTECODE="1", HOME=str(tmp_path / "nobody"))
    try:
        with Tab(server.address) as tab:
            assert sees_only_the_form(tab.run("admin"))
        with Tab(server.address, office.cookies["noah"]) as tab:
            assert any(secret in tab.run("check-in").received for secret in SECRETS)
    finally:
        server.stop()
    assert files() == before


def test_no_answer_tells_of_the_server(office: Office) -> None:
    answers = {
        ("GET", "/_stcore/metrics"): 404,
        ("POST", "/_stcore/agent/mcp"): 404,
        ("GET", "/_stcore/script-health-check"): 404,
        ("GET", "/component/streamlit_authenticator/index.html"): 404,
        ("GET", "/media/x.zip"): 403,
        ("DELETE", "/_stcore/upload_file/x/y"): 403,
        ("POST", "/nowhere"): 405,
        ("GET", "/auth/session"): 200,  # the page, as for any other address
        ("GET", "/static/"): 200,  # it too, and no list of what is in there
        ("GET", "/static/../../config.py"): 400,
        ("GET", "//evil.example/x"): 400,
        ("DELETE", "/healthz"): 405,
    }
    given = {}
    for method, path in answers:
        given[method, path], said = http(office.address + path, method=method, origin=office.address)
        assert told_of_the_server(said) == [], path
        assert b"default-src 'self'" in said, path
    assert given == answers


def test_a_stranger_has_no_way_in_by_another_name_or_from_another_page(office: Office) -> None:
    assert http(office.address, host="evil.example")[0] == 421
    port = office.address.rpartition(":")[2]
    for origin in ("https://evil.example", "http://127.0.0.1:1", "null", f"http://evil.example:{port}"):
        with (
            pytest.raises(InvalidStatus, match="403"),
            Tab(office.address, office.cookies["joost"], origin=origin) as tab,
        ):
            tab.run()


def test_a_stranger_uploads_nothing(office: Office) -> None:
    with office.tab() as tab:
        tab.run()
        assert upload(f"{office.address}/_stcore/upload_file/{tab.id}/1", "a.md", b"x", "") == 403
    with office.tab("noah") as tab:
        tab.run()
        address, cookie = f"{office.address}/_stcore/upload_file", office.cookies["noah"]
        assert upload(f"{address}/{tab.id}/1", "a.md", b"x", cookie, content_length="21000000") == 413
        assert upload(f"{address}/{tab.id}/1", "a.md", b"x", cookie, x_xsrftoken="2|guessed") == 403
        assert upload(f"{address}/guessed/1", "a.md", b"x", cookie) == 400


def test_noise_ends_at_most_its_own_connection(office: Office) -> None:
    with office.tab() as tab:
        tab.run()
        for noise in (b"", b"\xff" * 100, os.urandom(10_000), BackMsg(clear_cache=True), BackMsg(load_git_info=True)):
            tab.send(noise)
        assert sees_only_the_form(tab.run("admin"))
        too_much = typed(tab.widget("text_input", "Username"), "x" * 7_000_000)
        tab.ask("admin", too_much)
        assert tab.closed() == 1009
    with office.tab() as tab:
        with suppress(ConnectionClosed):
            tab.send(b"\x00" * 30_000_000)
        assert tab.closed() in (1009, 1006)


def test_a_download_is_for_who_is_signed_in(office: Office) -> None:
    with office.tab("arjun") as tab:
        tab.run()
        cookie = office.cookies["arjun"]
    with office.tab("joost") as tab:
        tab.run("admin", query_string="tab=Import+and+export")
        button = tab.widget("download_button", "Download as JSON")
        tab.send(
            BackMsg(
                backend_operation_request={
                    "request_id": "1",
                    "session_id": tab.id,
                    "deferred_file": {"file_id": button.deferred_file_id},
                }
            )
        )
        url = office.address + tab.answer("backend_operation_response").deferred_file.url
        status, said = http(url, cookie=office.cookies["joost"])
        assert (status, b"Bookwren" in said, b"cache-control: no-store" in said) == (200, True, True)
        assert http(url)[0] == 403
        assert http(f"{office.address}/auth/end", method="POST", cookie=cookie, origin=office.address)[0] == 204
        assert http(url, cookie=cookie)[0] == 403


# The insider


def sign_out(office: Office, who: str) -> None:
    cookie = office.cookies[who]
    assert http(f"{office.address}/auth/end", method="POST", cookie=cookie, origin=office.address)[0] == 204


def demote(office: Office, who: str) -> None:
    office.take_in("people", f"username,name,role\n{who},{who.capitalize()},viewer\n")


def disable(office: Office, who: str) -> None:
    office.take_in("people", f"username,name,active\n{who},{who.capitalize()},no\n")


@pytest.mark.parametrize(("who", "what"), [("fatima", sign_out), ("hana", demote), ("linh", disable)])
def test_a_click_from_before_does_nothing_any_more(office: Office, who: str, what: object) -> None:
    with office.tab(who) as tab, office.tab(who) as other:
        states = due(tab)
        other.run("check-in")
        assert tab.fragments
        what(office, who)  # type: ignore[operator]
        office.may_change = {"people", "events"}
        for fragment in tab.fragments:
            tab.ask("check-in", *states, fragment_id=fragment)
            assert not any(secret in tab.drain(0.3).received for secret in SECRETS)
        tab.run("check-in", *states)
        if what is demote:
            assert titles(tab) == [REFUSED]
        else:
            assert sees_only_the_form(tab)
            assert sees_only_the_form(other.run("objectives"))


def test_clicks_while_the_first_still_saves_save_once(office: Office) -> None:
    before = office.count("check_ins")
    with office.tab("sofia") as tab:
        states = due(tab)
        for _ in range(30):
            tab.ask("check-in", *states)
            time.sleep(0.003)
        tab.finish().drain()
    office.may_change = office.changes()
    assert office.count("check_ins") == before + 1


def test_who_leaves_right_after_the_click_has_saved_all_that_was_typed(office: Office) -> None:
    with office.tab("ines") as tab:
        states = due(tab)
        [form] = tab.fragments
        for said in ((), states):  # the click waits for the run before it
            tab.ask("check-in", *said, fragment_id=form)
        leave(tab)
    office.may_change = office.changes()
    assert office.newest("check_ins", "author", "value", "confidence") == ("ines", 17, 9)


def test_a_screen_asked_for_while_a_drawer_is_drawn_stands_in_its_place(office: Office) -> None:
    with office.tab("noah") as tab:
        for pause in range(16, 96, 8):  # milliseconds; one of them ends as the drawer does
            ask = clicked(tab.run("dependencies").widget("button", "Ask for something"))
            tab.fragments.clear()
            [drawer] = tab.run("dependencies", ask).fragments
            tab.ask("dependencies", fragment_id=drawer)
            time.sleep(pause / 1000)
            leave(tab)
            assert tab.places("heading") == {(0,)}


def test_another_session_s_fragments_and_widgets_are_nobody_s(office: Office) -> None:
    with office.tab("noah") as tab:
        states, fragments = due(tab), tab.fragments
    with office.tab() as stranger:
        stranger.run()
        for fragment in (*fragments, "guessed"):
            stranger.ask("check-in", *states, fragment_id=fragment)
            assert not any(secret in stranger.drain(0.2).received for secret in SECRETS)
        assert sees_only_the_form(stranger.run("check-in", *states))
    with office.tab("margit") as viewer:
        assert titles(viewer.run("check-in", *states)) == [REFUSED]
        for screen in ("import", "admin"):
            assert titles(viewer.run(screen)) == [REFUSED]


def test_what_no_field_takes_is_not_saved(office: Office) -> None:
    with office.tab("noah") as tab:
        save = clicked(tab.run("check-in").widget("button", "Save check-ins"))
        for name, text in (("What changed?", "x" * 10_001), ("New value", "1e999"), ("Confidence", "11")):
            field = tab.widget("text_input", name)
            tab.run("check-in", typed(field, text), save)
            assert "exception" not in tab.kinds()
            tab.ask("check-in", typed(field, ""))
        cycle = tab.finish().run("progress").widget("selectbox", "Cycle")
        assert "exception" not in tab.run("progress", typed(cycle, "'; DROP TABLE people; --")).kinds()


def test_an_option_that_is_not_offered_is_not_taken(office: Office) -> None:
    with office.tab("noah") as tab:
        state = typed(tab.run("account").widget("selectbox", "My time zone"), "Mars/Olympus")
        tab.run("account", state, clicked(tab.widget("button", "Save how I am called")))
    office.may_change = {"preferences"}
    with office.tab("noah") as tab:
        assert b"Mars/Olympus" not in tab.run("account").received


def test_a_column_that_is_closed_stays_as_it_is(office: Office) -> None:
    with office.tab("priya") as tab:
        [editor] = [one for one in tab.run("import").elements("dataframe") if one.editing_mode]
        forged = {"edited_rows": {"0": {"title": "Forged", "open": ""}}, "added_rows": [{}], "deleted_rows": [1]}
        state = WidgetState(id=editor.id, string_value=json.dumps(forged))
        tab.run("import", state)
        tab.run("import", state, clicked(tab.widget("button", "Save")))
        assert "exception" not in tab.kinds()
