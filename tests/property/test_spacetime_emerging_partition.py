"""Every series gets exactly one pattern, and that pattern's definition holds for it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from analytics.emerging.analysis import counts_by_pattern
from analytics.emerging.patterns import Pattern, classify
from core.errors import InternalError, UserError

# of the 177,147 series of ten steps (all trends) this many fit more than one definition of the text: the figure in docs/emerging.md
OVERLAPPING = 6074


def literal_definitions(signs: np.ndarray, trend: int) -> set[str]:
    """Every definition of Esri's text that fits one series, read as loosely as it can be: one sentence a line, both sides."""
    fits = set()
    steps = len(signs)
    for side, word in ((1, "hot"), (-1, "cold")):
        on = [bool(s == side) for s in signs]
        opposite = [bool(s == -side) for s in signs]
        share = sum(on) / steps
        many = share >= 0.9 - 1e-12
        run = len(list(itertools.takewhile(bool, reversed(on))))
        rules = {
            "new": on[-1] and not any(on[:-1]),
            "consecutive": run >= 2 and not any(on[: steps - run]) and not many,
            "intensifying": many and on[-1] and trend == side,
            "persistent": many and trend == 0,
            "diminishing": many and on[-1] and trend == -side,
            "sporadic": on[-1] and any(on[: steps - run]) and not many and not any(opposite),
            "oscillating": on[-1] and any(opposite[:-1]) and not many,
            "historical": not on[-1] and many,
        }
        fits |= {f"{name} {word} spot" for name, holds in rules.items() if holds}
    return fits


def test_all_series_of_ten_steps_and_all_trends() -> None:
    series = np.array(list(itertools.product((-1, 0, 1), repeat=10)), dtype=np.int8)
    total = 0
    for trend in (-1, 0, 1):
        pattern = classify(series, np.full(len(series), trend, dtype=np.int8))
        mirrored = classify(-series, np.full(len(series), -trend, dtype=np.int8))
        assert (mirrored == -pattern).all()
        assert sum(counts_by_pattern(pattern).values()) == len(series)
        labels = np.array([Pattern(int(code)).label for code in range(-8, 9)])[pattern.astype(int) + 8]
        overlapping = 0
        for signs, label in zip(series, labels, strict=True):
            fits = literal_definitions(signs, trend)
            # nothing fits <=> no pattern; else the pattern is one of those that fit
            assert (label in fits) if fits else (label == "no pattern")
            overlapping += len(fits) > 1
        assert overlapping > 1000
        total += overlapping
    # no more and no fewer overlaps than the documentation says
    assert total == OVERLAPPING


@settings(max_examples=60, deadline=None)
@given(
    npst.arrays(np.int8, st.tuples(st.integers(1, 40), st.integers(10, 60)), elements=st.integers(-1, 1)),
    st.integers(-1, 1),
)
def test_longer_series_too(signs: np.ndarray, trend: int) -> None:
    pattern = classify(signs, np.full(len(signs), trend, dtype=np.int8))
    for row, code in zip(signs, pattern, strict=True):
        fits = literal_definitions(row, trend)
        label = Pattern(int(code)).label
        assert (label in fits) if fits else (label == "no pattern")


@pytest.mark.parametrize("bad", [np.full((1, 10), 2), np.zeros(10)])
def test_what_is_not_a_sign_matrix_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(InternalError):
        classify(bad, np.zeros(1, dtype=np.int8))


@pytest.mark.parametrize("steps", range(1, 10))
def test_fewer_than_ten_steps_are_refused(steps: int) -> None:
    with pytest.raises(UserError, match="at least 10"):
        classify(np.zeros((3, steps), dtype=np.int8), np.zeros(3, dtype=np.int8))
