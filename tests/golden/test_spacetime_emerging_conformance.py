"""The conformance kit, run against our implementation, and the kit's own cubes run against a second implementation written plainly."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pymannkendall
import pytest
from scipy import sparse

from analytics.emerging.analysis import emerging_hot_spots
from analytics.emerging.overlap import overlap_ratio
from analytics.emerging.patterns import Pattern, classify
from analytics.statistics.mann_kendall import mann_kendall
from core.errors import UserError

KIT: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data" / "emerging_conformance.json").read_text(encoding="utf-8"))
SIGN = {"H": 1, "C": -1, ".": 0}


def _ids(name: str) -> list[str]:
    return [case["id"] for case in KIT[name]]


def test_the_kit_has_every_class_and_no_case_twice() -> None:
    ids = _ids("patterns") + _ids("trends") + _ids("cubes")
    assert len(ids) == len(set(ids))
    classes = {case["expected"] for case in KIT["patterns"] if case["kind"] == "class"}
    assert classes == {pattern.label for pattern in Pattern}
    assert {case["kind"] for case in KIT["patterns"]} == {"class", "tie-break", "edge", "error"}


@pytest.mark.parametrize("case", KIT["patterns"], ids=_ids("patterns"))
def test_pattern(case: dict[str, Any]) -> None:
    signs = np.array([[SIGN[letter] for letter in case["bins"]]], dtype=np.int8)
    trend = np.array([case["trend"]], dtype=np.int8)
    if case["expected"] == "error":
        with pytest.raises(UserError, match="at least 10"):
            classify(signs, trend)
    else:
        assert Pattern(int(classify(signs, trend)[0])).label == case["expected"], case["why"]


@pytest.mark.parametrize("case", KIT["trends"], ids=_ids("trends"))
def test_trend(case: dict[str, Any]) -> None:
    result = mann_kendall(np.array([case["z"]]), tie_tolerance=1e-9)
    assert result.s[0] == case["s"]
    assert result.variance[0] == pytest.approx(case["variance"], abs=1e-6)
    widen = {"independent": 1.0, "overlap": overlap_ratio((False,) + (True,) * (len(case["z"]) - 1))}
    for null, ratio in widen.items():
        expected = case[null]
        z = float(result.z[0]) / math.sqrt(ratio)
        p = math.erfc(abs(z) / math.sqrt(2))
        assert (z, p) == pytest.approx((expected["z"], expected["p"]), abs=1e-6)
        assert (int(np.sign(result.s[0])) if p <= case["alpha"] else 0) == expected["trend"]


# what follows knows nothing of our code but the overlap ratio, which test_spacetime_overlap holds to a simulation


def _plain_gi_star(
    values: dict[tuple[int, int], float], around: dict[tuple[int, int], list[tuple[int, int]]], bins: list[Any]
) -> Any:
    """z of each bin against the bins given, by the textbook formula."""
    n = len(bins)
    mean = sum(values[b] for b in bins) / n
    deviation = math.sqrt(sum(values[b] ** 2 for b in bins) / n - mean**2)
    z = {}
    for b in bins:
        k = len(around[b])
        total = sum(values[o] for o in around[b])
        z[b] = (total - k * mean) / (deviation * math.sqrt((n * k - k * k) / (n - 1)))
    return z


def _plain_q(p: dict[Any, float]) -> dict[Any, float]:
    order = sorted(p, key=lambda b: p[b])
    q: dict[Any, float] = {}
    smallest = 1.0
    for rank in range(len(order), 0, -1):
        smallest = min(smallest, p[order[rank - 1]] * len(order) / rank)
        q[order[rank - 1]] = smallest
    return q


def _plain_cube(case: dict[str, Any]) -> tuple[list[str], list[int]]:
    rows: list[list[int]] = KIT["cube"]["values"]
    n, months = len(rows), case["months"]
    near = {i: {i} for i in range(n)}
    for a, b in KIT["cube"]["neighbours"]:
        near[a].add(b)
        near[b].add(a)
    bins = [(i, t) for t in range(len(months)) for i in range(n)]
    values = {(i, t): float(rows[i][t]) for i, t in bins}
    around = {}
    for i, t in bins:
        steps = [t] + ([t - 1] if t and months[t - 1] == months[t] - 1 else [])
        around[i, t] = [(j, s) for s in steps for j in near[i]]
    if case["window"] == "cube":
        z = _plain_gi_star(values, around, bins)
    else:
        z = {}
        for t in range(len(months)):
            steps = sorted({s for _, s in around[0, t]})
            chosen = [(i, s) for i in range(n) for s in steps]
            inside = {b: [o for o in around[b] if o[1] in steps] for b in chosen}
            z.update({b: v for b, v in _plain_gi_star(values, inside, chosen).items() if b[1] == t})
    p = {b: math.erfc(abs(v) / math.sqrt(2)) for b, v in z.items()}
    if case["family"] == "cube":
        q = _plain_q(p)
    else:
        q = {}
        for t in range(len(months)):
            q.update(_plain_q({b: v for b, v in p.items() if b[1] == t}))
    ratio = overlap_ratio((False, *(b - a == 1 for a, b in itertools.pairwise(months))))
    letters, trends = [], []
    for i in range(n):
        series = [round(z[i, t], 9) for t in range(len(months))]
        letters.append("".join("." if q[i, t] > case["alpha"] else "H" if z[i, t] > 0 else "C" for t in range(len(months))))
        test = pymannkendall.original_test(series)
        score = test.z / (math.sqrt(ratio) if case["trend_null"] == "overlap" else 1.0)
        significant = math.erfc(abs(score) / math.sqrt(2)) <= case["trend_alpha"]
        trends.append(int(np.sign(test.s)) if significant else 0)
    return letters, trends


@pytest.mark.parametrize("case", KIT["cubes"], ids=_ids("cubes"))
def test_cube(case: dict[str, Any]) -> None:
    values = np.array(KIT["cube"]["values"], dtype=float)
    weights = sparse.lil_matrix((len(values), len(values)))
    weights.setdiag(1.0)
    for a, b in KIT["cube"]["neighbours"]:
        weights[a, b] = weights[b, a] = 1.0
    result = emerging_hot_spots(
        values, weights.tocsr(), months=np.array(case["months"]), alpha=case["alpha"], trend_alpha=case["trend_alpha"],
        window=case["window"], family=case["family"], trend_null=case["trend_null"],
    )  # fmt: skip
    assert ["".join("C.H"[sign + 1] for sign in row) for row in result.signs] == case["bins"]
    assert result.trend.tolist() == case["trend"]
    assert result.labels() == case["expected"]
    assert result.gaps == case["months"][-1] - case["months"][0] + 1 - len(case["months"])


@pytest.mark.parametrize("case", KIT["cubes"], ids=_ids("cubes"))
def test_a_plain_second_implementation_agrees_with_the_kit(case: dict[str, Any]) -> None:
    letters, trends = _plain_cube(case)
    assert letters == case["bins"]
    assert trends == case["trend"]
