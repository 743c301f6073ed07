"""The scale on which a map of rates is tested: deviations that vary as much by chance in a hamlet as in a town, and no tests of a handful.

A smoothed rate will not do: it is drawn to the mean the more, the fewer people live in a place, so by chance alone it varies with residents;
and since residents cluster, shuffled maps of it do not look like maps of one constant rate (docs/decisions/0102). The index of Assuncao and
Reis (`local_moran.rate_index`) has the same variance everywhere. Where hardly an incident is expected its shape still differs: nearly
always a little below 0, now and then far above. Such places are not tested, and are no neighbours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analytics.statistics.local_moran import rate_index

Floats = NDArray[np.float64]

# incidents that the region's rate must give a place for its rate to be tested
FEWEST_EXPECTED = 1.0


def deviations_of_rates(events: Floats, people: Floats) -> Floats:
    """Signed logarithm of the rate index, (n x m), from events (n x m) and people (n); NaN where a rate is not tested."""
    events, people = np.asarray(events, dtype=np.float64), np.asarray(people, dtype=np.float64)
    tested = np.full(events.shape, np.nan)
    expected = np.outer(people, events.sum(axis=0) / people.sum())
    for column in range(events.shape[1]):
        places = np.flatnonzero(expected[:, column] >= FEWEST_EXPECTED)
        if len(places):
            tested[places, column] = signed_log(rate_index(events[places, column][:, None], people[places]))[:, 0]
    return tested


def signed_log(deviation: Floats) -> Floats:
    """sign(x) log(1 + |x|): 0 stays the region's rate and the order stays, but one place no longer outweighs a hundred."""
    return np.asarray(np.sign(deviation) * np.log1p(np.abs(deviation)))
