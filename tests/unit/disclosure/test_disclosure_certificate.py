"""The certificate of a release gives away no share of a withheld whole and not how many counts are small."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from analytics.disclosure.gate import protect
from analytics.disclosure.plan import Counts, Level, PublicationPlan
from analytics.disclosure.policy import load_policy
from core.periods import Period
from core.settings import ReleaseSettings

MONTH = date(2025, 1, 1)
TRUE = {"a": {"x": 3, "y": 38}, "b": {"x": 9, "y": 60}, "c": {"x": 31, "y": 12}, "d": {"x": 22, "y": 25}}


@pytest.fixture(scope="module")
def published():
    """Safe tables in which a's x is small and takes others with it."""
    groups = (("total", frozenset({"x", "y"})), ("x", frozenset({"x"})), ("y", frozenset({"y"})))
    plan = PublicationPlan((Level("area", "", 1.0), Level("all", "", float("inf"))), groups, (Period(MONTH, MONTH),))
    frame = pd.DataFrame(
        [(i, c, MONTH, n) for i, counts in enumerate(TRUE.values()) for c, n in counts.items()],
        columns=["area", "category", "month", "incidents"],
    )
    policy = load_policy(ReleaseSettings().policy)
    return protect(plan, Counts(pd.DataFrame({"area": list(TRUE), "all": "R"}), frame), replace(policy, audit_seconds=60.0))


def test_the_certificate_gives_no_share_of_a_withheld_whole(published):
    tables = published
    levels = tables.certificate.as_dict()["levels"]
    frame = tables.frame
    printed = frame[frame["geography"] == "area"]["count"].sum()
    whole = frame[frame["geography"] == "all"]["count"].sum()
    assert levels["area"]["incidents_visible"] == round(float(printed) / float(whole), 4)


def test_the_public_certificate_does_not_count_what_is_small(published):
    tables = published
    public, record = tables.certificate.as_dict(), tables.certificate.as_record()
    assert not {"withheld_small", "withheld_to_protect", "alternative_tables", "rounds", "seed", "of_these_implied"} & set(public)
    assert "attacked" not in public and record["sensitive_counts_attacked"] >= 1
    many = replace(tables.certificate, targets=6_934)
    assert many.as_dict()["attacked"] == 6_900
