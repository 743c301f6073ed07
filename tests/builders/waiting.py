"""Waiting for a condition, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

T = TypeVar("T")


def until(done: Callable[[], T | None], what: str, *, seconds: float = 300.0) -> T:
    """The first true answer; fails, saying what was waited for, where none comes. seconds: when to give up, far above what it takes."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := done():
            return answer
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.02)
