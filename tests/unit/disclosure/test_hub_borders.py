"""Hexagons that two forces publish: one figure at the border, attacked as one system, and nothing learnt from it by anybody outside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pytest

from analytics.disclosure.plan import Level
from analytics.release.crate.write import write_crate
from analytics.release.hub.intake import pack, take_in, unpack
from analytics.release.hub.joint import Attacked, attack_together, linked, require_one_truth
from analytics.release.hub.member import ALL, Member, read_member
from analytics.release.hub.trust import load_trust
from analytics.release.hub.union import Union, unite
from core.errors import UserError
from core.periods import add_months
from tests.builders.crates import neighbours
from tests.builders.crates.county import GROUP_SETS, LEVELS, protected
from tests.builders.crates.neighbours import CODES, KEYS, WHOLE, areas_of, counts_of
from tests.builders.outside_attack.reading import Printed
from tests.builders.outside_attack.verdicts import attack
from tests.builders.release_county import GAP, PERIOD, lsoas

HEXAGON = "h3 r8"


def with_hexagons(county: int) -> pd.DataFrame:
    """The areas of a county with hexagons of four columns each over both counties, so that the second lies across the border."""
    column = lsoas()["column"] + neighbours.MOVED[county][0]
    codes = [f"88195da{c // 4:02d}{r}ffffff"[:15] for c, r in zip(column, lsoas()["row"], strict=True)]
    areas = areas_of(county)
    areas.insert(1, HEXAGON, codes)
    return areas


@dataclass(frozen=True)
class Both:
    members: tuple[Member, ...]
    union: Union
    attacked: Attacked


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Both:
    folder = tmp_path_factory.mktemp("borders")
    trust = load_trust(neighbours.trust_file(folder / "trust.toml"))
    members = []
    for county in range(2):
        made = protected(
            with_hexagons(county), counts_of(county), (PERIOD.end,), levels=(LEVELS[0], Level("h3", "r8", 40.0), *LEVELS[1:])
        )
        write_crate(folder / str(county), made, KEYS[county])
        members.append(read_member(take_in(folder / str(county), folder / f"in{county}", trust), trust))
    union = unite(members, trust)
    return Both(tuple(members), union, attack_together(members, union.added))


def test_a_hexagon_at_the_border_is_one_figure(both: Both) -> None:
    codes = [set(m.areas[HEXAGON]) for m in both.members]
    shared = codes[0] & codes[1]
    assert len(shared) == 4 and linked(both.members) == [[0, 1]]
    rows = both.union.values[both.union.values["geography"] == "h3"]
    assert set(rows["place_code"]) == codes[0] | codes[1] and not rows.duplicated(["place_code", "category"]).any()
    printed = ranged = 0
    for row in rows[rows["place_code"].isin(shared)].itertuples():
        at = [m.values[(m.values["place_code"] == row.place_code) & (m.values["category"] == row.category)] for m in both.members]
        ends = pd.concat(at)[["count", "lowest", "highest"]]
        low, high = (ends["count"].fillna(ends[which]) for which in ("lowest", "highest"))
        if ends["count"].notna().all():
            assert row.count == ends["count"].sum() and pd.isna(row.symbol)
            printed += 1
        elif high.notna().all():
            assert pd.isna(row.count) and (row.lowest, row.highest) == (low.sum(), high.sum())
            ranged += 1
    assert printed > 5 and ranged > 0
    # no page is of a hexagon
    assert "h3" not in set(both.union.places["geography"])


def test_the_two_are_attacked_as_one_system(both: Both) -> None:
    assert both.attacked.together == [("Northshire Police", "Midshire Police")]
    assert both.attacked.fallen == [] and both.attacked.targets > 300
    assert {label.split(",")[0].split(" ")[0] for label in (a.label for a in both.union.added)} == {"h3", "all"}


def test_nobody_outside_learns_a_small_count_from_a_border(both: Both) -> None:
    """Each county's figures, and the hub's: a level each, for a county's hexagon at the border is a part of the hub's."""
    own = [with_hexagons(n).rename(columns={HEXAGON: f"side{n} r8"}) for n in range(2)]
    areas = pd.concat([a.rename(columns={"all": "force 2020"}) for a in own], ignore_index=True).fillna("")
    areas = areas.assign(**{HEXAGON: areas["side0 r8"] + areas["side1 r8"], "all": WHOLE})
    at = {code: i for i, code in enumerate(areas["lsoa 2021"])}
    counts = pd.concat([counts_of(n) for n in range(2)], ignore_index=True)
    counts = counts.assign(area=counts["code"].map(at))
    loaded = frozenset(m for m in PERIOD.months() if m != GAP)
    sides = [m.values.assign(geography=m.values["geography"].replace("h3", f"side{n}")) for n, m in enumerate(both.members)]
    sides = [s[s["geography"] == f"side{n}"] for n, s in enumerate(sides)]
    figures = [both.union.values, *sides]
    report = attack(areas, [Printed(f, dict(GROUP_SETS), loaded) for f in figures], counts)
    assert report.fallen == [] and report.open == [] and sum(report.tried.values()) > 90, report


def test_members_with_a_finest_area_in_common_are_attacked_together_whatever_levels_they_print(both: Both) -> None:
    one, apart = both.members
    coarse = replace(one, areas={ALL: one.areas[ALL]})
    assert linked([one, coarse]) == [[0, 1]]
    assert linked([coarse, replace(apart, areas={ALL: apart.areas[ALL]})]) == []


@pytest.mark.parametrize("what", ["protect_implied", "parts_must_keep"])
def test_the_last_crates_rule_does_not_decide_what_is_looked_at(both: Both, what: str) -> None:
    last = replace(both.members[1], policy={**both.members[1].policy, what: "something else"})
    with pytest.raises(UserError, match=f"protected by another rule: {what}"):
        unite([both.members[0], last], load_trust(neighbours.trust_file(both.members[0].folder.parent / "again.toml")))


def test_a_longer_history_does_not_excuse_another_figure(both: Both) -> None:
    """What is compared is the months of the figure, and not all that a force ever loaded."""
    one = both.members[0]
    values = one.values.copy()
    at = values.index[values["count"].notna() & (values["level"] == "lad 2022")][0]
    values.loc[at, "count"] += 1
    longer = replace(one, values=values, months=one.months | {add_months(max(one.months), 1)})
    require_one_truth([one, replace(longer, values=one.values)])
    with pytest.raises(UserError, match="refused: it says"):
        require_one_truth([one, longer])


def test_a_crate_that_was_packed_is_the_same_crate(both: Both, tmp_path: Path) -> None:
    folder = both.members[0].folder
    packed = pack(folder, tmp_path / "a.zip")
    assert packed == pack(folder, tmp_path / "b.zip")
    unpack(tmp_path / "a.zip", tmp_path / "again")
    files = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert {p.relative_to(tmp_path / "again"): p.read_bytes() for p in (tmp_path / "again").rglob("*") if p.is_file()} == files


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "hub: Field required"),
        ('[hub]\ncode = "hub"\nname = "x"\n[[force]]\ncode = "E23000001"\nname = "x"\nkeys = []', "is no code"),
        ('[hub]\ncode = "X99000001"\nname = "x"\n[[force]]\ncode = "X99000001"\nname = "x"\nkeys = []', "stands twice"),
        ('[hub]\ncode = "X99000001"\nname = "x"\n[[force]]\ncode = "E23000001"\nname = "x"\nkeys = ["abc"]', "is no public key"),
        (
            '[hub]\ncode = "X99000001"\nname = "x"\nthreshold = 1\n[[force]]\ncode = "E23000001"\nname = "x"\nkeys = []',
            "protects nothing",
        ),
        ('[hub]\ncode = "X99000001"\nname = "x"\nkeys = ["abc"]\n', "hub.keys"),
    ],
)
def test_a_trust_file_that_is_none_is_refused(text: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "trust.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=why):
        load_trust(path)


def test_one_key_is_one_forces(tmp_path: Path) -> None:
    key = "0" * 64
    forces = "".join(f'[[force]]\ncode = "{code}"\nname = "x"\nkeys = ["{key}"]\n' for code in CODES[:2])
    path = tmp_path / "trust.toml"
    path.write_text(f'[hub]\ncode = "{WHOLE}"\nname = "x"\n{forces}', encoding="utf-8")
    with pytest.raises(UserError, match="one key stands for two forces"):
        load_trust(path)
