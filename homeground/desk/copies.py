"""Copies of people's dashboards by the calendar: read with the rights of who asked, written to a folder, sent by e-mail where they said so.

The worker reads with the professional credential, so that row-level security decides what a copy holds as it does on the page. A worker that
does not hold it says so. Rights are those that the portal saw last; where they open nothing, or are too old, the copies end.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from app.own_dashboard import copies
from app.own_dashboard.copies import Copy
from app.person.sign_in import Person, ProfessionalRole
from core import db
from core.audit import record_event
from core.db import Role
from core.errors import UserError
from core.mail import Attached, Letter, MailError, outbox
from core.settings import CopySettings, DatabaseSettings
from homeground.desk.later import LaterError

Say = Callable[[str], None]


def folder() -> Path:
    """Where copies are written."""
    return CopySettings().folder or DatabaseSettings().state_dir / "copies"


def _copy(task: Row[Any], catalogue: Path | None, say: Say) -> str:
    why = _ended(task)
    if why:
        return _end(task, why)
    if not _holds_professional():
        raise UserError("this worker may not read as a person", hint="give it HOMEGROUND_PROFESSIONAL_URL (docs/settings.md).")
    person = Person(task.person, task.name, ProfessionalRole(task.role), task.districts)
    # rights that a domain lost since it was asked for are looked at again
    address = copies.may_go_to(task.address)
    copy = copies.make(person, task.code, task.format, datetime.now(UTC))
    copies.record_made(person, task.code, copy, by_mail=bool(address))
    _write(folder() / task.code, copy)
    if address:
        subject, words = copies.letter_of(copy)
        try:
            with outbox() as open_outbox:
                open_outbox.send(Letter(address, subject, words, (Attached(copy.file_name, copy.media_type, copy.content),)))
        except MailError as error:
            if error.final:
                raise
            raise LaterError(f"the file is there, the letter waits: {error.what}") from error
    return f"{copy.file_name}{', sent by e-mail' if address else ''}"


def _ended(task: Row[Any]) -> str:
    """Why no copy is made any more; '' where one may be."""
    days = CopySettings().rights_days
    if not task.districts or task.role not in set(ProfessionalRole):
        return "Your account opens no district any more."
    if float(task.rights_days) > days:
        return (
            f"You did not come to the portal for {days} days, so nobody knows whether your rights still hold. Ask for them again."
        )
    return ""


def _end(task: Row[Any], why: str) -> str:
    with db.transaction(Role.PIPELINE) as connection:
        db.run_statement(connection, "copies/end", {"task_id": int(task.task_id), "said": why})
        detail = {"dashboard": task.code, "person": task.person}
        record_event(connection, actor="worker", action="copies_ended", subject=copies.SUBJECT, detail=detail)
    return why


def _holds_professional() -> bool:
    """A worker with an address of its own role alone, as in docker/compose.yaml, holds no other credential."""
    held = DatabaseSettings()
    return held.professional_url is not None or held.database_url is not None or held.pipeline_url is None


def _write(into: Path, copy: Copy) -> None:
    """Whole or not there, readable by this account alone."""
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with tempfile.NamedTemporaryFile("wb", dir=into, delete=False) as draft:
            draft.write(copy.content)
        Path(draft.name).replace(into / copy.file_name)
    except OSError as error:
        raise UserError(f"the copy cannot be written: {error.strerror}", where="HOMEGROUND_COPIES_FOLDER") from error


COPY_WORK: dict[str, Callable[[Row[Any], Path | None, Say], str]] = {"copy": _copy}
