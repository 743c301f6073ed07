"""The synthetic county: the same from the same seed, in the publishers' layouts, with the planted truth in the files themselves."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from core.errors import UserError
from feeds.synthetic.county import COUNTY_REGION, DEMO_SEED, TRUTH_FILE, CountyTruth, write_county
from feeds.synthetic.crime import VIOLENCE

_STREET = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context"
_STOP = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,Self-defined ethnicity,"
    "Officer-defined ethnicity,Legislation,Object of search,Outcome,Outcome linked to object of search,"
    "Removal of more than just outer clothing"
)


@pytest.fixture(scope="module")
def county(county_files: Path, county_truth: CountyTruth) -> tuple[Path, CountyTruth]:
    return county_files, county_truth


@pytest.fixture(scope="module")
def street(county: tuple[Path, CountyTruth]) -> pd.DataFrame:
    return pd.concat([pd.read_csv(path) for path in sorted((county[0] / "police").glob("*-street.csv.gz"))], ignore_index=True)


def _every_byte(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(county: tuple[Path, CountyTruth], tmp_path: Path) -> None:
    write_county(tmp_path / "again", seed=DEMO_SEED)
    first, second = _every_byte(county[0]), _every_byte(tmp_path / "again")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    write_county(tmp_path / "other", seed=DEMO_SEED + 1)
    other = _every_byte(tmp_path / "other")
    assert json.loads(other[TRUTH_FILE])["incidents"] != county[1].incidents
    assert {name for name in first if name.endswith("-street.csv.gz") and name in other and first[name] == other[name]} == set()
    assert any(name.endswith("-street.csv.gz") for name in first.keys() & other.keys())


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(UserError, match="other files"):
        write_county(tmp_path, seed=DEMO_SEED)
    assert (tmp_path / "mine.txt").read_text() == "keep me"


def test_headers_are_the_publishers_own(county: tuple[Path, CountyTruth]) -> None:
    folder = county[0]
    with gzip.open(folder / "police/2025-12-homeshire-street.csv.gz", "rt") as street:
        assert street.readline().strip() == _STREET
    assert (folder / "stop_search/2025-12-homeshire-stop-and-search.csv").open().readline().strip() == _STOP


@pytest.mark.real_data
def test_every_layout_equals_that_of_the_real_file(county: tuple[Path, CountyTruth], real_data: Path) -> None:
    """Same columns, in the same order, for every kind of file that has a real counterpart here."""

    def header(path: Path) -> list[str]:
        opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="latin-1", newline="")  # noqa: SIM115
        with opened as handle:
            first = handle.readline().strip()
        return first.split("¬") if "¬" in first else next(csv.reader([first]))

    same = ["lookups/lookup_lsoa11_lsoa21_ltla22.csv.gz", "lookups/lsoa21_msoa21_lad22_derived.csv.gz", "lookups/lookup_ltla_ltla.csv",
            "lookups/lookup_lsoa11_msoa11.csv.gz", "lookups/lookup_lsoa11_ltla21.csv.gz", "lookups/lookup_msoa11_msoa21_ltla22.csv.gz",
            "lookups/lookup_ltla24_csp24_pfa24.csv", "population/census2021_residents_lsoa21.csv.gz",
            "population/census2021_ethnicity5_lsoa21.csv.gz", "population/population_mid2020_lsoa11_by_age.csv.gz",
            "deprivation/imd2025_england_lsoa21.csv.gz", "deprivation/imd2019_england_lsoa11.csv.gz",
            "services/nhs_choices_Hospital.csv"]  # fmt: skip
    pairs = [(name, name) for name in same]
    pairs += [
        ("services/edubase_2025_homeshire.csv", "services/edubase_2017_thames_valley_partial.csv"),
        (
            "postcodes/PCD_OA_LSOA_MSOA_LAD_MAY22_homeshire_rows.csv.gz",
            "postcodes/PCD_OA_LSOA_MSOA_LAD_MAY22_thames_valley_rows.csv.gz",
        ),
        ("police/2025-11-homeshire-street.csv.gz", "police/2025-11-thames-valley-street.csv.gz"),
    ]
    assert [ours for ours, real in pairs if header(county[0] / ours) != header(real_data / real)] == []
    for name in ("services/epraccur.csv.gz", "services/edispensary.csv.gz"):
        assert len(header(county[0] / name)) == len(header(real_data / name)) == 27


def test_areas_tile_the_county(county: tuple[Path, CountyTruth]) -> None:
    old = pd.concat([gpd.read_file(p) for p in sorted((county[0] / "boundaries/lsoa11_by_lad").glob("*.json"))]).to_crs(27700)
    new = gpd.read_file(county[0] / "boundaries/lsoa21_homeshire_wgs84.geojson").to_crs(27700)
    for areas in (old, new):
        whole = areas.union_all()
        assert areas.is_valid.all()
        # rounding to seven decimals may leave slivers of a square metre or so along a border
        assert areas.area.sum() - whole.area < 500
        assert len(shapely.get_parts(whole)) == 1
    assert len(new) == 300
    assert 800e6 < new.area.sum() < 2_500e6
    assert not set(new["LSOA21CD"]) & set(_real_codes())


def _real_codes() -> list[str]:
    """The ONS gives out E01000001 to E01035762 or so; everything of ours lies far above."""
    return [f"E01{n:06}" for n in range(1, 40_000)]


def test_the_editions_differ_by_splits_and_merges(county: tuple[Path, CountyTruth]) -> None:
    changes = pd.read_csv(county[0] / "lookups/lookup_lsoa11_lsoa21_ltla22.csv.gz")
    counts = changes["change_code"].value_counts()
    assert counts["S"] == 16
    assert counts["M"] == 10
    assert counts["U"] == 300 - 16 - 5
    assert changes["lsoa21_code"].nunique() == 300
    mid2020 = pd.read_csv(county[0] / "population/population_mid2020_lsoa11_by_age.csv.gz")
    assert set(mid2020["lsoa11_code"]) == set(changes["lsoa11_code"])
    assert (mid2020.loc[:, "0":"90+"].sum(axis=1) == mid2020["total_population"]).all()
    ethnicity = pd.read_csv(county[0] / "population/census2021_ethnicity5_lsoa21.csv.gz")
    by_area = ethnicity.groupby("lsoa21_code").agg(total=("total_residents", "first"), parts=("n", "sum"))
    assert (by_area["total"] == by_area["parts"]).all()


def test_the_incidents_have_the_oddities_of_the_real_ones(county: tuple[Path, CountyTruth], street: pd.DataFrame) -> None:
    truth = county[1]
    assert len(street) == truth.incidents + truth.repeated_crime_id_rows
    assert street["Month"].nunique() == 36
    asb = street["Crime type"] == "Anti-social behaviour"
    assert (street["Crime ID"].isna() == asb).all()
    assert street.loc[asb, "Last outcome category"].isna().all()
    nowhere = street["Longitude"].isna()
    assert 0.015 < nowhere.mean() < 0.025
    assert (street["LSOA code"].isna() == nowhere).all()
    assert ((street["Location"] == "No Location") == nowhere).all()
    repeats = street["Crime ID"].dropna().duplicated().sum()
    assert repeats == truth.repeated_crime_id_rows > 0
    assert street[["Longitude", "Latitude"]].drop_duplicates().shape[0] < 7_000
    assert street["Crime type"].nunique() == 14
    assert (street["Falls within"] == COUNTY_REGION.force_name).all()
    assert "synthetic" in COUNTY_REGION.force_name
    assert COUNTY_REGION.synthetic


def test_planted_clusters_stand_out_and_null_categories_do_not(county: tuple[Path, CountyTruth], street: pd.DataFrame) -> None:
    truth = county[1]
    residents = pd.read_csv(county[0] / "population/census2021_residents_lsoa21.csv.gz", index_col=0)["total_residents"]
    recent = street[street["Month"] >= "2024-01"]
    for cluster in truth.clusters:
        counts = recent[recent["Crime type"] == cluster.category]["LSOA code"].value_counts().reindex(residents.index, fill_value=0)
        rate = counts / residents
        inside = rate.index.isin(cluster.lsoa21)
        assert rate[inside].median() > 3 * rate[~inside].median(), cluster.name
    for category in truth.null_categories:
        counts = recent[recent["Crime type"] == category]["LSOA code"].value_counts().reindex(residents.index, fill_value=0)
        small = county[1].small_number.msoa21
        lookup = pd.read_csv(county[0] / "lookups/lsoa21_msoa21_lad22_derived.csv.gz", index_col=0)["MSOA21CD"]
        usual = counts[(lookup.reindex(counts.index) != small).to_numpy()]
        # Poisson on residents alone: the variance is near the mean
        assert usual.var() / usual.mean() < 1.5, category


def test_planted_trends_move_as_they_are_named(county: tuple[Path, CountyTruth], street: pd.DataFrame) -> None:
    for trend in county[1].trends:
        rows = street[(street["Crime type"] == VIOLENCE) & (street["Month"] >= "2023-07") & street["LSOA code"].isin(trend.lsoa21)]
        monthly = rows.groupby("Month").size().to_numpy()
        first, last = monthly[:6].mean(), monthly[-1]
        before_last = monthly[-3:].mean()
        if trend.pattern == "new":
            assert last > 4 * monthly[:-1].mean()
        elif trend.pattern == "historical":
            assert before_last < 0.4 * first
        elif trend.pattern == "intensifying":
            assert monthly[-6:].mean() > 1.3 * first
        else:
            assert monthly[-6:].mean() < 0.75 * first


def test_the_small_number_is_in_the_files(county: tuple[Path, CountyTruth], street: pd.DataFrame) -> None:
    small = county[1].small_number
    lookup = pd.read_csv(county[0] / "lookups/lsoa21_msoa21_lad22_derived.csv.gz", index_col=0)["MSOA21CD"]
    rows = street[(street["Month"] >= "2025-01") & street["Crime type"].isin(small.categories)]
    assert (rows["LSOA code"] == small.lsoa21).sum() == small.incidents_last_12_months == 3
    siblings = [code for code in lookup.index[lookup == small.msoa21] if code != small.lsoa21]
    assert min((rows["LSOA code"] == code).sum() for code in siblings) >= 5


def test_violence_follows_deprivation_and_deprivation_is_spatial(county: tuple[Path, CountyTruth]) -> None:
    assert county[1].deprivation_violence_correlation > 0.5
    rank = pd.read_csv(county[0] / "deprivation/imd2025_england_lsoa21.csv.gz", index_col=0)["IMD_rank"]
    areas = gpd.read_file(county[0] / "boundaries/lsoa21_homeshire_wgs84.geojson").set_index("LSOA21CD").to_crs(27700)
    left, right = shapely.STRtree(areas.geometry.to_numpy()).query(areas.geometry.to_numpy(), predicate="intersects")
    apart = left != right
    values = rank.reindex(areas.index).to_numpy(float)
    assert np.corrcoef(values[left[apart]], values[right[apart]])[0, 1] > 0.4
    assert rank.between(1, 33_755).all()
    assert rank.is_unique


def test_stops_carry_the_planted_disparity(county: tuple[Path, CountyTruth]) -> None:
    folder, truth = county
    stops = pd.concat([pd.read_csv(p) for p in sorted((folder / "stop_search").glob("*.csv"))])
    assert len(stops) == truth.stops
    ethnicity = pd.read_csv(folder / "population/census2021_ethnicity5_lsoa21.csv.gz").groupby("ethnic_group")["n"].sum()
    people = {name.split(",")[0].split(" ")[0]: n for name, n in ethnicity.items()}
    stated = stops["Officer-defined ethnicity"].value_counts()
    ratio = (stated["Black"] / people["Black"]) / (stated["White"] / people["White"])
    # towns have more searches and more Black residents, so the crude ratio lies above the planted one
    assert truth.disparity.relative_to_white["Black"] < ratio < 2 * truth.disparity.relative_to_white["Black"]


def test_the_truth_is_written_beside_the_files(county: tuple[Path, CountyTruth]) -> None:
    written = json.loads((county[0] / "truth.yaml").read_text())
    assert written["seed"] == DEMO_SEED
    assert [c["name"] for c in written["clusters"]] == [c.name for c in county[1].clusters]
    assert len(written["trends"]) == 4
    assert "synthetic" in (county[0] / "README.md").read_text()


def test_postcodes_belong_to_nobody(county: tuple[Path, CountyTruth]) -> None:
    with zipfile.ZipFile(county[0] / "postcodes/codepo_gb_homeshire.zip") as archive:
        rows = pd.read_csv(archive.open("Data/CSV/zz.csv"), header=None)
    assert rows[0].str.startswith("ZZ").all()
    assert rows[0].is_unique
    assert len(rows) == 3_600
    assert rows.shape[1] == 10


def test_outcomes_are_those_of_the_street_files_and_come_late(county: tuple[Path, CountyTruth], street: pd.DataFrame) -> None:
    paths = sorted((county[0] / "police").glob("*-outcomes.csv.gz"))
    outcomes = pd.concat([pd.read_csv(p) for p in paths], ignore_index=True)
    assert [p.name[:7] for p in paths] == list(county[1].months[-12:])
    crimes = street.dropna(subset=["Crime ID"]).drop_duplicates("Crime ID").set_index("Crime ID")
    theirs = crimes.loc[outcomes["Crime ID"]]
    assert (outcomes["Outcome type"].to_numpy() == theirs["Last outcome category"].to_numpy()).all()
    assert (outcomes["Month"].to_numpy() >= theirs["Month"].to_numpy()).all()
    assert not outcomes["Crime ID"].duplicated().any()
    closed = crimes[crimes["Month"].isin(county[1].months[-12:])].assign(known=lambda c: c.index.isin(outcomes["Crime ID"]))
    shares = closed.groupby("Month")["known"].mean()
    # the newest month looks undetected, the oldest of the twelve does not
    assert shares.iloc[-1] < 0.25 < 0.9 < shares.iloc[0]
