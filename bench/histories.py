"""Histories of releases: rolling years, each protected together with all before it.

    plan     the shipped plan in an order drawn at random: 24 releases of the synthetic county, 9 of the real months of 2025.
             Neighbourhoods and local areas are renewed once a year, districts and the whole each month. There is no 2024 in the real
             files, so a year that ends in June 2025 holds six months.
    monthly  tables by middle layer area each month, which no step keeps apart: 24 releases of the county. Everything that was ever
             published is then attacked once more, from nothing, with another seed.

For each release: seconds of protection and attack, the share of cells and of incidents left visible, and how many earlier figures were
attacked with it. `homeground bench outside-attack` attacks such series with programmes that share no code with ours.

No peer does this: tau-ARGUS, sdcTable and GaussSuppression take one set of tables at one time.
"""

from __future__ import annotations

import random
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.counts.definitions import load_definitions
from analytics.disclosure.attack.audit import audit
from analytics.disclosure.attack.series import walk_series
from analytics.disclosure.gate import SafeTables, protect
from analytics.disclosure.ledger import Earlier, Ledger, lay_in
from analytics.disclosure.plan import Counts, Level, PublicationPlan, load_plan
from analytics.disclosure.policy import Policy, Zeros, load_policy
from analytics.disclosure.renewal import renewed
from bench.result import BenchResult, machine
from core.contracts import SUPPRESSED
from core.errors import DisclosureError, UserError
from core.periods import Period, month_from_text
from core.settings import AnalysisSettings, ReleaseSettings

COUNTY_RELEASES = 24
REAL_RELEASES = 9
ORDER_SEED = 7
# what is published monthly: neighbourhoods, whose single months are nearly all small, are for once a year (docs/disclosure.md)
MONTHLY_LEVELS = ("msoa", "lad", "all")
MONTHLY_KINDS = ("total", "partition")
WINDOW = 12
OTHER_SEED = 77


@dataclass(frozen=True)
class Source:
    """Counts by neighbourhood, category and month, and the areas that each neighbourhood lies in."""

    name: str
    areas: pd.DataFrame
    frame: pd.DataFrame
    months: tuple[date, ...]


def read_source(name: str, folder: Path, pattern: str) -> Source:
    """Street files by the printed LSOA code; areas by the exact-fit lookup. Rows without a code, or outside the force, are left out."""
    files = sorted((folder / "police").glob(pattern))
    if not files:
        raise UserError(
            f"no street file like {pattern}", where=str(folder / "police"), hint="name the folder of real data with --data."
        )
    rows = pd.concat([pd.read_csv(f, usecols=["Month", "LSOA code", "Crime type"]) for f in files]).dropna(subset=["LSOA code"])
    lookup = pd.read_csv(folder / "lookups" / "lsoa21_msoa21_lad22_derived.csv.gz")
    kinds = {
        c: k
        for c in lookup.columns
        for k in ("lsoa", "msoa", "lad")
        if c.lower().startswith(k) and c.lower().endswith(("cd", "code"))
    }
    lookup = lookup.rename(columns=kinds)[["lsoa", "msoa", "lad"]]
    inside = lookup[lookup["lad"].isin(_districts(folder, lookup))].sort_values("lsoa", ignore_index=True)
    areas = pd.DataFrame({"lsoa 2021": inside["lsoa"], "msoa 2021": inside["msoa"], "lad 2022": inside["lad"], "all": "region"})
    position = {code: i for i, code in enumerate(inside["lsoa"])}
    rows = rows.assign(area=rows["LSOA code"].map(position)).dropna(subset=["area"])
    rows = rows.assign(area=rows["area"].astype(int), month=rows["Month"].map(month_from_text))
    frame = (
        rows.rename(columns={"Crime type": "category"})
        .groupby(["area", "category", "month"])
        .size()
        .rename("incidents")
        .reset_index()
    )
    return Source(name, areas, frame, tuple(sorted(set(frame["month"]))))


def _districts(folder: Path, lookup: pd.DataFrame) -> set[str]:
    """Districts of the force: those of the outlines that the folder holds, or all of a lookup that holds nothing else."""
    outlines = folder / "boundaries" / "lsoa21_thames_valley_bng.gpkg"
    if not outlines.is_file():
        return set(lookup["lad"])
    import pyogrio

    held = pyogrio.read_dataframe(outlines, read_geometry=False)
    codes = set(held[next(c for c in held.columns if c.lower().startswith("lsoa21") and c.lower().endswith(("cd", "code")))])
    return set(lookup.loc[lookup["lsoa"].isin(codes), "lad"])


def _levels() -> tuple[Level, ...]:
    levels = load_plan(ReleaseSettings().plan).levels
    return tuple(replace(level, every=1) for level in levels if level.geography in MONTHLY_LEVELS)


def monthly_plans(source: Source, ends: Sequence[date]) -> Iterator[tuple[date, PublicationPlan]]:
    """Each month a rolling year of every level."""
    for end in ends:
        yield end, PublicationPlan(_levels(), _groups(MONTHLY_KINDS), (Period.ending(end, WINDOW),))


def shipped_plans(source: Source, ends: Sequence[date]) -> Iterator[tuple[date, PublicationPlan]]:
    """The shipped plan asked for a rolling year that ends in each of some months, as `homeground release publish` lays it out."""
    file = load_plan(ReleaseSettings().plan)
    for end in ends:
        asked = Period.ending(end, WINDOW)
        levels = renewed(file.levels, asked, ends[0], frozenset(source.months))
        own = max(level.periods[0] for level in levels)
        yield end, PublicationPlan(levels, _groups(file.kinds), (own,), file.worth)


def _groups(kinds: Sequence[str]) -> tuple[tuple[str, frozenset[str]], ...]:
    definitions = load_definitions(AnalysisSettings().definitions)
    return tuple((g.id, frozenset(definitions.categories_of(g))) for g in definitions.group if g.kind in kinds)


def release_after_release(
    source: Source, plans: Iterator[tuple[date, PublicationPlan]], policy: Policy
) -> Iterator[tuple[float, SafeTables | None, Ledger]]:
    """Protect one release a plan against all before it. None where the gate refused; what was refused was never seen."""
    ledger, seen = Ledger(), source.frame.iloc[:0]
    for number, (_, plan) in enumerate(plans, start=1):
        months = set(plan.months)
        now = source.frame[source.frame["month"].isin(months)]
        counts = Counts(source.areas, now, frozenset(m for m in source.months if m in months))
        begun = time.perf_counter()
        try:
            tables = protect(plan, counts, policy, ledger)
        except DisclosureError:
            yield time.perf_counter() - begun, None, ledger
            continue
        seconds = time.perf_counter() - begun
        fresh = now[~now["month"].isin(set(seen["month"]))].assign(release=number)
        # as sql/release/ledger.sql reads it: a count marked [c] was more than 0
        said = (tables.frame["symbol"] == SUPPRESSED) & (policy.zeros is Zeros.SHOWN)
        figures = tables.frame.assign(known_least=said.astype(int))
        past = Earlier(number, counts.loaded or frozenset(), plan.groups, figures)
        ledger = replace(ledger, past=(*ledger.past, past), changes=pd.concat([ledger.changes, fresh], ignore_index=True))
        seen = pd.concat([seen, fresh.drop(columns="release")])
        yield seconds, tables, ledger


def attack_everything(source: Source, ledger: Ledger, policy: Policy) -> tuple[int, int, float]:
    """Lay everything that was published into one system and attack it anew: (targets, targets not certified, seconds)."""
    begun = time.perf_counter()
    last = ledger.past[-1]
    period = Period(last.figures["period_start"].iloc[0], last.figures["period_end"].iloc[0])
    plan = PublicationPlan(_levels(), last.groups, (period,))
    counts = Counts(source.areas, source.frame[source.frame["month"] <= period.end], last.loaded)
    history = lay_in(plan, counts, ledger, policy)
    if history.joint is None or history.targets is None:
        raise DisclosureError("there is no history to attack")
    # the candidate's rows repeat the last release's: nothing is shown of them beside what the ledger shows
    visible = history.system.seen >= 1
    report = audit(history.system, visible, replace(policy, protect_implied=False), seed=OTHER_SEED, targets=history.targets,
                   walk=walk_series(history.joint), prove=True, least=history.least)  # fmt: skip
    open_ = len(report.unsafe_cells) + len(report.unsafe_targets) + len(report.exposed)
    return report.targets, open_, time.perf_counter() - begun


def _figures(name: str, source: Source, ends: Sequence[date], policy: Policy, *, monthly: bool) -> dict[str, float]:
    figures: dict[str, float] = {}
    seconds, ledger = [], Ledger()
    plans = monthly_plans(source, ends) if monthly else shipped_plans(source, ends)
    for (took, tables, after), end in zip(release_after_release(source, plans, policy), ends, strict=True):
        label = f"{name}_{end:%Y_%m}"
        figures[f"{label}_s"] = took
        ledger = after
        seconds.append(took)
        if tables is None:
            figures[f"{label}_refused"] = 1.0
            continue
        for level, share in tables.certificate.levels.items():
            of = level.split(" ")[0]
            figures[f"{label}_{of}_cells_visible"] = float(share["cells_visible"])
            figures[f"{label}_{of}_incidents_visible"] = float(share["incidents_visible"] or 0.0)
        figures[f"{label}_earlier_figures"] = float(tables.certificate.earlier_figures)
    figures |= {
        f"{name}_median_s": float(np.median(seconds)),
        f"{name}_slowest_s": max(seconds),
        f"{name}_releases": float(len(ledger.past)),
    }
    if monthly:
        targets, open_, took = attack_everything(source, ledger, policy)
        figures |= {
            f"{name}_attack_on_everything_targets": float(targets),
            f"{name}_attack_on_everything_found": float(open_),
            f"{name}_attack_on_everything_s": took,
        }
    return figures


def in_any_order(ends: Sequence[date]) -> list[date]:
    """The same months in an order drawn at random, the same each time."""
    found = list(ends)
    random.Random(ORDER_SEED).shuffle(found)  # noqa: S311 - an order, not a secret
    return found


def run(data: Path) -> BenchResult:
    """The shipped plan on the synthetic county and on the real months of 2025, then monthly tables of the county."""
    from feeds.synthetic.county import DEMO_SEED, write_county

    policy = load_policy(ReleaseSettings().policy)
    with tempfile.TemporaryDirectory() as folder:
        write_county(Path(folder) / "county", seed=DEMO_SEED)
        county = read_source("county", Path(folder) / "county", "*-street.csv.gz")
    ends = county.months[-COUNTY_RELEASES:]
    figures = _figures("county_plan", county, in_any_order(ends), policy, monthly=False)
    real = read_source("real", data, "2025-*-street.csv.gz")
    figures |= _figures("real_plan", real, in_any_order(real.months[:REAL_RELEASES]), policy, monthly=False)
    figures |= _figures("county_monthly", county, ends, policy, monthly=True)
    figures["gigabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return BenchResult(
        name="histories",
        machine=machine(),
        input=f"rolling {WINDOW}-month tables by the shipped plan in any order: {len(ends)} releases of the synthetic county"
        f" ({len(county.areas)} LSOAs), {REAL_RELEASES} of Thames Valley ({len(real.areas):,} LSOAs);"
        f" monthly by MSOA: {len(ends)} of the county",
        figures=figures,
        missing=("any program that audits a release against those before it",),
    )
