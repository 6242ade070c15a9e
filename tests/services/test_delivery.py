"""Messages as they arrive: at a real mail server and a real HTTP receiver, both on loopback."""

from __future__ import annotations

import asyncio
import email
import email.policy
import io
import json
import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope

from okrdash import background
from okrdash.domain.errors import Invalid
from okrdash.services import calling, delivery, messages, preferences
from okrdash.services.calling import call_due
from okrdash.services.people import CONSOLE, Actor
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.conftest import SignedIn

SECRET = "hush-hush"


class MailServer:
    """A mail server in a thread of its own; it asks for no password, and answers `answer` to what comes."""

    def __init__(self, port: int = 0) -> None:
        self.came: list[Envelope] = []
        self.answer = "250 OK"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)  # a browser's loop may run in this one
        self._thread.start()
        make = self._loop.create_server(lambda: SMTP(self, loop=self._loop), "127.0.0.1", port)
        self._server = asyncio.run_coroutine_threadsafe(make, self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]

    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:  # noqa: N802
        self.came.append(envelope)
        return self.answer

    def mails(self) -> list[EmailMessage]:
        return [email.message_from_bytes(one.content or b"", policy=email.policy.default) for one in self.came]  # type: ignore[arg-type]

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.05), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    server = MailServer()
    monkeypatch.setenv("OKRDASH_MAIL", mail_address(server.port))
    yield server
    server.close()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What a webhook received; it answers 500 to what holds "broken"."""
    came: list[Any] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            came.append(body)
            self.send_response(500 if "broken" in body["message"] else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv("OKRDASH_WEBHOOK", f"json://127.0.0.1:{server.server_port}/{SECRET}?token={SECRET}2")
    yield came
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def reachable(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mia and Ada have mail addresses; okrdash is open under an address."""
    for name in ("OKRDASH_MAIL", "OKRDASH_WEBHOOK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OKRDASH_ADDRESS", "https://okr.example.com/")
    with store.write(Event("console", "test")) as tx:
        for username in ("mia", "ada"):
            tx.update("people", (username,), {"email": f"{username}@example.com"})


def mail_address(port: int) -> str:
    return f"mailto://127.0.0.1:{port}?from=okr@example.com&to=everybody@example.com"


def leave(
    store: Store, subject: str = "2 check-ins are due", text: str = "- Größe\n- Märkte", kind: Any = "blocker"
) -> None:
    with store.write(None) as tx:
        messages.leave(tx, ["mia"], kind, about="check-in 1", subject=subject, text=text)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_mail_goes_to_the_person_alone_with_the_link(store: Store, mail_server: MailServer) -> None:
    leave(store)
    assert [one.error for one in call_due(CONSOLE)] == [""]
    assert [one.rcpt_tos for one in mail_server.came] == [["mia@example.com"]]
    [mail] = mail_server.mails()
    assert (mail["subject"], mail["from"], mail["to"]) == (
        "2 check-ins are due",
        "okr@example.com",
        "mia@example.com",
    )
    assert mail["auto-submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == [
        "- Größe",
        "- Märkte",
        "",
        "Answer: https://okr.example.com/",
        "",
        "How okrdash calls you, and whether it does, is your choice: https://okr.example.com/account",
    ]


def test_a_mail_about_a_dependency_opens_it_and_is_sent_to_who_wants_it(
    store: Store, mail_server: MailServer, signed_in: SignedIn
) -> None:
    preferences.choose(signed_in("admin"), preferences.Preferences(dependencies=False))
    with store.write(None) as tx:
        place = "dependencies?dependency=d"
        messages.leave(tx, ["mia", "ada"], "dependency", about="d", subject="Data is asked", text="-", place=place)
    call_due(CONSOLE)
    assert [one.rcpt_tos for one in mail_server.came] == [["mia@example.com"]]
    assert "Open it: https://okr.example.com/dependencies?dependency=d" in mail_server.mails()[0].get_content()


def test_a_subject_is_one_line_whatever_is_in_it(store: Store, mail_server: MailServer) -> None:
    leave(store, subject="Help\r\nBcc: eve@example.com\u202e" + "x" * 900)
    call_due(CONSOLE)
    [mail] = mail_server.mails()
    assert (mail["bcc"], mail_server.came[0].rcpt_tos) == (None, ["mia@example.com"])
    assert mail["subject"].startswith("Help Bcc: eve@example.comxxx")
    assert len(mail["subject"]) == 300


def test_the_chat_names_the_person(store: Store, receiver: list[Any]) -> None:
    leave(store)
    call_due(CONSOLE)
    assert [one["message"] for one in receiver] == [
        "Mia Member: 2 check-ins are due\n\n- Größe\n- Märkte\n\nAnswer: https://okr.example.com/"
    ]


def test_in_the_chat_nothing_that_was_typed_calls_or_links(store: Store, receiver: list[Any]) -> None:
    leave(store, text="<!channel> @here <@U1> [free](https://evil.example) ![x](http://evil.example/x.png) `rm`")
    call_due(CONSOLE)
    typed = receiver[0]["message"].removesuffix("Answer: https://okr.example.com/")
    assert [sign for sign in ("<", ">", "[", "]", "`", "@here", "@U1", "://") if sign in typed] == []


def test_without_an_address_it_says_where_to_go(
    store: Store, receiver: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKRDASH_ADDRESS", "javascript:alert(1)")
    leave(store, kind="reminder", text="")
    with store.write(None) as tx:
        tx.run("UPDATE messages SET kind = 'mention'")
    call_due(CONSOLE)
    assert receiver[0]["message"] == "Mia Member: 2 check-ins are due\n\nAnswer."


def test_a_refused_connection_is_tried_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("OKRDASH_MAIL", mail_address(port))
    leave(store)
    [failed] = call_due(CONSOLE)
    assert "Connection refused" in failed.error
    server = MailServer(port)
    with store.read() as reader:
        [row] = reader.rows("SELECT next_try_at FROM messages")
    assert [one.error for one in call_due(CONSOLE, row["next_try_at"])] == [""]
    server.close()
    assert len(server.came) == 1


def test_what_the_mail_server_says_is_kept(store: Store, mail_server: MailServer) -> None:
    mail_server.answer = "552 Mailbox full"
    leave(store)
    assert ["Mailbox full" in one.error for one in call_due(CONSOLE)] == [True]


def test_no_error_tells_a_secret(store: Store, receiver: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    logged = io.StringIO()
    handler = logging.StreamHandler(logged)
    monkeypatch.setattr(logging.root, "level", logging.DEBUG)
    monkeypatch.setattr(logging.root, "handlers", [handler])
    leave(store, text="broken")
    [refused] = call_due(CONSOLE)
    assert "500" in refused.error
    monkeypatch.setenv("OKRDASH_WEBHOOK", f"json://me:{SECRET}1@127.0.0.1:{free_port()}/{SECRET}/x?token={SECRET}2")
    leave(store)
    with store.write(None) as tx:
        tx.run("UPDATE messages SET tries = 0")
    [unreached] = call_due(CONSOLE)
    assert "refused" in unreached.error
    says = delivery.channel("chat").says
    assert says == "JSON at 127.0.0.1"
    for told in (refused.error, unreached.error, says, logged.getvalue(), repr(calling.config.load())):
        assert SECRET not in told


@pytest.mark.parametrize(
    ("way", "address"),
    [("e-mail", f"smtp://u:{SECRET}@x"), ("e-mail", f"json://x/{SECRET}"), ("chat", f"nothing://{SECRET}")],
)
def test_an_address_that_is_not_understood_is_told_without_it(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, way: str, address: str
) -> None:
    admin = signed_in("admin")
    monkeypatch.setenv("OKRDASH_MAIL" if way == "e-mail" else "OKRDASH_WEBHOOK", address)
    fault = next(one.fault for one in calling.channels(admin) if one.way == way)
    assert ("is not understood" in fault, SECRET in fault) == (True, False)
    with pytest.raises(Invalid, match="is not understood"):
        calling.send_test(admin, way)


def test_an_address_of_several_people_is_refused(store: Store, mail_server: MailServer) -> None:
    with store.write(Event("console", "test")) as tx:
        tx.update("people", ("mia",), {"email": "mia@example.com, eve@example.com"})
    leave(store)
    assert ["no e-mail address" in one.error for one in call_due(CONSOLE)] == [True]
    assert mail_server.came == []


def test_an_admin_tests_each_way(signed_in: SignedIn, mail_server: MailServer, receiver: list[Any]) -> None:
    admin = signed_in("admin")
    for way in ("e-mail", "chat"):
        calling.send_test(admin, way)
    assert [one.rcpt_tos for one in mail_server.came] == [["ada@example.com"]]
    assert receiver[0]["message"].startswith("Ada Admin: A test message from okrdash")
    assert [one.fault for one in calling.channels(admin)] == ["", ""]


def test_who_has_no_address_is_told_so(signed_in: SignedIn, mail_server: MailServer) -> None:
    with pytest.raises(Invalid, match="no e-mail address here"):
        calling.send_test(Actor("console"), "e-mail")


def test_the_running_app_sends_and_ends_cleanly(
    store: Store, receiver: list[Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(background, "FIRST", 0.01)
    monkeypatch.setattr(background, "EVERY", 0.01)
    faults = iter([RuntimeError("the disk is gone")])

    def first_fails(*arguments: Any, **options: Any) -> Any:
        for fault in faults:
            raise fault
        return call_due(*arguments, **options)

    monkeypatch.setattr(calling, "call_due", first_fails)
    leave(store)

    async def app() -> None:
        async with background.rounds():
            for _ in range(500):
                await asyncio.sleep(0.01)
                if receiver:
                    break

    with ThreadPoolExecutor(1) as thread:  # a browser's loop may run in this one
        thread.submit(asyncio.run, app()).result()
    assert (len(receiver), "fault" in caplog.text) == (1, True)
