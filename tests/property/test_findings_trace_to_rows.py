"""What is said first of a place: every number in the words is declared, and every declared number is what its published rows give.

Releases are drawn at random: counts, ranges, symbols, gaps in the months, places without residents. The rows are reckoned with here, apart
from the code that wrote the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.periods import CoveredPeriod, Period
from core.poisson import Counted, beside_whole, count_limits
from published.findings import Finding, Name, Number, Row, findings_of
from published.release import Category, Cell, Place, Release
from published.releases import Earlier

PERIOD, BEFORE = Period(date(2025, 1, 1), date(2025, 12, 1)), Period(date(2024, 1, 1), date(2024, 12, 1))
GROUPS = (
    Category("all_recorded", "All recorded incidents", "", "total"),
    Category("violence_and_sexual_offences", "Violence and sexual offences", "", "partition"),
    Category("robbery", "Robbery", "", "partition"),
    Category("burglary", "Burglary and vehicle crime", "", "partition"),
    Category("antisocial", "Anti-social behaviour", "", "partition"),
    Category("serious_violence", "Serious violence", "", "overlay"),
)
# what the words hold of digits beside figures
_NO_FIGURES = ("95% interval", "1,000 people", "1 in 20", "1 in 40")


@dataclass(frozen=True)
class Drawn:
    release: Release
    place: Place
    earlier: tuple[Earlier, ...]


def _places() -> list[Place]:
    found = [Place("all", "", "R", "The Shire", "", None, None, None, "", None, "")]
    for d in "12":
        found.append(Place("lad", "2022", f"D{d}", f"Northford {d}", "", None, None, None, "", None, ""))
        for m in "12":
            found.append(Place("msoa", "2021", f"M{d}{m}", f"Northford 00{d}{m}", "", None, f"D{d}", None, "", None, ""))
            for n in "123":
                code = f"L{d}{m}{n}"
                found.append(Place("lsoa", "2021", code, f"Northford 00{d}{m}{n}", "", f"M{d}{m}", f"D{d}", None, "", None, ""))
    return found


_CELLS = st.one_of(
    st.integers(0, 40).map(lambda n: Cell(n, None)),
    st.integers(100, 4_000).map(lambda n: Cell(n, None)),
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda ends: Cell(None, "[c]", min(ends), max(ends))),
    st.just(Cell(None, "[c]")),
)


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    places = {}
    for place in _places():
        people = (
            draw(st.one_of(st.none(), st.integers(900, 3_000))) if place.geography == "lsoa" else draw(st.integers(5_000, 90_000))
        )
        decile = draw(st.sampled_from([None, 1, 2])) if place.geography == "lsoa" else None
        made = Place(*(getattr(place, f) for f in ("geography", "edition", "code", "name")), "", place.parent_msoa, place.parent_lad,
                     people, "census2021", decile, "imd2025")  # fmt: skip
        places[(made.geography, made.code)] = made
    cells = {(g, code, c.category): draw(_CELLS) for g, code in places for c in GROUPS if draw(st.integers(0, 19))}
    missing = draw(st.sets(st.sampled_from(list(PERIOD.months())), max_size=3))
    noted = draw(st.booleans()) or bool(missing)
    release = Release(
        7, "", datetime(2026, 1, 14, tzinfo=UTC), PERIOD, tuple(m for m in PERIOD.months() if m not in missing), tuple(sorted(missing)),
        None, "The Shire", True, {}, {}, places, cells, GROUPS, (), "", months_noted=noted,
    )  # fmt: skip
    place = places[draw(st.sampled_from(sorted(places)))]
    gone = draw(st.sets(st.sampled_from(list(BEFORE.months())), max_size=2))
    covered = CoveredPeriod.of(BEFORE, [m for m in BEFORE.months() if m not in gone])
    before = {c.category: draw(_CELLS) for c in GROUPS if draw(st.booleans())}
    return Drawn(release, place, (Earlier(3, covered, before),) if draw(st.booleans()) else ())


def _tenths(value: float) -> str:
    return f"{value:,.1f}"


def _reckoned(drawn: Drawn, finding: Finding, number: Number) -> set[str]:
    """What a number may be, from its rows alone."""
    release, rows = drawn.release, number.rows
    found = [_cell(drawn, row) for row in rows]
    year = 12 / release.covered.loaded if release.covered.noted else 1.0
    people = [_people(release, row) for row in rows]
    lows, highs = ([cell.ends[k] if cell.ends else 0 for cell in found] for k in (0, 1))
    if number.of == "places":
        assert len(set(rows)) == len(rows)
        return {str(len(rows))}
    if number.of == "change":
        months = drawn.earlier[0].covered.loaded, release.covered.loaded
        if all(cell.count is not None or cell.lowest == cell.highest for cell in found):
            each = set(zip(lows, months, strict=True))
            return {f"{n:,}" for n, _ in each} if months[0] == months[1] else {_tenths(n / m) for n, m in each}
        return {f"{abs(lows[0] - highs[1]):,}", f"{abs(highs[0] - lows[1]):,}"}
    if number.of == "share":
        return {f"{100 * lows[0] / lows[-1]:.0f}%"}
    if number.of == "excess":
        return {f"{abs(100 * (lows[0] / people[0]) / (lows[-1] / people[-1]) - 100):.0f}%"}
    if number.of in ("count", "lowest", "highest"):
        return {f"{found[0].count:,}"} if number.of == "count" else {f"{(lows if number.of == 'lowest' else highs)[0]:,}"}
    scale = 1000 * year / sum(people)
    value = {
        "rate": sum(lows), "lowest rate": sum(lows), "highest rate": sum(highs),
        "lower": count_limits(lows[0])[0], "upper": count_limits(lows[0])[1],
    }[number.of]  # fmt: skip
    return {_tenths(value * scale)}


def _cell(drawn: Drawn, row: Row) -> Cell:
    if row.release_id == 3:
        assert (row.code, row.period) == (drawn.place.code, BEFORE)
        return drawn.earlier[0].cells[row.category]
    assert (row.release_id, row.period) == (7, PERIOD)
    return drawn.release.cells[(row.geography, row.code, row.category)]


def _people(release: Release, row: Row) -> int:
    return release.places[(row.geography, row.code)].residents or 0


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn())
def test_every_number_is_declared_and_is_what_its_rows_give(case: Drawn) -> None:
    for finding in findings_of(case.release, case.place, case.earlier):
        for piece in finding.pieces:
            if isinstance(piece, Number):
                assert piece.rows, finding.text
                assert piece.text in _reckoned(case, finding, piece), (finding.text, piece)
            elif isinstance(piece, str):
                left = piece
                for words in _NO_FIGURES:
                    left = left.replace(words, "")
                assert not re.search(r"\d", left), (finding.text, piece)


def _said(case: Drawn) -> Mapping[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings_of(case.release, case.place, case.earlier):
        found.setdefault(finding.about, []).append(finding)
    return found


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn())
def test_what_is_said_of_a_place_beside_its_whole_is_what_the_one_rule_says(case: Drawn) -> None:
    release, place = case.release, case.place
    whole = release.places.get(("lad", place.parent_lad or "")) or (release.region if place.geography != "all" else None)
    said = _said(case)
    named = {1: set[str](), -1: set[str]()}
    for category in GROUPS:
        if whole is None or category.kind == "total":
            continue
        ends = [release.cells.get((p.geography, p.code, category.category)) for p in (place, whole)]
        if any(cell is None or cell.ends is None for cell in ends) or not place.residents or not whole.residents:
            continue
        own, around = (Counted(*cell.ends, p.residents) for cell, p in zip(ends, (place, whole), strict=True) if cell and cell.ends)
        side = beside_whole(own, around)
        if side:
            named[side].add(category.category)
    higher = {c for f in said.get("unusual", ()) for c in f.categories}
    assert higher == {c for c in named[1] if "violence" not in c}
    for finding in said.get("level", ()):
        (category_id,) = finding.categories
        assert ("clearly higher" in finding.text) == (category_id in named[1]), finding.text
        assert ("clearly lower" in finding.text) == (category_id in named[-1]), finding.text


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn())
def test_violence_comes_first_and_a_withheld_count_shows_no_number(case: Drawn) -> None:
    found = findings_of(case.release, case.place, case.earlier)
    key = (case.place.geography, case.place.code, "violence_and_sexual_offences")
    if key not in case.release.cells:
        return
    assert found[0].categories == ("violence_and_sexual_offences",)
    if case.release.cells[key].ends is None:
        assert "withheld" in found[0].text and not found[0].numbers
    assert any(isinstance(p, Name) and p.text == case.place.label for p in found[0].pieces)
