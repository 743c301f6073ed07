"""Homeshire, the county that does not exist: files in the publishers' own formats, and the truth that was planted in them.

Nothing here reads a real file; the same seed gives the same bytes. The county lies in the North Sea and its codes lie outside the
ranges that the ONS gives out, so neither can be taken for a real place.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from core.errors import UserError
from core.periods import Period
from core.settings import RegionSettings
from feeds.synthetic.complaints import write_complaints
from feeds.synthetic.crime import NULL_CATEGORIES, PERIOD, VIOLENCE, Crime, make_crime
from feeds.synthetic.land import DISTRICT_CODES, FORCE_CODE, Land, make_land
from feeds.synthetic.names import COUNTY, FORCE, PUBLISHER
from feeds.synthetic.people import People, make_people
from feeds.synthetic.publish_background import write_background
from feeds.synthetic.publish_geography import write_boundaries, write_deprivation, write_lookups, write_population
from feeds.synthetic.publish_police import write_outcomes, write_stops, write_street
from feeds.synthetic.publish_services import make_postcodes, write_postcodes, write_services
from feeds.synthetic.stops import make_stops
from feeds.synthetic.streets import make_streets
from feeds.synthetic.truth import CountyTruth
from feeds.synthetic.victims import write_victims

__all__ = ["COUNTY_REGION", "DISTRICT_CODES", "FORCE_CODE", "TRUTH_FILE", "CountyTruth", "write_county"]

COUNTY_REGION = RegionSettings(force_name=FORCE, force_area_name=COUNTY, synthetic=True)
# the county that the demo shows and that tests score
DEMO_SEED = 20_260_101
# JSON is YAML, and a name that no feed takes for a delivery
TRUTH_FILE = "truth.yaml"
_NOTICE = f"""# {COUNTY}: synthetic data

Publisher: {PUBLISHER}. No file in this folder tells of a real place, person or event. The county lies in the North Sea; its codes and
postcodes belong to nobody. The layouts are those of the publishers whose files Homeground reads. `{TRUTH_FILE}` says what was planted.
"""


def write_county(folder: Path, *, seed: int) -> CountyTruth:
    """Write the whole county into a folder and return what was planted; `truth.yaml` comes last and marks the folder as whole.

    A folder that this function made before is replaced; UserError for one that holds anything else. Written beside the folder first,
    then moved, so an interrupted run leaves nothing half-written.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / TRUTH_FILE).is_file():
        raise UserError(
            "the folder holds other files", where=str(folder), hint="name a new or empty folder for the synthetic county."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".county-", dir=folder.parent))
    try:
        truth = _write(draft, seed)
        if folder.exists():
            shutil.rmtree(folder)
        draft.chmod(0o755)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return truth


def _write(folder: Path, seed: int) -> CountyTruth:
    # a stream of random numbers for each part: a change in one leaves the others as they were
    on_land, on_people, on_crime, on_stops, on_index, on_files, on_services, on_outcomes, on_streets, on_victims, on_complaints = (
        np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(11)
    )
    land = make_land(on_land)
    people = make_people(on_people, land)
    crime = make_crime(on_crime, land, people)
    stops, disparity = make_stops(on_stops, land, people, crime.anchors)
    old_codes = _old_codes(land, crime.anchors)
    write_boundaries(folder, land)
    write_lookups(folder, land)
    write_population(folder, land, people)
    write_deprivation(folder, land, people, on_index)
    repeated = write_street(folder, land, crime, old_codes, on_files, seed)
    write_outcomes(folder, on_outcomes)
    write_stops(folder, stops, crime.anchors)
    postcodes = make_postcodes(land, crime.anchors)
    write_postcodes(folder, land, postcodes, pd.Series(_old_codes(land, postcodes)))
    write_services(folder, land, postcodes, on_services)
    write_victims(folder, land, people, Period.ending(PERIOD.end, 12), on_victims)
    write_complaints(folder, land, stops, PERIOD, Period.ending(PERIOD.end, 24), on_complaints)
    write_background(folder, make_streets(on_streets, land))
    (folder / "README.md").write_text(_NOTICE, encoding="utf-8")
    truth = CountyTruth(
        name=COUNTY,
        seed=seed,
        months=tuple(f"{m:%Y-%m}" for m in PERIOD.months()),
        clusters=crime.clusters,
        trends=crime.trends,
        null_categories=NULL_CATEGORIES,
        near_repeats=crime.near_repeats,
        small_number=crime.small_number,
        disparity=disparity,
        incidents=len(crime.incidents),
        without_location=int((~crime.incidents["located"]).sum()),
        repeated_crime_id_rows=repeated,
        stops=len(stops),
        residents=int(people.residents.sum()),
        deprivation_violence_correlation=_correlation(crime, people),
    )
    truth.write(folder / TRUTH_FILE)
    return truth


def _old_codes(land: Land, points: pd.DataFrame) -> npt.NDArray[np.object_]:
    """LSOA 2011 of points (easting, northing)."""
    outlines = np.array([shape for _, _, shape in land.old], dtype=object)
    at = shapely.points(points["easting"], points["northing"])
    tree = shapely.STRtree(outlines)
    place = np.full(len(at), -1)
    hit, outline = tree.query(at, predicate="intersects")
    place[hit] = outline
    # whole metres may have moved a point off the shore
    adrift = np.flatnonzero(place < 0)
    place[adrift] = tree.nearest(at[adrift])
    return np.asarray(np.array([code for code, _, _ in land.old], dtype=object)[place], dtype=object)


def _correlation(crime: Crime, people: People) -> float:
    """Spearman's, between latent hardship and the violence rate by LSOA."""
    violence = crime.incidents[crime.incidents["category"] == VIOLENCE]
    rate = np.bincount(violence["lsoa"], minlength=len(people.residents)) / people.residents
    ranks = np.array(
        [np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (rate, people.hardship)], dtype=float
    )
    return round(float(np.corrcoef(ranks)[0, 1]), 3)
