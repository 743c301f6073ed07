"""Harm weights come from a file that says its source and mapping, covers every category, and makes a map only where it differs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analytics.counts.places import Group, PlaceTable
from analytics.hotspots.harm_weights import load_harm_weights
from analytics.hotspots.stage import differs_in_more_than_scale, slices_of
from core.contracts import H3_R9
from core.errors import UserError

CATEGORIES = ("Burglary", "Robbery")
WHOLE = """
source = "Crime Severity Score, invented for a test"
mapping = "Mean of the offence codes of each category, invented for a test"
[weights]
Burglary = 400.0
Robbery = 1500.0
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "harm.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_file_is_read_with_its_statement(tmp_path: Path) -> None:
    found = load_harm_weights(written(tmp_path, WHOLE), CATEGORIES)
    assert found.weights["Robbery"] == 1500.0
    assert found.statement()["source"].startswith("Crime Severity Score")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (WHOLE.replace("Robbery = 1500.0\n", ""), "no weight for Robbery"),
        (WHOLE + "Piracy = 1.0\n", "unknown: Piracy"),
        (WHOLE.replace("400.0", "-1.0"), "greater than or equal to 0"),
        (WHOLE.replace("400.0", "inf"), "finite"),
        (WHOLE.replace('mapping = "Mean of the offence codes of each category, invented for a test"\n', ""), "mapping"),
        (WHOLE.replace("400.0", "0.0").replace("1500.0", "0.0"), "every weight is 0"),
        ("not a file of weights", "cannot be read"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        load_harm_weights(written(tmp_path, text), CATEGORIES)


def test_a_group_of_one_category_has_no_map_of_its_own_by_harm() -> None:
    counts = np.array([[4.0, 4.0], [2.0, 2.0], [0.0, 0.0]])
    harm = np.array([[8.0, 4.0], [4.0, 6.0], [0.0, 0.0]])
    assert not differs_in_more_than_scale(harm[:, 0], counts[:, 0])
    assert differs_in_more_than_scale(harm[:, 1], counts[:, 1])
    groups = [Group("one", "partition", True), Group("two", "overlay", True)]
    whole = counts.astype(np.int64)
    table = PlaceTable(H3_R9, ("a", "b", "c"), ("d",) * 3, np.full(3, np.nan), whole, whole)
    assert [(s.group.id, s.measure) for s in slices_of(table, groups, harm)] == [
        ("one", "count"),
        ("two", "count"),
        ("two", "harm"),
    ]
    by_harm = slices_of(table, groups, harm)[-1]
    assert by_harm.incidents.tolist() == [4.0, 2.0, 0.0]
    np.testing.assert_allclose(by_harm.tested, np.log1p(harm[:, 1]))
