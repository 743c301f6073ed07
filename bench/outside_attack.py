"""`homeground bench outside-attack`: everything that was printed, attacked whole by somebody who shares no code with our auditor.

The attack is that of the tests (tests/builders/outside_attack): linear and integer programmes over the printed figures alone. It is run on

    county    one release of the synthetic county by the shipped plan: neighbourhoods, middle layer areas, districts, the region
    months    the last monthly releases of a rolling year of the county, by middle layer area, all laid together
    growing   the first ones, before which there are no months: two releases differ by a single month, the hardest case
    series    releases of the county by the shipped plan for months in an order drawn at random
    real      one release of the real months of 2025, where the folder of real data is there
    history   releases of the real months by the shipped plan, in an order drawn at random, all laid together

For each: seconds to make and to attack, what was tried by kind, how many programmes that took, what fell. Then the ranges that each release
prints are held against the exact ones of its own figures, and where there is one release so are the answers about 200 areas of one's own
choice (those of `homeground bench ask`), the exact areas near them too: none may leave less possible than the figures do.

The error stream has the seconds of every release as it is made, how far an attack has come, what fell in words, and each part's figures as
soon as it ends: a run that is broken off keeps what it found. `--part NAME` runs one of them. There is no peer: what is measured is whether
the promise holds.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analytics.disclosure.policy import Policy, load_policy
from bench.ask import drawn, printed
from bench.histories import in_any_order, read_source
from bench.result import BenchResult, Parts, machine
from core.errors import UserError
from core.paths import PROJECT_ROOT
from core.settings import ReleaseSettings
from published.own_area import Questions

if TYPE_CHECKING:
    from tests.builders.outside_attack.answers import Held
    from tests.builders.outside_attack.publications import Publication

RELEASES = 6
# sentences about what fell, of each publication
SAID = 10


PARTS = ("county", "searches", "searches-again", "months", "series", "growing", "real", "history")
REAL_PARTS = ("real", "history")


def run(data: Path, releases: int = RELEASES, part: str = "") -> BenchResult:
    """releases: of each series. part: the one that is wanted, all unless told."""
    _find_the_tests()
    from feeds.synthetic.county import DEMO_SEED, write_county
    from tests.builders.outside_attack import publications

    if part and part not in PARTS:
        raise UserError(f"no part {part!r}", where="--part", hint=f"name one of {', '.join(PARTS)}.")
    policy = load_policy(ReleaseSettings().policy)
    with tempfile.TemporaryDirectory() as folder:
        write_county(Path(folder) / "county", seed=DEMO_SEED)
        county = read_source("county", Path(folder) / "county", "*-street.csv.gz")
    ends, first = county.months[-releases:], county.months[:releases]
    made: dict[str, Callable[[], Publication]] = {
        "county": partial(publications.standard_release, county, policy),
        "searches": partial(publications.searches_release, policy),
        "searches-again": partial(publications.searches_release, policy, older=True),
        "months": partial(publications.monthly_releases, county, ends, policy, say=_say),
        "series": partial(publications.planned_releases, county, in_any_order(ends), policy, say=_say),
        "growing": partial(publications.monthly_releases, county, first, policy, say=_say),
    }
    said, missing = "", list[str]()
    if any((data / "police").glob("2025-*-street.csv*")):
        real = publications.real_source(data)
        months = real.months[: min(releases, len(real.months) - 1)]
        made["real"] = partial(publications.standard_release, real, policy)
        made["history"] = partial(publications.planned_releases, real, in_any_order(months), policy, say=_say)
        said = (
            f", of Thames Valley ({len(real.areas):,} LSOAs, {len(real.months)} months) one release and a series of {len(months)}"
        )
    elif not part or part in REAL_PARTS:
        missing = ["the real months of 2025 (--data DIR)"]
    parts = Parts()
    for name, make in made.items():
        if part in ("", name):
            parts.run(name, partial(_attacked, name, make, policy))
    return BenchResult(
        name="outside-attack",
        machine=machine(),
        input=f"one release of the synthetic county ({len(county.areas)} LSOAs), one of stop and search, the same after one by an older plan,"
        f" the last {len(ends)} and the first {len(first)} monthly ones by MSOA, and as many by the shipped plan{said}"
        + (f"; of these '{part}' alone" if part else ""),
        figures=parts.figures | {"gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20},
        missing=missing,
        failed=parts.failed,
    )


def _say(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)


def _find_the_tests() -> None:
    """The attack is the tests' own, so that nothing of the product can lean on it."""
    if not (PROJECT_ROOT / "tests" / "builders" / "outside_attack").is_dir():
        raise UserError(
            "the attack is not there", where="tests/builders/outside_attack", hint="run this in a clone of the project."
        )
    if str(PROJECT_ROOT) not in sys.path:
        sys.path.append(str(PROJECT_ROOT))


def _attacked(name: str, make: Callable[[], Publication], policy: Policy) -> Mapping[str, float]:
    from tests.builders.outside_attack.answers import hold_ranges
    from tests.builders.outside_attack.verdicts import attack

    made = make()
    report = attack(made.areas, made.releases, made.counts, say=_say)
    for fallen in report.fallen[:SAID]:
        print(f"{name}: {fallen}", file=sys.stderr)
    if len(report.fallen) > SAID:
        print(f"{name}: the worst of {len(report.fallen)}: {report.worst}", file=sys.stderr)
    figures = {
        "release_s": float(np.median(made.seconds)),
        "slowest_release_s": max(made.seconds),
        "attack_s": report.seconds,
        "attack_processor_s": report.processor_seconds,
        "releases": len(made.releases),
        "refused": made.refused,
        "figures": sum(len(release.figures) for release in made.releases),
        "withheld": sum(int(release.figures["count"].isna().sum()) for release in made.releases),
        **{f"tried_{kind}s": tried for kind, tried in report.tried.items()},
        "values": report.values,
        "blocks": report.work.blocks,
        "linear_programmes": report.work.linear,
        "integer_programmes": report.work.integer,
        "values_ruled_out_before": report.excused,
        "fell": len(report.fallen),
        "known_exactly": sum(fallen.known for fallen in report.fallen),
        "known_to_be_small": sum(fallen.known_small for fallen in report.fallen),
        "not_decided": len(report.open),
        **_said_beside("ranges", hold_ranges(made.areas, made.releases)),
        # figures for areas of one's own are of neighbourhoods
        **(
            _said_beside("answers", answers_of(made, policy))
            if len(made.releases) == 1 and "lsoa 2021" in made.areas.columns
            else {}
        ),
    }
    return {f"{name}_{key}": float(value) for key, value in figures.items()}


def _said_beside(what: str, held: Held) -> Mapping[str, float]:
    for line in held.narrower[:SAID]:
        print(f"narrower than the figures: {line}", file=sys.stderr)
    return {what: held.ranges, f"{what}_exact": held.equal, f"{what}_narrower": len(held.narrower)}


def answers_of(made: Publication, policy: Policy) -> Held:
    """The questions of `homeground bench ask` put to the one release, and the exact areas that the answers name."""
    from tests.builders.outside_attack.answers import Answer, hold_answers

    (release,) = made.releases
    questions = Questions(printed(release.figures, made.areas, release.groups, policy.hidden_is_at_least))
    codes = made.areas["lsoa 2021"]
    row = {code: i for i, code in enumerate(codes)}
    answers = []
    for members, touched, group in drawn(made.areas, list(release.groups)):
        (figure,) = questions.ask(1, codes[members], list(codes[touched]), categories=[group]).figures
        low, high = figure.possible.lowest, figure.possible.highest
        answers.append(Answer(frozenset(members.tolist()), group, low, float("inf") if high is None else float(high)))
        if figure.near is not None:
            near = frozenset(row[code] for code in figure.near.members)
            answers.append(Answer(near, group, figure.near.count, float(figure.near.count)))
    return hold_answers(made.areas, release, answers)
