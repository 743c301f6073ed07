"""The plan of an evaluation: written before the response starts, and recognised by its hash ever after.

It holds everything that could be chosen so that the answer pleases: the kind of incident, the areas and their ring, the places alike, the
months, the smallest effect that would be worth it, and how likely the comparison is to see that. What is found later is read by these
words alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import rfc8785
from numpy.typing import NDArray

from analytics.evaluation.effect import HALF, LEVEL, difference_in_differences, room_for, trend_apart
from analytics.evaluation.places import FEWEST_ALIKE
from core.errors import UserError
from core.periods import add_months

Counts = NDArray[np.int64]

METHOD = "2"
# below this the plan says before anything starts that it cannot tell
LEAST_POWER = 0.5
GOOD_POWER = 0.8
FEWEST_MONTHS_BEFORE = 12
FEWEST_MONTHS_AFTER = 3
# the places alike must not have gone another way before; 1 in 100 does by chance
APART = 0.01


@dataclass(frozen=True)
class Power:
    """at_least_effect: how likely the interval leaves out "nothing changed" if the least effect is true.

    smallest_fall: the smallest fall, as a share, that is seen with a chance of 80%; None where none is. spread: as in Effect, of the months
    before.
    """

    at_least_effect: float
    smallest_fall: float | None
    spread: float


@dataclass(frozen=True)
class Plan:
    """areas, ring and places alike by code of LSOA of 2021. months_before: those that were loaded; months_after: those
    that will be read. least_fall: the smallest fall, as a share, that would be worth the response. power: None with
    fewer than three places alike. why_not: why nothing can be
    told whatever happens; empty where it can. written_on: the day of the plan.
    """

    outcome: str
    areas: tuple[str, ...]
    ring: tuple[str, ...]
    alike: tuple[tuple[str, ...], ...]
    starts: date
    months_before: tuple[date, ...]
    months_after: tuple[date, ...]
    least_fall: float
    power: Power | None
    why_not: tuple[str, ...]
    written_on: date
    method: str = METHOD

    @property
    def written_before(self) -> bool:
        """Whether it was written before the month in which the response starts."""
        return self.written_on < self.starts

    def as_json(self) -> dict[str, Any]:
        def plain(value: Any) -> Any:
            if isinstance(value, date):
                return value.isoformat()
            if isinstance(value, tuple):
                return [plain(v) for v in value]
            return {k: plain(v) for k, v in value.items()} if isinstance(value, dict) else value

        return {key: plain(value) for key, value in asdict(self).items()}

    @property
    def digest(self) -> str:
        """SHA-256 of the plan in the one way to write it (RFC 8785)."""
        return hashlib.sha256(rfc8785.dumps(self.as_json())).hexdigest()


def plan_from_json(held: dict[str, Any]) -> Plan:
    """A plan as it was written. UserError where something of it is missing or of another kind, or it was written for another method."""

    def months(name: str) -> tuple[date, ...]:
        return tuple(date.fromisoformat(m) for m in held[name])

    if held.get("method", METHOD) != METHOD:
        raise UserError(
            f"the plan was written for method {held['method']}, and this is method {METHOD}",
            where="plan",
            hint="read it with the version of Homeground that wrote it: a plan is read as it was written.",
        )
    try:
        return Plan(
            outcome=str(held["outcome"]),
            areas=tuple(held["areas"]),
            ring=tuple(held["ring"]),
            alike=tuple(tuple(place) for place in held["alike"]),
            starts=date.fromisoformat(held["starts"]),
            months_before=months("months_before"),
            months_after=months("months_after"),
            least_fall=float(held["least_fall"]),
            power=None if held["power"] is None else Power(**held["power"]),
            why_not=tuple(held["why_not"]),
            written_on=date.fromisoformat(held["written_on"]),
            method=str(held["method"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"this is no plan: {error}", hint="give the file as 'homeground evaluate plan' wrote it.") from error


def months_planned(starts: date, months: int) -> tuple[date, ...]:
    if starts.day != 1:
        raise UserError("a response starts with a month", where=starts.isoformat(), hint="give the month, such as 2026-09.")
    if months < FEWEST_MONTHS_AFTER:
        raise UserError(f"{months} months after are too few", hint=f"plan for at least {FEWEST_MONTHS_AFTER}, better a whole year.")
    return tuple(add_months(starts, i) for i in range(months))


def power_of(before: Counts, months_after: int, least_fall: float) -> Power:
    """before: (1 + places alike) x months before, the place that gets the response first.

    How far the places alike go by themselves is taken from their own months before: the last as many months as will follow, at most half
    of all, against those before them. Then Student's t with the shift that a fall of that size would be.
    """
    from scipy import stats

    late = min(months_after, before.shape[1] // 2)
    spread = difference_in_differences(before[:, :-late].sum(axis=1), before[:, -late:].sum(axis=1)).spread
    first = before.sum(axis=1) + HALF
    after = before.mean(axis=1) * months_after + HALF
    alone = 1.0 / first + 1.0 / after

    def seen(fall: float) -> float:
        fallen = alone.copy()
        fallen[0] = 1.0 / first[0] + 1.0 / ((after[0] - HALF) * (1.0 - fall) + HALF)
        error = spread * np.sqrt(room_for(fallen)[0] + 1.0 / (len(first) - 1))
        free = len(first) - 2
        cut = stats.t.ppf(0.5 + LEVEL / 2.0, free)
        shift = -np.log(1.0 - fall) / error
        chance = stats.nct.sf(cut, free, shift) + stats.nct.cdf(-cut, free, shift)
        return float(chance) if np.isfinite(chance) else 1.0

    falls = np.arange(1, 96) / 100.0
    enough = next((float(f) for f in falls if seen(float(f)) >= GOOD_POWER), None)
    return Power(seen(least_fall), enough, spread)


def why_nothing_can_be_told(before: Counts, power: Power | None, least_fall: float) -> tuple[str, ...]:
    """Why the plan could not tell whatever happens; empty where it could. before as in power_of."""
    reasons = []
    if len(before) - 1 < FEWEST_ALIKE or power is None:
        return (f"{len(before) - 1} places are like this one; {FEWEST_ALIKE} are needed.",)
    if trend_apart(before) < APART:
        reasons.append("This place went another way than the places like it even before the response.")
    if power.at_least_effect < LEAST_POWER:
        reasons.append(
            f"A fall of {least_fall:.0%} would be seen in {power.at_least_effect:.0%} of such cases, fewer than {LEAST_POWER:.0%}."
        )
    return tuple(reasons)
