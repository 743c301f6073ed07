"""`homeground feedback` prints how fast a hot spot feeds itself: the same twice, and one message for what is no list of numbers."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from core.errors import UserError
from homeground.feedback_commands import feedback


def test_the_loop_is_printed_the_same_twice() -> None:
    one, two = (CliRunner().invoke(feedback, ["--runs", "40", "--json"]) for _ in range(2))
    assert one.exit_code == 0, one.output
    assert one.output == two.output
    told = json.loads(one.output)
    assert told["fair_share"] == 0.5
    runaway = next(x for x in told["lines"] if x["reported"] == 0 and x["response"] == "hottest")
    assert runaway["share_by_week"]["104"] == 1.0
    left_out = next(x for x in told["lines"] if x["reported"] == 0.3 and x["response"] == "hottest" and not x["discovered_count"])
    assert left_out["share_by_week"]["104"] < 0.8 < left_out["share_by_week"]["1"]
    printed = CliRunner().invoke(feedback, ["--runs", "5"]).output
    assert "to the top" in printed
    assert "week 104" in printed


def test_what_is_no_list_of_numbers_is_one_message() -> None:
    with pytest.raises(UserError, match="no list of numbers"):
        CliRunner().invoke(feedback, ["--rates", "many"], catch_exceptions=False)
