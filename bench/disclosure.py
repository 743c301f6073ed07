"""Protection of small numbers on real counts: against tau-ARGUS on one table, and over overlapping geographies where no peer exists.

(a) LSOA x the 14 published categories with both totals: ours withholds, attacks and certifies; tau-ARGUS (package pytauargus, OPT(1), rule
FREQ(5,30)) withholds. The rule's protection levels, as the engine writes them for its solver (JJ file): 1 below and 1 above a count of 1 to
3, 1.2 below and above a 4. Exactly that is asked of ours too: an attacker must not rule out a value <= v - level nor one >= v + level; zeros
are shown by both, and one more withheld cell costs the same whatever its size. A second line gives ours at its own, stronger rule.
(b) The shipped plan (LSOA, MSOA, district, region, its groups and their worth) and H3 resolution 8 together: withhold, attack, certify.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import h3
import numpy as np
import pandas as pd

from analytics.counts.definitions import load_definitions
from analytics.disclosure.plan import load_plan
from analytics.disclosure.policy import Policy, Zeros, load_policy
from analytics.disclosure.suppress.cells import primary
from analytics.disclosure.suppress.repair import suppress_until_safe
from analytics.disclosure.system import PublicationSystem, Table, build_system
from analytics.disclosure.targets import Targets, interval
from bench.result import BenchResult, Parts, machine
from core.errors import UserError
from core.settings import AnalysisSettings, ReleaseSettings

# protection levels of FREQ(5,30) for 1, 2, 3 and 4: 30%, at least 1
LEVELS = np.array([0.0, 1.0, 1.0, 1.0, 1.2])
ROUNDS = 3
# loss of withholding a hexagon beside the plan's own levels: people know their neighbourhood, hexagons go first
HEXAGON_WEIGHT = 4.0


PEER = "tau-ARGUS"
ENGINE = """
import json, sys, time
from pytauargus.engine import run_batch
begun = time.perf_counter()
run_batch(sys.argv[1])
print()
print(json.dumps(time.perf_counter() - begun))
"""


class BrokenPeerError(Exception):
    """A peer broke down; its last words."""


@dataclass(frozen=True)
class Incidents:
    """One row an incident that lies in the region: lsoa, msoa, lad, h3, all, category. months: the month files that were read."""

    frame: pd.DataFrame
    months: int


def read_incidents(data: Path) -> Incidents:
    """Every month of 2025 in the folder, each point placed by boundaries of LSOA 2021 and by H3 cell."""
    files = sorted((data / "police").glob("2025-*-street.csv.gz"))
    if not files:
        raise UserError("no month of 2025", where=str(data / "police"), hint="name the folder of real data with --data.")
    columns = ["Longitude", "Latitude", "Crime type"]
    rows = pd.concat([pd.read_csv(f, usecols=columns) for f in files]).dropna(subset=["Longitude"])
    points = rows[["Longitude", "Latitude"]].drop_duplicates(ignore_index=True)
    placed = gpd.GeoDataFrame(points, geometry=gpd.points_from_xy(points["Longitude"], points["Latitude"]), crs=4326).to_crs(27700)
    areas = gpd.read_file(data / "boundaries" / "lsoa21_thames_valley_bng.gpkg", layer="lsoa21")
    code = next(
        c for c in areas.columns if c.lower().startswith("lsoa21") and (c.lower().endswith("cd") or c.lower().endswith("code"))
    )
    joined = gpd.sjoin(placed, areas[[code, "geometry"]], predicate="within").drop_duplicates(["Longitude", "Latitude"])
    parents = pd.read_csv(data / "lookups" / "lsoa21_msoa21_lad22_derived.csv.gz")
    parents.columns = [c.lower() for c in parents.columns]
    named = {
        c: name for c in parents.columns for name in ("lsoa", "msoa", "lad") if c.startswith(name) and c.endswith(("cd", "code"))
    }
    parents = parents.rename(columns=named)[["lsoa", "msoa", "lad"]]
    joined = joined.rename(columns={code: "lsoa"})[["Longitude", "Latitude", "lsoa"]].merge(parents, on="lsoa")
    joined["h3"] = [h3.latlng_to_cell(y, x, 8) for x, y in zip(joined["Longitude"], joined["Latitude"], strict=True)]
    frame = rows.merge(joined, on=["Longitude", "Latitude"]).rename(columns={"Crime type": "category"})
    return Incidents(frame.assign(all="region"), len(files))


def lay_out(incidents: Incidents, weights: dict[str, float], groups: Mapping[str, Sequence[str]],
            worth: Mapping[str, float] | None = None) -> PublicationSystem:  # fmt: skip
    """The publication of all months together for some geographies and category groups; worth: of groups, 1 where it names none."""
    frame = incidents.frame
    levels = list(weights)
    areas = frame[levels].drop_duplicates(ignore_index=True)
    area = frame[levels].merge(areas.reset_index(), on=levels, how="left")["index"].to_numpy(dtype=np.int64)
    categories = sorted(set(frame["category"]))
    category = pd.Categorical(frame["category"], categories).codes.astype(np.int64)
    members = np.array([[c in inside for c in categories] for inside in groups.values()])
    span = (date(2025, 1, 1), date(2025, 12, 1))
    factors = tuple((worth or {}).get(group, 1.0) for group in groups)
    tables = [
        Table(level, "", areas[level].to_numpy(dtype=object), tuple(groups), members, (span,), weight, factors=factors)
        for level, weight in weights.items()
    ]
    nothing = np.zeros(len(frame), dtype=np.int64)
    return build_system(tables, area, category, nothing, np.ones(len(frame), dtype=np.int64), [span[0]])


def run(data: Path) -> BenchResult:
    """All parts, each printed as it ends; tau-ARGUS is named under missing where it is not installed."""
    incidents = read_incidents(data)
    policy = load_policy(ReleaseSettings().policy)
    parts = Parts()
    missing: list[str] = []
    parts.run("one table, ours and tau-ARGUS in turn", lambda: _one_table(incidents, policy, missing, parts.failed))
    parts.run("one table by our own rule", lambda: _own_rule(incidents, policy))
    parts.run("LSOA, MSOA, district and hexagons together", lambda: _overlapping(incidents, policy))
    figures = parts.figures
    ratios = {"tau_argus/ours": figures["tau_argus_s"] / figures["ours_s"]} if "tau_argus_s" in figures else {}
    return BenchResult(
        name="disclosure",
        machine=machine(),
        input=f"police.uk street files of Thames Valley, {incidents.months} months of 2025, {len(incidents.frame):,} placed incidents",
        figures=figures,
        ratios=ratios,
        missing=missing,
        failed=parts.failed,
    )


def _one_table(incidents: Incidents, policy: Policy, missing: list[str], failed: dict[str, str]) -> dict[str, float]:
    """Both on one table, alternately; the seconds of ours hold withholding, attack and certificate, those of tau-ARGUS its engine.

    missing: takes the name of the peer where it is not installed; failed: its last words where it broke down, which takes nothing from ours.
    """
    system, same = one_table(incidents, policy)
    targets = tau_intervals(system)
    start = primary(system, same)
    suppress_until_safe(system, same, targets=targets, protect_small=False)  # compiles
    ours: list[float] = []
    peer: list[float] = []
    visible = start
    counted = (0, 0)
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        visible, report, _ = suppress_until_safe(system, same, targets=targets, protect_small=False)
        ours.append(time.perf_counter() - begun)
        if not missing and PEER not in failed:
            try:
                found = _tau_argus(incidents)
            except BrokenPeerError as error:
                failed[PEER] = str(error)
                continue
            if found is None:
                missing.append(f"{PEER} (pytauargus)")
            else:
                peer.append(found[0])
                counted = found[1:]
    figures = {
        "ours_s": float(np.median(ours)),
        "ours_primary": float((~start).sum()),
        "ours_secondary": float((start & ~visible).sum()),
        "ours_certified": float(report.targets),
    }
    if peer:
        figures |= {"tau_argus_s": float(np.median(peer)), "tau_argus_primary": counted[0], "tau_argus_secondary": counted[1]}
    return figures


def _own_rule(incidents: Incidents, policy: Policy) -> dict[str, float]:
    """The same table under the policy's own rule, every required value of every small count."""
    system, same = one_table(incidents, policy)
    start = primary(system, same)
    begun = time.perf_counter()
    strict, own, _ = suppress_until_safe(system, replace(same, zeros=policy.zeros))
    return {
        "ours_own_rule_s": time.perf_counter() - begun,
        "ours_own_rule_secondary": float((start & ~strict).sum()),
        "ours_own_rule_certified": float(own.targets),
    }


def one_table(incidents: Incidents, policy: Policy) -> tuple[PublicationSystem, Policy]:
    """LSOA x category with both totals; as in tau-ARGUS a 0 and the grand total are never withheld."""
    categories = sorted(set(incidents.frame["category"]))
    system = lay_out(incidents, {"lsoa": 1.0, "all": 1.0}, {**{c: [c] for c in categories}, "Total": categories})
    grand = (system.cells["geography"] == "all").to_numpy() & (system.cells["category"] == "Total").to_numpy()
    system = system.with_weight(np.where(grand | (system.cell_counts == 0), np.inf, 1.0))
    # tau-ARGUS knows of no reader who takes a withheld count to be at least 1 (its rule asks for a 0 beside a 1), so here nobody does
    return system, replace(policy, protect_implied=False, zeros=Zeros.MAY_BE_HIDDEN)


def tau_intervals(system: PublicationSystem) -> Targets:
    """What FREQ(5,30) demands of every count from 1 to 4. An attacker knows that counts are whole: the ends are rounded outwards."""
    counts = system.cell_counts
    small = np.flatnonzero((counts >= 1) & (counts < len(LEVELS)))
    value = counts[small]
    return interval(system.incidence[small], np.floor(value - LEVELS[value]), np.ceil(value + LEVELS[value]))


def _tau_argus(incidents: Incidents) -> tuple[float, int, int] | None:
    """Seconds of the engine, primary and secondary cells; None where it is not installed, BrokenPeerError where it breaks down."""
    try:
        from pytauargus import protect
    except ImportError:
        return None
    micro = incidents.frame[["lsoa", "category"]].assign(one=1)
    with tempfile.TemporaryDirectory() as folder:
        made = protect(
            micro.to_dict("list"), ["lsoa", "category"], "one", safety_rules="FREQ(5,30)", suppress="OPT(1)", totcode="Total", workdir=folder,
            run=False,
        )  # fmt: skip
        seconds = run_apart(ENGINE, str(Path(made.files["arb"]).resolve()), folder)
        status = pd.read_csv(made.files["tab1"], sep=";", header=None)[5]
    return seconds, int((status == "U").sum()), int((status == "M").sum())


def run_apart(programme: str, argument: str, folder: str) -> float:
    """The seconds that a programme says it took, on its last line, run by a Python of its own in a folder that takes the files it leaves:
    an engine that crashes takes its process with it. BrokenPeerError with its last words."""
    done = subprocess.run([sys.executable, "-c", programme, argument], cwd=folder, capture_output=True, text=True, check=False)
    try:
        return float(json.loads(done.stdout.splitlines()[-1])) if done.returncode == 0 else _broke(done)
    except (IndexError, ValueError):
        return _broke(done)


def _broke(done: subprocess.CompletedProcess[str]) -> float:
    words = (done.stderr or done.stdout).strip().splitlines()
    how = f"signal {-done.returncode}" if done.returncode < 0 else f"exit code {done.returncode}"
    raise BrokenPeerError(f"{how}{': ' + words[-1] if words else ''}")


def _overlapping(incidents: Incidents, policy: Policy) -> dict[str, float]:
    definitions = load_definitions(AnalysisSettings().definitions)
    groups = {group.id: list(definitions.categories_of(group)) for group in definitions.group}
    plan = load_plan(ReleaseSettings().plan)
    weights = {"h3": HEXAGON_WEIGHT} | {level.geography: level.weight for level in plan.levels}
    begun, worked = time.perf_counter(), time.process_time()
    system = lay_out(incidents, weights, groups, dict(plan.worth))
    visible, report, rounds = suppress_until_safe(system, policy)
    seconds = time.perf_counter() - begun
    counts = system.cell_counts
    figures = {
        "overlap_s": seconds,
        # of all threads: on a machine that others use too this is what can be compared
        "overlap_processor_s": time.process_time() - worked,
        "overlap_gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "overlap_cells": float(system.n_cells),
        "overlap_atoms": float(system.n_atoms),
        "overlap_certified": float(report.targets),
        "overlap_rounds": float(rounds),
    }
    for level in weights:
        own = (system.cells["geography"] == level).to_numpy()
        figures[f"{level}_cells_visible"] = float(visible[own].mean())
        figures[f"{level}_incidents_visible"] = float(counts[own & visible].sum() / max(1, counts[own].sum()))
    return figures
