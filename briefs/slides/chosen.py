"""Which slides a brief has: what its lead says, each beside a chart of the published figures that it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from briefs import wording
from briefs.content import Brief, Figure
from briefs.facts import Facts
from briefs.slides.content import BARS, COLUMNS, Chart, Series, Slide, message, spoken
from published.findings import CHANGED, INSIDE, LARGEST, LEVEL, STRONG, UNUSUAL, Finding, violent
from published.release import TOTAL, Category, Place

# parts of a place that one chart has room for
_MOST_PARTS = 24


def slides_of(facts: Facts, brief: Brief) -> tuple[Slide, ...]:
    """In the order of the lead; then the map, and what a reader must know."""
    found = [slide for finding in facts.findings if (slide := _of(facts, finding)) is not None]
    maps = [b for s in brief.sections for b in s.blocks if isinstance(b, Figure) and b.name == "map"]
    found += [Slide(f"Where it is: {facts.place.label}", m, note=m.caption) for m in maps[:1]]
    return (*found, must_know(facts, brief))


def must_know(facts: Facts, brief: Brief) -> Slide:
    """What is missing or withheld, and what no figure here can say."""
    covered = facts.release.covered
    cells = [facts.cell(facts.place, c.category) for c in facts.release.categories]
    shown = sum(c.count is not None for c in cells)
    said = [
        f"The figures cover {covered.in_sentence}.",
        *filter(None, (covered.gaps_note, covered.year_note)),
        f"Of {len(cells)} counts about {facts.place.label} {shown} are shown; the others are ranges or withheld to protect small numbers."
        if shown < len(cells)
        else f"No count about {facts.place.label} had to be withheld.",
        "Recorded crime is what was reported and recorded. It says where, never why, and nothing about any person.",
        "These slides inform decisions and make none.",
    ]
    return Slide(
        "What to keep in mind",
        points=tuple(said),
        note=f"Each figure is in the brief of the same release with its sources; 'homeground brief verify' knows this file. {brief.footer}",
    )


def _of(facts: Facts, finding: Finding) -> Slide | None:
    release = facts.release
    groups = [c for k in finding.categories if (c := release.category(k)) is not None]
    if finding.about == LEVEL:
        # the second group of violence stands in the same chart
        first = violent(release.categories)[:1]
        if first and finding.categories != (first[0].category,):
            return None
        kinds = [c for c in release.categories if c.kind != TOTAL] or list(release.categories)
        return Slide(message(finding), rates(facts, kinds), note=not_drawn(facts, kinds), spoken=spoken(finding))
    if finding.about in (UNUSUAL, STRONG) and groups:
        return Slide(message(finding), rates(facts, groups), note=not_drawn(facts, groups), spoken=spoken(finding))
    if finding.about == INSIDE and groups:
        chart = parts_chart(facts, groups[0])
        return None if chart is None else Slide(message(finding), chart, spoken=spoken(finding))
    if finding.about == CHANGED and groups and facts.earlier:
        chart = periods_chart(facts, groups[0])
        return None if chart is None else Slide(message(finding), chart, spoken=spoken(finding))
    if finding.about == LARGEST:
        chart = counts(facts)
        return None if chart is None else Slide(message(finding), chart, spoken=spoken(finding))
    return None


def rates(facts: Facts, groups: Sequence[Category]) -> Chart:
    """Rates a year of the place with their 95% intervals, beside the areas around."""
    places = [facts.place, *(p for p in facts.parents if p.geography != "msoa")]
    factor = facts.release.covered.to_a_year
    series = []
    for place in places:
        known = [facts.cell(place, c.category).rate(place) for c in groups]
        limits = place.code == facts.place.code
        series.append(
            Series(
                place.name,
                tuple(None if r is None else round(r.per_1000 * factor, 4) for r in known),
                tuple(None if r is None else round(r.lower * factor, 4) for r in known) if limits else (),
                tuple(None if r is None else round(r.upper * factor, 4) for r in known) if limits else (),
            )
        )
    said = "; ".join(
        f"{c.label}: " + ", ".join(f"{p.name} {_value(s.values[n])}" for p, s in zip(places, series, strict=True))
        for n, c in enumerate(groups)
    )
    caption = f"Recorded {facts.release.covered.rate_is_per}, with the 95% interval of {facts.place.name}. {_months(facts)}"
    return Chart(BARS, tuple(c.label for c in groups), tuple(series), caption, f"{caption}. {said}.")


def not_drawn(facts: Facts, groups: Sequence[Category]) -> str:
    """What no bar stands for, with its range where there is one."""
    factor = facts.release.covered.to_a_year
    without = []
    for group in groups:
        cell = facts.cell(facts.place, group.category)
        if cell.rate(facts.place) is None:
            ends = cell.rate_ends(facts.place)
            how = "withheld" if ends is None else f"{ends[0] * factor:,.1f} to {ends[1] * factor:,.1f}"
            without.append(f"{group.label} ({how})")
    return f"Without a bar, to protect small numbers: {wording.list_of(without)}." if without else ""


def counts(facts: Facts) -> Chart | None:
    """The groups that add up to all that was recorded; None of a release that has no such groups."""
    kinds = [c for c in facts.release.categories if c.kind == "partition"]
    if not kinds:
        return None
    values = tuple(facts.cell(facts.place, c.category).count for c in kinds)
    caption = f"Recorded in {facts.place.label}. {_months(facts)}"
    said = "; ".join(f"{c.label}: {'not shown' if v is None else f'{v:,}'}" for c, v in zip(kinds, values, strict=True))
    return Chart(BARS, tuple(c.label for c in kinds), (Series("Recorded", values),), caption, f"{caption}. {said}.", decimals=0)


def parts_chart(facts: Facts, group: Category) -> Chart | None:
    """The rate of each part of a place by name; of more than there is room for, those that are clearly higher. Never a ranking."""
    release, place = facts.release, facts.place
    level = {"all": "lad", "lad": "msoa", "msoa": "lsoa"}.get(place.geography, "")
    of_level = release.of(level, district=place.code if level == "msoa" else "") if level in ("lad", "msoa") else []
    parts = list(facts.inside) if level == "lsoa" else of_level
    chosen = parts if len(parts) <= _MOST_PARTS else [p for p in parts if release.beside(p, place, group.category) == 1]
    chosen = sorted(chosen, key=lambda p: p.label)[:_MOST_PARTS]
    if not chosen:
        return None
    factor = release.covered.to_a_year
    values = tuple(_rate(facts, p, group, factor) for p in chosen)
    around = _rate(facts, place, group, factor)
    series = [Series(group.label, values)]
    if around is not None:
        series.append(Series(f"{place.name} as a whole", (around,) * len(chosen)))
    whole = "" if around is None else f" {place.name} as a whole: {around:,.1f}."
    which = "" if len(parts) <= _MOST_PARTS else " Those that are clearly higher, in order of name."
    caption = f"{group.label} {facts.release.covered.rate_is_per}. {_months(facts)}.{which}"
    said = "; ".join(f"{p.label}: {_value(v)}" for p, v in zip(chosen, values, strict=True))
    return Chart(COLUMNS, tuple(p.name for p in chosen), tuple(series), caption, f"{caption} {said}.{whole}")


def periods_chart(facts: Facts, group: Category) -> Chart | None:
    """Violence period by period, by the residents of now, where two and more are shown."""
    spans = [(e.covered, e.cells.get(group.category)) for e in reversed(facts.earlier)]
    spans.append((facts.release.covered, facts.cell(facts.place, group.category)))
    known = [(c, cell.rate(facts.place)) for c, cell in spans if cell is not None and c.noted]
    shown = [(c, r, c.to_a_year) for c, r in known if r is not None]
    if len(shown) < 2:
        return None
    names = tuple(str(c.period) for c, _, _ in shown)
    values = tuple(round(r.per_1000 * f, 4) for _, r, f in shown)
    series = Series(
        facts.place.name,
        values,
        tuple(round(r.lower * f, 4) for _, r, f in shown),
        tuple(round(r.upper * f, 4) for _, r, f in shown),
    )
    caption = f"{group.label} {facts.release.covered.rate_is_per} in {facts.place.label}, with 95% intervals"
    said = "; ".join(f"{n}: {v:,.1f}" for n, v in zip(names, values, strict=True))
    return Chart(COLUMNS, names, (series,), caption, f"{caption}. {said}.")


def _rate(facts: Facts, place: Place, group: Category, factor: float) -> float | None:
    rate = facts.cell(place, group.category).rate(place)
    return None if rate is None else round(rate.per_1000 * factor, 4)


def _months(facts: Facts) -> str:
    return str(facts.release.covered)


def _value(value: float | None) -> str:
    return "not shown" if value is None else f"{value:,.1f}"
