"""Stop and search in a release: the plan of its groups, what is withheld, and the attack from outside on all that is printed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analytics.disclosure.policy import load_policy
from analytics.release.searches import load_search_plan
from core.errors import UserError
from core.settings import ReleaseSettings
from tests.builders.outside_attack.publications import Publication, searches_release
from tests.builders.outside_attack.verdicts import attack

POLICY = load_policy(ReleaseSettings().policy)
PLAN = ReleaseSettings().search_plan


@pytest.fixture(scope="module")
def made() -> Publication:
    return searches_release(POLICY, a_month=12.0)


def test_every_search_is_in_one_group_of_each_field() -> None:
    groups = load_search_plan(PLAN).groups
    (everything,) = [members for _, field, _, members in groups if field == "all"]
    for field in ("object", "outcome", "ethnicity"):
        parts = [members for _, of, _, members in groups if of == field]
        assert sum(map(len, parts)) == len(everything)
        assert frozenset().union(*parts) == everything


def test_what_no_group_names_falls_into_the_last_of_its_field() -> None:
    rows = pd.DataFrame(
        [
            ("Controlled drugs", "Arrest", "black"),
            ("Game or poaching equipment", "A new word", "white"),
            ("Not stated", "Not stated", "not_stated"),
        ],
        columns=["object_of_search", "outcome", "ethnicity"],
    )
    plan = load_search_plan(PLAN)
    assert list(plan.classes_of(rows)) == ["drugs|arrest|black", "another|another|white", "another|another|not_stated"]
    everything = plan.groups[0][3]
    assert set(plan.classes_of(rows)) <= everything


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('words = ["Arrest", "Suspect arrested"]', "words = []", "the last group of a field names no words"),
        ('words = ["Arrest", "Suspect arrested"]', 'words = ["Arrest", "Arrest"]', "stands twice"),
        ('geography = "lad"\nedition = "2022"', 'geography = "lsoa"\nedition = "2021"', "by lad 2022 and all"),
        ("every_months = 12", "every_months = 0", "renewed.every_months"),
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


def _true(made: Publication) -> dict[tuple[str, str, str], int]:
    (printed,) = made.releases
    found: dict[tuple[str, str, str], int] = {}
    for r in printed.figures.itertuples():
        level = f"{r.geography} {r.edition}".strip()
        areas = set(made.areas.index[made.areas[level] == r.place_code])
        rows = made.counts[made.counts["area"].isin(areas) & made.counts["category"].isin(printed.groups[r.category])]
        found[str(r.geography), str(r.place_code), str(r.category)] = int(rows["incidents"].sum())
    return found
