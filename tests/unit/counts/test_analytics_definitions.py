"""The partnership's definitions: the shipped file holds, and each kind of mistake is named."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from analytics.counts.definitions import load_definitions, parse_definitions
from core.errors import UserError
from core.paths import PROJECT_ROOT

SHIPPED = PROJECT_ROOT / "analytics" / "counts" / "definitions.toml"


def raw() -> dict[str, Any]:
    return copy.deepcopy(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))


def group(definitions: dict[str, Any], group_id: str) -> dict[str, Any]:
    return next(g for g in definitions["group"] if g["id"] == group_id)


def test_shipped_partition_covers_the_fourteen_categories_once() -> None:
    definitions = load_definitions(SHIPPED)
    parted = [c for g in definitions.group if g.kind == "partition" for c in g.members]
    assert sorted(parted) == sorted(definitions.categories)
    assert len(definitions.categories) == 14
    assert definitions.total.id == "all_recorded"
    assert definitions.categories_of(definitions.total) == definitions.categories


def test_hot_spot_input_leaves_out_what_police_activity_produces() -> None:
    definitions = load_definitions(SHIPPED)
    by_id = {g.id: g for g in definitions.group}
    assert "Possession of weapons" in by_id["serious_violence"].members
    assert "Possession of weapons" not in definitions.reported_categories(by_id["serious_violence"])
    assert not set(definitions.reported_categories(definitions.total)) & {"Drugs", "Possession of weapons"}
    assert not by_id["drugs_and_weapons"].hot_spots


def test_serious_violence_says_that_it_is_a_proxy() -> None:
    serious = next(g for g in load_definitions(SHIPPED).group if g.id == "serious_violence")
    assert serious.kind == "overlay"
    assert "proxy" in serious.caveat


def broken(change: str) -> dict[str, Any]:
    definitions = raw()
    if change == "unknown key":
        definitions["colour"] = "red"
    elif change == "unknown key of a group":
        group(definitions, "serious_violence")["weight"] = 2
    elif change == "category in no partition":
        group(definitions, "burglary_and_vehicle_crime")["members"].remove("Burglary")
    elif change == "category in two partitions":
        group(definitions, "burglary_and_vehicle_crime")["members"].append("Robbery")
    elif change == "member unknown":
        group(definitions, "serious_violence")["members"].append("Piracy")
    elif change == "proactive unknown":
        definitions["proactive"].append("Piracy")
    elif change == "two totals":
        definitions["group"].append({**group(definitions, "all_recorded"), "id": "everything"})
    elif change == "total with members":
        group(definitions, "all_recorded")["members"] = ["Robbery"]
    elif change == "id twice":
        group(definitions, "serious_violence")["id"] = "all_recorded"
    elif change == "hot spots of proactive offences only":
        group(definitions, "drugs_and_weapons")["hot_spots"] = True
    elif change == "text for a number":
        definitions["version"] = "1"
    elif change == "no label":
        del group(definitions, "serious_violence")["label"]
    elif change == "id with a space":
        group(definitions, "serious_violence")["id"] = "serious violence"
    return definitions


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("unknown key", "colour"),
        ("unknown key of a group", "weight"),
        ("category in no partition", "Burglary"),
        ("category in two partitions", "Robbery"),
        ("member unknown", "Piracy"),
        ("proactive unknown", "Piracy"),
        ("two totals", "exactly one"),
        ("total with members", "all_recorded"),
        ("id twice", "twice"),
        ("hot spots of proactive offences only", "drugs_and_weapons"),
        ("text for a number", "version"),
        ("no label", "label"),
        ("id with a space", "id"),
    ],
)
def test_a_mistake_is_named(change: str, said: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_definitions(broken(change), where="mine.toml")
    assert said in str(refused.value)
    assert str(refused.value).startswith("mine.toml")


def test_a_missing_or_torn_file_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not there"):
        load_definitions(tmp_path / "none.toml")
    torn = tmp_path / "torn.toml"
    torn.write_text("[[group]\n", encoding="utf-8")
    with pytest.raises(UserError, match="cannot be read"):
        load_definitions(torn)
