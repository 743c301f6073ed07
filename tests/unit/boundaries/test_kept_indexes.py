"""Indexes of outlines that are kept on disk: read back as they were, and never those of other outlines."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import shapely

from boundaries.kept_indexes import kept_index
from boundaries.point_in_area import AreaIndex, build_index
from core.contracts import LSOA_2011, LSOA_2021


class Builder:
    """Builds an index of two squares, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> AreaIndex:
        self.times += 1
        return build_index(["E2", "E1"], [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)])


def same(a: AreaIndex, b: AreaIndex) -> bool:
    return all(np.array_equal(getattr(a, f.name), getattr(b, f.name)) for f in fields(AreaIndex))


def test_an_index_is_read_back_as_it_was_built(tmp_path: Path) -> None:
    build = Builder()
    built = kept_index(tmp_path / "indexes", LSOA_2021, "a", build)
    again = kept_index(tmp_path / "indexes", LSOA_2021, "a", build)
    assert build.times == 1
    assert same(built, again)
    assert (again.codes, type(again.codes), type(again.columns)) == (("E1", "E2"), tuple, int)
    x, y = np.array([5.0, 15.0, 25.0, 10.0]), np.full(4, 5.0)
    assert again.codes_at(x, y).tolist() == ["E2", "E1", None, "E1"]


def test_other_outlines_take_the_place_of_those_that_were_kept(tmp_path: Path) -> None:
    build = Builder()
    for geography, fingerprint in ((LSOA_2021, "a"), (LSOA_2011, "a"), (LSOA_2021, "b"), (LSOA_2021, "a")):
        kept_index(tmp_path, geography, fingerprint, build)
    assert build.times == 4
    assert len(list(tmp_path.glob("lsoa-2021-*"))) == 1
    assert len(list(tmp_path.glob("lsoa-2011-*"))) == 1


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "other"])
def test_a_file_that_is_not_whole_is_built_anew(tmp_path: Path, damage: str) -> None:
    build = Builder()
    built = kept_index(tmp_path, LSOA_2021, "a", build)
    (path,) = tmp_path.glob("*.npz")
    content = bytearray(path.read_bytes())
    if damage == "changed":
        at = content.index(np.array(built.bounds).tobytes())
        content[at] ^= 1
    path.write_bytes({"cut": content[: len(content) // 2], "changed": content, "empty": b"", "other": b"no archive"}[damage])
    assert same(kept_index(tmp_path, LSOA_2021, "a", build), built)
    assert build.times == 2


def test_a_folder_that_cannot_be_written_to_costs_time_alone(tmp_path: Path) -> None:
    build = Builder()
    taken = tmp_path / "taken"
    taken.write_text("a file where the folder should be")
    assert kept_index(taken, LSOA_2021, "a", build).codes == ("E1", "E2")
