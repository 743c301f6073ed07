"""The gate makes safe tables and nobody else does; the policy and plan files are read strictly."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from analytics.disclosure.gate import SafeTables, protect
from analytics.disclosure.plan import Counts, Level, PublicationPlan, load_plan
from analytics.disclosure.policy import MethodKind, Zeros, load_policy
from core.errors import DisclosureError, UserError
from core.paths import PROJECT_ROOT
from core.periods import Period
from core.settings import ReleaseSettings

POLICY = load_policy(ReleaseSettings().policy)
JANUARY = date(2025, 1, 1)


def _candidate(counts: dict[str, int]) -> tuple[PublicationPlan, Counts]:
    plan = PublicationPlan(
        (Level("area", "", 1.0), Level("all", "", float("inf"))), (("all_recorded", frozenset({"x"})),), (Period(JANUARY, JANUARY),)
    )
    areas = pd.DataFrame({"area": list(counts), "all": "R"}).rename(columns={"area": "area", "all": "all"})
    frame = pd.DataFrame({"area": range(len(counts)), "category": "x", "month": JANUARY, "incidents": list(counts.values())})
    return plan, Counts(areas, frame[frame["incidents"] > 0])


def test_a_single_small_area_takes_another_with_it():
    tables = protect(*_candidate({"a": 3, "b": 7, "c": 40, "d": 0}), POLICY)
    shown = tables.frame.set_index("place_code")["count"]
    assert pd.isna(shown["a"]) and pd.isna(shown["b"]), "the cheapest partner that leaves enough room is withheld"
    assert (shown["c"], shown["d"], shown["R"]) == (40, 0, 50)
    assert tables.certificate.secondary == 1
    tables.check()


def test_no_safe_publication_is_a_refusal():
    with pytest.raises(DisclosureError):
        # the total must show 3, and it is itself small: it is withheld; but 6 = 3 + 3 leaves nobody room up to 40
        protect(*_candidate({"a": 3, "b": 3}), replace(POLICY, required=(1, 40), repair_rounds=3))


def test_only_the_gate_makes_safe_tables():
    tables = protect(*_candidate({"a": 9, "b": 7}), POLICY)
    with pytest.raises(DisclosureError):
        SafeTables(object(), tables.frame, tables.certificate)
    with pytest.raises(DisclosureError):
        type("Mine", (SafeTables,), {})
    with pytest.raises(DisclosureError):
        pickle.dumps(tables)
    with pytest.raises(DisclosureError):
        copy.deepcopy(tables)
    mine = tables.frame
    mine["count"] = 1
    tables.check()


def test_the_gate_holds_without_asserts():
    code = (
        "from analytics.disclosure.gate import SafeTables\nfrom core.errors import DisclosureError\n"
        "try:\n    SafeTables(None, None, None)\nexcept DisclosureError:\n    print('refused')"
    )
    done = subprocess.run([sys.executable, "-O", "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "refused"


def test_no_assert_in_the_gate_or_the_release():
    for package in ("disclosure", "release"):
        for path in (PROJECT_ROOT / "analytics" / package).glob("*.py"):
            assert not any(line.lstrip().startswith("assert ") for line in path.read_text().splitlines()), path


def test_auditor_and_suppressor_share_no_code():
    for mine, other in (("attack", "suppress"), ("suppress", "attack")):
        # repair asks the auditor what falls, and withholds more; the auditor never learns of it
        modules = [m for m in (PROJECT_ROOT / "analytics" / "disclosure" / mine).glob("*.py") if m.name != "repair.py"]
        assert len(modules) >= 4
        for module in modules:
            source = module.read_text()
            assert f"disclosure.{other}" not in source and f"disclosure import {other}" not in source, module.name


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("threshold = 5", "threshold = 1", "between 2 and 60"),
        ("threshold = 5", 'threshold = "5"', "threshold"),
        ("must_remain_possible = [1, 5]", "must_remain_possible = [2, 5]", "must_remain_possible"),
        ('zeros = "shown"', 'zeros = "sometimes"', "sometimes"),
        ("protect_implied = true", "protect_implied = true\nextra = 1", "extra"),
        ("[override]", "[overrides]", "override"),
    ],
)
def test_policy_is_read_strictly(tmp_path, old, new, said):
    text = ReleaseSettings().policy.read_text()
    assert old in text
    path = tmp_path / "policy.toml"
    path.write_text(text.replace(old, new))
    with pytest.raises(UserError, match=said):
        load_policy(path)


def test_zero_cannot_be_demanded_where_zeros_are_shown():
    with pytest.raises(UserError):
        replace(POLICY, zeros=Zeros.SHOWN, required=(0, 5))


def test_plan_is_read_strictly(tmp_path):
    assert [level.column for level in load_plan(ReleaseSettings().plan).levels] == ["lsoa 2021", "msoa 2021", "lad 2022", "all"]
    path = tmp_path / "plan.toml"
    path.write_text(
        '[plan]\ntitle = "t"\ncategory_kinds = ["total"]\n[[level]]\ngeography = "lsoa"\nedition = "2021"\nweight = -1\n'
    )
    with pytest.raises(UserError, match="weight"):
        load_plan(path)


def test_a_method_without_its_parameters_is_refused():
    with pytest.raises(UserError, match="base 0"):
        replace(POLICY, kind=MethodKind.ROUNDING, zeros=Zeros.MAY_BE_HIDDEN)
