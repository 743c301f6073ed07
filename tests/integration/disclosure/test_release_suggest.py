"""`release plan --suggest`: choices side by side, truthful shares, the good ones first, adaptive hexagons among them."""

from __future__ import annotations

import json

import h3
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from core import db
from core.db import Role, copy_frame
from homeground.command_line import commands
from tests.builders.release_county import CATEGORIES, GAP, PERIOD, fill_county

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def county(module_database):
    rng = np.random.default_rng(1)
    cells = sorted(h3.grid_disk(h3.latlng_to_cell(51.7, -1.3, 9), 4))
    rows = [
        ("h3", "r9", cell, "", category, month, int(n))
        for cell in cells
        for category, mean in CATEGORIES.items()
        for month in PERIOD.months()
        if month != GAP and (n := rng.poisson(mean / 8))
    ]
    columns = ["geography", "edition", "code", "lad_code", "category", "month", "incidents"]
    with db.transaction(Role.OWNER) as connection:
        fill_county(connection)
        copy_frame(connection, "analysis", "count_month", pd.DataFrame(rows, columns=columns))
    return len(cells)


def test_choices_stand_side_by_side_and_the_good_ones_first(county):
    done = CliRunner().invoke(commands, ["release", "plan", "--suggest", "--for", "violence", "--json"])
    assert done.exit_code == 0, done.exception
    choices = json.loads(done.output)
    good = [c["good"] for c in choices]
    assert any(good) and not all(good) and good == sorted(good, reverse=True)
    assert all(c["good"] == (c["wanted_visible"] is not None and c["wanted_visible"] >= 0.95) for c in choices)
    assert all(c["wanted_visible"] is None or c["wanted_visible"] <= c["wanted_possible"] for c in choices)
    # a total alone does not say what people come for
    assert all((c["wanted_visible"] is None) == ("only" in c["groups"] or "overlays" in c["groups"]) for c in choices)
    of_k = {k: {(c["areas"], c["groups"]): c for c in choices if c["threshold"] == k} for k in (5, 8, 10)}
    by = of_k[5]
    assert all(of_k[10][key]["cells_visible"] <= choice["cells_visible"] for key, choice in by.items())
    fine, coarse = (by[(n, "all groups")] for n in ("neighbourhoods (LSOA) and above", "local areas (MSOA) and above"))
    assert (fine["places"], coarse["places"]) == (24, 4)
    assert fine["cells_visible"] < coarse["cells_visible"]
    hexagons = [c for c in by.values() if c["areas"].startswith("adaptive hexagons") and c["groups"] == "total only"]
    assert len(hexagons) == 4 and all(1 <= c["places"] < county for c in hexagons)
    places = {int(c["areas"].split()[3]): c["places"] for c in hexagons}
    assert [places[n] for n in sorted(places)] == sorted(places.values(), reverse=True)


def test_the_same_for_a_person(county):
    text = CliRunner().invoke(commands, ["release", "plan", "--suggest", "--for", "violence"]).output
    assert text.splitlines()[1].startswith("*") and "show it in at least 95% of areas, before the attack" in text
    assert "stays visible; at most: it is not itself below k" in text
    plan = CliRunner().invoke(commands, ["release", "plan"]).output
    assert "lsoa 2021, msoa 2021, lad 2022, all" in plan
    assert "  lsoa 2021  renewed every 12 months" in plan
    assert "  lad 2022   renewed each month" in plan
    unknown = CliRunner().invoke(commands, ["release", "plan", "--suggest", "--for", "weather"])
    assert unknown.exit_code != 0 and "there is no group 'weather'" in str(unknown.exception)
