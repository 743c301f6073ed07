"""The partnership's factors: the shipped file holds, and each kind of mistake is named."""

from __future__ import annotations

import copy
import re
import tomllib
from typing import Any

import pytest

from analytics.overlaps.definitions import load_factor_definitions, parse_factor_definitions
from core.errors import UserError
from core.paths import PROJECT_ROOT

SHIPPED = PROJECT_ROOT / "analytics" / "overlaps" / "risk_factors.toml"
# words that mark a place or the people in it; none may be in what a page shows
STIGMA = re.compile(
    r"\b(worst|bad|problem|troubled|deprived area|sink|ghetto|dangerous|rough|no-go|failing|crime-ridden|underclass|poor people|criminal)\b",
    re.IGNORECASE,
)


def raw() -> dict[str, Any]:
    return copy.deepcopy(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))


def test_shipped_file_has_risk_and_protective_factors_of_every_theme_asked_for() -> None:
    found = load_factor_definitions(SHIPPED)
    kinds = {f.source.kind for f in found.factor}
    assert kinds == {"indicator", "rate", "hot_spot", "event", "reach"}
    assert len(found.on("risk")) >= 8
    assert len(found.on("protective")) >= 4
    assert any(f.source.indicator == "school_suspensions" for f in found.on("risk"))


def test_no_word_of_the_shipped_file_stigmatises() -> None:
    found = load_factor_definitions(SHIPPED)
    words = [w for f in found.factor for w in (f.label, f.high, f.low, f.theme, f.caution, *(t.label for t in f.thresholds))]
    assert [w for w in words if STIGMA.search(w)] == []


def test_recorded_incidents_do_not_choose_the_areas_they_are_compared_with() -> None:
    found = load_factor_definitions(SHIPPED)
    assert [c.id for c in found.similar.characteristics if "crime" in c.indicator] == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["factor"][0].update(colour="red"), "colour"),
        (lambda d: d["factor"][2]["thresholds"][0].update(at_least=1.0), "exactly one of"),
        (lambda d: d["factor"][2].update(default=4), "default 4 is not the position"),
        (lambda d: d["factor"][2]["thresholds"].append({"label": "x", "highest_share": 0.1}), "Tuple should have at most 3"),
        (lambda d: d["factor"][0].update(thresholds=[{"label": "x", "highest_share": 0.1}], default=1), "cut by certainty"),
        (lambda d: d["factor"].append(d["factor"][0]), "used twice"),
        (lambda d: d["typology"].update(factors=["income", "wealth"]), "typology.factors: not declared: wealth"),
        (lambda d: d["beside"].update(second="wealth"), "beside: not declared: wealth"),
        (lambda d: d["hot_spots"].update(against="wealth"), "hot_spots: not declared: wealth"),
        (lambda d: d["hot_spots"].update(certainty=80), "certainty"),
        (lambda d: d["service"][0].update(unused="no"), "service gp_practice is not declared, or is unused"),
        (lambda d: d["factor"][2]["source"].pop("indicator"), "source of kind indicator needs indicator"),
        (lambda d: d["similar"]["characteristics"][0].update(indicator="x"), "either an indicator or density"),
    ],
)
def test_a_mistake_is_named(change: Any, message: str) -> None:
    wrong = raw()
    change(wrong)
    with pytest.raises(UserError, match=re.escape(message)):
        parse_factor_definitions(wrong, where="mine.toml")


def test_a_file_that_is_not_there_is_one_message() -> None:
    with pytest.raises(UserError, match="not there"):
        load_factor_definitions(PROJECT_ROOT / "no-such-file.toml")
