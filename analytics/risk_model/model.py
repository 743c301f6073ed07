"""A small-area count model with spatial terms, its intervals and its honest score: Poisson or negative binomial regression.

    log E(incidents) = log(residents x months) + terms + terms of neighbours + spatial patterns

Terms are normal scores of ranks (mean 0, standard deviation 1), so no single place pulls a coefficient. Spatial terms: the terms' means
over neighbours (the SLX model of LeSage and Pace 2009), and the coarsest Moran eigenvectors of the neighbour graph (spatial filtering:
Griffith 2003; Dray, Legendre and Peres-Neto 2006). Overdispersion: the auxiliary regression of Cameron and Trivedi (1990); where it is
significant the family is negative binomial (NB2). Estimation is statsmodels'. Standard errors are a jackknife over wide blocks of places,
with Student's t of as many degrees of freedom as blocks less one (few large clusters: Bester, Conley and Hansen 2011, Journal of Econometrics
165, 137-151; the jackknife: MacKinnon, Nielsen and Webb 2023, Journal of Applied Econometrics 38, 671-694), because what no term knows is
shared over longer distances than a handful of places.

Cross-validated in space (whole blocks of neighbouring places held out) and in time (earlier months foretell later ones), beside what is
known without a model: residents alone, and the counts of the months before.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import sparse

from core.errors import InternalError, UserError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Family = Literal["poisson", "negative_binomial"]

DRAWS = 500
LEVEL = 0.95
# overdispersion that could be chance leaves the Poisson family
_DISPERSION_P = 0.05


@dataclass(frozen=True)
class Fit:
    """beta (k), covariance (k x k) and its degrees of freedom, alpha of NB2 (0 for Poisson), dispersion test z."""

    family: Family
    names: tuple[str, ...]
    beta: Floats
    covariance: Floats
    freedom: int
    alpha: float
    dispersion_z: float

    def terms(self) -> list[tuple[str, float, float, float]]:
        """Name, rate ratio for one standard deviation more, and its 95% limits; the constant left out."""
        error = np.sqrt(np.diag(self.covariance))
        t = scipy.stats.t.ppf(0.5 + LEVEL / 2, self.freedom)
        return [
            (name, float(np.exp(b)), float(np.exp(b - t * e)), float(np.exp(b + t * e)))
            for name, b, e in zip(self.names, self.beta, error, strict=True)
            if name != "constant"
        ]


@dataclass(frozen=True)
class Score:
    """How a rule did on counts it had not seen. deviance_explained: against residents alone, 1 is perfect, 0 no better, below 0 worse.

    top_tenth: share of the incidents that fell in the tenth of places put first. coverage: share of places inside the 95% interval, NaN
    for rules that give none.
    """

    rule: str
    deviance_explained: float
    top_tenth: float
    coverage: float


def normal_scores(values: Floats, *, lowest_is_most: bool) -> Floats:
    """Ranks (ties in the middle) as standard normal quantiles, (n,); UserError where a value is missing or all are the same."""
    values = np.asarray(values, dtype=np.float64)
    if not np.isfinite(values).all():
        raise UserError(f"{int((~np.isfinite(values)).sum())} places have no value", where="record.indicator")
    if np.ptp(values) == 0:
        raise UserError("a term has one value everywhere, so it explains nothing", where="record.indicator")
    ranks = scipy.stats.rankdata(-values if lowest_is_most else values)
    return np.asarray(scipy.stats.norm.ppf((ranks - 0.5) / len(values)))


def design_of(
    terms: dict[str, Floats], weights: sparse.csr_matrix, *, neighbours: bool, patterns: Floats
) -> tuple[Floats, tuple[str, ...]]:
    """The matrix (n x k) with its constant first, and names. weights: star weights; patterns: (n x p) Moran eigenvectors, rescaled here."""
    n = weights.shape[0]
    columns, names = [np.ones(n), *terms.values()], ["constant", *terms]
    if neighbours:
        around = sparse.csr_matrix(weights - sparse.eye(n, format="csr"))
        degree = np.maximum(np.asarray(around.sum(axis=1)).ravel(), 1.0)
        for name, values in terms.items():
            columns.append(np.asarray(around @ values) / degree)
            names.append(f"{name} of neighbours")
    for j in range(patterns.shape[1]):
        columns.append(patterns[:, j] * np.sqrt(n))
        names.append(f"spatial pattern {j + 1}")
    return np.column_stack(columns), tuple(names)


def fit(counts: Floats, design: Floats, names: Sequence[str], exposure: Floats, clusters: Ints) -> Fit:
    """Fit counts (n) on a design (n x k) with exposure (n, above 0); clusters (n): wide blocks of places, from which the errors come.

    UserError where there is too little to fit.
    """
    # not statsmodels.api: it also loads time series and graphics, which takes longer than the fit of a county
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM

    n, k = design.shape
    if (exposure <= 0).any():
        raise InternalError("risk model: an exposure is not above 0")
    if n < 5 * k or counts.sum() < 10 * k:
        raise UserError(
            f"{n} places and {counts.sum():.0f} incidents are too few for {k} terms",
            where="analytics/risk_model/risk_model.toml",
            hint="take terms out, fewer spatial patterns, or a group with more incidents.",
        )
    if len(np.unique(clusters)) < 2:
        raise InternalError("risk model: errors need at least two blocks of places")
    offset = np.log(exposure)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = GLM(counts, design, family=families.Poisson(), offset=offset).fit()
        mu = np.asarray(found.fittedvalues)
        alpha, z = overdispersion(counts, mu)
        family: Family = "poisson"
        if alpha > 0 and scipy.stats.norm.sf(z) < _DISPERSION_P:
            family = "negative_binomial"
            # alpha and the means depend on one another; three rounds change neither any more
            for _ in range(3):
                found = GLM(counts, design, family=families.NegativeBinomial(alpha=alpha), offset=offset).fit()
                alpha = max(overdispersion(counts, np.asarray(found.fittedvalues))[0], 1e-6)
        else:
            alpha = 0.0
    mu = np.asarray(found.fittedvalues)
    covariance = jackknife_covariance(counts, design, mu, alpha, clusters)
    freedom = len(np.unique(clusters)) - 1
    return Fit(family, tuple(names), np.asarray(found.params), covariance, freedom, float(alpha), float(z))


def jackknife_covariance(counts: Floats, design: Floats, mu: Floats, alpha: float, clusters: Ints) -> Floats:
    """Covariance of the terms (k x k) from leaving out one cluster at a time, each by one step of the scoring that fitted the whole."""
    scored = design * ((counts - mu) / (1.0 + alpha * mu))[:, None]
    weighted = design * (mu / (1.0 + alpha * mu))[:, None]
    whole = weighted.T @ design
    moved = []
    for cluster in np.unique(clusters):
        out = clusters == cluster
        rest = whole - weighted[out].T @ design[out]
        moved.append(np.linalg.pinv(rest, hermitian=True) @ scored[out].sum(axis=0))
    steps = np.array(moved)
    return np.asarray((len(steps) - 1) / len(steps) * steps.T @ steps)


def overdispersion(counts: Floats, mu: Floats) -> tuple[float, float]:
    """alpha in Var = mu + alpha mu^2, by weighted moments, and the z of Cameron and Trivedi's test that it is 0."""
    excess = ((counts - mu) ** 2 - counts) / mu
    alpha = float((excess * mu).sum() / (mu**2).sum())
    residual = excess - alpha * mu
    error = np.sqrt((residual**2).sum() / (len(mu) - 1) / (mu**2).sum())
    return alpha, alpha / float(error) if error > 0 else 0.0


def expected(model: Fit, design: Floats, exposure: Floats) -> Floats:
    """Expected counts, (n,)."""
    return np.asarray(exposure * np.exp(design @ model.beta))


def interval(model: Fit, design: Floats, exposure: Floats, *, seed: int, draws: int = DRAWS) -> tuple[Floats, Floats]:
    """95% prediction interval of the count of each place, (n,) each: uncertainty of the terms and of the count itself."""
    rng = np.random.default_rng(seed)
    beta = rng.multivariate_normal(model.beta, model.covariance, size=draws, method="eigh")
    mu = exposure[:, None] * np.exp(np.clip(design @ beta.T, -30.0, 30.0))
    if model.alpha > 0:
        mu = mu * rng.gamma(1.0 / model.alpha, model.alpha, size=mu.shape)
    counts = rng.poisson(np.minimum(mu, 1e9))
    low, high = np.quantile(counts, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2], axis=1, method="inverted_cdf")
    return np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)


def blocks_of(points_m: Floats, number: int) -> Ints:
    """Blocks of neighbouring places of equal size: halved again and again across the longer side. number: a power of 2."""
    blocks = np.zeros(len(points_m), dtype=np.int64)
    made = 1
    while made < number:
        for block in range(made):
            inside = np.flatnonzero(blocks == block)
            axis = int(np.argmax(np.ptp(points_m[inside], axis=0)))
            order = inside[np.argsort(points_m[inside, axis], kind="stable")]
            blocks[order[len(order) // 2 :]] = block + made
        made *= 2
    return blocks


def cross_validate_space(
    counts: Floats, design: Floats, names: Sequence[str], exposure: Floats, clusters: Ints, blocks: Ints, *, seed: int
) -> tuple[Score, ...]:
    """Each block foretold from the others, and residents alone beside it."""
    mu, alone, low, high = (np.empty(len(counts)) for _ in range(4))
    for block in np.unique(blocks):
        held = blocks == block
        model = fit(counts[~held], design[~held], names, exposure[~held], clusters[~held])
        mu[held] = expected(model, design[held], exposure[held])
        low[held], high[held] = interval(model, design[held], exposure[held], seed=seed + int(block))
        alone[held] = exposure[held] * counts[~held].sum() / exposure[~held].sum()
    return (
        _score("model", counts, mu, alone, low, high, exposure),
        _score("residents alone", counts, alone, alone, None, None, exposure),
    )


def cross_validate_time(
    before: Floats,
    after: Floats,
    design: Floats,
    names: Sequence[str],
    exposure: tuple[Floats, Floats],
    clusters: Ints,
    *,
    seed: int,
) -> tuple[Score, ...]:
    """Later counts foretold from earlier ones: by the model, by the earlier counts themselves (smoothed), and by residents alone."""
    from analytics.statistics.smoothing import empirical_bayes

    earlier, later = exposure
    model = fit(before, design, names, earlier, clusters)
    low, high = interval(model, design, later, seed=seed)
    alone = later * before.sum() / earlier.sum()
    naive = later * empirical_bayes(before[:, None], earlier)[:, 0]
    return (
        _score("model", after, expected(model, design, later), alone, low, high, later),
        _score("counts of the months before", after, naive, alone, None, None, later),
        _score("residents alone", after, alone, alone, None, None, later),
    )


def poisson_deviance(counts: Floats, mu: Floats) -> float:
    """2 sum(y log(y / mu) - (y - mu)), 0 log 0 taken as 0."""
    ratio = np.where(counts > 0, counts / mu, 1.0)
    return float(2.0 * (counts * np.log(ratio) - (counts - mu)).sum())


def _score(
    rule: str, counts: Floats, mu: Floats, alone: Floats, low: Floats | None, high: Floats | None, exposure: Floats
) -> Score:
    base = poisson_deviance(counts, alone)
    explained = 1.0 - poisson_deviance(counts, np.maximum(mu, 1e-9)) / base if base > 0 else float("nan")
    # the tenth of places with the highest expected rate; ties in order of place, which is the same for every rule
    first = np.argsort(-(mu / exposure), kind="stable")[: max(len(mu) // 10, 1)]
    top = float(counts[first].sum() / counts.sum()) if counts.sum() else float("nan")
    inside = float("nan")
    if low is not None and high is not None:
        inside = float(((counts >= low) & (counts <= high)).mean())
    return Score(rule, float(explained), top, inside)


def residual_autocorrelation(
    counts: Floats, mu: Floats, alpha: float, weights: sparse.csr_matrix, *, permutations: int, seed: int
) -> tuple[float, float]:
    """Moran's I of Pearson residuals on row-standardised neighbours, and its upper p by permutation."""
    residual = (counts - mu) / np.sqrt(mu + alpha * mu**2)
    z = residual - residual.mean()
    n = len(z)
    around = sparse.csr_matrix(weights - sparse.eye(n, format="csr"))
    degree = np.maximum(np.asarray(around.sum(axis=1)).ravel(), 1.0)
    rng = np.random.default_rng(seed)
    shuffled = np.column_stack([z, *(rng.permutation(z) for _ in range(permutations))])
    i = (shuffled * (around @ shuffled / degree[:, None])).sum(axis=0) / (z**2).sum()
    return float(i[0]), float((1 + (i[1:] >= i[0]).sum()) / (permutations + 1))
