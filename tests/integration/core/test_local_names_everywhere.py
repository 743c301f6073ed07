"""Names as people say them: from a file of the House of Commons Library's columns to every place where the product names an area."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from analytics import pipeline
from analytics import stage as analytics_stage
from analytics.release.build import audit_release, build_release
from analytics.release.publish import publish
from app.area.downloads import places_csv
from app.area.profile import build_profile
from app.person import store as person_store
from app.person.reading import reading
from app.person.sign_in import ProfessionalRole, demo_person
from briefs.write import render_brief
from core import db
from core.db import Role
from core.periods import Period
from feeds.loading.load import load_source
from homeground.area_commands import area as area_command
from published.release import current_release
from published.search import find_places
from tests.builders import feeds_files as county

pytestmark = pytest.mark.database
CODE, OFFICIAL = county.msoa_of(0)
PEOPLE_SAY = "Mill Lane & the Quays"
JANUARY = Period(date(2025, 1, 1), date(2025, 1, 1))


def test_a_name_in_the_file_is_a_name_everywhere(database: str, tmp_path: Path) -> None:
    county.write_county(tmp_path)
    # the columns of the published file, in its order; the Welsh ones are empty in England
    header = ["msoa21cd", "msoa21nm", "msoa21nmw", "msoa21hclnm", "msoa21hclnmw", "localauthorityname"]
    county.write(tmp_path, "MSOA-Names-Latest2.csv", county.as_csv(header, [[CODE, OFFICIAL, "", PEOPLE_SAY, "", "Westford"]]))
    report = load_source(tmp_path, region=county.REGION)
    assert report.refused == ()
    assert [f.feed for f in report.files if "MSOA-Names" in f.file] == ["msoa_names"]
    context = analytics_stage.default_context(region=county.REGION)
    wanted = ("geography", "place", "count")
    analytics_stage.run_stages(tuple(s for s in pipeline.ANALYSE_STAGES if s.name in wanted), context, say=lambda line: None)
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=JANUARY)
        publish(connection, audit_release(candidate), candidate=candidate, actor="test")
    release = current_release(Role.COMMUNITY)
    assert release is not None
    # the release, its download, the search, the profile of the area and of a neighbourhood in it
    named = release.place("msoa", CODE)
    assert named is not None
    assert named.label.startswith(f"{PEOPLE_SAY} (")
    assert PEOPLE_SAY in places_csv(release)
    assert find_places(release, "mill quays").places == (named,)
    assert build_profile(release, named).title == f"Recorded crime in {named.label}"
    inside = next(p for p in release.of("lsoa") if p.parent_msoa == CODE)
    assert f"in {PEOPLE_SAY}, Westford" in build_profile(release, inside).kind
    # the professional's list of parts of a patch, the brief, the command line
    person = demo_person(ProfessionalRole.ANALYST, "")
    with reading(person) as reader:
        assert PEOPLE_SAY in [a.name for a in person_store.msoas_of(reader, county.district_of(0)[0])]
    (brief,) = render_brief(PEOPLE_SAY.upper(), ("html",), role=Role.PROFESSIONAL).values()
    assert "Mill Lane &amp; the Quays" in brief.decode()
    said = CliRunner().invoke(area_command, [PEOPLE_SAY]).output
    assert said.startswith(f"{PEOPLE_SAY} (")
