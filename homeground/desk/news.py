"""News of areas by e-mail, sent by the worker: each address is asked back once, and those that confirmed are told what is new."""

from __future__ import annotations

import logging
import time
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row

from core import db
from core.contracts import address_of
from core.db import Role
from core.languages.spoken import speaking
from core.mail import Letter, MailError, Outbox, can_send, outbox
from core.settings import PortalSettings
from feeds.worker import runs
from published.news.letters import Sender, to_confirm, with_news
from published.news.since import Happened, happened, news_of
from published.release import Place, Release, current_release

log = logging.getLogger("homeground.worker")

_LOCK = "news by e-mail"
# how long nobody looks again: after a look, and after a server for e-mail that takes nothing
_LOOK_S, _AWAY_S = 60.0, 600.0
# of one address whose mailbox takes nothing for now, and after how many days of that it is let go
_FULL_S, _FULL_DAYS = 3600.0, 30
_full: dict[int, float] = {}
_next_look = float("-inf")


def send_when_due() -> bool:
    """One look, a minute after the last: whether letters went. A server for e-mail that is away is a line in the log, and waits for later."""
    global _next_look
    if time.monotonic() < _next_look:
        return False
    _next_look = time.monotonic() + _LOOK_S
    try:
        sent = send_news(datetime.now(UTC).date())
    except MailError as error:
        _next_look = time.monotonic() + _AWAY_S
        log.warning("news by e-mail waits: %s", error)
        return False
    if sent:
        log.info("news by e-mail: %d letters", sent)
    return sent > 0


def send_news(today: date) -> int:
    """Send what is due by a day (UTC), and delete the addresses whose time is over. How many letters went.

    0 too where news by e-mail is not offered, nothing is published, or another process is at it. Raises MailError where the server takes
    no letter now; what it took before is noted, so no letter goes twice unless the process ends between the two.
    """
    portal = PortalSettings()
    if not portal.news_by_email:
        return 0
    with runs.lock_unless_taken(_LOCK) as ours:
        if not ours:
            return 0
        with db.transaction(Role.PIPELINE) as connection:
            db.run_statement(connection, "news/forget", {"today": today})
            later = {"waiting": [alert for alert, until in _full.items() if until > time.monotonic()]}
            wait = db.rows(connection, "news/to_ask_back", later)
            due = db.rows(connection, "news/to_tell", {"today": today, **later})
            all_of_it = happened(connection) if due else Happened((), (), ())
            # whoever holds the credential that adds addresses may add what is none, and that would hold up every letter after it
            odd = [row for row in (*wait, *due) if address_of(row.address) != row.address]
            for row in odd:
                db.run_statement(connection, "news/let_go", {"alert_id": row.alert_id})
            wait, due = ([row for row in rows if row not in odd] for rows in (wait, due))
        release = current_release(Role.PIPELINE)
        if release is None or not (wait or due) or not can_send():
            return 0
        sender = Sender(portal.community_url, portal.questions_url, portal.publisher)
        letters = [(row, _asks_back(sender, release, row)) for row in wait]
        letters += [(row, _tells(sender, release, row, all_of_it, today)) for row in due]
        return _send(letters, today)


def _asks_back(sender: Sender, release: Release, row: Row[Any]) -> Letter | None:
    place = _place(release, row)
    with speaking(row.language):
        return None if place is None else to_confirm(sender, row.address, row.token, place)


def _tells(sender: Sender, release: Release, row: Row[Any], all_of_it: Happened, today: date) -> Letter | None:
    """None where nothing is new."""
    place = _place(release, row)
    with speaking(row.language):
        found = () if place is None else news_of(release, place, all_of_it, row.told_until, today)
        return with_news(sender, row.address, row.token, place, found) if place is not None and found else None


def _place(release: Release, row: Row[Any]) -> Place | None:
    return release.place(row.geography, row.place_code)


def _send(letters: list[tuple[Row[Any], Letter | None]], today: date) -> int:
    """Each letter, and the note that it went, in a transaction of its own. Where none is to be sent, no server is asked."""
    for row in (row for row, letter in letters if letter is None):
        _note(row, today)
    to_go = [(row, letter) for row, letter in letters if letter is not None]
    if not to_go:
        return 0
    with outbox() as box:
        return sum(_handed_over(box, letter, row, today) for row, letter in to_go)


def _handed_over(box: Outbox, letter: Letter, row: Row[Any], today: date) -> bool:
    """False where it was not taken: an address that is known nowhere is deleted, and one whose mailbox has been full for a month; else a full
    one is tried again an hour later."""
    try:
        box.send(letter)
    except MailError as error:
        if not error.of_one:
            raise
        _full[row.alert_id] = time.monotonic() + _FULL_S
        told_until = getattr(row, "told_until", None)
        if error.final or (told_until is not None and (today - told_until).days > _FULL_DAYS):
            _full.pop(row.alert_id, None)
            with db.transaction(Role.PIPELINE) as connection:
                db.run_statement(connection, "news/let_go", {"alert_id": row.alert_id})
        return False
    _full.pop(row.alert_id, None)
    _note(row, today)
    return True


def _note(row: Row[Any], today: date) -> None:
    asked_back = not hasattr(row, "told_until")
    with db.transaction(Role.PIPELINE) as connection:
        db.run_statement(connection, "news/asked_back" if asked_back else "news/told", {"alert_id": row.alert_id, "today": today})
