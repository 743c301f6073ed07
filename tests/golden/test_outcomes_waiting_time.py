"""Kaplan-Meier against published values: the 6-MP arm of Freireich et al. (1963), as in Kalbfleisch and Prentice and in R's survival package.

Weeks in remission of 21 children: 6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+ (+ = still in remission). Published
survival: 0.857 at 6, 0.807 at 7, 0.753 at 10, 0.690 at 13, 0.627 at 16, 0.538 at 22, 0.448 at 23; log-log limits at 6: 0.620 to 0.952.
"""

from __future__ import annotations

import pytest

from core.waiting_time import share_within

RELAPSED = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
STILL = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}


@pytest.mark.parametrize(
    ("week", "surviving"), [(5, 1.0), (6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (23, 0.448)]
)
def test_published_survival(week: int, surviving: float) -> None:
    row = share_within(RELAPSED, STILL)[week]
    assert 1 - row.share == pytest.approx(surviving, abs=5e-4)


def test_published_limits_and_numbers_at_risk() -> None:
    rows = share_within(RELAPSED, STILL)
    assert (1 - rows[6].upper, 1 - rows[6].lower) == (pytest.approx(0.620, abs=5e-4), pytest.approx(0.952, abs=5e-4))
    assert [rows[w].watched for w in (6, 7, 10, 23)] == [21, 17, 15, 6]
    assert rows[-1].months == 35
