"""Names as people say them: from a file of the House of Commons Library's columns to every place where the product names an area."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

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


# the columns of the published files, in their order; the Welsh ones are empty in England
OF_2021 = ["msoa21cd", "msoa21nm", "msoa21nmw", "msoa21hclnm", "msoa21hclnmw", "localauthorityname"]
OF_2011 = ["msoa11cd", "msoa11nm", "msoa11nmw", "msoa11hclnm", "msoa11hclnmw", "Laname"]


@pytest.mark.parametrize(
    ("file", "header", "feed"),
    [("MSOA-Names-Latest2.csv", OF_2021, "msoa_names"), ("MSOA-Names-1.14.csv", OF_2011, "msoa_names_2011")],
)
def test_a_name_in_the_file_is_a_name_everywhere(database: str, tmp_path: Path, file: str, header: list[str], feed: str) -> None:
    """A list of the edition before names the areas that kept their code."""
    county.write_county(tmp_path)
    rows = county.as_csv(header, [[CODE, OFFICIAL, "", PEOPLE_SAY, "", "Westford"]])
    # both are published with a byte-order mark
    county.write(tmp_path, file, "\ufeff" + rows if isinstance(rows, str) else b"\xef\xbb\xbf" + rows)
    report = load_source(tmp_path, region=county.REGION)
    assert report.refused == ()
    assert [f.feed for f in report.files if "MSOA-Names" in f.file] == [feed]
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
    assert inside.label == f"{PEOPLE_SAY} ({inside.name})"
    # what was mistyped, and the part of a postcode that people remember
    assert find_places(release, "mil lnae quay").places == (named,)
    with db.transaction(Role.PIPELINE) as connection:
        row = {"code": inside.code}
        connection.execute(
            text(
                "INSERT INTO published.postcode (postcode, display, lsoa21_code)"
                " VALUES ('ZZ421AB', 'ZZ42 1AB', :code), ('ZZ41AB', 'ZZ4 1AB', :code)"
            ),
            row,
        )
    for part in ("ZZ4", "zz42", "ZZ42 1", "ZZ421", "zz42 1a"):
        some = find_places(release, part)
        assert some.places == (inside,), part
        assert "reaches into 1 neighbourhood." in some.message
    # no postcode begins so, though one holds it
    assert find_places(release, "ZZ1").places == ()
    # the professional's list of parts of a patch, the brief, the command line
    person = demo_person(ProfessionalRole.ANALYST, "")
    with reading(person) as reader:
        assert PEOPLE_SAY in [a.name for a in person_store.msoas_of(reader, county.district_of(0)[0])]
        neighbourhoods = reader.frame("overlaps/neighbourhoods", {"district": "", "msoa": CODE, "members": [], "tolerance": 10})
        assert inside.label in set(neighbourhoods["name"])
    (brief,) = render_brief(PEOPLE_SAY.upper(), ("html",), role=Role.PROFESSIONAL).values()
    assert "Mill Lane &amp; the Quays" in brief.decode()
    said = CliRunner().invoke(area_command, [PEOPLE_SAY]).output
    assert said.startswith(f"{PEOPLE_SAY} (")
