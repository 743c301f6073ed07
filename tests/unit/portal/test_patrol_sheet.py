"""The patrol sheet: one tagged side of A4 in black and white that says what it may be used for, until when and who asked for it."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime

import pypdf
import pytest

from app.hotspots.store import Choice, Group, HotSpot
from app.patch.content import Asked, MyPatch, Place
from app.patch.sheet import patrol_sheet, sheet_of
from app.person.sign_in import Person, ProfessionalRole
from app.person.store import Patch
from core.periods import Period

PERIOD = Period(date(2025, 1, 1), date(2025, 12, 1))
CHOICE = Choice("lsoa", "2021", "violence", "count", PERIOD, 1, None, date(2026, 1, 31))
GROUP = Group("violence", "Violence & sexual offences", "", "partition", True, (), ())
WHO = Person("oidc:1", 'O\'Hara #include "x"', ProfessionalRole.OFFICER, "E07000178")
NOW = datetime(2026, 1, 9, 6, 45, tzinfo=UTC)


def square(n: int) -> dict[str, object]:
    west, south = -1.3 + 0.02 * n, 51.7
    ring = [[west, south], [west + 0.02, south], [west + 0.02, south + 0.02], [west, south + 0.02], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def my_patch(places: int, *, name: str = "Oxford", long: str = "") -> MyPatch:
    kinds = [("hot", 99), ("hot", 95), ("not_significant", None), ("cold", 95)]
    spots = tuple(
        HotSpot(f"E0100000{n}", f"Oxford 00{n}A", "E07000178", 100, 1.0, 2.0, 0.01, *kinds[n % 4], None, square(n))
        for n in range(9)
    )
    found = tuple(
        Place(
            number=n + 1, code=f"E0100000{n}", name=f"Place {n + 1}{long}", beside=f"Oxford 00{n}A", recorded="14 in December, usually 8",
            why="more than chance in 6 of 12 months", trend="rising" if n else "", sure="strong", expected="9 expected in January (4 to 16)",
            last=14, usual=8.0, series=(4, None, 14), figures=(), lon=-1.29 + 0.02 * n, lat=51.71,
        )
        for n in range(places)
    )  # fmt: skip
    return MyPatch(
        Asked(Patch("E07000178", "", name), GROUP, CHOICE), f"My patch: {name}",
        "Stands until 31 January 2026, or until new months are loaded.", False, "In the order of what is expected.",
        "March 2025 is missing.", found, spots, (),
    )  # fmt: skip


def read(content: bytes) -> tuple[pypdf.PdfReader, str]:
    reader = pypdf.PdfReader(io.BytesIO(content))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize(("places", "long"), [(5, ""), (1, ""), (5, " of the longest name that a local area has, Saint Something")])
def test_it_is_one_tagged_side_of_paper(places: int, long: str) -> None:
    reader, said = read(patrol_sheet(my_patch(places, long=long), WHO, synthetic=True, now=NOW))
    assert len(reader.pages) == 1
    assert [round(float(v)) for v in reader.pages[0].mediabox[2:]] == [595, 842]
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en-GB"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert said.count("14 in December, usually 8") == places


def test_it_says_until_when_how_to_handle_it_and_who_asked() -> None:
    _, said = read(patrol_sheet(my_patch(5), WHO, synthetic=False, now=NOW))
    assert "Stands until 31 January 2026, or until new months are loaded." in said
    assert said.count("Not for publication: holds small numbers about small places") == 2
    assert 'Asked for by O\'Hara #include "x", neighbourhood officer, on 9 Jan 2026, 06:45 UTC' in said
    assert "Violence & sexual offences, January 2025 to December 2025" in said
    assert "March 2025 is missing." in said
    assert "no reason to stop or search anybody" in said
    assert "Synthetic" not in said
    assert "Synthetic data" in read(patrol_sheet(my_patch(1), WHO, synthetic=True, now=NOW))[1]


def test_the_map_holds_every_place_and_its_words_and_no_colour() -> None:
    sheet = sheet_of(my_patch(5), WHO, synthetic=False, now=NOW)
    assert sheet.map is not None
    svg = sheet.map.svg
    assert re.findall(r'font-weight="700"[^>]*>(\d)<', svg) == ["1", "2", "3", "4", "5"]
    assert sheet.map.alt.endswith("1, Place 1; 2, Place 2; 3, Place 3; 4, Place 4; 5, Place 5.")
    drawn = svg + "".join(p.months.svg for p in sheet.places)
    for colour in set(re.findall(r"#([0-9a-f]{6})", drawn)) - {"1d2528"}:
        assert colour[:2] == colour[2:4] == colour[4:], colour
    # what lies beyond the frame is left out, its neighbours are not
    assert 5 < svg.count("<path") < 9 + 5 + 1
    assert 'fill="url(#dots)"' in svg


def test_without_outlines_it_is_made_without_a_map() -> None:
    content = my_patch(2)
    bare = MyPatch(**{**vars(content), "spots": ()})
    assert sheet_of(bare, WHO, synthetic=False, now=NOW).map is None
    assert len(read(patrol_sheet(bare, WHO, synthetic=False, now=NOW))[0].pages) == 1
