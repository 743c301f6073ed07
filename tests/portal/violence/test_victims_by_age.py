"""Victims by age on the dashboard of serious violence: rates that allow for age, worked out anew from the county's files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from app.person.reading import reading
from app.person.sign_in import ProfessionalRole, demo_person
from app.person.store import Patch
from app.violence import ages, store
from app.violence.ages import Ages
from app.violence.content import Asked, build, serious_first
from app.violence.download import csv_of
from core import db
from core.db import Role
from core.poisson import EUROPE_2013

pytestmark = pytest.mark.database


def of(patch: Patch, role: str = "analyst", district: str = "") -> Ages:
    with reading(demo_person(ProfessionalRole(role), district)) as reader:
        return ages.build(reader, patch)


@pytest.fixture
def files(county_files: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Victims and residents by district and first year of a band, as the files give them."""
    district = pd.read_csv(county_files / "lookups/lsoa21_msoa21_lad22_derived.csv.gz").set_index("LSOA21CD")["LAD22CD"]
    rows = pd.concat([pd.read_csv(p) for p in sorted((county_files / "partners").glob("victims_of_violence_2025-*.csv"))])
    rows["district"] = rows["lsoa21"].map(district)
    rows["band"] = rows["age_band"].str.split(" ").str[0].astype(int)
    old = pd.read_csv(county_files / "lookups/lookup_lsoa11_lsoa21_ltla22.csv.gz").drop_duplicates("lsoa11_code")
    people = pd.read_csv(county_files / "population/population_mid2020_lsoa11_by_age.csv.gz").set_index("lsoa11_code")
    people["district"] = old.set_index("lsoa11_code")["ltla22_code"]
    years = [*map(str, range(90)), "90+"]
    bands = people.groupby("district")[years].sum().T.groupby(lambda y: int(y.rstrip("+")) // 5 * 5).sum()
    return rows.groupby(["band", "district"]).size().unstack(fill_value=0).reindex(list(EUROPE_2013), fill_value=0), bands


def test_the_rates_are_those_of_the_files(county: str, files: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    victims, people = files
    found = of(Patch("", "", "all districts"))
    assert (
        found.why_not == ""
        and found.reference == "mid2020"
        and str(found.covered) == "January 2025 to December 2025; all 12 months"
    )
    assert [r.victims for r in found.rows] == victims.sum(axis=1).tolist()
    assert [r.people for r in found.rows] == people.sum(axis=1).tolist()
    whole, *districts = found.places
    assert (whole.name, whole.victims) == ("All districts", int(victims.to_numpy().sum()))
    assert [p.victims for p in districts] == [int(victims[p.code].sum()) for p in districts] and len(districts) == 3
    weights = pd.Series(EUROPE_2013)
    for place in districts:
        wanted = 1000 * float((victims[place.code] / people[place.code] * weights).sum()) / 100_000
        assert place.standardised is not None and place.crude is not None
        assert place.standardised.per_1000 == pytest.approx(wanted)
        assert place.standardised.lower < wanted < place.standardised.upper
        assert place.crude.per_1000 == pytest.approx(1000 * victims[place.code].sum() / people[place.code].sum())
    # where many young people live the crude rate says more than the ages explain
    assert any(p.crude.per_1000 > 1.02 * p.standardised.per_1000 for p in districts if p.crude and p.standardised)


def test_an_officer_sees_their_district_alone_and_no_smaller_place_is_told(county: str) -> None:
    (whole, first, *_) = of(Patch("", "", "all districts")).places
    mine = of(Patch(first.code, "", first.name), "officer", first.code)
    assert [p.code for p in mine.places] == [first.code] and mine.places[0].victims == first.victims < whole.victims
    assert of(Patch("", "", "all your districts"), "officer", first.code).places == mine.places
    assert of(Patch(first.code, "E02999001", "a part"), "officer", first.code).why_not == ages.DISTRICTS_ONLY
    assert of(Patch(first.code, "", "drawn", "own-1", ("E01999001",), "")).why_not == ages.DISTRICTS_ONLY


def test_the_page_and_its_file_say_it(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    with reading(demo_person(ProfessionalRole.ANALYST, "")) as reader:
        made = store.counted_at(reader)
        assert made is not None
        content = build(reader, Asked(made, Patch("", "", "all districts"), serious_first(reader)[0]))
    assert content is not None
    table = ages.places_table(content.ages)
    assert [c.text for c in table.columns] == ["Place", "Victims", "A year per 1,000", "Allowing for age"]
    assert len(ages.ages_table(content.ages).rows) == 19 and "Dobson's 95% limits" in ages.sentence(content.ages)
    rows = list(csv.DictReader(io.StringIO(csv_of(content), newline="")))
    allowed = [r for r in rows if r["table"] == "allowing for age" and r["row"] == "standardised"]
    assert len(allowed) == 4 and all("European Standard Population 2013" in r["measure"] for r in allowed)
    assert sum(int(r["number"]) for r in rows if r["table"] == "age") == content.ages.places[0].victims


def test_what_is_not_there_is_named(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]
) -> None:
    use_database(make_database("victims_none", template=county_database))
    everything = Patch("", "", "all districts")
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM place.population WHERE measure LIKE 'five%'"))
    assert of(everything).why_not == ages.NO_RESIDENTS
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM analysis.event_count WHERE feed LIKE '%victims%'"))
    assert of(everything).why_not == ages.NO_VICTIMS and "not\u00a0supplied" in ages.NO_VICTIMS
