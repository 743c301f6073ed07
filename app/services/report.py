"""What the page of services says in words, rows and areas: content only, no drawing and no reading."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.look import wording
from app.look.csv_text import csv_text
from app.look.map_frame import MapArea
from app.look.markup import Cell, LegendEntry, Table
from app.look.palette import NO_DATA_FILL, Palette
from app.look.wording import HANDLING, distance
from app.overlaps.store import Analysis, Neighbourhood
from app.person.store import Patch
from app.services.store import Point, Reach, ServiceKind, Site
from core.periods import CoveredPeriod

# shares of homes within reach, and how the map names them
CLASSES = (0.25, 0.5, 0.75, 0.95)
CLASS_LABELS = ("up to a quarter of homes", "up to half", "up to three quarters", "up to 95%", "nearly all homes")
NEARLY_ALL = 0.95
# a place may have a nearer service across the border where at least this share of its homes is nearer to the border
BORDER_SHARE = 0.25


@dataclass(frozen=True)
class Gap:
    """A neighbourhood half or more of whose homes are out of reach, with the risk factors that it has at their default thresholds."""

    place: Neighbourhood
    reach: Reach
    risks: tuple[str, ...]


def patch_sentences(
    kind: ServiceKind, places: Sequence[Neighbourhood], reach: Mapping[str, Reach], patch: Patch
) -> tuple[str, ...]:
    """How many residents of the patch are out of reach, with what that rests on."""
    here = [reach[p.code] for p in places if p.code in reach]
    people = sum(r.residents or 0.0 for r in here)
    beyond = sum(r.residents_beyond for r in here)
    share = f" ({100 * beyond / people:.0f}%)" if people else ""
    first = (
        f"In {patch.name} about {_people(beyond)} of {_people(people)} residents{share} live farther than"
        f" {distance(kind.reach_m)} in a straight line"
        f" from {wording_one(kind)}."
    )
    border = sum(r.residents_beyond for r in here if r.share_at_border >= BORDER_SHARE)
    second = (
        f"About {_people(border)} of these live near the region's border, where a service on the other side may be"
        " nearer; none of those is loaded."
        if border >= 50
        else ""
    )
    return tuple(s for s in (first, second) if s)


def wording_one(kind: ServiceKind) -> str:
    """'a general practice' from the label of the kind."""
    one = {"gp_practice": "a general practice", "pharmacy": "a pharmacy", "hospital": "a hospital", "school": "a school"}
    return one.get(kind.kind, f"one of: {kind.label.lower()}")


def _people(count: float) -> str:
    """Rounded as far as the spreading of residents over postcodes allows."""
    return f"{round(count, -2):,.0f}" if count >= 1_000 else f"{round(count, -1):,.0f}"


def areas_of(
    places: Sequence[Neighbourhood], reach: Mapping[str, Reach], palette: Palette, points: Sequence[Point], sites: Sequence[Site]
) -> tuple[MapArea, ...]:
    """Neighbourhoods by the share of homes within reach, services as dots, and further sites as diamonds, both drawn to the scale of the
    map."""
    drawn = [
        MapArea(p.code, p.outline, _fill(reach.get(p.code), palette), _words(p, reach.get(p.code)), dashed=p.code not in reach)
        for p in places
    ]
    if not drawn:
        return ()
    west, south, east, north = _bounds(places)
    size = max(east - west, north - south) / 150
    inside = [p for p in points if west <= p.lon <= east and south <= p.lat <= north]
    dots = [MapArea(f"service-{k}", _ring(p.lon, p.lat, size * 0.7, 10), palette.hot[2], p.name) for k, p in enumerate(inside)]
    wanted = [s for s in sites if west <= s.lon <= east and south <= s.lat <= north]
    diamonds = [
        MapArea(
            f"site-{k}", _ring(s.lon, s.lat, size * 1.7, 4), palette.hot[0],
            f"Further site: around {s.name}, would bring about {_people(s.people_alone)} {s.need_label} into reach",
        )
        for k, s in enumerate(wanted)
    ]  # fmt: skip
    return (*drawn, *dots, *diamonds)


def _bounds(places: Sequence[Neighbourhood]) -> tuple[float, float, float, float]:
    from app.look.outlines import bounds_of

    return bounds_of({p.code: dict(p.outline) for p in places})


def _ring(lon: float, lat: float, size: float, corners: int) -> dict[str, Any]:
    """A regular polygon about a point, round on the ground at this latitude; size in degrees of latitude."""
    squeeze = math.cos(math.radians(lat))
    ring = [
        [lon + size * math.sin(2 * math.pi * k / corners) / squeeze, lat + size * math.cos(2 * math.pi * k / corners)]
        for k in range(corners + 1)
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def _fill(reach: Reach | None, palette: Palette) -> str:
    if reach is None:
        return NO_DATA_FILL
    return palette.sequential[4 - sum(reach.share_within > edge for edge in CLASSES)]


def legend_of(palette: Palette, *, sites: bool) -> tuple[LegendEntry, ...]:
    entries = [LegendEntry(label, palette.sequential[4 - k]) for k, label in enumerate(CLASS_LABELS)]
    entries.append(LegendEntry("a service", palette.hot[2], "circle"))
    if sites:
        entries.append(LegendEntry("where a further one would reach most", palette.hot[0], "diamond"))
    return tuple(entries)


def _words(place: Neighbourhood, reach: Reach | None) -> str:
    if reach is None:
        return f"{place.name}. Reach not known"
    return (
        f"{place.name}. {100 * reach.share_within:.0f}% of homes within reach; the middle home is"
        f" {distance(reach.nearest_m)} away in a straight line"
        f"{'; a nearer one may lie across the border' if reach.share_at_border >= BORDER_SHARE else ''}"
    )


def range_words(reach: Reach) -> str:
    """Distance of the middle home, and of the nearest and farthest tenth."""
    return f"{distance(reach.nearest_lower_m)} to {distance(reach.nearest_upper_m)}"


def gaps(places: Sequence[Neighbourhood], reach: Mapping[str, Reach], analysis: Analysis | None) -> list[Gap]:
    """Neighbourhoods with less than half of homes within reach, by name. Distance itself is no risk counted against them twice."""
    found = []
    for p in places:
        r = reach.get(p.code)
        if r is None or r.share_within >= 0.5:
            continue
        risks = []
        for factor in analysis.on("risk") if analysis else ():
            value = p.values.get(factor.factor_id)
            if value is not None and value.level >= factor.default and not factor.unit.startswith("metres"):
                risks.append(factor.label)
        found.append(Gap(p, r, tuple(risks)))
    return found


def best_plan(sites: Sequence[Site], need: str, further: int) -> list[Site]:
    return [s for s in sites if s.need == need and s.plan == "best" and s.further_sites == further]


def nearly(sites: Sequence[Site], need: str) -> list[Site]:
    return [s for s in sites if s.need == need and s.plan == "nearly"]


def drawn_sites(sites: Sequence[Site], need: str, further: int, patch: Patch) -> list[Site]:
    """The best plan of the region, and the best first site within the district of the patch."""
    own = [s for s in sites if s.need == need and s.plan == "district" and s.lad_code == patch.district]
    plan = best_plan(sites, need, further)
    return [*plan, *(s for s in own if further == 1 and s.code not in {p.code for p in plan})]


def district_sentence(sites: Sequence[Site], need: str, patch: Patch) -> str:
    """The best first site within the district of the patch; empty for a patch of several districts."""
    own = next((s for s in sites if s.need == need and s.plan == "district" and s.lad_code == patch.district), None)
    if own is None:
        return ""
    reached = _people(own.people_alone)
    return f"Within {own.district}, one more would bring most {own.need_label} into reach around {own.name}: about {reached}."


def plan_sentences(sites: Sequence[Site], need: str, further: int, kind: ServiceKind) -> tuple[str, ...]:
    """What the location model answers, how much it would change, and how firm the answer is."""
    plan = best_plan(sites, need, further)
    if not plan:
        return ("No further site would bring anybody of this need into reach.",)
    first = plan[0]
    share = 100 * first.people_plan / first.people_beyond if first.people_beyond else 0.0
    where = wording.listed([f"{s.name} ({s.district})" for s in plan])
    number = {1: "one more", 2: "two more", 3: "three more"}.get(further, f"{further} more")
    said = [
        f"In the whole region {number} would bring most {first.need_label} into reach around {where}: about {_people(first.people_plan)} of"
        f" {_people(first.people_beyond)} who are farther than {distance(kind.reach_m)} now ({share:.0f}%)."
    ]
    others = nearly(sites, need)
    if further == 1:
        said.append(
            "Nearly as good, at least nine tenths as many: "
            + "; ".join(f"{s.name} ({s.district}), about {_people(s.people_alone)}" for s in others)
            + "."
            if others
            else "No other place apart from it comes within a tenth of that."
        )
    said.append(
        "That is a neighbourhood in which to look, from distance and numbers of people alone. It knows nothing of"
        " buildings, staff, cost, buses or"
        " what people want, and a branch that is not in the list may already be there."
    )
    return tuple(said)


def gaps_table(found: Sequence[Gap], patch: Patch, kind: ServiceKind, covered: CoveredPeriod) -> Table:
    """covered: the period of the risk factors."""
    rows = [
        [
            Cell(g.place.name, (g.place.code,)),
            Cell(distance(g.reach.nearest_m), (range_words(g.reach),), number=True),
            Cell(
                wording.listed([r.lower() for r in g.risks]) or "none of the risk factors with data",
                ("a nearer one may lie across the border",) if g.reach.share_at_border >= BORDER_SHARE else (),
            ),
        ]
        for g in found
    ]
    caption = (
        f"Neighbourhoods of {patch.name} where fewer than half of the homes are within {distance(kind.reach_m)}, by name: distance of the"
        " middle home and of all but the nearest and farthest tenth, and which risk factors they have,"
        f" {covered.in_sentence}. Straight lines."
    )
    return Table(caption, [Cell("Place"), Cell("Distance", number=True), Cell("Also there")], rows)


def plan_table(plan: Sequence[Site]) -> Table:
    rows = [
        [
            Cell(s.name, (s.district,)),
            Cell("best" if s.plan == "best" else "nearly as good"),
            Cell(f"{round(s.people_alone, -1):,.0f}", number=True),
        ]
        for s in plan
    ]
    caption = (
        "Over the whole region, whatever the patch: people whom each place would bring into reach by itself. Straight lines; residents"
        " spread evenly over the postcodes of their neighbourhood"
    )
    return Table(caption, [Cell("Around"), Cell("Answer"), Cell("People", number=True)], rows, narrow=True)


def places_table(places: Sequence[Neighbourhood], reach: Mapping[str, Reach], patch: Patch, kind: ServiceKind) -> Table:
    rows = [
        [
            Cell(p.name),
            Cell(f"{100 * r.share_within:.0f}%", number=True),
            Cell(distance(r.nearest_m), number=True),
            Cell(f"{r.sites_per_10000:.2f}", number=True),
        ]
        for p in places
        if (r := reach.get(p.code)) is not None
    ]
    caption = (
        f"{patch.name}, by name. Sites per 10,000 residents: enhanced two-step floating catchment within {distance(kind.catchment_m)}, each"
        " site shared among all who live around it"
    )
    heads = ("Homes within reach", "Middle home", "Sites per 10,000")
    return Table(caption, [Cell("Place"), *(Cell(head, number=True) for head in heads)], rows)


def unused_kinds(kinds: Sequence[ServiceKind]) -> list[str]:
    """Kinds whose reach was not worked out, each with the reason."""
    return [f"{k.label}: {k.unused}" for k in kinds if k.unused]


def sure_sentences(kind: ServiceKind, kinds: Sequence[ServiceKind]) -> tuple[str, ...]:
    without = ""
    if kind.sites_without_point:
        without = f"Left out, because the list gives no place that is known: {wording.plural(kind.sites_without_point, 'entry', 'entries')}."
    unused = unused_kinds(kinds)
    return (
        "Every distance is a straight line. No roads, paths, rivers, railways or bus routes are held, so the way is always longer and"
        " sometimes much longer.",
        "Homes are the postcodes of a neighbourhood with its residents shared evenly among them, so numbers of people are rounded and"
        " approximate.",
        kind.caution,
        without,
        f"Not shown: {' '.join(unused)}" if unused else "",
    )


def csv_of(kind: ServiceKind, places: Sequence[Neighbourhood], reach: Mapping[str, Reach]) -> str:
    """Every neighbourhood of the patch, for download."""
    columns = (
        "kind", "code", "name", "district", "residents", "residents_beyond", "reach_m", "share_of_homes_within", "nearest_m",
        "nearest_tenth_m", "farthest_tenth_m", "share_of_homes_nearer_border", "sites_per_10000_enhanced_2sfca", "distance", "handling",
    )  # fmt: skip
    return csv_text(
        columns,
        ((kind.kind, p.code, p.name, p.lad_code, *_figures(kind, reach.get(p.code)), "straight line", HANDLING) for p in places),
    )


def _figures(kind: ServiceKind, reach: Reach | None) -> tuple[object, ...]:
    if reach is None:
        return (None,) * 9
    return (
        f"{reach.residents or 0:.0f}", f"{reach.residents_beyond:.0f}", kind.reach_m, f"{reach.share_within:.3f}", f"{reach.nearest_m:.0f}",
        f"{reach.nearest_lower_m:.0f}", f"{reach.nearest_upper_m:.0f}", f"{reach.share_at_border:.3f}", f"{reach.sites_per_10000:.3f}",
    )  # fmt: skip
