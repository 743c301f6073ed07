"""Rates, percentages, order, colour classes and statistics: each rule refuses the leak that it is there for."""

from __future__ import annotations

import statistics
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure import derived
from analytics.disclosure.gate import protect
from analytics.disclosure.plan import Counts, Level, PublicationPlan
from analytics.disclosure.policy import load_policy
from core.errors import DisclosureError
from core.periods import Period
from core.settings import ReleaseSettings

MONTH = date(2025, 1, 1)
TRUE = {"a": {"x": 3, "y": 38}, "b": {"x": 9, "y": 60}, "c": {"x": 31, "y": 12}, "d": {"x": 22, "y": 25}}


@pytest.fixture(scope="module")
def published():
    """(safe tables, true count of each row): a's x is small and takes others with it."""
    groups = (("total", frozenset({"x", "y"})), ("x", frozenset({"x"})), ("y", frozenset({"y"})))
    plan = PublicationPlan((Level("area", "", 1.0), Level("all", "", float("inf"))), groups, (Period(MONTH, MONTH),))
    frame = pd.DataFrame(
        [(i, c, MONTH, n) for i, counts in enumerate(TRUE.values()) for c, n in counts.items()],
        columns=["area", "category", "month", "incidents"],
    )
    policy = load_policy(ReleaseSettings().policy)
    tables = protect(plan, Counts(pd.DataFrame({"area": list(TRUE), "all": "R"}), frame), replace(policy, audit_seconds=60.0))
    true = []
    for row in tables.frame.itertuples():
        places = list(TRUE.values()) if row.geography == "all" else [TRUE[row.place_code]]
        true.append(sum(p["x"] + p["y"] if row.category == "total" else p[row.category] for p in places))
    return tables, np.array(true, dtype=float)


def _truth_as_shown(tables, true):
    return tables.frame.assign(count=pd.array(true.astype(int), dtype="Int64"))


PEOPLE = {("area", p): 1_000.0 + 37 * i for i, p in enumerate(TRUE)} | {("all", "R"): 4_222.0}
RULES = {
    "rate": derived.rate(PEOPLE),
    "percentage": derived.percentage("total"),
    "order": derived.order(),
    "colour": derived.colour_class(3),
    "mean": derived.statistic(statistics.mean, {i: tuple(range(15)) for i in range(15)}),
}


@pytest.mark.parametrize("name", RULES)
def test_a_column_made_from_true_counts_is_refused(published, name):
    tables, true = published
    withheld = tables.frame["count"].isna().to_numpy()
    assert withheld.sum() >= 3
    leaked = RULES[name](_truth_as_shown(tables, true))
    assert leaked.notna().all(), "made from the truth, every cell has a value"
    with pytest.raises(DisclosureError, match="withheld"):
        tables.derive(RULES[name], proposed=leaked, what=name)


@pytest.mark.parametrize("name", RULES)
def test_what_follows_from_published_figures_passes(published, name):
    tables, _ = published
    made = tables.derive(RULES[name])
    assert made.isna()[tables.frame["count"].isna()].all()
    assert tables.derive(RULES[name], proposed=made).equals(made)


def test_a_rate_is_a_count_to_whoever_knows_the_population(published):
    tables, true = published
    rates = tables.derive(RULES["rate"])
    shown = rates.notna()
    people = np.array([PEOPLE[k] for k in zip(tables.frame["geography"], tables.frame["place_code"], strict=True)])
    assert np.allclose((rates * people / 1_000)[shown], true[shown])


def test_a_percentage_needs_both_its_count_and_its_whole(published):
    tables, _ = published
    made = tables.derive(RULES["percentage"])
    frame = tables.frame.assign(percent=made)
    totals = frame[frame["category"] == "total"].set_index("place_code")["count"]
    for row in frame.itertuples():
        assert np.isnan(row.percent) == (pd.isna(row.count) or pd.isna(totals[row.place_code]))


def test_order_and_classes_of_shown_cells_do_not_depend_on_withheld_ones(published):
    """The ranks of the truth, with the withheld ones blanked out, leave gaps that tell where these lie: refused too."""
    tables, true = published
    withheld = tables.frame["count"].isna().to_numpy()
    for name in ("order", "colour"):
        # the withheld cells as the largest of their panels: their place in the order and their weight in the classes show
        as_largest = np.where(withheld, true + 500, true)
        of_truth = RULES[name](_truth_as_shown(tables, as_largest)).where(~withheld)
        with pytest.raises(DisclosureError, match="do not follow"):
            tables.derive(RULES[name], proposed=of_truth)
    ranks = tables.frame.assign(rank=tables.derive(RULES["order"]))
    for _, panel in ranks[ranks["geography"] == "area"].groupby("category"):
        found = sorted(panel["rank"].dropna())
        assert found == list(range(1, len(found) + 1))


def test_mean_and_median_are_given_where_nothing_is_withheld_only(published):
    tables, true = published
    frame = tables.frame
    for category, rows in frame[frame["geography"] == "area"].groupby("category").groups.items():
        inside = [int(r) for r in rows]
        for what in (statistics.mean, statistics.median):
            made = tables.derive(derived.statistic(what, {inside[0]: inside}))
            if frame.loc[inside, "count"].isna().any():
                assert made.isna().all(), category
            else:
                assert made[inside[0]] == what(true[inside].tolist())


def test_the_certificate_gives_no_share_of_a_withheld_whole(published):
    tables, _ = published
    levels = tables.certificate.as_dict()["levels"]
    frame = tables.frame
    printed = frame[frame["geography"] == "area"]["count"].sum()
    whole = frame[frame["geography"] == "all"]["count"].sum()
    assert levels["area"]["incidents_visible"] == round(float(printed) / float(whole), 4)


def test_the_public_certificate_does_not_count_what_is_small(published):
    tables, _ = published
    public, record = tables.certificate.as_dict(), tables.certificate.as_record()
    assert not {"withheld_small", "withheld_to_protect", "alternative_tables", "rounds", "seed", "of_these_implied"} & set(public)
    assert "attacked" not in public and record["sensitive_counts_attacked"] >= 1
    many = replace(tables.certificate, targets=6_934)
    assert many.as_dict()["attacked"] == 6_900
