"""The public page of stop and search, for those who scrutinise it: what was published of a district or of the whole area, in plain words.

Everything on it is worked out from published figures alone. A rate or a ratio stands only where every figure that it needs is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.area.ways_on import searches_address
from app.look import wording
from app.look.csv_text import csv_text
from app.look.markup import Cell, Table
from app.region.search_finds import Finds, beside_white, came_share, finds_of, found_share, group_share
from app.region.search_shares import FEWEST, count_of, ethnicity_unknown, figure_cell, known_enough, ranged, share_of
from core.languages.spoken import called, mark, say, say_many
from core.poisson import Rate, rate_per_1000
from core.proportion import Proportion, Ratio, rate_ratio
from published.release import Place, Release
from published.searches import (
    CAME_OF_IT,
    ETHNICITY,
    ETHNICITY_CAME_OF_IT,
    LINK,
    NOT_STATED,
    OBJECT,
    OUTCOME,
    PublishedSearches,
    SearchGroup,
)

NOTHING = mark("No figures of stop and search have been published here so far. They come with a release, once a year.")
RESIDENTS_ARE = mark(
    "A rate is for the people who live here. Shoppers, students and visitors are searched here too, but they are not counted among those"
    " who live here. So a rate can be far too high, most of all in a town centre."
)
CANNOT_SAY = (
    mark("These figures count searches. One person can be searched more than once."),
    mark("A difference between groups does not say why it is there. It tells nothing about any one person."),
)
# of each of these no table is in the plan of releases (analytics/release/searches), so none was attacked
NOT_HERE = mark(
    "This page does not show ages, sexes or complaints, and it shows what came of the searches of each ethnic group for the whole area alone."
    " No other figure of these has passed the test that every figure here has passed."
)
_PEOPLE = {
    "asian": mark("Asian people"),
    "black": mark("Black people"),
    "mixed": mark("people of mixed or multiple groups"),
    "other": mark("people of other groups"),
}
# labels of ethnic groups as a release has them, for the catalogue
_GROUPS = (
    mark("White"), mark("Asian"), mark("Black"), mark("Mixed or multiple"), mark("Other"), mark("Not stated, or no person"),
)  # fmt: skip
CSV_COLUMNS = (
    "geography", "place_code", "place_name", "group_of", "group", "period_start", "period_end", "count", "symbol", "lowest", "highest",
    "residents", "rate_per_1000", "lower_95", "upper_95", "share", "share_of", "share_lower_95", "share_upper_95", "beside_white",
    "beside_white_lower_95", "beside_white_upper_95",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """What the page says of a place. places: every place with figures, the whole area first. finds: None in a release from before they were
    published."""

    place: Place
    places: tuple[Place, ...]
    when: str
    lead: tuple[str, ...]
    objects: Table
    outcomes: Table
    finds: Finds | None
    ethnic: tuple[str, ...]
    ethnicity: Table
    side_by_side: Table | None
    held_back: str
    sources: tuple[str, ...]


def page_of(release: Release, found: PublishedSearches, named: str) -> Page | None:
    """named: 'lad.E07000178', '' for the whole area. None where nothing was published of it."""
    places = tuple(p for p in (release.region, *release.of("lad")) if p is not None and found.has(p.geography, p.code))
    wanted = named or next((f"{p.geography}.{p.code}" for p in places), "")
    place = next((p for p in places if f"{p.geography}.{p.code}" == wanted), None)
    if place is None:
        return None
    return Page(
        place=place,
        places=places,
        when=found.covered.in_sentence,
        lead=_lead(found, place),
        objects=_shares(found, place, OBJECT, say("Looked for"), say("What the police looked for")),
        outcomes=_shares(found, place, OUTCOME, say("What was done"), say("What came of the searches")),
        finds=finds_of(found, place, places),
        ethnic=ethnic_sentences(found, place),
        ethnicity=_ethnicity(found, place),
        side_by_side=_side_by_side(found, places) if len(places) > 2 else None,
        held_back=_held_back(found, place),
        sources=tuple(
            say("%(publisher)s: stop and search (%(licence)s)", publisher=s.publisher, licence=s.licence)
            if s.subject == "searches"
            else say(
                "%(publisher)s: residents, %(edition)s (%(licence)s)", publisher=s.publisher, edition=s.edition, licence=s.licence
            )
            for s in found.sources
        ),
    )


def rate_of(found: PublishedSearches, place: Place, group: SearchGroup) -> Rate | None:
    """Searches per 1,000 residents of the group over the months loaded; None where the figure is withheld, or nobody is counted."""
    cell = found.cell(place.geography, place.code, group)
    people = residents_of(found, place, group)
    return None if cell is None or cell.count is None or not people else rate_per_1000(cell.count, people)


def residents_of(found: PublishedSearches, place: Place, group: SearchGroup) -> int | None:
    """Of the census by ethnic group; of all searches those of the place. None for a group that residents are not counted by."""
    if group.field == ETHNICITY:
        return found.residents.get((place.geography, place.code, group.ethnicity))
    return place.residents if group == found.all else None


def ratio_of(found: PublishedSearches, place: Place, group: SearchGroup) -> Ratio | None:
    """To White residents. None where a figure of either is withheld or under FEWEST, or too many searches have no ethnic group."""
    white = next((g for g in found.of(ETHNICITY) if g.ethnicity == "white"), None)
    if white is None or group == white or group.ethnicity in ("", NOT_STATED) or not known_enough(found, place):
        return None
    own, other = count_of(found, place, group), count_of(found, place, white)
    people, others = residents_of(found, place, group), residents_of(found, place, white)
    if own is None or other is None or min(own, other) < FEWEST or not people or not others:
        return None
    return rate_ratio(own, people, other, others)


def _lead(found: PublishedSearches, place: Place) -> tuple[str, ...]:
    total = found.cell(place.geography, place.code, found.all)
    if total is None or total.count is None:
        return (say("How many searches there were in %(place)s is held back, to protect people.", place=place.label),)
    said = [
        say_many(
            "%(count)s search were recorded in %(place)s.",
            "%(count)s searches were recorded in %(place)s.",
            total.count,
            place=place.label,
        )
    ]
    rate = rate_of(found, place, found.all)
    if rate is not None:
        said.append(
            say(
                "That is %(rate)s for every 1,000 people who live there (%(interval)s).",
                rate=wording.rate(rate.per_1000),
                interval=wording.interval(rate),
            )
        )
    nothing = next((g for g in found.of(OUTCOME) if g.category.endswith("_nothing")), None)
    share = None if nothing is None else share_of(found, place, nothing)
    if share is not None:
        said.append(say("In %(share)s%% of them no further action was taken.", share=f"{100 * share.share:.0f}"))
    return tuple(said)


def ethnic_sentences(found: PublishedSearches, place: Place) -> tuple[str, ...]:
    """How often the group is not known, then each ratio that differs from 1 beyond chance."""
    unknown = ethnicity_unknown(found, place)
    if unknown is None:
        return (say("Of how many searches the ethnic group is not known is held back here, so groups are not compared."),)
    said = [say("In %(share)s%% of searches no ethnic group is known.", share=f"{100 * unknown.share:.0f}")]
    if not known_enough(found, place):
        said.append(say("That is too many to compare groups."))
        return tuple(said)
    shown = [(g, r) for g in found.of(ETHNICITY) if (r := ratio_of(found, place, g)) is not None]
    sure = [(g, r) for g, r in shown if r.lower > 1 or r.upper < 1]
    for group, ratio in sure:
        said.append(
            say(
                "Searches of %(group)s were %(times)s times as many as of White people, for as many who live there"
                " (%(lowest)s to %(highest)s).",
                group=called(_PEOPLE.get(group.ethnicity, group.label)),
                times=f"{ratio.times:.1f}",
                lowest=f"{ratio.lower:.1f}",
                highest=f"{ratio.upper:.1f}",
            )
        )
    if shown and not sure:
        said.append(say("No group differs from White people by more than chance would give."))
    return tuple(said)


def _times(ratio: Ratio) -> str:
    between = say("%(lowest)s to %(highest)s", lowest=f"{ratio.lower:.1f}", highest=f"{ratio.upper:.1f}")
    return f"{ratio.times:.1f} ({between})"


def _shares(found: PublishedSearches, place: Place, field: str, head: str, caption: str) -> Table:
    rows = []
    for group in found.of(field):
        share = share_of(found, place, group)
        limits = (
            ()
            if share is None
            else (say("%(lowest)s to %(highest)s", lowest=f"{100 * share.lower:.0f}%", highest=f"{100 * share.upper:.0f}%"),)
        )
        words = "" if share is None else f"{100 * share.share:.0f}%"
        rows.append([Cell(called(group.label)), figure_cell(found, place, group), Cell(words, limits, number=True)])
    columns = [Cell(head), Cell(say("Searches"), number=True), Cell(say("Share"), number=True)]
    return Table(f"{caption}, {place.label}, {found.covered}{ranged(found, place, found.of(field))}", columns, rows, narrow=True)


def _ethnicity(found: PublishedSearches, place: Place) -> Table:
    rows = []
    for group in found.of(ETHNICITY):
        people, rate, ratio = residents_of(found, place, group), rate_of(found, place, group), ratio_of(found, place, group)
        compared = (
            say("1 (compared with)") if group.ethnicity == "white" else "" if group.ethnicity == NOT_STATED else say("not shown")
        )
        rows.append(
            [
                Cell(called(group.label), () if people is None else (say("%(people)s residents", people=f"{people:,}"),)),
                figure_cell(found, place, group),
                _rate_cell(rate),
                Cell(compared if ratio is None else _times(ratio), number=True),
            ]
        )
    columns = [
        Cell(say("Ethnic group")),
        Cell(say("Searches"), number=True),
        Cell(say("For every 1,000 residents"), number=True),
        Cell(say("Times as many as White"), number=True),
    ]
    caption = (
        say("Searches by ethnic group, %(place)s, %(period)s.", place=place.label, period=found.covered)
        + " "
        + say("Groups are as people gave them; residents of the 2021 census")
    )
    return Table(caption + ranged(found, place, found.of(ETHNICITY)), columns, rows, scrolls=say("Searches by ethnic group"))


def _side_by_side(found: PublishedSearches, places: Sequence[Place]) -> Table:
    rows = []
    for place in places:
        rate = rate_of(found, place, found.all)
        rows.append(
            [
                Cell(place.label, link=searches_address(place)),
                figure_cell(found, place, found.all),
                _rate_cell(rate),
            ]
        )
    columns = [Cell(say("Where")), Cell(say("Searches"), number=True), Cell(say("For every 1,000 residents"), number=True)]
    return Table(say("Searches by district, in order of name, %(period)s", period=found.covered), columns, rows, narrow=True)


def _rate_cell(rate: Rate | None) -> Cell:
    return Cell("", number=True) if rate is None else Cell(wording.rate(rate.per_1000), (wording.interval(rate),), number=True)


def _held_back(found: PublishedSearches, place: Place) -> str:
    own = [c for g in found.groups if (c := found.cell(place.geography, place.code, g)) is not None]
    hidden = sum(c.count is None for c in own)
    if not hidden:
        return say("None of the figures of this page had to be held back.")
    return say(
        "%(hidden)s of the %(figures)s figures of this page are held back. A range stands in their place.",
        hidden=f"{hidden:,}",
        figures=f"{len(own):,}",
    )


def csv_of(release: Release, found: PublishedSearches) -> str:
    """Every published figure of searches, with its rate and its share where one may be given. Shares are fractions of 1."""
    rows = []
    for place in (p for p in (release.region, *release.of("lad")) if p is not None):
        for group in found.groups:
            cell = found.cell(place.geography, place.code, group)
            if cell is None:
                continue
            rate = rate_of(found, place, group)
            limits = (None, None, None) if rate is None else (rate.per_1000, rate.lower, rate.upper)
            share, of = _share_in_file(found, place, group)
            shares = (None, None, None, None) if share is None else (share.share, of, share.lower, share.upper)
            by = beside_white(found, place, group.ethnicity) if group.field == ETHNICITY_CAME_OF_IT else None
            differs = (None, None, None) if by is None else (by.by, by.lower, by.upper)
            rows.append(
                (
                    place.geography, place.code, place.name, group.field, group.label, found.covered.period.start, found.covered.last_day,
                    cell.count, cell.symbol, cell.lowest, cell.highest, residents_of(found, place, group),
                    *(round(v, 4) if isinstance(v, float) else v for v in (*limits, *shares, *differs)),
                )
            )  # fmt: skip
    return csv_text(CSV_COLUMNS, rows)


def _share_in_file(found: PublishedSearches, place: Place, group: SearchGroup) -> tuple[Proportion | None, str]:
    """The share of a figure, and of what it is one."""
    if group.field == CAME_OF_IT:
        return came_share(found, place), "all searches"
    if group.field == ETHNICITY_CAME_OF_IT:
        return group_share(found, place, group.ethnicity), "searches of the group"
    if group.field == LINK:
        yes = group.category == f"{LINK}_yes"
        return found_share(found, place) if yes else None, "searches of which it is said"
    return (None, "") if group == found.all else (share_of(found, place, group), "all searches")
