"""The end of a brief: what it cannot say, how good the data are, how small numbers are protected, where everything came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from briefs import wording
from briefs.content import Block, Bullets, Column, Paragraph, Section, Table
from briefs.describe.records import months_sentence
from briefs.facts import Facts
from published import range_words
from published.release import Source, threshold_of

_OGL = "Contains public sector information licensed under the Open Government Licence v3.0."
# the Office for National Statistics asks for these with its boundaries, postcodes and lookups
_ONS = (
    "Contains OS data © Crown copyright and database right. Contains Royal Mail data © Royal Mail copyright and database right."
    " Source: Office for National Statistics licensed under the Open Government Licence v3.0."
)


def cannot_say(facts: Facts) -> Section:
    """The limits that a reader must know before the figures are used."""
    items = (
        "How much harm there is. Recorded incidents are those that were reported or found; much violence never is.",
        "Why. Figures that stand side by side are not shown to bring each other about.",
        "Who is harmed, or who does harm. The release holds nothing about people, and nothing follows for any one person"
        " from the area they live in.",
        "When. The files give the month of an incident, not its day or hour, and months are not published for small areas.",
        "What will happen. Past counts are not a forecast.",
        "How the place ranks. Areas whose intervals overlap have no order, so none is given.",
        "How much of the pattern comes from police activity. Some offences, such as possession found in a search,"
        " are recorded where officers look.",
    )
    return Section("What this brief cannot say", (Bullets(items),))


def data_quality(facts: Facts) -> Section:
    """Missing months, records without a place, moved points, other forces, late changes."""
    release = facts.release
    items = [months_sentence(facts)]
    if release.unplaced_percent is not None:
        items.append(
            f"{release.unplaced_percent:.1f}% of incidents were published without a location. They are in no area's figures,"
            " so every area's count is somewhat low."
        )
    else:
        items.append("The share of incidents published without a location is not known for this release.")
    items.append(
        "Before publication each location is moved to a nearby anchor point that stands for several addresses. Near an edge"
        " an incident can therefore be counted in the next area. The smaller the area, the more this matters."
    )
    if not release.synthetic:
        items.append(
            "The file is that of one police force. British Transport Police, among others, publish their own, and those are not here."
        )
    rejected = sum(s.rows_rejected for s in facts.sources)
    if facts.sources:
        total = sum(s.rows_in for s in facts.sources)
        items.append(f"Of {total:,} rows read from all sources, {rejected:,} were rejected, each with its reason on record.")
    items.append("Publishers correct their files later. Another release may give another number for the same month.")
    return Section("Data quality and gaps", (Bullets(tuple(items)),))


def protection(facts: Facts, also: Sequence[int] = (), *, analysed: bool = False) -> Section:
    """The suppression statement, from the release's own policy and certificate. also: other releases that figures come from. analysed:
    whether there are figures beside those of releases."""
    threshold = threshold_of(facts.release.policy)
    cells = [facts.cell(facts.place, c.category) for c in facts.release.categories]
    ranged = sum(c.has_range for c in cells)
    withheld = sum(c.symbol == "[c]" and not c.has_range for c in cells)
    low = f"from 1 to {threshold - 1}" if threshold else "that are small"
    count = (
        f"In this brief {ranged:,} of the {len(cells):,} counts about {facts.place.label}"
        f" {'is' if ranged == 1 else 'are'} given as {'a range' if ranged == 1 else 'ranges'}."
        if ranged and not withheld
        else f"In this brief {withheld:,} of the {len(cells):,} counts about {facts.place.label}"
        f" {'is' if withheld == 1 else 'are'} withheld."
        if withheld
        else f"No count about {facts.place.label} had to be withheld."
    )
    unsaid = sum(c.symbol == "[x]" and not c.has_range for c in cells)
    silent = (
        f" {unsaid:,} more {'is' if unsaid == 1 else 'are'} not given here [x]: the figure of the wider area, or the total, is withheld, and"
        " then nothing is said of what lies in it, not even a 0."
        if unsaid
        else ""
    )
    blocks: list[Block] = [
        Paragraph(
            f"Counts {low} about a small place are withheld{'' if ranged else ' and shown as [c]'}, because a small number can point to a"
            f" person. Others are withheld with them so that none can be worked out by subtraction. {_instead(facts, ranged)} {count}{silent}"
        )
    ]
    statement = certificate_statement(facts.release.certificate)
    if statement:
        blocks.append(Paragraph(statement))
    limits = limits_of_protection(facts.release.certificate)
    if limits:
        blocks += [Paragraph("This does not protect against:"), Bullets(limits)]
    blocks.append(Paragraph(_and_analysed(facts) if analysed else _made_from(facts, also)))
    return Section("How small numbers are protected", tuple(blocks))


def _instead(facts: Facts, ranged: int) -> str:
    """What stands in the place of a withheld count."""
    if not ranged:
        return "[c] does not mean 0: a withheld count may be of any size."
    threshold = threshold_of(facts.release.policy)
    return (
        "A range stands in their place: the least and the largest number that the other published figures leave possible. Anyone could work"
        f" it out from them, so it gives nothing away.{f' {range_words.undetermined(threshold)}' if threshold else ''}"
    )


def _and_analysed(facts: Facts) -> str:
    return (
        f"Figures of places come from release {facts.release.release_id} and what was released before. Figures of districts and of the whole"
        " area by month, kind and outcome, and how many neighbourhoods are hot spots or meet a factor, come from the analysis and were not"
        " published: the table at the end says which. So this document is for the partnership."
    )


def _made_from(facts: Facts, others: Sequence[int]) -> str:
    this = f"release {facts.release.release_id}"
    also = (
        " What stands under From the analysis is not published: it has names, and no number of incidents." if facts.analysis else ""
    )
    before = sorted({e.release_id for e in facts.earlier} | {n for n in others if n != facts.release.release_id})
    if not before:
        return f"This brief is made from {this} alone and holds no number of incidents that is not in it.{also}"
    listed = wording.list_of([str(n) for n in before])
    when = "for what was said earlier" if others else "of earlier periods"
    return (
        f"This brief is made from {this} and, {when}, from release {listed}. It holds no number of incidents that was not"
        f" published, and each release was attacked together with all before it.{also}"
    )


def certificate_statement(certificate: Mapping[str, Any]) -> str:
    """What the release's audit attacked and found, in two sentences; empty where the certificate does not say."""
    attacked, required = certificate.get("sensitive_counts_attacked"), certificate.get("values_required")
    if not isinstance(attacked, int) or not isinstance(required, int):
        return ""
    together = certificate.get("releases_attacked_together")
    earlier = f" of this and {together - 1:,} earlier releases" if isinstance(together, int) and together > 1 else ""
    return (
        f"Before publication an attack was made on each of {attacked:,} small counts in the whole release, with every published"
        f" number{earlier} put together. The release is published only because at least {required:,} different values remain"
        " possible for every one of them."
    )


def limits_of_protection(certificate: Mapping[str, Any]) -> tuple[str, ...]:
    """What the certificate itself says that it does not cover."""
    said = certificate.get("not_protected")
    return tuple(f"{str(item).strip().rstrip('.')}." for item in said) if isinstance(said, list | tuple) else ()


def sources(facts: Facts) -> Section:
    """Every source with publisher, licence, edition and dates; attributions; versions."""
    release = facts.release
    blocks: list[Block] = []
    for (publisher, licence), found in _by_publisher(facts.sources).items():
        blocks.append(
            Table(
                caption=f"{publisher}. {licence}",
                columns=(
                    Column("Source", weight=2.0),
                    Column("Period or edition", weight=1.2),
                    Column("Loaded", numeric=True),
                    Column("Rows read", numeric=True),
                    Column("Rejected", numeric=True),
                ),
                rows=tuple(_source_row(s) for s in found),
            )
        )
    if not facts.sources:
        blocks.append(Paragraph("The release names no source.", strong=True))
    if not release.synthetic and facts.sources:
        blocks.append(Paragraph(f"{_OGL} {_ONS}"))
    blocks.append(
        Paragraph(
            f"Release {release.release_id}, “{release.title}”, published {wording.day(release.published_at.date())}."
            f" Made with Homeground {release.code_version}.{_digest(facts)} Rates use Byar’s method for counts of 10 or more and exact"
            " Poisson limits below 10."
        )
    )
    return Section("Sources and versions", tuple(blocks))


def _digest(facts: Facts) -> str:
    digest = facts.release.certificate.get("digest")
    return f" SHA-256 of its figures: {digest}." if isinstance(digest, str) and digest else ""


def _by_publisher(found: tuple[Source, ...]) -> dict[tuple[str, str], list[Source]]:
    """Sources under their publisher and licence, in the order of the publishers' names."""
    groups: dict[tuple[str, str], list[Source]] = {}
    for source in sorted(found, key=lambda s: (s.publisher.casefold(), s.licence, s.title.casefold(), s.edition)):
        groups.setdefault((source.publisher, source.licence), []).append(source)
    return groups


def _source_row(source: Source) -> tuple[str, ...]:
    return (
        source.title,
        str(source.covered or source.edition or "not stated"),
        wording.short_day(source.loaded_at.date()),
        f"{source.rows_in:,}",
        f"{source.rows_rejected:,}",
    )
