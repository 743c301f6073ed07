"""What the page says of outcomes: shares of crimes of followed months by kind, how long they took, which months. Content only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.hotspots.store import Group
from app.look import wording
from app.outcomes.store import Delay, Month, MonthCount, Outcome
from app.outcomes.words import CHARGED, KINDS, NO_SUSPECT, NONE_PUBLISHED, NONE_YET, Kind, kind_of
from core.periods import CoveredPeriod, Period, months_in_words
from core.proportion import Proportion, proportion
from core.waiting_time import Waited, share_within

# a share of fewer is too uncertain to print: a single crime would move it by a tenth or more
FEWEST = 10
TOO_FEW = f"too few (under {FEWEST})"


@dataclass(frozen=True)
class KindShare:
    """A kind of outcome among the crimes. words: the publisher's outcomes in it with their crimes, most first."""

    kind: Kind
    share: Proportion
    words: tuple[tuple[str, int], ...]


def crimes_label(group: Group) -> str:
    """Of all kinds only crimes: anti-social behaviour has no identifier, and so no outcome."""
    return "All crimes" if group.kind == "total" else group.label


def crimes_by_outcome(rows: Iterable[Outcome], categories: Collection[str], district: str) -> Counter[str]:
    """Crimes by the publisher's outcome, '' for none, in one district or ('') in all that were read."""
    found: Counter[str] = Counter()
    for row in rows:
        if row.category in categories and district in ("", row.lad_code):
            found[row.outcome] += row.crimes
    return found


def shares(crimes: Mapping[str, int]) -> tuple[KindShare, ...]:
    """Every kind that occurs, in the fixed order of outcome_words, never by size; the shares add up to 1."""
    total = sum(crimes.values())
    rows = []
    for kind in KINDS:
        of_kind = [(outcome or NONE_PUBLISHED, n) for outcome, n in crimes.items() if kind_of(outcome) is kind]
        share = proportion(sum(n for _, n in of_kind), total)
        if of_kind and share is not None:
            rows.append(KindShare(kind, share, tuple(sorted(of_kind, key=lambda o: (-o[1], o[0])))))
    return tuple(rows)


def kind_share(crimes: Mapping[str, int], kind: Kind) -> Proportion | None:
    return proportion(sum(n for outcome, n in crimes.items() if kind_of(outcome) is kind), sum(crimes.values()))


def percent(share: Proportion | None) -> str:
    """'12.3%', or why there is none."""
    if share is None or share.whole < FEWEST:
        return TOO_FEW
    return f"{100 * share.share:.1f}%"


def limits(share: Proportion | None) -> str:
    """'11.9% to 12.8%' on one line; empty where the share is not shown."""
    if share is None or share.whole < FEWEST:
        return ""
    return f"{100 * share.lower:.1f}% to {100 * share.upper:.1f}%".replace(" ", "\u00a0")


def followed(months: Sequence[Month], at_least: int = 0) -> tuple[Month, ...]:
    """Months whose outcome files reach at least so many months after their own."""
    return tuple(m for m in months if m.months_after >= at_least)


def follow_choices(months: Sequence[Month]) -> tuple[int, ...]:
    """How long one may ask that crimes were followed: 0 and those of 3, 6 and 12 months that at least one month meets."""
    longest = max((m.months_after for m in months), default=-1)
    return tuple(n for n in (0, 3, 6, 12) if n <= longest)


def follow_label(at_least: int) -> str:
    return "Every followed month" if at_least == 0 else f"Months followed for {at_least} or longer"


def spans(months: Iterable[Month]) -> str:
    """'March 2021 to May 2021 and November 2021': runs of months."""
    return months_in_words(m.month for m in months)


def covered_by(months: Sequence[Month]) -> CoveredPeriod | None:
    """From the first to the last of some months, with those between that are none of them; None of no month."""
    there = sorted(m.month for m in months)
    return CoveredPeriod.of(Period(there[0], there[-1]), there) if there else None


def lead_sentences(crimes: Mapping[str, int], months: Sequence[Month], at_least: int, what: str, where: str) -> tuple[str, ...]:
    total, used = sum(crimes.values()), followed(months, at_least)
    if not total:
        return (f"No crime of {what} with an identifier was recorded in {where} in the months that were followed.",)
    charged, none_found, none_yet = (kind_share(crimes, k) for k in (CHARGED, NO_SUSPECT, NONE_YET))
    said = [
        f"Of {wording.plural(total, 'crime')} of {what} recorded in {where} in {spans(used)}, {percent(charged)} ended with someone charged"
        f" or taken to court, and {percent(none_found)} with no suspect found."
        if total >= FEWEST
        else f"{wording.plural(total, 'crime')} of {what} recorded in {where} in {spans(used)}: too few to speak of shares.",
    ]
    if none_yet is not None:
        verb = "has" if none_yet.part == 1 else "have"
        share = f" ({percent(none_yet)})" if total >= FEWEST else ""
        said.append(f"{none_yet.part:,} of them{share} {verb} no outcome in the files loaded.")
    return tuple(said)


def months_note(months: Sequence[Month], at_least: int) -> str:
    """Which months are in the shares and which are not, and why."""
    used, out = followed(months, at_least), [m for m in months if m.months_after < 0]
    said = f"In these shares: crimes of {spans(used)} ({wording.plural(len(used), 'month')}). A month is followed when the outcome file"
    said += " of its own month is loaded."
    short = [m for m in months if 0 <= m.months_after < at_least]
    if short:
        said += f" Followed for less than {at_least} months, so left out: {spans(short)}."
    if out:
        said += (
            f" Not followed, so in no share: {spans(out)} ({wording.plural(len(out), 'month')}): to say nothing of them is not to say that"
            " nothing came of them."
        )
    return said


def late_note(months: Sequence[Month], at_least: int) -> str:
    """The least followed of the months used: they look undetected because they are young."""
    youngest = min(followed(months, at_least), key=lambda m: m.months_after, default=None)
    if youngest is None:
        return ""
    after = youngest.months_after
    how_long = "in their own month only" if after == 0 else f"for {wording.plural(after, 'month')} after their own"
    return (
        f"Outcomes arrive late. The files follow crimes of {wording.month(youngest.month)} {how_long}, so the share without an outcome is"
        " higher for recent crimes. It says nothing of how hard anyone worked."
    )


def waiting(
    months: Sequence[Month], counts: Iterable[MonthCount], delays: Iterable[Delay], categories: Collection[str]
) -> tuple[Waited, ...]:
    """Share of crimes with a first outcome within so many months; crimes followed for less count for as long as they were."""
    after = {m.month: m.months_after for m in followed(months)}
    left: Counter[tuple[str, date]] = Counter()
    for count in counts:
        if count.category in categories:
            left[count.category, count.month] += count.crimes
    happened: Counter[int] = Counter()
    for delay in delays:
        if delay.category in categories and delay.month in after:
            happened[delay.months_after] += delay.crimes
            left[delay.category, delay.month] -= delay.crimes
    not_yet: Counter[int] = Counter()
    for (_, month), crimes in left.items():
        if month in after:
            not_yet[after[month]] += crimes
    return share_within(happened, not_yet)


def waiting_sentences(rows: Sequence[Waited]) -> tuple[str, ...]:
    if not rows or rows[0].watched < FEWEST:
        return (f"Too few crimes (under {FEWEST}) to say how long outcomes took.",)
    first = rows[0]
    said = [
        f"{100 * first.share:.0f}% had their first outcome in the month in which they were recorded"
        + (f", and {100 * rows[1].share:.0f}% by the end of the month after." if len(rows) > 1 else ".")
    ]
    half = next((r for r in rows if r.share >= 0.5), None)
    if half is None:
        said.append(f"Within {wording.plural(rows[-1].months, 'month')} fewer than half had one.")
    elif half.months > 1:
        said.append(f"Half of the crimes had one within {half.months} months.")
    return tuple(said)


def enough_watched(rows: Sequence[Waited]) -> tuple[Waited, ...]:
    """Rows in which at least FEWEST crimes were followed so long: the tail of a curve rests on ever fewer."""
    return tuple(r for r in rows if r.watched >= FEWEST)
