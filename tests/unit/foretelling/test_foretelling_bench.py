"""`homeground bench forecast` on a drawn force: what it places, what it leaves out, and the two peers beside the rule."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner

from bench import forecast
from boundaries.projection import to_wgs84
from core.errors import UserError
from homeground.bench_commands import bench

WEST, SOUTH, SIDE = 450_000.0, 210_000.0, 600.0
ACROSS, DOWN = 8, 6
MONTHS = [f"2025-{month:02d}" for month in range(1, 11)]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 48 square LSOAs of one district and one far away, and ten months of a force whose records cluster."""
    folder = tmp_path_factory.mktemp("drawn")
    (folder / "boundaries").mkdir()
    (folder / "police").mkdir()
    squares = [
        shapely.box(WEST + SIDE * x, SOUTH + SIDE * y, WEST + SIDE * (x + 1), SOUTH + SIDE * (y + 1))
        for y in range(DOWN)
        for x in range(ACROSS)
    ]
    far = shapely.box(600_000, 300_000, 601_000, 301_000)
    n = len(squares)
    areas = gpd.GeoDataFrame(
        {
            "LSOA21CD": [f"E0109{i:04d}" for i in range(n + 1)],
            "LSOA21NM": "drawn",
            "LAD22CD": ["E07000900"] * n + ["E07000901"],
            "LAD22NM": "drawn",
        },
        geometry=[*squares, far],
        crs=27700,
    ).to_crs(4326)
    with gzip.open(folder / "boundaries" / "lsoa21_ew_bsc_wgs84.geojson.gz", "wt", encoding="utf-8") as file:
        file.write(areas.to_json())
    rng = np.random.default_rng(8)
    rate = rng.gamma(0.5, 6.0, n)
    for month in MONTHS:
        rows = []
        for square, expected in zip(squares, rate, strict=True):
            for kind, share in (("Burglary", 0.3), ("Robbery", 0.1), ("Anti-social behaviour", 0.5), ("Drugs", 2.0)):
                count = rng.poisson(share * expected)
                # anchor points, as police.uk has them
                x, y = (
                    square.bounds[0] + rng.choice([100.0, 300.0, 500.0], count),
                    square.bounds[1] + rng.choice([200.0, 400.0], count),
                )
                lon, lat = to_wgs84(x, y)
                rows += [(month, kind, *point) for point in zip(lon, lat, strict=True)]
        frame = pd.DataFrame(rows, columns=["Month", "Crime type", "Longitude", "Latitude"])
        frame.to_csv(folder / "police" / f"{month}-drawn-shire-street.csv", index=False)
    return folder


def test_what_police_find_is_in_no_count_and_no_other_district_is_a_place(drawn: Path) -> None:
    definitions = forecast.load_definitions()
    incidents = forecast.read_incidents(drawn / "police")
    placed = forecast.place("drawn shire", incidents, drawn, definitions)
    assert len(placed.lsoas) == ACROSS * DOWN
    groups = [group.id for group in definitions.group if group.hot_spots]
    everything = placed.located[:, groups.index("all_recorded")].sum()
    assert everything == (incidents["Crime type"] != "Drugs").sum() > 0
    assert placed.located[:, groups.index("robbery_and_street_theft")].sum() == (incidents["Crime type"] == "Robbery").sum()


def test_both_kinds_of_places_hold_every_incident(drawn: Path) -> None:
    placed = forecast.place("drawn shire", forecast.read_incidents(drawn / "police"), drawn, forecast.load_definitions())
    for one in forecast.maps(placed, 0):
        np.testing.assert_array_equal(one.history.by_month.sum(axis=1).T, placed.located.sum(axis=0))
    lsoa = forecast.maps(placed, 0)[0]
    assert lsoa.area_km2 == pytest.approx(np.full(ACROSS * DOWN, SIDE**2 / 1e6), rel=0.01)


def test_every_cell_has_the_rule_the_counts_and_two_peers(drawn: Path) -> None:
    done = CliRunner().invoke(
        bench, ["forecast", "--json", "--data", str(drawn), "--source", str(drawn / "police")], catch_exceptions=False
    )
    figures = json.loads(done.output)["figures"]
    # months 4 to 10 have three before them, and two to choose constants by from the fifth on
    assert figures["drawn_shire_lsoa_scored_months"] == 6
    cell = "drawn_shire_lsoa_burglary_and_vehicle_crime_20"
    assert figures[f"{cell}_gain"] == pytest.approx(figures[f"{cell}_foretold"] - figures[f"{cell}_counts"], abs=0.02)
    for name in ("foretold", "counts", "kernel_density", "ewma"):
        assert 20 < figures[f"{cell}_{name}"] <= 100
    assert figures[f"{cell}_low"] <= figures[f"{cell}_gain"] <= figures[f"{cell}_high"]
    words = sum(figures[f"drawn_shire_lsoa_cells_{word}"] for word in ("beats", "level", "behind", "too_few"))
    assert words == 8 * 4


def test_a_folder_without_street_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no street files"):
        forecast.read_incidents(tmp_path)
