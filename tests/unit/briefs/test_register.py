"""The register of briefs: a file is told from a changed one, a line from a changed one, and our key from another."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from briefs.register import register, verify
from core.errors import UserError
from core.signing_keys import load_key, make_key, public_of

REFERENCE = "HG-E02999015-0123456789ab"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEGROUND_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("HOMEGROUND_BRIEF_REGISTER_FILE", str(tmp_path / "register.jsonl"))
    monkeypatch.setenv("HOMEGROUND_BRIEF_KEY", str(tmp_path / "key.pem"))
    return tmp_path


def registered(folder: Path, name: str = "brief.pdf", data: bytes = b"%PDF " + REFERENCE.encode()) -> Path:
    register({name: data}, REFERENCE, place="E02999015", release=2, author="A. Planner", status="final")
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_file_as_it_was_made_is_found_with_who_made_it(folder: Path) -> None:
    verdict = verify(registered(folder))
    assert verdict.entry is not None
    assert (verdict.entry.reference, verdict.entry.author, verdict.entry.status, verdict.entry.release) == (
        REFERENCE,
        "A. Planner",
        "final",
        2,
    )
    assert verdict.faults == ()


def test_the_same_file_is_registered_once(folder: Path) -> None:
    registered(folder)
    registered(folder)
    assert len((folder / "register.jsonl").read_text().splitlines()) == 1
    registered(folder, "other.pdf", b"another")
    assert len((folder / "register.jsonl").read_text().splitlines()) == 2


def test_a_changed_file_is_none_and_its_reference_is_said(folder: Path) -> None:
    path = registered(folder)
    path.write_bytes(path.read_bytes() + b" ")
    verdict = verify(path)
    assert verdict.entry is None
    assert verdict.bears == REFERENCE
    assert [e.file for e in verdict.known] == ["brief.pdf"]


def test_the_reference_of_an_office_file_is_read_and_a_broken_archive_is_none(folder: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("docProps/core.xml", f"<dc:identifier>{REFERENCE}</dc:identifier>")
    path = registered(folder, "brief.docx", buffer.getvalue())
    path.write_bytes(path.read_bytes().replace(b"0123456789ab", b"0123456789ab", 1) + b"\0")
    assert verify(path).bears == REFERENCE
    path.write_bytes(b"PK\x03\x04 no archive")
    assert verify(path).bears == ""


def test_a_line_that_was_changed_is_told(folder: Path) -> None:
    path, lines = registered(folder), folder / "register.jsonl"
    entry = json.loads(lines.read_text())
    lines.write_text(json.dumps(entry | {"author": "Somebody else"}) + "\n")
    verdict = verify(path)
    assert verdict.entry is None
    assert verdict.faults == ("line 1 of the register was changed after it was signed",)


def test_a_line_of_another_key_is_told(folder: Path) -> None:
    path = registered(folder)
    other = make_key(folder / "other.pem")
    verdict = verify(path, public_key=other)
    assert verdict.entry is None and "another key" in verdict.faults[0]
    own = public_of(load_key(folder / "key.pem"))
    assert verify(path, against=folder / "register.jsonl", public_key=own).entry is not None


def test_without_a_register_or_with_a_broken_one_is_one_message(folder: Path) -> None:
    path = folder / "brief.pdf"
    path.write_bytes(b"x")
    with pytest.raises(UserError, match="no register"):
        verify(path)
    registered(folder)
    (folder / "register.jsonl").write_text("{not json\n")
    with pytest.raises(UserError, match="cannot be read"):
        verify(path)
