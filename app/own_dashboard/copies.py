"""Copies of a dashboard by the calendar: asked for and stopped by its person, made by the worker under their rights (decision 0141)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.look.wording import plural
from app.own_dashboard import measures, store
from app.own_dashboard.content import TileContent, build
from app.own_dashboard.download import csv_of, rows_of
from app.own_dashboard.measures import Wanted
from app.own_dashboard.paper import OnPaper, pdf_of, png_of
from app.own_dashboard.slides import pptx_of
from app.person import patches
from app.person import store as person_store
from app.person.reading import Reader, reading
from app.person.sign_in import Person
from app.person.store import Patch
from core.audit import record_event
from core.contracts import address_of
from core.db import Role, fetch, transaction
from core.errors import UserError
from core.settings import CopySettings

SUBJECT = "my_dashboard"
WEEK, MONTH = "week", "month"
FORMATS: Mapping[str, tuple[str, str]] = {
    "pptx": ("slides (PowerPoint)", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "pdf": ("PDF", "application/pdf"),
    "png": ("picture (PNG)", "image/png"),
    "csv": ("the figures (CSV)", "text/csv"),
}
_MAKE: Mapping[str, Callable[[OnPaper, Sequence[TileContent]], bytes]] = {
    "pptx": pptx_of,
    "pdf": pdf_of,
    "png": png_of,
    "csv": lambda head, tiles: csv_of(tiles).encode(),
}


@dataclass(frozen=True)
class Asked:
    """Copies that somebody asked for. address: '' for the folder alone; said: what the last came to; ended: none is made any more."""

    every: str
    format: str
    address: str
    ended: bool
    said: str
    due_at: datetime


@dataclass(frozen=True)
class Copy:
    """One copy, made. left_out: tiles of places that its person does not see (any more); rows: as the file of figures would have them."""

    name: str
    file_name: str
    media_type: str
    content: bytes
    tiles: int
    left_out: int
    rows: int


def asked_for(reader: Reader, code: str) -> Asked | None:
    """What the reader asked for of a dashboard."""
    found = reader.rows("copies/own", {"code": code}) if code else []
    if not found:
        return None
    (r,) = found
    return Asked(str(r["every"]), str(r["format"]), str(r["address"]), r["state"] == "ended", str(r["said"]), r["due_at"])


def ask(person: Person, code: str, every: str, form: str, address: str = "") -> None:
    """Have copies made, the first as soon as the worker looks; in place of what was asked of this dashboard before.

    address: '' for the folder alone; UserError for one that copies may not go to (HOMEGROUND_COPIES_DOMAINS).
    """
    to = may_go_to(address)
    row = {
        "person": person.actor, "name": person.name[:200], "code": code, "every": every, "format": form, "address": to,
        "role": person.role.value, "districts": person.districts,
    }  # fmt: skip
    with transaction(Role.PROFESSIONAL, districts=person.districts, person=person.actor) as connection:
        fetch(connection, "copies/stop", {"code": code, "person": person.actor})
        fetch(connection, "copies/ask", row)
        detail = {"dashboard": code, "every": every, "format": form, "by_mail": bool(to), "role": person.role.value}
        record_event(connection, actor=person.actor, action="copies_asked", subject=SUBJECT, detail=detail)


def stop(person: Person, code: str) -> None:
    """No copy is made any more. UserError where none was asked for."""
    with transaction(Role.PROFESSIONAL, districts=person.districts, person=person.actor) as connection:
        if fetch(connection, "copies/stop", {"code": code, "person": person.actor}).empty:
            raise UserError("No copies of this dashboard are made for you. Load the page again.")
        detail = {"dashboard": code, "role": person.role.value}
        record_event(connection, actor=person.actor, action="copies_stopped", subject=SUBJECT, detail=detail)


def may_go_to(address: str) -> str:
    """An address as it is kept, '' for none. UserError for one that is none, or of a domain that copies may not go to."""
    if not address.strip():
        return ""
    found = address_of(address)
    if found is None:
        raise UserError("That is not one address for e-mail. Write one, such as name@police.example, or leave the box empty.")
    settings = CopySettings()
    if not settings.may_go_to(found):
        allowed = ", ".join(settings.domains.split()) or "none"
        raise UserError(f"Copies are not sent to that address. The domains that they may go to: {allowed}.")
    return found


def make(person: Person, code: str, form: str, now: datetime) -> Copy:
    """Read a dashboard as a person may see it now, and set it. UserError where it, or all of its places, is not theirs to see."""
    with reading(person) as reader:
        board = store.board(reader, code)
        if board is None:
            raise UserError("the dashboard is not there any more, or opens nothing for this account")
        if not board.measures:
            raise UserError("the account opens no place of this dashboard any more")
        wanted = [Wanted(m, p) for m, p in zip(board.measures, board.places, strict=True)]
        districts = {d.code: d.name for d in person_store.districts_of(reader)}
        held = {w.place: _place(reader, w.place, districts) for w in wanted} if districts else {}
        open_places = {code: patch for code, patch in held.items() if patch is not None}
        tiles = build(reader, wanted, measures.offered(reader), open_places)
        region = person_store.region(reader)
    head = OnPaper(board.name, person, region is not None and region.synthetic, now)
    file_name = f"homeground-dashboard-{code.removeprefix('dash-')}-{now:%Y-%m-%d}.{form}"
    content = _MAKE[form](head, tiles)
    return Copy(board.name, file_name, FORMATS[form][1], content, len(tiles), board.left_out, len(rows_of(tiles)))


def _place(reader: Reader, code: str, districts: Mapping[str, str]) -> Patch | None:
    if code == patches.EVERYTHING:
        return patches.everything(reader, districts)
    return patches.place_named(reader, code, districts)


def record_made(person: Person, code: str, copy: Copy, *, by_mail: bool) -> None:
    """On record under the name of who asked, before anything leaves."""
    detail = {
        "dashboard": code, "file": copy.file_name, "tiles": copy.tiles, "rows": copy.rows, "scheduled": True, "by_mail": by_mail,
    }  # fmt: skip
    person_store.record(person, "export", SUBJECT, detail)


def letter_of(copy: Copy) -> tuple[str, str]:
    """Subject and words of the letter that a copy goes with."""
    left = f" {plural(copy.left_out, 'tile')} left out: of places that your account does not open." if copy.left_out else ""
    words = (
        f"The copy of “{copy.name}” that you asked for is attached ({copy.file_name}).{left}\n\n"
        "Not for publication: it holds small numbers about small places, as your account sees them. Do not pass it on to anyone who may not"
        " see them.\n\n"
        "It was made under your rights and is on record in the audit trail. To stop these copies, open the dashboard in the portal and"
        " choose Stop the copies.\n"
    )
    return f"Dashboard: {copy.name}", words
