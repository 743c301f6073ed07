"""What a professional takes away: made when it is asked for, handed to the browser that asked for it, once, and put on record.

A button makes the file, keeps it here for a minute under a random name, and lets the page fetch it from a route of ours (app.routes.taken),
which asks whose session that is. Streamlit's own download button is not used: what it offers lies at an address that answers to anyone.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import streamlit as st

from app import process
from app.look.markup import plain
from app.person import store as person_store
from app.person.sessions import SESSIONS, Session, number_in
from app.person.sign_in import Person, person_from_claims

LASTS_S = 60.0
ADDRESS = "/take-away/"
_MOST_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class TakeAway:
    """A file for one person in one session. subject and detail: what the audit trail says of it, codes and counts of rows alone."""

    session: str
    person: Person
    name: str
    media_type: str
    content: bytes
    subject: str
    detail: Mapping[str, Any]
    until: float


class Counter:
    """Files that wait to be fetched. Bounded in time and bytes."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._waiting: OrderedDict[str, TakeAway] = OrderedDict()
        self._lock = Lock()

    def put(self, file: TakeAway) -> str:
        """The random name under which the file can be had."""
        name = secrets.token_urlsafe(32)
        with self._lock:
            self._waiting[name] = file
            now = time.monotonic()
            held = sum(len(f.content) for f in self._waiting.values())
            for key, one in list(self._waiting.items()):
                if key != name and (one.until <= now or held > self._most_bytes):
                    held -= len(self._waiting.pop(key).content)
        return name

    def take(self, name: str, session: str | None) -> TakeAway | None:
        """The file, once, to the session that it was made for. Somebody else's question does not use it up."""
        with self._lock:
            found = self._waiting.get(name)
            if found is None or found.session != session:
                return None
            del self._waiting[name]
        return found if found.until > time.monotonic() else None


COUNTER = Counter()


def still_allowed(file: TakeAway, session: Session) -> bool:
    """Whether the person for whom it was made is still the one who is signed in, with the same districts."""
    settings = process.settings()
    if settings.demo:
        return True
    return session.claims is not None and person_from_claims(session.claims, settings) == file.person


def download(
    person: Person, label: str, name: str, media_type: str, content: Callable[[], bytes | str], subject: str, detail: Mapping[str, Any],
    *, key: str,
) -> None:  # fmt: skip
    """A button that hands out what content() makes. It is made when the button is pressed, not before."""
    if not st.button(plain(label), key=key):
        return
    number = number_in(st.context.cookies)
    if number is None or SESSIONS.find(number) is None:
        st.warning("This page was opened before the portal was started anew, or your browser keeps no cookies. Load it again.")
        return
    made = content()
    body = made.encode("utf-8") if isinstance(made, str) else made
    waits = COUNTER.put(TakeAway(number, person, name, media_type, body, subject, detail, time.monotonic() + LASTS_S))
    # an address that answers with a file: the frame stays empty and out of sight, the browser saves the file
    with st.container(key="hg-take-away"):
        st.iframe(f"{ADDRESS}{waits}", height=1, tab_index=-1, alt="The file that your browser saves")


def record(file: TakeAway) -> None:
    """On record before the first byte leaves."""
    person_store.record(file.person, "export", file.subject, file.detail)
