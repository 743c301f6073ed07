"""`homeground bench minimality`: what it tells to re-run the choice of withheld cells, without a key and with one, and what a key costs.

One release of the synthetic county by the shipped plan (neighbourhoods, middle layer areas, districts, the region; twelve months). The same
sample of its small withheld counts is attacked without a key, with a key that decides factors alone, and with a key as it is shipped. Where
the folder of real data is there, the cells that a key costs are counted in two districts of the real months of 2025 too.

There is no peer: no programme that withholds cells says what re-running it tells.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from analytics.counts.definitions import load_definitions
from analytics.disclosure.gate import suppress_history
from analytics.disclosure.ledger import History, Ledger, lay_in
from analytics.disclosure.minimality.sample import TWICE, ChoiceAttack, attack_choice
from analytics.disclosure.plan import Counts, PublicationPlan, load_plan
from analytics.disclosure.policy import Policy, load_policy
from analytics.disclosure.suppress.choice import KEY_BYTES, Choice, choice_of
from analytics.disclosure.system import BoolArray
from bench.histories import Source, read_source
from bench.result import BenchResult, machine
from core.periods import Period
from core.settings import AnalysisSettings, ReleaseSettings

SAMPLE = 24
LOOKS = 12
SECONDS = 1_800.0
WINDOW = 12
# Oxford and Reading
DISTRICTS = ("E07000178", "E06000038")
# keys of which the cost is counted; the first one's release is attacked
KEYS = tuple(bytes([n]) * KEY_BYTES for n in range(3))


def run(data: Path, sample: int = SAMPLE) -> BenchResult:
    """sample: how many small counts are attacked each time."""
    from feeds.synthetic.county import DEMO_SEED, write_county

    policy = load_policy(ReleaseSettings().policy)
    with tempfile.TemporaryDirectory() as folder:
        write_county(Path(folder) / "county", seed=DEMO_SEED)
        county = _history(read_source("county", Path(folder) / "county", "*-street.csv.gz"), policy)
    figures = _cost("county", county, policy)
    for name, key, only in (
        ("no_key", None, None),
        ("factors", KEYS[0], _factors_alone),
        ("key", KEYS[0], None),
    ):
        figures |= _told(
            name, attack_choice(county, policy, key, sample=sample, looks=LOOKS, seed=1, seconds=SECONDS, decides=only)
        )
    missing = list[str]()
    if any((data / "police").glob("2025-*-street.csv*")):
        real = read_source("real", data, "2025-*-street.csv.gz")
        for code in DISTRICTS:
            figures |= _cost(code, _history(_district(real, code), policy), policy)
    else:
        missing = ["the real months of 2025 (--data DIR)"]
    return BenchResult(
        name="minimality",
        machine=machine(),
        input=f"one release of the synthetic county; {sample} small withheld counts, {LOOKS} guesses each",
        figures=figures,
        missing=missing,
    )


def _factors_alone(choice: Choice) -> Choice:
    return replace(choice, room=np.zeros_like(choice.room))


def _history(source: Source, policy: Policy) -> History:
    definitions, plan = load_definitions(AnalysisSettings().definitions), load_plan(ReleaseSettings().plan)
    groups = tuple((g.id, frozenset(definitions.categories_of(g))) for g in definitions.group if g.kind in plan.kinds)
    period = Period.ending(source.months[-1], WINDOW)
    frame = source.frame[source.frame["month"].isin(period.months())]
    counts = Counts(source.areas, frame, frozenset(frame["month"]))
    return lay_in(PublicationPlan(plan.levels, groups, (period,), plan.worth), counts, Ledger(), policy)


def _district(source: Source, code: str) -> Source:
    inside = np.flatnonzero(source.areas["lad 2022"] == code)
    position = {int(old): new for new, old in enumerate(inside)}
    frame = source.frame[source.frame["area"].isin(position)]
    return Source(
        code, source.areas.iloc[inside].reset_index(drop=True), frame.assign(area=frame["area"].map(position)), source.months
    )


def _cost(name: str, history: History, policy: Policy) -> dict[str, float]:
    """Cells withheld and seconds of processor, without a key and with each of the keys."""
    figures = {}
    for label, key in (("no_key", None), *((f"key_{n}", key) for n, key in enumerate(KEYS))):
        choice = None if key is None else choice_of(history.system, key, policy.threshold)
        begun = time.process_time()
        visible, _, _ = suppress_history(history, policy, choice=choice)
        figures[f"{name}_{label}_processor_s"] = time.process_time() - begun
        figures |= {f"{name}_{label}_{level}": shown for level, shown in _withheld(history, visible)}
    return figures


def _withheld(history: History, visible: BoolArray) -> list[tuple[str, float]]:
    level = history.system.cells["geography"].to_numpy()
    return [
        ("withheld", float((~visible).sum())),
        *((f"{g}_withheld", float((~visible)[level == g].sum())) for g in sorted(set(level))),
        *((f"{g}_cells_visible", float(visible[level == g].mean())) for g in sorted(set(level))),
    ]


def _told(name: str, attack: ChoiceAttack) -> dict[str, float]:
    most = attack.required[1] - attack.required[0] + 1
    truth, likeliest = attack.of_truth, attack.of_likeliest
    figures = {
        "tried": len(attack.measured),
        "not_rerun": attack.not_rerun,
        "keep_fewer_than_all_values": sum(attack.survivors[:most]),
        **{f"keep_{kept}": n for kept, n in enumerate(attack.survivors)},
        "walks": len(truth),
        "true_value_times_as_likely": float(np.mean(truth)) if truth else float("nan"),
        "likeliest_value_times_as_likely": float(np.mean(likeliest)) if truth else float("nan"),
        "more_than_twice_as_likely": sum(x > TWICE for x in likeliest),
        "nine_tenths_sure_of_the_true_value": attack.sure_of_truth,
        "values_tried": sum(int(m.tried.sum()) for m in attack.measured),
        "runs": attack.runs,
        "s": attack.seconds,
    }
    return {f"{name}_{key}": float(value) for key, value in figures.items()}
