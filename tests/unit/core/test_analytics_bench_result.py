"""What a benchmark prints, and that programs are timed in turn."""

from __future__ import annotations

import json

import pytest

from bench.result import BenchResult, Parts, alternate


def test_json_has_the_six_fields_and_short_numbers() -> None:
    result = BenchResult("x", "a machine", "a file", {"ours_s": 0.0123456, "rows": 389_165}, {"peer/ours": 21.23456}, ["other"])
    assert json.loads(result.to_json()) == {
        "name": "x",
        "machine": "a machine",
        "input": "a file",
        "figures": {"ours_s": 0.01235, "rows": 389_165},
        "ratios": {"peer/ours": 21.23},
        "missing": ["other"],
    }
    assert "21.2 times" in result.as_text()
    assert "not installed: other" in result.as_text()


def test_programs_run_in_turn_after_a_warm_up() -> None:
    called: list[str] = []
    seconds = alternate({"a": lambda: called.append("a"), "b": lambda: called.append("b")}, rounds=2)
    assert called == ["a", "b"] * 3
    assert set(seconds) == {"a", "b"}
    assert all(s >= 0 for s in seconds.values())


def test_a_part_that_fails_takes_nothing_from_the_others_and_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> dict[str, float]:
        raise ValueError("one count is open")

    parts = Parts()
    for name, part in (("first", lambda: {"ours_s": 1.5}), ("second", fails), ("third", lambda: {"cells": 12_345.0})):
        parts.run(name, part)
        # printed before the next one begins
        assert name in capsys.readouterr().err
    assert parts.figures == {"ours_s": 1.5, "cells": 12_345.0}
    assert parts.failed == {"second": "ValueError: one count is open"}
    result = BenchResult("x", "a machine", "a file", parts.figures, failed=parts.failed)
    assert json.loads(result.to_json())["failed"] == parts.failed
    assert "failed: second: ValueError: one count is open" in result.as_text()
