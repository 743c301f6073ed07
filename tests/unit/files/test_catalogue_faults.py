"""`feeds check`: an entry whose areas are nowhere, or whose files never come, is refused before the first file is offered."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import UserError
from feeds.catalogue.faults import faults, names_of
from feeds.catalogue.feed import CATALOGUE, Catalogue, Feed, read_catalogue
from feeds.loading.load import check
from tests.builders.files.offered import feed, partner_events


def found(*feeds: Feed) -> str:
    return "; ".join(faults(Catalogue(feed=list(feeds))))


def of_areas(geography: str, edition: str) -> Feed:
    value = {"indicator": "a", "column": "FSM"}
    write = {
        "shape": "indicator",
        "geography": geography,
        "edition": edition,
        "code": "LSOA code",
        "period": "2024",
        "values": [value],
    }
    return feed(writes=[write])


@pytest.mark.parametrize(
    ("geography", "edition", "word"),
    [
        ("LSOA", "2021", "'LSOA' is no kind of area that figures are kept for"),
        ("postcode", "2021", "'postcode' is no kind of area"),
        ("ward", "2024", "'ward' is no kind of area"),
        ("lsoa", "2001", "no feed brings lsoa '2001' (editions: 2011, 2021)"),
        ("lsoa", "", "no feed brings lsoa ''"),
        ("msoa", "2022", "no feed brings msoa"),
        ("lad", "2030", "no feed brings lad"),
    ],
)
def test_areas_that_are_nowhere(geography: str, edition: str, word: str) -> None:
    assert word in found(of_areas(geography, edition))


@pytest.mark.parametrize(
    ("geography", "edition"), [("lsoa", "2011"), ("lsoa", "2021"), ("msoa", "2021"), ("lad", "2022"), ("lad", "2024")]
)
def test_areas_that_are_there(geography: str, edition: str) -> None:
    assert found(of_areas(geography, edition)) == ""


def test_a_catalogue_may_bring_another_edition_of_a_kind_that_is_known() -> None:
    area = {"shape": "area", "geography": "lad", "edition": "2025", "code": "LAD25CD", "name": "LAD25NM", "detail": 2}
    brings = feed("brings", columns=["LAD25CD", "LAD25NM"], writes=[area], read={"format": "vector"})
    assert found(brings, of_areas("lad", "2025")) == ""
    assert "no kind of area that is known here" in found(feed(writes=[area | {"geography": "district"}]))
    for edition in ("25", "2099", "1991"):
        assert f"'{edition}' is no edition" in found(feed(writes=[area | {"edition": edition}]))
    check_of = {"column": "FSM", "refers_to": {"geography": "lsoa", "edition": "2001"}}
    assert "no feed brings lsoa '2001'" in found(feed(checks=[check_of]))


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"read": {"format": "xlsx"}}, "needs the name of its sheet"),
        ({"read": {"format": "xlsx", "sheet": "  "}}, "needs the name of its sheet"),
        ({"read": {"sheet": "Data"}}, "only a workbook has sheets"),
        ({"read": {"layer": "x"}}, "only a boundary file has layers"),
        ({"read": {"format": "parquet", "header_row": 3}}, "only a table has rows above its header"),
        ({"read": {"headerless": ["LSOA code", "Year", "FSM"]}}, "can only be known by its name"),
        ({"only": [{"column": "Year", "values": []}]}, "so that no row is"),
        ({"columns": ["LSOA code", " Year"]}, "spaces at its ends"),
        ({"file_name": r"(^|/)fsm\.xls$"}, "no name like"),
        ({"file_name": r"(^|/)fsm\.txt$"}, "no name like"),
        ({"file_name": r"(^|/)fsm\.csv$", "read": {"format": "xlsx", "sheet": "Data"}}, "read as xlsx"),
        (
            {"file_name": r"(^|/)fsm\.csv$", "source": {"kind": "file", "url": "https://example.org/x", "file_name": "other.csv"}},
            "nothing fetched is ever loaded",
        ),
    ],
)
def test_a_way_of_reading_that_cannot_be(changed: dict[str, object], word: str) -> None:
    assert word in found(feed(**changed))  # type: ignore[arg-type]


def test_a_feed_needs_the_columns_by_which_its_files_are_known() -> None:
    bare = feed(file_name=r"fsm\.csv$")
    without = bare.model_copy(update={"recognise": bare.recognise.model_copy(update={"columns": []})})
    assert "name the columns" in found(without)


def test_a_date_that_says_no_year_or_month() -> None:
    event = partner_events()
    for written, good in (
        ("%d/%m/%Y", True),
        ("%Y-%m", True),
        ("%d %B %y", True),
        ("%d/%m", False),
        ("%Y", False),
        ("%H:%M", False),
    ):
        changed = event.model_copy(update={"writes": [event.writes[0].model_copy(update={"month_format": written})]})
        assert ("does not say both year and month" in found(changed)) is not good


def test_a_feed_that_never_gets_a_file() -> None:
    first, second = feed("first"), feed("second", columns=["LSOA code", "Year", "FSM", "More"])
    assert "feed second, key recognise.columns: never gets a file, because feed first" in found(first, second)
    assert found(second, first) == "", "the one that wants more columns stands first"
    assert found(first, feed("tabs", read={"delimiter": "\t"})) == "", "a file of the one is none of the other"
    general, special = feed("general", file_name=r"fsm_[a-z]+\.csv$"), feed("special", file_name=r"(^|/)fsm_spring\.csv$")
    assert "feed special, key recognise.file_name: never gets a file, because feed general" in found(general, special)
    assert found(special, general) == ""
    apart = feed("apart", file_name=r"fsm_[a-z]+\.csv$", columns=["code", "Year", "FSM"])
    assert found(general, apart) == "", "the columns decide between feeds that know one name"


@pytest.mark.parametrize(
    "pattern",
    [
        r"a{2,3}\.csv$",
        r"(?i)(^|/)x(_y)?[^/]*\.(zip|csv)$",
        r"^(?P<m>\d{4}-\d{2})-(?P=m)\.csv$",
        r"[^a-z]b\w+\s.\.csv",
        r"(?:ab|cd)+\.csv",
    ],
)
def test_names_that_are_made_for_a_pattern_fit_it(pattern: str) -> None:
    import re

    names = names_of(pattern)
    assert names
    assert all(re.search(pattern, name) for name in names)


def test_the_shipped_catalogue_has_no_fault_and_a_faulty_one_is_refused_by_file_feed_and_key(tmp_path: Path) -> None:
    assert faults(read_catalogue()) == []
    faulty = tmp_path / "catalogue.toml"
    entry = 'geography = "lsoa"\nedition = "{}"\ncode = "lsoa11_code"'
    faulty.write_text(CATALOGUE.read_text().replace(entry.format("2011"), entry.format("2001")))
    where = r"catalogue\.toml: feed population_mid2020_lsoa11, key writes\.0\.edition"
    with pytest.raises(UserError, match=f"{where}: no feed brings lsoa '2001'"):
        check(faulty)
