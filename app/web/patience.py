"""A request that is not sent to its end within ten seconds is hung up on: whoever holds many half-sent ones open shuts nobody else out.

uvicorn has no such limit. Its table of protocols takes ours instead; a browser sends a request at once, and nothing here is uploaded.
"""

from __future__ import annotations

import asyncio
import socket

import h11
import uvicorn.config
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE_S = 10.0
_UNFINISHED = (h11.IDLE, h11.SEND_BODY)


class PatientProtocol(H11Protocol):
    """uvicorn's protocol of one connection, with a deadline for each request from its first byte, or from the connection, to its last."""

    patience_s = PATIENCE_S
    _deadline: asyncio.TimerHandle | None = None
    # a web socket took the connection over: it lasts as long as its visitor
    _handed_over = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # the socket that Streamlit opens does not say that it is TCP, so asyncio leaves it as it is: the body of an answer then waits until
        # the browser has confirmed the head, which a browser puts off for 40 ms
        opened = transport.get_extra_info("socket")
        if opened is not None and opened.family in (socket.AF_INET, socket.AF_INET6):
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._handed_over and self.conn.their_state in _UNFINISHED and not self.transport.is_closing():
            self._wait()
        else:
            self._no_longer()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._handed_over = True
        self._no_longer()
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        self._no_longer()
        super().connection_lost(exc)

    def _wait(self) -> None:
        # more bytes of the same request give it no more time
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.patience_s, self._hang_up)

    def _no_longer(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _hang_up(self) -> None:
        self._deadline = None
        self.transport.close()


def be_patient_no_longer() -> None:
    """Every server that this process starts from now on has the deadline."""
    uvicorn.config.HTTP_PROTOCOLS["auto"] = f"{PatientProtocol.__module__}:{PatientProtocol.__name__}"
