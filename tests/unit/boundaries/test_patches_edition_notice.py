"""Notices of a change of areas, in words a person reads."""

from __future__ import annotations

import pandas as pd
import pytest

from boundaries.edition_notice import notices_from
from core.contracts import LSOA_2011, LSOA_2021, MSOA_2021
from core.errors import InternalError

_CHANGES = pd.DataFrame(
    [("P1", "P1", "U"), ("P2", "S1", "S"), ("P2", "S2", "S"), ("P3", "M1", "M"), ("P4", "M1", "M"), ("P5", "X1", "X"), ("P5", "X2", "X"),
     ("P6", "X2", "X"), ("P7", "T1", "S"), ("P7", "T2", "S"), ("P7", "T3", "S")],
    columns=["from_code", "to_code", "change"],
)  # fmt: skip


def test_a_split_area_says_what_it_became() -> None:
    (notice,) = notices_from(_CHANGES, LSOA_2011, ["P2"], names={("2011", "P2"): "Oxford 013C", ("2021", "S1"): "Oxford 019C"})
    assert (notice.change, notice.old, notice.new) == ("split", ("P2",), ("S1", "S2"))
    assert str(notice) == (
        "This area was split in 2021: Oxford 013C (P2) became Oxford 019C (S1) and S2."
        " A figure for the 2011 area covers both of them; compare it with their total."
    )


def test_a_merged_area_is_told_from_either_side_in_the_same_words() -> None:
    (old,) = notices_from(_CHANGES, LSOA_2011, ["P3"])
    (new,) = notices_from(_CHANGES, LSOA_2021, ["M1"])
    assert old == new
    assert old.sentence.startswith("This area was merged in 2021: P3 and P4 became M1.")


def test_what_hangs_together_is_named_together_and_once() -> None:
    notices = notices_from(_CHANGES, LSOA_2021, ["X1", "X2"])
    assert [(n.change, n.old, n.new) for n in notices] == [("redrawn", ("P5", "P6"), ("X1", "X2"))]


def test_three_children_are_all_three() -> None:
    (notice,) = notices_from(_CHANGES, LSOA_2021, ["T2"])
    assert "covers all 3 of them" in notice.sentence


@pytest.mark.parametrize(("place", "code"), [(LSOA_2011, "P1"), (LSOA_2021, "P1"), (LSOA_2021, "unknown"), (LSOA_2021, "P2")])
def test_no_change_no_notice(place: object, code: str) -> None:
    assert notices_from(_CHANGES, place, [code]) == ()  # type: ignore[arg-type]


def test_other_geographies_have_no_lookup() -> None:
    with pytest.raises(InternalError, match="no lookup"):
        notices_from(_CHANGES, MSOA_2021, ["E02000001"])
