"""Professional: the briefs of every place of a kind, which the worker makes: asked for, watched and fetched here."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import streamlit as st

from app.look import wording
from app.look.markup import plain
from app.person import store as person_store
from app.person.reading import Reader, reading
from app.person.sign_in import Person
from app.person.take_away import download
from core.db import Role, rows, run_statement, scalar, transaction
from published.release import Release

KIND = "Briefs of every place of a kind"
# what one file can hold and a browser can fetch
_MOST_BYTES = 200 * 1024 * 1024
_FORMATS = {
    "pdf": "PDF",
    "docx": "Word",
    "pptx": "Slides (PowerPoint)",
    "csv": "Data pack (CSV files)",
    "xlsx": "Excel",
    "html": "Web page",
}
_LEVELS = {"msoa": "local areas", "lsoa": "neighbourhoods", "lad": "districts"}
_NO_WORKER = "Where nothing happens for minutes, no worker is running: ask whoever runs Homeground."


@dataclass(frozen=True)
class Batch:
    """What somebody asked for. said: how far it is, or what it came to. files, bytes: made so far."""

    number: int
    level: str
    district: str
    state: str
    said: str
    files: int
    bytes: int

    @property
    def open(self) -> bool:
        return self.state in ("waiting", "running")


def batches(reader: Reader) -> list[Batch]:
    """Of the reader's person, the newest first."""
    found = reader.rows("briefs/batches", {"person": reader.person.actor})
    return [
        Batch(int(r["batch_id"]), r["level"], r["district"], r["state"], r["said"], int(r["files"]), int(r["bytes"])) for r in found
    ]


def show(person: Person, release: Release) -> None:
    st.html(
        '<p class="hg-lead">One brief for each place, of published figures alone. The worker makes them while you do something else. Come'
        " back to this page to fetch them as one file; they are kept for 14 days.</p>"
    )
    with reading(person) as reader:
        held = batches(reader)
    for batch in held:
        _offer(person, batch, release)
    if any(b.open for b in held):
        st.button("Look again", key="pb-again")
        return
    districts = sorted((p for p in release.of("lad") if person.may_see(p.code)), key=lambda p: p.name)
    names = {"": "the whole area", **{p.code: p.label for p in districts}}
    with st.container(key="search-batch"):
        level = str(st.selectbox("Every", list(_LEVELS), format_func=_LEVELS.__getitem__, key="pb-level"))
        # of a whole force there are more neighbourhoods than one file holds
        of = list(names) if level != "lsoa" else [code for code in names if code]
        district = str(st.selectbox("Of", of, format_func=names.__getitem__, key="pb-district"))
        formats = st.multiselect(
            "Formats", list(_FORMATS), default=["pdf"], format_func=_FORMATS.__getitem__, max_selections=3, key="pb-batch-formats"
        )
    if st.button("Ask for these briefs", type="primary", disabled=not formats):
        ask(person, level, district, formats)
        st.rerun()


def ask(person: Person, level: str, district: str, formats: list[str]) -> int:
    """The number of the batch; on record who asked for what."""
    given = {
        "person": person.actor, "author": person.name, "level": level, "district": district, "formats": formats, "without": [],
    }  # fmt: skip
    with transaction(Role.PROFESSIONAL, districts=person.districts, person=person.actor) as connection:
        number = int(scalar(connection, "briefs/ask", given))
    person_store.record(person, "view", "brief_batch", {"batch": number, "level": level, "district": district, "formats": formats})
    return number


def packed(person: Person, batch: int) -> bytes:
    """The files of a batch of theirs as one, none packed a second time."""
    with transaction(Role.PROFESSIONAL, districts=person.districts, person=person.actor) as connection:
        found = rows(connection, "briefs/files", {"batch": batch})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for row in found:
            archive.writestr(zipfile.ZipInfo(row.name), bytes(row.content))
    return buffer.getvalue()


def drop(person: Person, batch: int) -> None:
    with transaction(Role.PROFESSIONAL, districts=person.districts, person=person.actor) as connection:
        run_statement(connection, "briefs/drop_batch", {"batch": batch})


def _offer(person: Person, batch: Batch, release: Release) -> None:
    where = release.place("lad", batch.district)
    what = f"Every one of the {_LEVELS[batch.level]} of {where.label if where else 'the whole area'}"
    if batch.open:
        st.info(plain(f"{what}: {batch.said or 'waits for the worker'}. {_NO_WORKER}"))
        return
    if batch.state == "failed":
        st.error(plain(f"{what}: could not be made. {batch.said}"))
    elif batch.bytes > _MOST_BYTES:
        st.warning(
            plain(
                f"{what}: {wording.number(batch.files)} files, more than a browser fetches as one. Ask for them district by district."
            )
        )
    elif batch.files:
        detail = {"batch": batch.number, "files": batch.files}
        said = f"{what}: {batch.said}, as one file ({batch.bytes / 1_048_576:,.1f} MB)"
        name = f"briefs-{batch.level}-{batch.district or 'all'}-{batch.number}.zip"
        download(
            person, said, name, "application/zip", lambda: packed(person, batch.number), "brief_batch", detail,
            key=f"pb-batch-{batch.number}",
        )  # fmt: skip
    if st.button("Take these away from here", key=f"pb-drop-{batch.number}"):
        drop(person, batch.number)
        st.rerun()
