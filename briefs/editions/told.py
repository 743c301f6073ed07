"""What changed since an edition, as a line of the summary and as a section of the brief."""

from __future__ import annotations

from briefs import wording
from briefs.content import Block, Bullets, Column, Paragraph, Section, Table
from briefs.editions.compare import COMPLETED, CORRECTED, SAME, SHOWN, Since, Step
from core.periods import CoveredPeriod
from published.findings import lower
from published.release import Cell, Place

_MOST_NAMES = 5
_BECAME = {
    CORRECTED: "Corrected",
    COMPLETED: "Other months loaded",
    SHOWN: "Shown otherwise",
}


def since_line(since: Since, place: Place) -> str:
    """One sentence or two for the summary."""
    named = f"Since the edition of {_day(since)}"
    if since.withdrawn:
        return f"{named}, its release was withdrawn: nothing of it is compared."
    corrected = [s for s in since.steps if s.became == CORRECTED]
    fixed = (
        f"{len(corrected):,} of its figures {'was' if len(corrected) == 1 else 'were'} corrected"
        if corrected
        else "no figure of it was corrected"
    )
    if not since.later:
        return f"{named} {fixed}. Both are of the same months, so nothing here is a change in the world."
    beyond = [lower(s.category.label) for s in since.of(place) if s.beyond]
    changed = (
        f"{wording.list_of(beyond, most=_MOST_NAMES)} changed by more than chance would give"
        if beyond
        else "no group changed by more than chance would give"
    )
    return f"{named} {fixed}, and {changed}."


def since_section(since: Since, place: Place) -> Section:
    """Corrections first, then change in the world; figure by figure in a table."""
    heading = f"Since the edition of {_day(since)}"
    known = "" if since.edition.sure else " No register here knows that file, so which release it is of is what it says of itself."
    if since.withdrawn or since.then is None or since.now is None:
        said = (
            f"{since.edition.reference} was made from release {since.edition.release}, which was withdrawn."
            f" Its figures are not said again.{known}"
        )
        return Section(heading, (Paragraph(said, strong=True),))
    blocks: list[Block] = [
        Paragraph(
            f"{since.edition.reference}, from release {since.edition.release}, gave {since.then.in_sentence}. A correction is another figure"
            " for the same months; a change in the world is a figure for other months. Only published figures are compared."
            f"{known}"
        ),
        Bullets(tuple(_said(since, place))),
    ]
    rows = since.of(place)
    if rows:
        blocks.append(_table(since, rows, place))
    return Section(heading, tuple(blocks))


def _said(since: Since, place: Place) -> list[str]:
    items: list[str] = []
    corrected = [s for s in since.steps if s.became == CORRECTED]
    items += [f"Corrected: {_was_is(s)}." for s in corrected if s.place.code == place.code]
    for area in dict.fromkeys(s.place for s in corrected if s.place.code != place.code):
        # of an area around it, one line
        of_it = "; ".join(_was_is(s) for s in corrected if s.place == area)
        items.append(f"Corrected in {area.name}: {of_it}.")
    completed = [s for s in since.of(place) if s.became == COMPLETED]
    if completed and since.then is not None and since.since is not None:
        items.append(f"Other months of that period are loaded now: {since.since.coverage}; then {since.then.coverage}.")
    shown = [lower(s.category.label) for s in since.of(place) if s.became == SHOWN]
    if shown:
        items.append(f"Given in another way to protect small numbers, which says nothing of a change: {wording.list_of(shown)}.")
    if not (corrected or completed):
        items.append("No figure of that edition was corrected.")
    if since.later:
        beyond = [s for s in since.of(place) if s.beyond]
        items += [f"{s.category.label} {s.change}." for s in beyond]
        if not beyond:
            items.append("No group changed by more than chance would give.")
    else:
        items.append("Both editions are of the same months: nothing here is a change in the world.")
    return [*items, *since.other]


def _was_is(step: Step) -> str:
    return f"{lower(step.category.label)}, was {_text(step.then)}, is {_text(step.since)}"


def _table(since: Since, steps: tuple[Step, ...], place: Place) -> Table:
    later = since.later and since.now is not None
    rows = []
    for step in steps:
        cells = [_text(step.then), _text(step.since) if step.became != SAME else "as it was"]
        words = _BECAME.get(step.became, "")
        if later:
            cells.append(_text(step.now))
            words = "; ".join(filter(None, (words, step.change)))
        rows.append((step.category.label, *cells, f"{words[:1].upper()}{words[1:]}" if words else "Same"))
    last = [Column(_months(since.now), numeric=True)] if later and since.now is not None else []
    return Table(
        f"Recorded incidents in {place.label}, as that edition gave them and as they are given now",
        (
            Column("Group of offences"),
            Column("That edition", numeric=True),
            Column("The same months, now", numeric=True),
            *last,
            Column("What that is", weight=1.3),
        ),
        tuple(rows),
        wording.symbols([c for s in steps for c in (s.then, s.since, s.now) if c is not None]),
    )


def _months(covered: CoveredPeriod | None) -> str:
    return "" if covered is None else str(covered.period)


def _text(cell: Cell | None) -> str:
    return wording.NOT_SHOWN if cell is None else cell.text


def _day(since: Since) -> str:
    return since.published or f"release {since.edition.release}"
