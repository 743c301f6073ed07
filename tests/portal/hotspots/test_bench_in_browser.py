"""What `homeground bench portal` asks of a portal in a browser: figures of a page that was there, and of every hexagon drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import portal
from bench.portal import browser
from tests.builders.portal_processes import CHROMIUM
from tests.conftest import absent

pytestmark = [pytest.mark.database, pytest.mark.browser]


@pytest.mark.slow
def test_a_running_portal_is_asked_by_its_address(county_portal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not CHROMIUM.is_file():
        absent(f"no Chromium at {CHROMIUM}")
    monkeypatch.setattr(browser, "TAPS", 2)
    found = portal.run(Path(), address=f"{county_portal}/").figures
    assert 0 < found["finding_s"] <= found["map_s"] and 0 < found["finding_first_s"] <= found["map_first_s"]
    for name in browser.DASHBOARDS.values():
        for which in ("", "_first"):
            assert 0 < found[f"{name}_words{which}_s"] <= found[f"{name}_tiles{which}_s"], (name, which)
    assert found["hexagons"] > 50 and 0 < found["hexagons_areas_s"] < found["hexagons_painted_s"]
    assert found["measure_places"] >= 20 and 1_000 < found["measure_bytes"] < 60_000
