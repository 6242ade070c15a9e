"""A browser tab down to the bytes: it speaks Streamlit's WebSocket and sends whatever it is told to."""

from __future__ import annotations

import platform
import urllib.error
import urllib.request
from typing import Any

import streamlit
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import NewSession
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from okrdash.services.sessions import COOKIE

WAIT = 30.0
"""Seconds that an answer may take; generous, because many tests share two cores."""


class Tab:
    """A connection to a server, with the cookie of somebody's session or none."""

    def __init__(self, address: str, cookie: str = "", *, origin: str | None = None, **headers: str) -> None:
        self._connection = connect(
            address.replace("http", "ws", 1) + "/_stcore/stream",
            origin=origin or address,  # type: ignore[arg-type]
            additional_headers=({"Cookie": f"{COOKIE}={cookie}"} if cookie else {}) | headers,
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            proxy=None,
            open_timeout=WAIT,
        )
        self.session = NewSession()
        self.pages: dict[str, str] = {}
        """The hash of each page by its address, as the navigation tells them."""
        self.received = b""
        """Everything that has come since the last run was asked for."""
        self.fragments: set[str] = set()
        """The fragments that were drawn: parts of a page that can be run alone."""
        self._elements: dict[tuple[int, ...], Element] = {}

    def __enter__(self) -> Tab:
        self._socket = self._connection.__enter__()
        return self

    def __exit__(self, *fault: Any) -> None:
        self._connection.__exit__(*fault)

    def send(self, data: bytes | BackMsg) -> None:
        """Sends a message, whatever it is."""
        self._socket.send(data if isinstance(data, bytes) else data.SerializeToString())

    def ask(self, page: str = "", *states: WidgetState, **client_state: Any) -> None:
        """Asks for a run of a page, by its address, with these states of widgets."""
        client_state.setdefault("page_name", "" if client_state.get("page_script_hash") else page)
        asked = ClientState(widget_states=WidgetStates(widgets=states), **client_state)
        self.received = b""
        self.send(BackMsg(rerun_script=asked))

    def run(self, page: str = "", *states: WidgetState, **client_state: Any) -> Tab:
        """Asks for a run, as `ask`, and waits until it is done."""
        self.ask(page, *states, **client_state)
        return self.finish()

    def finish(self) -> Tab:
        """Reads until a run is done and no other follows."""
        while True:
            message = self._read(WAIT)
            if message.WhichOneof("type") == "script_finished" and (
                message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            ):
                return self

    def drain(self, quiet: float = 0.5) -> Tab:
        """Reads until nothing has come for a while (seconds)."""
        try:
            while True:
                self._read(quiet)
        except TimeoutError:
            return self

    def closed(self) -> int:
        """Waits until the server ends the connection; the code with which it does, 1006 for none."""
        try:
            while True:
                self._socket.recv(timeout=WAIT)
        except ConnectionClosed as ended:
            return ended.rcvd.code if ended.rcvd else 1006

    @property
    def id(self) -> str:
        """What the server calls this connection."""
        name: str = self.session.initialize.session_id
        return name

    def answer(self, kind: str) -> Any:
        """Reads until a message of a kind comes: its content."""
        while True:
            message = self._read(WAIT)
            if message.WhichOneof("type") == kind:
                return getattr(message, kind)

    def elements(self, kind: str) -> list[Any]:
        """What is shown of a kind, "button" or "text_input"."""
        return [getattr(one, kind) for one in self._elements.values() if one.WhichOneof("type") == kind]

    def places(self, kind: str) -> set[tuple[int, ...]]:
        """In which blocks what is shown of a kind stands, by their ways from the root; (0,) is the page itself."""
        return {place[:-1] for place, one in self._elements.items() if one.WhichOneof("type") == kind}

    def widget(self, kind: str, label: str) -> Any:
        """The widget of a kind whose label begins so."""
        found = [one for one in self.elements(kind) if one.label.startswith(label)]
        assert found, f"no {kind} {label!r} among {[one.label for one in self.elements(kind)]}"
        return found[0]

    def kinds(self) -> set[str]:
        """The kinds of elements that are shown."""
        return {one.WhichOneof("type") or "" for one in self._elements.values()}

    def _read(self, timeout: float) -> ForwardMsg:
        data = self._socket.recv(timeout=timeout)
        assert isinstance(data, bytes)
        assert not told_of_the_server(data)
        self.received += data
        message = ForwardMsg()
        message.ParseFromString(data)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session
            if not message.metadata.run.fragment_ids:
                self._elements = {}
        elif kind == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        if kind == "delta" and message.delta.fragment_id:
            self.fragments.add(message.delta.fragment_id)
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._elements[tuple(message.metadata.delta_path)] = message.delta.new_element
        return message


def told_of_the_server(said: bytes) -> list[bytes]:
    """What an answer tells of where and on what the app runs."""
    versions = (streamlit.__version__.encode(), platform.python_version().encode())
    return [one for one in (b"/shell.py", b"site-packages", b"Traceback (", *versions) if one in said]


def clicked(button: Any) -> WidgetState:
    """The state of a button that was clicked."""
    return WidgetState(id=button.id, trigger_value=True)


def typed(widget: Any, text: str) -> WidgetState:
    """The state of a field with this text in it, or of a selectbox with this option chosen."""
    return WidgetState(id=widget.id, string_value=text)


def http(
    address: str, *, method: str = "GET", body: bytes | None = None, cookie: str = "", **headers: str
) -> tuple[int, bytes]:
    """The status of an answer, and all that it says: headers and body. `host="…"` and the like are headers."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if cookie:
        given["Cookie"] = f"{COOKIE}={cookie}" + (f"; {given['cookie']}" if "cookie" in given else "")
    request = urllib.request.Request(address, data=body, method=method, headers=given)
    try:
        with urllib.request.urlopen(request, timeout=WAIT) as answer:
            return answer.status, str(answer.headers).encode() + answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, str(refused.headers).encode() + refused.read()
