"""Displacement and diffusion of benefits: what happened in the ring around the place.

The ring's own effect is a difference in differences beside the rings of the places alike. The weighted displacement quotient (Bowers and
Johnson 2003) sets the ring's change beside the change of the place: -1 where everything that fell in the place turned up around it, 0
where the ring stayed as it was, above 0 where the ring fell too. Its interval comes from draws of both effects together, as their spread
and their correlation among the places alike allow. It is given only where the place itself fell, because a quotient of nothing is
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.evaluation.effect import Effect, difference_in_differences, log_change

Counts = NDArray[np.int64]
DRAWS = 4_000


@dataclass(frozen=True)
class Displacement:
    """ring: the effect in the ring. quotient, low, high: None where the place itself did not clearly fall.

    net: incidents fewer in place and ring together than expected, and its interval.
    """

    ring: Effect
    quotient: float | None
    low: float | None
    high: float | None
    net: float
    net_low: float
    net_high: float

    @property
    def found(self) -> bool:
        """Whether the ring rose beyond what chance gives."""
        return self.ring.low > 1.0

    @property
    def diffusion(self) -> bool:
        """Whether the ring fell too, beyond what chance gives."""
        return self.ring.high < 1.0


def displacement(
    place: Effect, before: Counts, after: Counts, ring_before: Counts, ring_after: Counts, *, seed: int
) -> Displacement:
    """place: the effect in the place, of before and after. The others are each (1 + places alike), incidents of whole spans, the place that
    got the response first; places without a ring are left out."""
    kept = np.asarray(ring_before) > 0
    kept[0] = True
    ring = difference_in_differences(ring_before[kept], ring_after[kept])
    together = _correlation(before[kept], after[kept], ring_before[kept], ring_after[kept])
    rng = np.random.default_rng(seed)
    free = min(place.places, ring.places) - 1
    normal = rng.standard_normal((DRAWS, 2))
    normal[:, 1] = together * normal[:, 0] + np.sqrt(1.0 - together**2) * normal[:, 1]
    student = normal / np.sqrt(rng.chisquare(free, DRAWS) / free)[:, None]
    in_place = np.exp(np.log(place.ratio) + place.error * student[:, 0])
    in_ring = np.exp(np.log(ring.ratio) + ring.error * student[:, 1])
    # what would have been expected in each without the response
    expected, expected_ring = after[0] / place.ratio, ring_after[0] / ring.ratio
    net = expected * (1.0 - in_place) + expected_ring * (1.0 - in_ring)
    quotient = low = high = None
    if place.high < 1.0:
        share = ring_before[0] / before[0]
        quotient = float(share * (ring.ratio - 1.0) / (place.ratio - 1.0))
        low, high = (float(q) for q in np.quantile(share * (in_ring - 1.0) / np.minimum(in_place - 1.0, -1e-6), (0.025, 0.975)))
    return Displacement(
        ring,
        quotient,
        low,
        high,
        float(expected * (1.0 - place.ratio) + expected_ring * (1.0 - ring.ratio)),
        *(float(q) for q in np.quantile(net, (0.025, 0.975))),
    )


def _correlation(before: Counts, after: Counts, ring_before: Counts, ring_after: Counts) -> float:
    """Of the changes of place and ring among the places alike."""
    scaled = []
    for b, a in ((before[1:], after[1:]), (ring_before[1:], ring_after[1:])):
        change, variance = log_change(b, a)
        scaled.append((change - np.average(change, weights=1.0 / variance)) / np.sqrt(variance))
    if any(s.std() == 0 for s in scaled):
        return 0.0
    one, other = scaled
    return float(np.clip(np.corrcoef(one, other)[0, 1], -0.99, 0.99))
