"""`homeground bench outside-attack`: everything that was printed, attacked whole by somebody who shares no code with our auditor.

The attack is that of the tests (tests/builders/outside_attack): linear and integer programmes over the printed figures alone. It is run on

    county    one release of the synthetic county by the shipped plan: neighbourhoods, middle layer areas, districts, the region
    months    the last monthly releases of a rolling year of the county, by middle layer area, all laid together
    growing   the first ones, before which there are no months: two releases differ by a single month, the hardest case
    series    releases of the county by the shipped plan for months in an order drawn at random
    real      one release of the real months of 2025, where the folder of real data is there

For each: seconds to make and to attack, what was tried by kind, how many programmes that took, and what fell. What fell is said in words on
the error stream. There is no peer: what is measured is whether the promise holds.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.policy import load_policy
from bench.histories import in_any_order, read_source
from bench.result import BenchResult, machine
from core.errors import UserError
from core.paths import PROJECT_ROOT
from core.settings import ReleaseSettings

if TYPE_CHECKING:
    from tests.builders.outside_attack.publications import Publication

RELEASES = 6
# sentences about what fell, of each publication
SAID = 10


def run(data: Path, releases: int = RELEASES) -> BenchResult:
    """releases: of the monthly series."""
    _find_the_tests()
    from feeds.synthetic.county import DEMO_SEED, write_county
    from tests.builders.outside_attack import publications

    policy = load_policy(ReleaseSettings().policy)
    with tempfile.TemporaryDirectory() as folder:
        write_county(Path(folder) / "county", seed=DEMO_SEED)
        county = read_source("county", Path(folder) / "county", "*-street.csv.gz")
    ends = county.months[-releases:]
    figures = _attacked("county", publications.standard_release(county, policy))
    figures |= _attacked("months", publications.monthly_releases(county, ends, policy))
    figures |= _attacked("series", publications.planned_releases(county, in_any_order(county.months[-releases:]), policy))
    figures |= _attacked("growing", publications.monthly_releases(county, county.months[:releases], policy))
    said, missing = "", list[str]()
    if any((data / "police").glob("2025-*-street.csv*")):
        real = publications.real_source(data)
        figures |= _attacked("real", publications.standard_release(real, policy))
        said = f", one of Thames Valley ({len(real.areas):,} LSOAs, {len(real.months)} months)"
    else:
        missing = ["the real months of 2025 (--data DIR)"]
    figures["gigabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return BenchResult(
        name="outside-attack",
        machine=machine(),
        input=f"one release of the synthetic county ({len(county.areas)} LSOAs),"
        f" the last {len(ends)} and the first {len(ends)} monthly ones by MSOA, and as many by the shipped plan{said}",
        figures=figures,
        missing=missing,
    )


def _find_the_tests() -> None:
    """The attack is the tests' own, so that nothing of the product can lean on it."""
    if not (PROJECT_ROOT / "tests" / "builders" / "outside_attack").is_dir():
        raise UserError(
            "the attack is not there", where="tests/builders/outside_attack", hint="run this in a clone of the project."
        )
    if str(PROJECT_ROOT) not in sys.path:
        sys.path.append(str(PROJECT_ROOT))


def _attacked(name: str, made: Publication) -> dict[str, float]:
    from tests.builders.outside_attack.verdicts import attack

    report = attack(made.areas, made.releases, made.counts)
    for fallen in report.fallen[:SAID]:
        print(f"{name}: {fallen}", file=sys.stderr)
    if len(report.fallen) > SAID:
        print(f"{name}: the worst of {len(report.fallen)}: {report.worst}", file=sys.stderr)
    figures = {
        "release_s": float(np.median(made.seconds)),
        "slowest_release_s": max(made.seconds),
        "attack_s": report.seconds,
        "releases": len(made.releases),
        "refused": made.refused,
        "figures": sum(len(release.figures) for release in made.releases),
        "withheld": sum(int(release.figures["count"].isna().sum()) for release in made.releases),
        **{f"tried_{kind}s": tried for kind, tried in report.tried.items()},
        "linear_programmes": report.work.linear,
        "integer_programmes": report.work.integer,
        "values_ruled_out_before": report.excused,
        "fell": len(report.fallen),
        "known_exactly": sum(fallen.known for fallen in report.fallen),
        "known_to_be_small": sum(fallen.known_small for fallen in report.fallen),
        "not_decided": len(report.open),
    }
    return {f"{name}_{key}": float(value) for key, value in figures.items()}
