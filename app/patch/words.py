"""What is said of a place of My patch in few words: why it stands there, whether it grows, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.hotspots.store import HotSpot
from app.hotspots.trust_store import Held
from app.patch.store import Pattern

# the level below which a trend counts as one, as in analytics/emerging
_TREND_LEVEL = 0.05

RULE = (
    "Strong: a hot spot with at least 95% confidence that also holds on at least half of the other grids at every cell size, and does not"
    " fall without its busiest location.",
    "Fair: a hot or a cold spot with at least 95% confidence of which less than that is known; most of all one that was found on one grid"
    " alone.",
    "Weak: no hot or cold spot with 95% confidence. The place stands here by its numbers alone, which chance can raise and lower.",
)
TREND_RULE = (
    "Rising, falling: over these months the place stands out from the rest of the region more and more, or less and less, beyond chance"
    " (Mann-Kendall, 5%). Level: no such trend. It is a trend beside the region's: where all places rise together, none rises here."
)


@dataclass(frozen=True)
class Sureness:
    """How sure it is that a place stands out, in a word, and because of what."""

    word: str
    because: str


def sureness(spot: HotSpot, held: Held | None) -> Sureness:
    """The rule that stands on the page (RULE) and in docs/portal.md."""
    if spot.kind == "not_significant" or spot.certainty is None or spot.certainty < 95:
        return Sureness("weak", "no hot or cold spot with 95% confidence")
    confident = f"{spot.kind} spot with {spot.certainty}% confidence"
    if spot.kind == "cold":
        return Sureness("fair", f"{confident}; cold spots are not looked for on other grids")
    if held is None:
        return Sureness("fair", f"{confident}; it was not looked for on other grids")
    if 2 * min(held.half, held.same, held.double) < held.grids:
        return Sureness("fair", f"{confident}; it holds on fewer than half of the other grids of one cell size")
    if held.without_busiest is None:
        return Sureness("fair", f"{confident}; whether one single location makes it hot cannot be asked")
    if not held.without_busiest:
        return Sureness("fair", f"{confident}; it falls without its busiest location")
    return Sureness("strong", f"{confident}, on other grids too, and without its busiest location")


def trend_word(pattern: Pattern | None) -> str:
    """'' where no pattern was worked out."""
    if pattern is None or pattern.trend_z is None or pattern.trend_p is None:
        return ""
    if pattern.trend_p >= _TREND_LEVEL:
        return "level"
    return "rising" if pattern.trend_z > 0 else "falling"


def recorded(last: int, month: str, usual: float | None) -> str:
    """'14 in November, usually 8'."""
    said = f"{last:,} in {month}"
    return said if usual is None else f"{said}, usually {usually(usual)}"


def usually(mean: float) -> str:
    """A mean of months as one would say it: whole from 2 on, one decimal below."""
    if mean == 0:
        return "none"
    return f"{mean:,.0f}" if mean >= 1.95 else f"{mean:.1f}" if mean >= 0.05 else "under 0.1"


def why(spot: HotSpot, pattern: Pattern | None) -> str:
    """Beyond its numbers: what sets the place apart, from the pattern of its months where there is one."""
    if pattern is not None and pattern.name != "no pattern":
        return _by_pattern(pattern)
    if spot.kind == "hot" and spot.certainty is not None:
        return f"hot spot over all these months ({spot.certainty}%)"
    if spot.kind == "cold" and spot.certainty is not None:
        return f"fewer than chance would give ({spot.certainty}%)"
    return "no more than chance would give"


def _by_pattern(pattern: Pattern) -> str:
    kind, _, side = pattern.name.removesuffix(" spot").rpartition(" ")
    than, months = ("more than chance", pattern.hot_steps) if side == "hot" else ("fewer than chance", pattern.cold_steps)
    of = f"{months} of {pattern.steps} months"
    return {
        "new": f"{than} for the first time",
        "consecutive": f"{than} for the last {months} months, not before",
        # which way they go stands beside them as the trend
        "intensifying": f"{than} in {of}",
        "persistent": f"{than} in {of}",
        "diminishing": f"{than} in {of}",
        "sporadic": f"{than} now, and in {of}",
        "oscillating": f"{than} now, was {'cold' if side == 'hot' else 'hot'} before ({of})",
        "historical": f"{than} in {of}, not in the last",
    }.get(kind, pattern.name)


def listed_months(values: Sequence[tuple[str, int | None]]) -> str:
    """Every month with its number; a month that was not loaded is a gap, not a zero."""
    return ", ".join(f"{month} {'not loaded' if n is None else f'{n:,}'}" for month, n in values)
