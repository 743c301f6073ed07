"""Work in a process of its own: its memory and processor time are its own, and what it imports is in nobody's time."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from typing import ParamSpec

from bench.loading.memory import peak_gb

_P = ParamSpec("_P")
Figures = dict[str, float]
# of an analyst's script, whatever it is written with
STEPS = ("read", "place", "count", "store")


def apart(work: Callable[_P, Figures], *args: _P.args, **kwargs: _P.kwargs) -> Figures:
    """The figures of a function of some module, with processor_s and peak_gb of its process; its own error where it raises one."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measured, work, args, kwargs).result()


def seconds_between(times: list[float]) -> Figures:
    """Seconds of each of STEPS, from the moments at which each began and the last ended."""
    return {f"{step}_s": after - before for step, (before, after) in zip(STEPS, pairwise(times), strict=True)}


def _measured(work: Callable[..., Figures], args: tuple[object, ...], kwargs: dict[str, object]) -> Figures:
    begun = time.process_time()
    found = work(*args, **kwargs)
    return found | {"processor_s": time.process_time() - begun, "peak_gb": peak_gb()}
