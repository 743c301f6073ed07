"""What changed since an edition: corrections told apart from change in the world, from published figures alone, and sentences in redline."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import text

from briefs.asked import Asked
from briefs.editions.compare import CORRECTED, SAME, SHOWN
from briefs.editions.known import edition_of, editions_of_place
from briefs.editions.redline import redlined
from briefs.read import read_facts, since_edition
from briefs.refresh.redlined import changes_document, in_lines, set_changes
from briefs.register import register
from briefs.write import made_brief
from core import db
from core.db import Role
from core.errors import UserError
from core.periods import Period
from published.releases import as_last_said
from tests.builders.briefs_release import Cell, Options, lad, lsoa, publish_release, usual_counts
from tests.conftest import Command

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("module_database")]

LAST_YEAR = Period(date(2024, 1, 1), date(2024, 12, 1))
PLACE = lsoa(3)


def corrected(number: int, category: str) -> Cell:
    """As usual, but one neighbourhood had two incidents of violence fewer, and another way to withhold its robberies."""
    if number == 3 and category in ("violence", "all_recorded"):
        return int(str(usual_counts(number, category))) - 2
    if number == 3 and category == "robbery":
        return (1, 9)
    return usual_counts(number, category)


def later(number: int, category: str) -> Cell:
    """The year after: twice the violence in one neighbourhood."""
    return 124 if (number, category) == (3, "violence") else usual_counts(number, category)


FIRST = Options(period=LAST_YEAR, missing=())
SECOND = replace(FIRST, counts=corrected)
THIRD = Options(counts=later, missing=())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEGROUND_BRIEF_REGISTER_FILE", str(tmp_path / "register.jsonl"))
    monkeypatch.setenv("HOMEGROUND_BRIEF_KEY", str(tmp_path / "key.pem"))
    return tmp_path


@pytest.fixture
def three(folder: Path) -> Iterator[list[Path]]:
    """The Word files of three editions: as first published, corrected, and of the year after."""
    made = []
    for n, options in enumerate((FIRST, SECOND, THIRD), start=1):
        publish_release(options)
        own = {"tried": f"A patrol on Friday nights, year {n}."}
        brief, files = made_brief(
            PLACE,
            ("docx", "pdf", "html", "csv", "xlsx") if n == 1 else ("docx",),
            role=Role.COMMUNITY,
            asked=Asked("A. Planner", own=own),
        )
        register(files, brief.permanent, place=brief.place, release=brief.release, author="A. Planner", status="draft")
        for name, data in files.items():
            (folder / f"{n}-{name}").write_bytes(data)
        made.append(next(folder.glob(f"{n}-*.docx")))
    yield made


def said(path: Path, place: str = PLACE) -> str:
    """The words of a brief of now that names an edition."""
    _, files = made_brief(place, ("html",), role=Role.COMMUNITY, since=edition_of(path))
    page = next(iter(files.values())).decode()
    return " ".join(re.sub(r"<(style|svg).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL).split())


def test_a_correction_is_told_apart_from_a_change_in_the_world(three: list[Path]) -> None:
    words = said(three[0])
    assert "Corrected: violence and sexual offences, was 63, is 61." in words
    # from the corrected figure, and not from the one that was wrong
    assert "Violence and sexual offences rose from 61 to 124: more than chance would give." in words
    assert "Since the edition of 14 January 2026" in words
    assert re.search(
        r"of its figures were corrected, and violence and sexual offences changed by more than chance would give", words
    )
    with db.transaction(Role.COMMUNITY) as connection:
        since = since_edition(connection, edition_of(three[0]), read_facts(connection, PLACE))
        by_group = {s.category.category: s for s in since.steps if s.place.code == PLACE}
    assert {g: s.became for g, s in by_group.items()} == {
        "all_recorded": CORRECTED, "violence": CORRECTED, "robbery": SHOWN, "antisocial": SAME, "serious_violence": SAME,
    }  # fmt: skip
    assert [g for g, s in by_group.items() if s.beyond] == ["violence"]
    # the district's total was made from the neighbourhood's, so that it was corrected is said, too
    assert any(s.place.code == lad(3) and s.became == CORRECTED for s in since.steps)


def test_editions_of_the_same_months_hold_no_change_in_the_world(three: list[Path]) -> None:
    with db.transaction(Role.COMMUNITY) as connection:
        brief = changes_document(connection, three[0], three[1], Asked())
    words = "\n".join(in_lines(brief))
    assert "Both editions are of the same months: nothing here is a change in the world." in words
    assert "Corrected: violence and sexual offences, was 63, is 61." in words
    assert "rose" not in words.split("Sentences")[0]
    assert "Given in another way to protect small numbers, which says nothing of a change: robbery." in words


def test_nothing_is_made_up_between_an_edition_and_itself(three: list[Path]) -> None:
    with db.transaction(Role.COMMUNITY) as connection:
        brief = changes_document(connection, three[2], three[2], Asked())
    words = in_lines(brief)
    assert "No sentence is another." in words
    assert not any("Corrected" in line for line in words)


@pytest.mark.parametrize("ending", ["docx", "pdf", "html", "xlsx", "zip"])
def test_an_edition_is_known_by_a_file_of_any_format(three: list[Path], ending: str) -> None:
    path = next(three[0].parent.glob(f"1-*.{ending}"))
    assert edition_of(path) == edition_of(three[0])
    # and where no register knows it, by what it says of itself, which is said
    (three[0].parent / "register.jsonl").unlink()
    alone = edition_of(path)
    assert (alone.place, alone.release, alone.sure) == (PLACE, edition_of(three[0]).release, False)
    if ending == "pdf":
        assert "No register here knows that file" in said(path)


def test_a_file_that_was_filled_in_by_hand_is_still_that_edition(three: list[Path], tmp_path: Path) -> None:
    document = Document(str(three[0]))
    document.add_paragraph("Written by hand")
    document.save(str(tmp_path / "filled.docx"))
    assert edition_of(tmp_path / "filled.docx") == edition_of(three[0])


def test_the_partnerships_own_words_are_in_the_redline_of_two_word_files(three: list[Path]) -> None:
    with db.transaction(Role.COMMUNITY) as connection:
        brief = changes_document(connection, three[0], three[2], Asked())
    assert any("Friday nights, year [-1.-] {+3.+}" in line for line in in_lines(brief))
    files = {kind: set_changes(brief, kind) for kind in ("pdf", "docx", "html")}
    assert files == {kind: set_changes(brief, kind) for kind in files}
    with zipfile.ZipFile(io.BytesIO(files["docx"])) as archive:
        body = archive.read("word/document.xml").decode()
    assert re.search(r'<w:del [^>]*w:author="Homeground"[^>]*>.*?<w:delText[^>]*>1\. ?</w:delText>', body)
    numbers = re.findall(r'<w:(?:ins|del) w:id="(\d+)"', body)
    assert len(numbers) == len(set(numbers)) > 2
    assert b"<del>[1.]</del> <ins>3.</ins>" in files["html"]


def test_a_withdrawn_release_is_not_said_again(three: list[Path]) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        db.rows(connection, "release/withdraw", {"release_id": edition_of(three[0]).release, "reason": "a test"})
    words = said(three[0])
    assert "was withdrawn" in words
    assert "was 63" not in words and "from 63" not in words


def test_an_edition_of_another_place_is_refused(three: list[Path]) -> None:
    with pytest.raises(UserError, match="that edition is of"):
        made_brief(lsoa(4), ("html",), role=Role.COMMUNITY, since=edition_of(three[0]))
    other = three[0].parent / "no.pdf"
    other.write_bytes(b"%PDF-1.7 of somebody else")
    with pytest.raises(UserError, match="no edition of a brief"):
        edition_of(other)


def test_the_register_knows_the_editions_of_a_place(three: list[Path]) -> None:
    assert [e.release for e in editions_of_place(PLACE)] == [edition_of(p).release for p in reversed(three)]
    # a line that somebody changed counts for nothing
    lines = (three[0].parent / "register.jsonl").read_text()
    (three[0].parent / "register.jsonl").write_text(lines.replace('"draft"', '"final"'))
    assert editions_of_place(PLACE) == ()


def test_editions_of_the_portal_are_told_to_people_of_the_district_and_name_nobody(three: list[Path]) -> None:
    with db.transaction(Role.PROFESSIONAL, districts=lad(3), person="a planner") as connection:
        detail = json.dumps({"place": PLACE, "release": 7, "reference": f"HG-{PLACE}-0123456789ab"})
        connection.execute(text("SELECT audit.record('a planner', 'view', 'place_brief', CAST(:d AS JSONB))"), {"d": detail})
        found = db.rows(connection, "audit/editions", {"place": PLACE})
        assert [(r.reference, r.release_id) for r in found] == [(f"HG-{PLACE}-0123456789ab", 7)]
        assert "planner" not in str(found)
    with db.transaction(Role.PROFESSIONAL, districts=lad(20), person="another") as connection:
        assert db.rows(connection, "audit/editions", {"place": PLACE}) == []


def test_a_document_of_changes_is_no_edition(three: list[Path], homeground: Command, tmp_path: Path) -> None:
    done = homeground("brief", "changes", str(three[0]), str(three[2]), "--format", "html", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    (made,) = tmp_path.glob("changes-*.html")
    # it is registered, so that it can be verified, under a place and a release of its own
    assert homeground("brief", "verify", str(made)).returncode == 0
    assert all(e.reference not in made.name for e in editions_of_place(PLACE))
    with pytest.raises(UserError, match="says what changed from one edition to another, and is none itself"):
        edition_of(made)


def test_months_that_nobody_noted_are_not_made_up_of_an_edition(three: list[Path]) -> None:
    """A figure carried from before the release's own period, by a release that did not note which months it had of it."""
    early = Period(date(2023, 1, 1), date(2023, 12, 1))
    publish_release(replace(FIRST, figures_of=early))
    with db.transaction(Role.COMMUNITY) as connection:
        place = read_facts(connection, PLACE).place
        said = as_last_said(connection, place, early)
        own = as_last_said(connection, place, LAST_YEAR)
    assert said is not None and not said.covered.noted and said.covered.loaded == 0
    assert own is not None and own.covered.noted and own.covered.loaded == 12


def test_an_edition_is_compared_by_its_figures_without_its_map_and_services(
    three: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.transaction(Role.COMMUNITY) as connection:
        new = read_facts(connection, PLACE)
        monkeypatch.setattr("briefs.read.outlines_around", pytest.fail)
        monkeypatch.setattr("briefs.read.services_of", pytest.fail)
        since = since_edition(connection, edition_of(three[0]), new)
    assert len(since.of(new.place)) == len(new.release.categories)


def test_the_command_prints_the_changes_and_writes_them(three: list[Path], homeground: Command, tmp_path: Path) -> None:
    done = homeground("brief", "changes", str(three[0]), str(three[2]))
    assert done.returncode == 0, done.stderr
    assert "Corrected: violence and sexual offences, was 63, is 61." in done.stdout
    done = homeground("brief", "changes", str(three[0]), str(three[2]), "--format", "pdf,docx", "--out", str(tmp_path / "out"))
    assert sorted(p.suffix for p in (tmp_path / "out").iterdir()) == [".docx", ".pdf"]
    done = homeground("brief", PLACE, "--since", str(three[0]), "--format", "html", "--out", str(tmp_path / "out"))
    page = next((tmp_path / "out").glob("*.html")).read_text()
    assert "was 63, is 61" in page


def test_words_that_moved_are_marked_and_the_others_are_not() -> None:
    lines = redlined(
        {"In short": ("One.", "It rose from 1 to 2.", "Gone.")}, {"In short": ("One.", "It rose from 2 to 5.", "Come here today.")}
    )
    assert [line.text for line in lines["In short"]] == [
        "It rose from [-1-] {+2+} to [-2.-] {+5.+}",
        "{+Come here today.+}",
        "[-Gone.-]",
    ]
