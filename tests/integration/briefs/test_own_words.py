"""What people wrote stands in the next edition, from where they wrote it; sections are chosen, and the brief says which are not there."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from briefs.asked import OWN, SECTIONS, Asked, left_out
from briefs.compose import compose
from briefs.read import read_facts
from briefs.refresh.own_words import own_words
from briefs.write import made_brief
from core import db
from core.db import Role
from core.errors import UserError
from tests.builders.briefs_release import Options, lsoa, publish_release
from tests.conftest import Command

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("module_database")]

PLACE = lsoa(3)
TRIED = "A patrol on Friday nights.\n\nIt was stopped in May, for it found nothing."


@pytest.fixture(autouse=True)
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMEGROUND_BRIEF_REGISTER_FILE", str(tmp_path / "register.jsonl"))
    monkeypatch.setenv("HOMEGROUND_BRIEF_KEY", str(tmp_path / "key.pem"))
    publish_release(Options())


def word(folder: Path, asked: Asked, name: str = "brief.docx") -> Path:
    _, files = made_brief(PLACE, ("docx",), role=Role.COMMUNITY, asked=asked)
    (folder / name).write_bytes(next(iter(files.values())))
    return folder / name


def typed(path: Path, key: str, words: str) -> None:
    """As Word leaves a control in which somebody typed: another text, and no mark of a placeholder."""
    document = Document(str(path))
    for control in document.element.body.iter(qn("w:sdt")):
        if control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val")) == f"own-{key}":
            for mark in control.findall(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}"):
                mark.getparent().remove(mark)
            (place,) = list(control.iter(qn("w:t")))[:1]
            place.text = words
    document.save(str(path))


def test_what_was_written_into_the_boxes_stands_in_the_next_edition(tmp_path: Path) -> None:
    path = word(tmp_path, Asked(room=True))
    assert own_words(path) == {}
    typed(path, "residents", "We avoid the underpass.")
    assert own_words(path) == {"residents": "We avoid the underpass."}
    again = word(tmp_path, Asked(own=own_words(path)), "next.docx")
    assert "We avoid the underpass." in "".join(t.text or "" for t in Document(str(again)).element.body.iter(qn("w:t")))


def test_own_words_go_through_any_number_of_editions_and_can_be_changed_in_each(tmp_path: Path) -> None:
    given = {"tried": TRIED, "agreed": "A. Director, the partnership, 1 May"}
    first = word(tmp_path, Asked(own=given))
    assert own_words(first) == given
    second = word(tmp_path, Asked(own=own_words(first)), "second.docx")
    assert own_words(second) == given
    typed(second, "tried", "Another patrol.")
    assert own_words(second)["tried"] == "Another patrol.\n\nIt was stopped in May, for it found nothing."


def test_the_command_keeps_the_words_of_the_edition_before(tmp_path: Path, homeground: Command) -> None:
    path = word(tmp_path, Asked(own={"tried": TRIED}))
    done = homeground("brief", PLACE, "--since", str(path), "--format", "html", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    page = next((tmp_path / "out").glob("*.html")).read_text()
    assert "A patrol on Friday nights." in page and "In the words of the partnership" in page
    other = tmp_path / "own.toml"
    other.write_text('tried = "Nothing yet."')
    homeground("brief", PLACE, "--since", str(path), "--own", str(other), "--format", "html", "--out", str(tmp_path / "out"))
    page = next((tmp_path / "out").glob("*.html")).read_text()
    assert "Nothing yet." in page and "A patrol" not in page


def test_words_of_what_is_not_for_publication_do_not_get_into_a_brief_for_anyone(tmp_path: Path, homeground: Command) -> None:
    from briefs.asked import CLOSED

    path = word(tmp_path, Asked(own={"tried": TRIED}, marking=CLOSED))
    done = homeground("brief", PLACE, "--since", str(path), "--format", "html", "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "not for publication" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_word_document_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(UserError, match="no Word document"):
        own_words(tmp_path / "a.docx")


@pytest.mark.parametrize("key", [k for k in SECTIONS if k not in OWN and k not in ("change", "analysis")])
def test_each_section_can_be_left_out_and_the_first_page_says_so(key: str) -> None:
    with db.transaction(Role.COMMUNITY) as connection:
        facts = read_facts(connection, PLACE)
    brief = compose(facts, Asked(without=frozenset({key})))
    headings = [s.heading for s in brief.sections]
    assert SECTIONS[key] in [s.heading for s in compose(facts).sections]
    assert SECTIONS[key] not in headings
    assert dict(brief.colophon)["Left out"] == SECTIONS[key]
    assert {"In short", "How small numbers are protected", "Sources and versions"} <= set(headings)
    assert "Left out" not in dict(compose(facts).colophon)


def test_sections_are_chosen_by_the_command(tmp_path: Path, homeground: Command) -> None:
    done = homeground("brief", PLACE, "--sections", "recorded,services", "--format", "docx", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    headings = [
        p.text for p in Document(io.BytesIO(next(tmp_path.glob("*.docx")).read_bytes())).paragraphs if p.style.name == "Heading 1"
    ]
    assert headings == [
        "In short",
        "What is recorded",
        "Services and gaps",
        "How small numbers are protected",
        "Sources and versions",
    ]
    assert "recorded         What is recorded" in homeground("brief", "sections").stdout
    assert homeground("brief", PLACE, "--sections", "recorded", "--without", "place").returncode == 2
    done = homeground("brief", PLACE, "--without", "plaice")
    assert done.returncode == 2 and "there is no section 'plaice'" in done.stderr


def test_what_is_left_out_is_the_rest_of_what_is_chosen() -> None:
    assert left_out() == frozenset()
    assert left_out(sections=["place"]) == frozenset(SECTIONS) - {"place"}
    assert left_out(without=["place"]) == {"place"}
