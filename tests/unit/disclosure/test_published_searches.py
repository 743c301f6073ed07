"""Stop and search in a release: the plan of its groups, what is withheld, and the attack from outside on all that is printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure.ledger import Earlier, Ledger
from analytics.disclosure.policy import load_policy
from analytics.release.search_classes import in_new_classes, seen_as_noted
from analytics.release.search_plan import load_search_plan
from core.errors import UserError
from core.settings import ReleaseSettings
from tests.builders import release_county
from tests.builders.outside_attack.publications import Publication, searches_release
from tests.builders.outside_attack.verdicts import attack

POLICY = load_policy(ReleaseSettings().policy)
PLAN = ReleaseSettings().search_plan


PLANTED = 2


@pytest.fixture(scope="module")
def made() -> Publication:
    """Something came of PLANTED searches of people of other groups in the whole county, and of no more."""
    rows = release_county.searches(a_month=20.0)
    other = rows["ethnicity"] == "other"
    came = np.flatnonzero(other & (rows["outcome"] != "A no further action disposal"))
    assert rows["stops"].iloc[came].sum() >= PLANTED
    rows.loc[rows.index[came], "outcome"] = "A no further action disposal"
    arrested = rows.iloc[came[:1]].assign(outcome="Arrest", stops=PLANTED)
    return searches_release(POLICY, rows=pd.concat([rows, arrested], ignore_index=True))


def test_every_search_is_in_one_group_of_each_field() -> None:
    groups = load_search_plan(PLAN).groups
    (everything,) = [members for _, field, _, members in groups if field == "all"]
    for field in ("object", "outcome", "ethnicity", "link"):
        parts = [members for _, of, _, members in groups if of == field]
        assert sum(map(len, parts)) == len(everything)
        assert frozenset().union(*parts) == everything


def test_what_came_of_a_search_is_the_rest_of_one_outcome_and_by_ethnic_group_stands_for_the_whole_area_alone() -> None:
    plan = load_search_plan(PLAN)
    classes = {name: members for name, _, _, members in plan.groups}
    assert classes["came_of_it"] == classes["searches"] - classes["outcome_nothing"]
    by_group = [name for name, field, _, _ in plan.groups if field == "ethnicity_came_of_it"]
    assert len(by_group) == 6
    for name in by_group:
        assert classes[name] == classes["came_of_it"] & classes[name.replace("came_of_it", "ethnicity")]
    districts, whole = plan.levels
    assert (districts.without, whole.without) == (frozenset(by_group), frozenset())


def test_what_no_group_names_falls_into_the_last_of_its_field() -> None:
    rows = pd.DataFrame(
        [
            ("Controlled drugs", "Arrest", "black", "yes"),
            ("Game or poaching equipment", "A new word", "white", "no"),
            ("Not stated", "Not stated", "not_stated", "not_said"),
        ],
        columns=["object_of_search", "outcome", "ethnicity", "linked"],
    )
    plan = load_search_plan(PLAN)
    assert list(plan.classes_of(rows)) == [
        "drugs|arrest|black|yes",
        "another|another|white|no",
        "another|another|not_stated|not_said",
    ]
    everything = plan.groups[0][3]
    assert set(plan.classes_of(rows)) <= everything


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('words = ["Arrest", "Suspect arrested"]', "words = []", "the last group of a field names no words"),
        ('words = ["Arrest", "Suspect arrested"]', 'words = ["Arrest", "Arrest"]', "stands twice"),
        ('geography = "lad"\nedition = "2022"', 'geography = "lsoa"\nedition = "2021"', "by lad 2022 and all"),
        ("every_months = 12", "every_months = 0", "renewed.every_months"),
        ('other_than = ["nothing"]', 'other_than = ["another"]', "and not the last one"),
        ('geographies = ["all"]', 'geographies = ["lsoa"]', "names geographies of the plan"),
        ('id = "not_said"', 'id = "not_known"', "yes, no, not_said"),
        ("every_months = 12", "every_month = 12", "renewed.every_month"),
    ],
)
def test_a_plan_that_would_publish_something_else_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = PLAN.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "plan.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError, match=said):
        load_search_plan(tmp_path / "plan.toml")


def test_small_figures_are_withheld_as_ranges_and_nothing_falls_to_the_attack_from_outside(made: Publication) -> None:
    (printed,) = made.releases
    figures = printed.figures
    hidden = figures[figures["count"].isna()]
    assert len(hidden) > 0
    true = _true(made)
    small = [key for key, n in true.items() if 1 <= n < POLICY.threshold]
    assert small
    withheld = {(r.geography, r.place_code, r.category) for r in hidden.itertuples()}
    assert set(small) <= withheld
    # each range holds its true figure and all from 1 to the threshold where that is small
    for r in hidden.itertuples():
        n = true[r.geography, r.place_code, r.category]
        assert r.lowest <= n
        assert pd.isna(r.highest) or n <= r.highest
        if n < POLICY.threshold:
            assert r.lowest <= 1
            assert pd.isna(r.highest) or r.highest >= POLICY.threshold
    report = attack(made.areas, made.releases, made.counts)
    assert report.open == []
    assert report.tried["cell"] == len([k for k in small if k in withheld])
    assert report.tried["sliver"] > 50
    assert report.fallen == []


def test_the_attack_finds_a_figure_that_should_have_been_withheld(made: Publication) -> None:
    """The secondary figures shown again: what they protected can be worked out."""
    (printed,) = made.releases
    true = _true(made)
    figures = printed.figures.copy()
    keys = list(zip(figures["geography"], figures["place_code"], figures["category"], strict=True))
    secondary = [i for i, key in enumerate(keys) if pd.isna(figures["count"].iloc[i]) and true[key] >= POLICY.threshold]
    assert secondary
    figures.loc[figures.index[secondary], "count"] = [true[keys[i]] for i in secondary]
    figures.loc[figures.index[secondary], "symbol"] = None
    report = attack(made.areas, [replace(printed, figures=figures)], made.counts)
    assert any(f.known for f in report.fallen)


def test_a_small_figure_of_what_came_of_it_is_withheld_and_falls_where_it_is_not(made: Publication) -> None:
    (printed,) = made.releases
    figures, true = printed.figures, _true(made)
    planted = ("all", release_county.FORCE, "came_of_it_other")
    assert true[planted] == PLANTED
    where = figures.index[(figures["geography"] == "all") & figures["category"].str.startswith("came_of_it_")]
    hidden = [i for i in where if pd.isna(figures.loc[i, "count"])]
    assert planted[2] in set(figures.loc[hidden, "category"]) and len(hidden) > 1
    # no figure of a whole group went for the sake of one of these
    assert figures[(figures["geography"] == "all") & ~figures.index.isin(where)]["count"].notna().all()
    others = [i for i in hidden if figures.loc[i, "category"] != planted[2]]
    told = figures.copy()
    told.loc[others, "count"] = [true["all", release_county.FORCE, figures.loc[i, "category"]] for i in others]
    told.loc[others, "symbol"] = None
    report = attack(made.areas, [replace(printed, figures=told)], made.counts)
    assert any(f.known and f.target.true == PLANTED and planted[2] in f.target.name for f in report.fallen), report


def test_a_release_by_an_older_plan_is_attacked_together_with_the_next() -> None:
    """The older one knew no link: its classes are sums of those of today, and what one release shows must not give away the other."""
    both = searches_release(POLICY, a_month=20.0, older=True)
    older, newer = both.releases
    assert not [name for name in older.groups if name.startswith(("came_of_it", "link"))]
    assert older.figures["count"].isna().any() and newer.figures["count"].isna().any()
    report = attack(both.areas, both.releases, both.counts)
    assert report.tried["cell"] > 0
    assert (report.fallen, report.open) == ([], [])
    # what the older one showed and what it withheld bind the newer one
    keys = ["geography", "place_code", "category"]
    merged = older.figures.merge(newer.figures, on=keys, suffixes=("", "_now"))
    assert len(merged) == len(older.figures)
    shown = merged[merged["count"].notna() & merged["count_now"].notna()]
    assert len(shown) > 30 and (shown["count"] == shown["count_now"]).all()


def test_what_was_seen_in_wider_classes_is_laid_into_those_of_today_and_noted_anew() -> None:
    month, columns = date(2024, 1, 1), ["area", "category", "month", "incidents"]
    seen = pd.DataFrame([(0, "drugs|arrest|black", month, 5), (0, "theft|arrest|black", month, 3)], columns=columns)
    raw = Ledger(
        (Earlier(1, frozenset({month}), (("a", frozenset({"drugs|arrest|black"})),), pd.DataFrame()),), seen.assign(release=1)
    )
    # since then one drugs search more is said to be linked, and the other class was corrected away
    today = pd.DataFrame([(0, "drugs|arrest|black|yes", month, 4), (0, "drugs|arrest|black|no", month, 2)], columns=columns)
    laid = in_new_classes(raw, today)
    counts = {row.category: row.incidents for row in laid.changes.itertuples()}
    assert counts["drugs|arrest|black|yes"] == 4 and counts["drugs|arrest|black|no"] == 1
    assert counts["theft|arrest|black|not_said"] == 3
    assert laid.changes["incidents"].sum() == seen["incidents"].sum()
    assert dict(laid.past[0].groups)["a"] == {f"drugs|arrest|black|{link}" for link in ("yes", "no", "not_said")}
    # every part is written down by the next release, as no count is -1
    assert set(seen_as_noted(raw, laid).changes["incidents"]) == {-1}
    again = in_new_classes(laid, today)
    assert again is laid and (seen_as_noted(laid, again).changes["incidents"] >= 0).all()


def _true(made: Publication) -> dict[tuple[str, str, str], int]:
    (printed,) = made.releases
    found: dict[tuple[str, str, str], int] = {}
    for r in printed.figures.itertuples():
        level = f"{r.geography} {r.edition}".strip()
        areas = set(made.areas.index[made.areas[level] == r.place_code])
        rows = made.counts[made.counts["area"].isin(areas) & made.counts["category"].isin(printed.groups[r.category])]
        found[str(r.geography), str(r.place_code), str(r.category)] = int(rows["incidents"].sum())
    return found
