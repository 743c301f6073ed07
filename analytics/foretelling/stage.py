"""The foretell stage: what each place is expected to see in the month after the last loaded one, for every group of hot spot input.

Reads analysis.count_month, analysis.month_status, place.area and place.h3_cell; writes analysis.foretold, and what it rests on:
analysis.foretold_record, analysis.foretold_standing and analysis.foretold_reliability. The rule, its constants and what it must show before
a group is foretold by it are docs/decisions/0100; where it does not beat the counts of the months before, these are what is stored.
Offences that police activity produces are no input: a forecast of them would send patrols where patrols were. Nothing here is random.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from analytics.counts.places import Group, deliveries_of, months_loaded, read_groups
from analytics.foretelling.calibration import INTERVAL
from analytics.foretelling.choosing import FEWEST_TUNING, tuning_months
from analytics.foretelling.posterior import CONSTANTS
from analytics.foretelling.record import Foreteller, Rule, Scored, Word, score_record
from analytics.foretelling.standing import survives
from analytics.foretelling.store import (
    Places,
    foretold_rows,
    judged,
    read_history,
    record_rows,
    reliability_rows,
    standing_rows,
)
from analytics.hotspots.stage import FEWEST_PLACES
from analytics.statistics.accuracy import COVERAGES
from core.contracts import H3_R8, H3_R9, LSOA_2021, Geography
from core.db import NewRows, replaced_rows
from core.errors import UserError
from core.periods import Period, add_months
from core.provenance import finish_run, start_run

GEOGRAPHIES = (LSOA_2021, H3_R9, H3_R8)


@dataclass(frozen=True)
class ForetoldMap:
    """One geography: months scored, which groups are foretold by the rule, and which are shown by the counts of the months before."""

    geography: Geography
    places: int
    scored: tuple[date, ...]
    foretold: tuple[str, ...]
    counts: tuple[str, ...]


@dataclass(frozen=True)
class ForetellReport:
    """What was foretold for which month. skipped: why a geography has none, in words."""

    month: date
    rows: int
    maps: tuple[ForetoldMap, ...]
    skipped: tuple[str, ...]
    run_id: int


@dataclass(frozen=True)
class Foretold:
    """One geography: what is said of the next month, by which rule each group is shown, and the months scored."""

    places: Places
    word: Word
    rules: tuple[Rule, ...]
    scored: tuple[Scored, ...]


def compute_foretold(connection: Connection, *, period: Period) -> ForetellReport:
    """Foretell the month after the last one loaded in a period, from all its loaded months; replaces what was foretold before.

    UserError where no month of the period is loaded, or too few to choose constants by.
    """
    groups = [group for group in read_groups(connection) if group.hotspot_input]
    months = months_loaded(connection, period)
    month = add_months(months[-1], 1)
    if len(tuning_months(months, month)) < FEWEST_TUNING:
        raise UserError(
            f"too few months in a row to foretell {month:%B %Y}: {FEWEST_TUNING} with the month before them are needed to choose by",
            where="analysis.month_status",
            hint="load more months in a row.",
        )
    parameters = {
        "month": month,
        "months": list(months),
        "constants": [[c.half_life, c.everything, c.neighbours, c.region] for c in CONSTANTS],
        "interval": INTERVAL,
    }
    run_id = start_run(connection, "foretell", seed=None, parameters=parameters, delivery_ids=deliveries_of(connection, period))
    maps: list[ForetoldMap] = []
    skipped: list[str] = []
    with (
        replaced_rows(connection, "analysis", "foretold", where={}) as result,
        replaced_rows(connection, "analysis", "foretold_record", where={}) as record,
        replaced_rows(connection, "analysis", "foretold_standing", where={}) as standing,
        replaced_rows(connection, "analysis", "foretold_reliability", where={}) as reliable,
    ):
        for geography in GEOGRAPHIES:
            places = read_history(connection, geography, groups, months)
            if len(places.codes) < FEWEST_PLACES:
                skipped.append(f"{geography}: {len(places.codes)} places, at least {FEWEST_PLACES} are needed")
                continue
            found = foretell_places(places, month)
            result.add(foretold_rows(places, found.word, found.rules, groups).assign(run_id=run_id))
            _add_record(found, groups, run_id, record, standing, reliable)
            maps.append(_map(found, groups))
    finish_run(connection, run_id)
    return ForetellReport(month, result.rows, tuple(maps), tuple(skipped), run_id)


def foretell_places(places: Places, month: date) -> Foretold:
    """Score the rule on the months that came, and say of each group by which rule the month is shown."""
    foreteller = Foreteller(places.history)
    scored = tuple(score_record(places.history, places.area_km2, foreteller))
    groups = places.history.by_month.shape[2]
    held = survives(judged(scored).word.reshape(groups, len(COVERAGES))) if scored else np.zeros(groups, dtype=bool)
    rules: tuple[Rule, ...] = tuple("foretold" if one else "counts" for one in held)
    return Foretold(places, foreteller.word(month), rules, scored)


def _add_record(found: Foretold, groups: list[Group], run_id: int, record: NewRows, standing: NewRows, reliable: NewRows) -> None:
    """What the rules rest on; nothing where no month could be scored."""
    if not found.scored:
        return
    geography = found.places.geography
    rows: pd.DataFrame = record_rows(geography, found.scored, groups)
    record.add(rows.assign(run_id=run_id))
    standing.add(standing_rows(geography, judged(found.scored), rows, groups).assign(run_id=run_id))
    reliable.add(reliability_rows(geography, found.scored, groups).assign(run_id=run_id))


def _map(found: Foretold, groups: list[Group]) -> ForetoldMap:
    by_rule = {
        rule: tuple(group.id for group, used in zip(groups, found.rules, strict=True) if used == rule)
        for rule in ("foretold", "counts")
    }
    scored = tuple(one.word.month for one in found.scored)
    return ForetoldMap(found.places.geography, len(found.places.codes), scored, by_rule["foretold"], by_rule["counts"])
