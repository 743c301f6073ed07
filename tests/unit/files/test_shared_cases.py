"""Files that failed for others, read where they lie beside the real data, and street files of other forces than the default one."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import UserError
from core.paths import PROJECT_ROOT
from core.settings import RegionSettings
from feeds.catalogue.feed import CATALOGUE, Catalogue, read_catalogue
from feeds.loading.load import check, is_elsewhere
from feeds.reading.recognise import Recognised, discover
from tests.builders.files.offered import KnownScope, Offered, offered
from tests.conftest import absent

pytestmark = pytest.mark.real_data
HAMPSHIRE = RegionSettings(force_name="Hampshire Constabulary", force_area_name="Hampshire")


@pytest.fixture(scope="module")
def cases(real_data: Path) -> Path:
    folder = real_data.parent / "cases"
    if not (folder / "feeds_test.toml").is_file():
        absent(f"no failing inputs in {folder}")
    return folder


@pytest.fixture(scope="module")
def catalogue(cases: Path, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    path = tmp_path_factory.mktemp("catalogue") / "catalogue.toml"
    path.write_text(
        CATALOGUE.read_text(encoding="utf-8") + (cases / "feeds_test.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    return read_catalogue(path)


def test_every_case_is_tried(cases: Path) -> None:
    """Here, or where what it asks for shows in the store alone."""
    in_the_store = PROJECT_ROOT / "tests" / "integration" / "feeds" / "test_files_in_the_store.py"
    tried = Path(__file__).read_text(encoding="utf-8") + in_the_store.read_text(encoding="utf-8")
    there = sorted(folder.name for folder in (cases / "files").iterdir())
    assert len(there) >= 15
    assert [name for name in there if f'"{name}"' not in tried] == []


@pytest.fixture
def case(cases: Path, catalogue: Catalogue, tmp_path: Path, request: pytest.FixtureRequest) -> list[Offered]:
    """Every file of one case, offered."""
    for file in (cases / "files" / request.param).iterdir():
        if file.name != "README":
            shutil.copyfile(file, tmp_path / file.name)
    if (tmp_path / "make.py").exists():
        subprocess.run([sys.executable, "make.py"], cwd=tmp_path, check=True)
    return offered(tmp_path, catalogue, KnownScope(HAMPSHIRE))


@pytest.mark.parametrize(
    ("case", "column", "values"),
    [
        ("blank-header-twice", "FSM", ["5"]),
        ("excel-dates", "Attendance date", ["01/03/2025", "02/03/2025", "03/03/2025"]),
        ("geojson-properties-late", "PFA23NM", ["A"]),
        ("geometry-collection", "LSOA21CD", ["E01017136", "E01017144"]),
        ("invisible-characters", "FSM", ["5", "6", "7", "9", "5"]),
        ("ons-file-name", "LSOA21CD", ["E01017136"]),
    ],
    indirect=["case"],
)
def test_cases_that_are_read(case: list[Offered], column: str, values: list[str]) -> None:
    (found,) = case
    assert found.accepted[column] == values


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("encrypted", "protected by a password"),
        ("passed-over-silently", "give its name the ending .csv"),
        ("title-rows", "declare read.header_row = 4"),
        ("zip-two-shapefiles", "AAA_other.shp, LSOA_2021_EW_BGC_V5.shp"),
    ],
    indirect=["case"],
)
def test_cases_that_are_told(case: list[Offered], words: str) -> None:
    (found,) = case
    assert words in found.message


@pytest.mark.parametrize("case", ["dbf-latin1-no-cpg"], indirect=True)
def test_welsh_names_of_a_dbf_without_encoding(case: list[Offered]) -> None:
    (found,) = case
    assert all(name.endswith("Ynys Môn") for name in found.accepted["LSOA21NM"])
    assert "CP1252" in found.told


@pytest.mark.parametrize("case", ["shapefile-in-folder"], indirect=True)
def test_a_shapefile_in_a_folder(case: list[Offered]) -> None:
    (found,) = case
    assert len(found.accepted["LSOA21CD"]) == 6


@pytest.mark.parametrize("case", ["categories-before-2013"], indirect=True)
def test_crime_types_of_before_are_noted_for_the_hold(case: list[Offered]) -> None:
    (found,) = case
    assert found.screened is not None
    assert found.screened.notes["former_categories"] == ["Violent crime", "Public disorder and weapons"]


def test_the_entry_that_used_to_pass(cases: Path) -> None:
    with pytest.raises(UserError, match="'LSOA' is no kind of area"):
        check(cases / "files" / "catalogue-check-too-lax" / "absence.toml")


@pytest.mark.parametrize(
    ("force_name", "slug"),
    [("City of London Police", "city-of-london"), ("Hertfordshire Constabulary", "hertfordshire"), ("Surrey Police", "surrey")],
)
def test_street_files_of_other_forces(force_name: str, slug: str, real_data: Path) -> None:
    folder = real_data.parent / "more" / "forces"
    if not folder.is_dir():
        absent(f"no files of other forces in {folder}")
    region = RegionSettings(force_name=force_name)
    ours = [one for one in discover(folder, read_catalogue()) if isinstance(one, Recognised) and not is_elsewhere(one, region)]
    assert ours and all(f"-{slug}-street" in one.source.label for one in ours)
    path = ours[0].source.path
    (found,) = offered(path, scope=KnownScope(region))
    with gzip.open(path) as street:
        lines = sum(1 for _ in street) - 1
    assert found.screened is not None, found.message
    assert found.screened.rows.rows_in == lines
    # the one fault of these files: a crime that stands in two rows
    assert {reason for _, reason in found.reasons} <= {"Crime ID: repeated Crime ID"}
    assert len(found.screened.accepted) + len(found.reasons) == lines


@pytest.mark.parametrize(
    ("force_name", "slug"), [("British Transport Police", "btp"), ("Police Service of Northern Ireland", "northern-ireland")]
)
def test_files_of_forces_named_otherwise_than_the_force(force_name: str, slug: str, real_data: Path, tmp_path: Path) -> None:
    """A street file as data.police.uk names and fills it, with the force's name in place of a real one's."""
    source = real_data / "police" / "2025-11-thames-valley-street.csv.gz"
    content = gzip.decompress(source.read_bytes()).decode().replace("Thames Valley Police", force_name)
    if slug == "northern-ireland":
        content = re.sub(r",E0\d{7},", ",95GG10S1,", content)
    lines = content.splitlines(keepends=True)[:200]
    (tmp_path / f"2025-11-{slug}-street.csv").write_text("".join(lines), encoding="utf-8")
    region = RegionSettings(force_name=force_name)
    (one,) = discover(tmp_path, read_catalogue())
    assert isinstance(one, Recognised) and not is_elsewhere(one, region)
    (found,) = offered(tmp_path, scope=KnownScope(region))
    assert len(found.accepted["Month"]) == 199
