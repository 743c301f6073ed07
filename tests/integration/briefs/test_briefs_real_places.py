"""Briefs of releases that the whole flow made, on the synthetic county and on real files: every figure is the published one."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from briefs.write import FORMATS, render_brief
from core import db
from core.db import Role

pytestmark = pytest.mark.database

# a place with the most withheld cells, one with the fewest, an MSOA and a district: the first of each by code
_CHOSEN = """
  WITH cells AS (
    SELECT v.geography, v.place_code, count(*) FILTER (WHERE v.symbol IS NOT NULL) AS withheld
    FROM published.value AS v JOIN published.release AS r USING (release_id)
    WHERE r.status = 'current' AND v.geography IN ('lsoa', 'msoa', 'lad')
    GROUP BY v.geography, v.place_code
  )
  (SELECT place_code FROM cells WHERE geography = 'lsoa' ORDER BY withheld DESC, place_code LIMIT 1)
  UNION ALL (SELECT place_code FROM cells WHERE geography = 'lsoa' ORDER BY withheld, place_code LIMIT 1)
  UNION ALL (SELECT min(place_code) FROM cells WHERE geography = 'msoa')
  UNION ALL (SELECT min(place_code) FROM cells WHERE geography = 'lad')
"""
_CELLS = """
  SELECT c.label, v.count, v.symbol, v.lowest, v.highest
  FROM published.value AS v
  JOIN published.release AS r USING (release_id)
  JOIN published.category AS c ON c.release_id = v.release_id AND c.category = v.category
  WHERE r.status = 'current' AND v.place_code = :code
"""


def figures_stand_as_published() -> None:
    with db.transaction(Role.COMMUNITY) as connection:
        codes = [str(row[0]) for row in connection.execute(text(_CHOSEN))]
        cells = {code: connection.execute(text(_CELLS), {"code": code}).all() for code in codes}
    assert len(set(codes)) == 4
    for code in codes:
        made = {name.rsplit(".", 1)[-1]: data for name, data in render_brief(code, FORMATS, role=Role.COMMUNITY).items()}
        assert set(made) == {"pdf", "docx", "pptx", "html", "zip", "xlsx", "gpkg"}
        pages = PdfReader(io.BytesIO(made["pdf"])).pages
        said = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
        rows = csv.DictReader(io.StringIO(zipfile.ZipFile(io.BytesIO(made["zip"])).read("values.csv").decode()))
        own = {r["category_label"]: r for r in rows if r["role"] == "this place"}
        for label, count, symbol, lowest, highest in cells[code]:
            shown = f"{count:,}" if count is not None else f"{lowest:,} to {highest:,}" if lowest != highest else f"{lowest:,}*"
            assert f"{label} {shown}" in said, (code, label)
            assert own[label]["count"] == ("" if count is None else str(count))
            assert own[label]["symbol"] == (symbol or "")
            assert (own[label]["lowest"], own[label]["highest"]) == (("", "") if count is not None else (str(lowest), str(highest)))
            assert bool(own[label]["rate_per_1000"]) == (count is not None)
        assert len(pages) <= 12
        assert len(made["pdf"]) < 600_000


@pytest.mark.slow
def test_briefs_of_the_synthetic_county(county: str) -> None:
    figures_stand_as_published()


@pytest.mark.real_data
def test_briefs_of_the_real_thames_valley(thames_valley: str) -> None:
    figures_stand_as_published()
