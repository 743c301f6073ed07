"""From facts to the brief: the order of its parts, its opening summary, and what is left to people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial

from briefs import wording
from briefs.asked import OWN, SECTIONS, Asked
from briefs.content import Block, Brief, Bullets, FillIn, Paragraph, Section
from briefs.describe.analysis import from_the_analysis, lead_of
from briefs.describe.change import change_over_time
from briefs.describe.evidence import cannot_say, data_quality, protection, sources
from briefs.describe.place import the_place, who_lives_here
from briefs.describe.records import beside_other_places, what_is_recorded
from briefs.describe.services import services_and_gaps
from briefs.editions.compare import Since
from briefs.editions.told import since_line, since_section
from briefs.facts import Facts
from published.findings import CHANGED, LEVEL

_NOBODY = Asked()
SYNTHETIC = "Synthetic data: a made-up county. Nothing here is about a real place."


def compose(facts: Facts, asked: Asked = _NOBODY, since: Since | None = None) -> Brief:
    """The whole brief of one place. since: what changed since an edition before, where one was named."""
    release, place = facts.release, facts.place
    published = wording.day(release.published_at.date())
    brief = Brief(
        title=f"Place brief: {place.label}",
        subtitle=f"Recorded incidents, {release.covered}. {release.region_name}",
        reference=f"{place.code}, release {release.release_id}, published {published}",
        footer=f"Homeground, release {release.release_id}, {published}. {place.code}",
        synthetic_label=SYNTHETIC if release.synthetic else "",
        published_at=release.published_at,
        keywords=(place.code, place.name, f"release {release.release_id}"),
        sections=(
            in_short(facts, since),
            *([] if since is None else [since_section(since, place)]),
            *(s for key, make in _chosen(facts, asked) if key not in asked.without for s in make()),
            protection(facts, () if since is None else since.releases),
            sources(facts),
        ),
        marking=asked.marking,
        place=place.code,
        release=release.release_id,
    )
    missing = [heading for key, heading in SECTIONS.items() if key in asked.without and key not in OWN]
    return signed(brief, asked, f"release {release.release_id} of {published}, Homeground {release.code_version}", missing)


def _chosen(facts: Facts, asked: Asked) -> list[tuple[str, Callable[[], Sequence[Section]]]]:
    """By the keys of briefs.asked.SECTIONS, in order; what is left out is not even drawn."""
    return [
        ("place", lambda: [the_place(facts)]),
        ("people", lambda: [who_lives_here(facts)]),
        ("recorded", lambda: [what_is_recorded(facts)]),
        ("change", lambda: change_over_time(facts)),
        ("beside", lambda: [beside_other_places(facts)]),
        ("analysis", lambda: from_the_analysis(facts)),
        ("services", lambda: [services_and_gaps(facts)]),
        *((key, partial(_left_to_people, asked, key)) for key in OWN),
        ("limits", lambda: [cannot_say(facts)]),
        ("quality", lambda: [data_quality(facts)]),
    ]


def signed(brief: Brief, asked: Asked, version: str, without: Sequence[str] = ()) -> Brief:
    """The brief with who answers for it and a permanent reference, which is made from all that it says: whatever changes it changes that.

    without: headings of what was left out.
    """
    told = {
        "Prepared by": asked.author, "For": asked.body, "Contact": asked.contact, "Status": asked.status.capitalize(),
        "Version": version, "Handling": asked.marking, "Purpose": asked.purpose,
        "Left out": wording.list_of(list(without)),
    }  # fmt: skip
    brief = replace(brief, author=asked.author or asked.body or "Homeground", colophon=tuple((k, v) for k, v in told.items() if v))
    said = json.dumps(asdict(brief), sort_keys=True, ensure_ascii=False, default=str)
    permanent = f"HG-{brief.place}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"
    return replace(
        brief,
        permanent=permanent,
        colophon=(*brief.colophon, ("Reference", permanent)),
        footer=f"{brief.footer}. {permanent}",
        keywords=(*brief.keywords, permanent),
    )


def in_short(facts: Facts, since: Since | None = None) -> Section:
    """What matters first, each sentence with its place and uncertainty; then who lives here, and what is withheld or missing."""
    place, release = facts.place, facts.release
    items = [finding.text for finding in facts.findings]
    # after violence itself, before what else stands out
    first = sum(finding.about in (LEVEL, CHANGED) for finding in facts.findings)
    items[first:first] = [*lead_of(facts), *([] if since is None else [since_line(since, place)])]
    if not items:
        items.append(f"This release holds no figure about {place.label}.")
    elif not place.residents:
        items.append("No rate can be given, because the number of residents is not known.")
    if place.residents:
        tenth = f", in deprivation decile {place.deprivation_decile} of 10 (1 is most deprived)" if place.deprivation_decile else ""
        items.append(f"{place.residents:,} people live here ({wording.reference(place.residents_reference)}){tenth}.")
    items += filter(None, (_protected(facts), release.covered.gaps_note, release.covered.year_note))
    items.append("This brief informs decisions and makes none. What to do next is for people who know the place and answer for it.")
    return Section("In short", (Bullets(tuple(items)),))


def _protected(facts: Facts) -> str:
    """How many counts about the place are ranges or withheld; empty where all are shown."""
    cells = [facts.cell(facts.place, c.category) for c in facts.release.categories]
    ranged = sum(c.has_range for c in cells)
    withheld = sum(c.symbol == "[c]" and not c.has_range for c in cells)
    said = []
    if ranged:
        said.append(f"{ranged:,} {'is' if ranged == 1 else 'are'} given as {'a range' if ranged == 1 else 'ranges'}")
    if withheld:
        said.append(f"{withheld:,} {'is' if withheld == 1 else 'are'} withheld")
    return f"Of {len(cells):,} counts about this place {' and '.join(said)} to protect small numbers." if said else ""


_ROOM: dict[str, tuple[Block, ...]] = {
    "residents": (
        Paragraph("Data of this kind cannot hold what it is like to live here. Note whom you asked, how, when and how many."),
        FillIn("What people told us, and in whose words", 7),
    ),
    "tried": (FillIn("What was done, when, by whom, and what was learnt", 6),),
    "recommendations": (
        Paragraph("Homeground makes no recommendation. People who know the place and answer for it do."),
        FillIn("What we recommend, who leads, by when, and how we will know", 7),
    ),
    "agreed": (FillIn("Agreed by (name, role, organisation, date)", 2),),
}


def _left_to_people(asked: Asked, key: str) -> tuple[Section, ...]:
    """What the partnership wrote; where it wrote nothing, room for it if it is asked for, else nothing."""
    if key in asked.own:
        said = tuple(Paragraph(part.strip(), own=key) for part in asked.own[key].split("\n\n") if part.strip())
        return (Section(OWN[key], said, by_hand=True, written=True),)
    room = tuple(replace(b, own=key) if isinstance(b, FillIn) else b for b in _ROOM[key])
    return (Section(OWN[key], room, by_hand=True),) if asked.room else ()
