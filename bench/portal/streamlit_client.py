"""A browser's side of Streamlit's web socket, without a browser: a session, runs of the script, pressed buttons, what the page says."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol


class StreamlitClient:
    """One session of one visitor. headers: what the visitor sends besides; origin: where their page says that it came from.

    seen: every element that the last run drew, in order; received: bytes of all messages.
    """

    def __init__(
        self, address: str, *, cookies: Mapping[str, str] | None = None, origin: str | None = None, headers: Mapping[str, str] | None = None,
        patience_s: float = 60.0,
    ) -> None:  # fmt: skip
        self.address = address
        self.patience_s = patience_s
        self.received = 0
        self.seen: list[Any] = []
        self.redirect = ""
        held = {"_streamlit_xsrf": "2|00000000|6162636465666768|1", **(cookies or {})}
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in held.items()), **(headers or {})}
        self._ends = ExitStack()
        opened = connect(
            re.sub("^http", "ws", address) + "/_stcore/stream",
            origin=Origin(origin or address),
            additional_headers=sent,
            subprotocols=[Subprotocol("streamlit"), Subprotocol(held["_streamlit_xsrf"])],
            max_size=None,
            open_timeout=patience_s,
            compression="deflate",
        )
        self._socket: ClientConnection = self._ends.enter_context(opened)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ends.close()

    def run(self, *, query: str = "", page: str = "", pressed: str = "") -> float:
        """Run the script to its end, with that button pressed; seconds to the first element that says something."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = query
        state.page_name = page
        if pressed:
            widget = state.widget_states.widgets.add()
            widget.id = self.button(pressed).id
            widget.trigger_value = True
        self.seen = []
        begun = time.perf_counter()
        self._socket.send(message.SerializeToString())
        first = 0.0
        while True:
            data = self._socket.recv(timeout=self.patience_s)
            assert isinstance(data, bytes)
            self.received += len(data)
            answer = ForwardMsg.FromString(data)
            kind = answer.WhichOneof("type")
            if kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
                self.seen.append(answer.delta.new_element)
                if not first and answer.delta.new_element.WhichOneof("type") in ("heading", "markdown"):
                    first = time.perf_counter() - begun
            elif kind == "auth_redirect":
                self.redirect = answer.auth_redirect.url
            elif kind == "script_finished" and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return first or time.perf_counter() - begun

    def button(self, label: str) -> Any:
        return next(e.button for e in self.seen if e.WhichOneof("type") == "button" and label in e.button.label)

    def title(self) -> str:
        """The first heading of the page."""
        return next((str(e.heading.body) for e in self.seen if e.WhichOneof("type") == "heading"), "")

    def text(self) -> str:
        """Everything that was drawn, as text."""
        return "\n".join(str(e) for e in self.seen)

    def frames(self) -> list[str]:
        """Addresses of the frames on the page."""
        return [str(e.iframe.src) for e in self.seen if e.WhichOneof("type") == "iframe"]
