"""From facts to the assessment: its parts in order. What nobody supplied is said to be missing, and no number stands without its source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from briefs import wording
from briefs.asked import ASSESSMENT_SECTIONS, Asked
from briefs.assessment.context import overlaps, reach_sentences, recommendations, residents, services, similar, tried, victims
from briefs.assessment.evidence import gaps, method
from briefs.assessment.material import Material
from briefs.assessment.statements import Statement, Statements
from briefs.assessment.violence import hot_sentence, places, profile
from briefs.compose import SYNTHETIC, signed
from briefs.content import Block, Brief, Bullets, Column, Paragraph, Section, Table
from briefs.editions.compare import Since
from briefs.editions.told import since_line, since_section
from published.findings import CHANGED, INSIDE, LARGEST, LEVEL, STRONG, UNUSUAL


def compose_assessment(material: Material, asked: Asked, since: Since | None = None) -> tuple[Brief, Statements]:
    """The whole assessment, and every sentence of it that has figures. since: what changed since an edition before, where one was named."""
    facts, told = material.facts, Statements()
    release, place = facts.release, facts.place
    published = wording.day(release.published_at.date())
    parts: dict[str, Sequence[Section]] = {}
    for key, make in _parts(material, asked, told, () if since is None else since.releases):
        if key not in asked.without:
            parts[key] = make()
    # the summary is said last and stands first, so that its sentences bear the numbers of the parts that they come from
    sections = [
        _summary(material, told, parts, since),
        *([] if since is None else [since_section(since, place)]),
        *(s for n, part in enumerate(parts.values(), 1) for s in _numbered(part, n)),
    ]
    sections.append(_trace(told))
    brief = Brief(
        title=f"Strategic needs assessment: serious violence in {place.label}",
        subtitle=f"Recorded incidents, {release.covered}. {release.region_name}",
        reference=f"{place.code}, release {release.release_id}, published {published}",
        footer=f"Strategic needs assessment, {place.label}, release {release.release_id}",
        synthetic_label=SYNTHETIC if release.synthetic else "",
        published_at=release.published_at,
        keywords=(place.code, place.name, "strategic needs assessment", f"release {release.release_id}"),
        sections=tuple(sections),
        marking=asked.marking,
        contents=True,
        place=place.code,
        release=release.release_id,
    )
    missing = [heading for key, heading in ASSESSMENT_SECTIONS.items() if key in asked.without]
    return signed(brief, asked, f"release {release.release_id} of {published}, Homeground {release.code_version}", missing), told


def _parts(
    material: Material, asked: Asked, told: Statements, releases: Sequence[int]
) -> list[tuple[str, Callable[[], Sequence[Section]]]]:
    """In order, by the keys of briefs.asked.ASSESSMENT_SECTIONS and two that are in every assessment; what is left out says nothing."""
    return [
        ("profile", lambda: profile(material, told)),
        ("places", lambda: places(material, told)),
        ("victims", lambda: victims(material, told)),
        ("causes", lambda: overlaps(material, told)),
        ("services", lambda: services(material, told)),
        ("similar", lambda: similar(material, told)),
        ("tried", lambda: tried(asked)),
        ("residents", lambda: residents(material, asked, told)),
        ("gaps", lambda: gaps(material, told)),
        ("recommendations", lambda: recommendations(asked)),
        ("method", lambda: method(material, releases)),
    ]


def _numbered(part: Sequence[Section], number: int) -> list[Section]:
    """'1 Profile of violence', then '1.1 ...' for what belongs to it."""
    found, below = [], 0
    for section in part:
        if section.level == 1:
            said = f"{number} {section.heading}"
        else:
            below += 1
            said = f"{number}.{below} {section.heading}"
        found.append(replace(section, heading=said, new_page=section.level == 1 and number == 1))
    return found


# the summary ------------------------------------------------------------------------------------------------


def _summary(material: Material, told: Statements, parts: Mapping[str, Sequence[Section]], since: Since | None) -> Section:
    """One page: what matters, what changed, what stands out, what is missing, and what is left to people. Of what else was analysed it
    has what its own part says, where that was not left out."""
    facts = material.facts
    order = (LEVEL, CHANGED, INSIDE, UNUSUAL, LARGEST, STRONG)
    found = sorted((f for f in facts.findings if f.about in order), key=lambda f: order.index(f.about))
    items = [told.find(f) for f in found]
    items += [] if since is None else [since_line(since, facts.place)]
    hot = hot_sentence(material, told) if "places" in parts else ""
    items += [hot] if hot else []
    for part in (parts.get("causes", ()), parts.get("similar", ())):
        items += [words for section in part for block in section.blocks for words in _sentences(block) if words.endswith("]")][:1]
    items += reach_sentences(material, told)[:1] if "services" in parts else []
    missing = [s.authority for s in material.supplies if not s.held]
    if missing:
        items.append(f"Nothing is held of what was asked of: {wording.list_of(missing)}.")
    items += filter(None, (facts.release.covered.gaps_note, facts.release.covered.year_note))
    return Section(
        "Summary",
        (
            Bullets(tuple(items)),
            Paragraph(
                "A number in brackets leads to the table at the end, which names what each figure of a sentence comes from. The"
                " assessment informs decisions and makes none; what it recommends is in the words of the partnership alone."
            ),
        ),
        new_page=True,
    )


def _sentences(block: Block) -> tuple[str, ...]:
    return block.items if isinstance(block, Bullets) else (block.text,) if isinstance(block, Paragraph) else ()


def _trace(told: Statements) -> Section:
    rows = tuple((str(s.number), wording.list_of([f.text for f in s.figures]), _comes_from(s)) for s in told.said)
    columns = (Column("No.", weight=0.25), Column("Figures", weight=0.9), Column("What they come from", weight=2.2))
    return Section(
        "Where each sentence comes from",
        (Table("Sentences by number, their figures and what these come from", columns, rows),),
        new_page=True,
    )


def _comes_from(statement: Statement) -> str:
    """What is said of one source is said once: 'count, rate, lower, upper: release 2, lad E06999001, ...'."""
    found: dict[str, list[str]] = {}
    for figure in statement.figures:
        of, _, rows = figure.source.rpartition(": ")
        found.setdefault(rows, []).append(of)
    return "; ".join(f"{', '.join(dict.fromkeys(filter(None, of)))}{': ' if any(of) else ''}{rows}" for rows, of in found.items())
