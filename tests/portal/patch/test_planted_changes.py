"""What changes, in the synthetic county: each planted trend stands in the list of its patch by name, and says what it does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core import db
from core.db import Role
from core.paths import PROJECT_ROOT

pytestmark = pytest.mark.database
# what the list says that a planted pattern does
COURSES = {"new": "begins", "intensifying": "grows", "diminishing": "wanes", "historical": "ended"}


def listed(as_portal: Callable[..., object], district: str) -> list[str]:
    """The lines of What changes in My patch, as text."""
    from app.person.sign_in import ProfessionalRole, demo_person

    as_portal(audience="professional", demo=True)
    app = AppTest.from_file(str(PROJECT_ROOT / "app" / "portal.py"), default_timeout=600)
    app.session_state["hg-demo-person"] = demo_person(ProfessionalRole.OFFICER, district)
    app.query_params["patch"] = district
    app.query_params["kind"] = "violence_and_sexual_offences"
    app.run()
    assert not app.exception
    lists = [e.proto.body for e in app.get("html") if "hg-changes" in e.proto.body and "<style>" not in e.proto.body]
    return [
        " ".join(unescape(re.sub(r"<[^>]+>", " ", line)).split())
        for body in lists
        for line in re.findall(r"<li>.*?</li>", body, re.DOTALL)
    ]


@pytest.mark.parametrize("pattern", list(COURSES))
def test_a_planted_trend_is_listed_by_name(county: str, county_files: Path, as_portal: Callable[..., object], pattern: str) -> None:
    truth = json.loads((county_files / "truth.yaml").read_text(encoding="utf-8"))
    codes = next(trend["lsoa21"] for trend in truth["trends"] if trend["pattern"] == pattern)
    with db.transaction(Role.PIPELINE) as connection:
        found = connection.execute(
            text(
                "SELECT a.name, p.parent_code AS district FROM place.area AS a INNER JOIN place.area_parent AS p ON p.child_code = a.code"
                " AND p.child_edition = a.edition WHERE a.geography = 'lsoa' AND a.edition = '2021' AND p.parent_geography = 'lad'"
                " AND a.code = ANY(:codes)"
            ),
            {"codes": codes},
        ).all()
    districts = {row.district for row in found}
    assert len(found) == len(codes) and len(districts) == 1
    lines = listed(as_portal, districts.pop())
    named = [row.name for row in found if any(row.name in line and f"Hot spot, {COURSES[pattern]}:" in line for line in lines)]
    # at the rim of what was planted a neighbourhood is half ordinary
    assert len(named) >= 3, lines
