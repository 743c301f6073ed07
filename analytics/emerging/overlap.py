"""How much wider S of Mann-Kendall spreads when each z shares half of its values with the z before it.

A bin's neighbourhood holds the step itself and the step before, so two z values in a row share half their values: even where nothing
happens but chance, the z series of a place has correlation 1/2 from step to step and none further. Mann-Kendall supposes independence,
and so calls too many trends. For a Gaussian series with correlations rho the variance of S is known (Hamed and Rao 1998, Journal of
Hydrology 204, 182-196, equation 6 follows from the same identity):

    Var(S) = sum over i<j, k<l of (2/pi) asin( (rho_ik - rho_il - rho_jk + rho_jl) / (2 sqrt((1 - rho_ij)(1 - rho_kl))) )

`overlap_ratio(T)` is that variance over the one for independent steps; dividing z by its square root gives the trend test its level back.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from core.errors import InternalError


@cache
def overlap_ratio(follows: tuple[bool, ...]) -> float:
    """Var(S) with overlapping neighbourhoods over Var(S) of independent steps; follows: which steps share values with the step before."""
    steps = len(follows)
    if steps < 2:
        raise InternalError("overlap: fewer than two steps")
    rho = np.eye(steps)
    for t in range(1, steps):
        if follows[t]:
            # the first step of a run has only its own values, half as many as the rest: k / sqrt(k x 2k)
            shared = 0.5 if follows[t - 1] else np.sqrt(0.5)
            rho[t, t - 1] = rho[t - 1, t] = shared
    earlier, later = np.triu_indices(steps, 1)
    spread = np.sqrt(1.0 - rho[earlier, later])
    total = 0.0
    # one pair against all pairs at a time: T=60 has 1,770 pairs, so the whole table would be 3 million, and T=240 would not fit
    for i, j, own in zip(earlier, later, spread, strict=True):
        joint = rho[i, earlier] - rho[i, later] - rho[j, earlier] + rho[j, later]
        total += float(np.arcsin(np.clip(joint / (2.0 * own * spread), -1.0, 1.0)).sum())
    return total * (2.0 / np.pi) / (steps * (steps - 1) * (2 * steps + 5) / 18.0)
