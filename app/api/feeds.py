"""Atom feeds of releases, and of answers and problem files about one area, and what robots are told: which pages there are and which to
leave alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from app.area.answers import Shown
from app.area.change_over_time import change_over_time
from app.area.glance import key_figures
from app.languages.addresses import OTHERS, in_language
from app.plain_pages import SITE
from app.problems.listing import about
from app.problems.words import commitment_state, kept_count, stage
from core.languages.spoken import said_day
from published.problem_file import ProblemFile
from published.release import Place, Release
from published.releases import Listed

_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def releases_feed(
    release: Release,
    found: Sequence[Listed],
    place: Place | None,
    root: str,
    answers: Sequence[Shown] = (),
    problems: Sequence[ProblemFile] = (),
) -> bytes:
    """An Atom feed (RFC 4287): an entry a release, an answer and a problem file, newest first. root: '' or where people come.

    place: of which the newest release says the figures; answers: to what residents asked about it; problems: files that concern it, each
    as it stood on the day that it was last shown. A file that is shown anew, as with a promise that was kept, is a new entry.

    Identifiers are made of what never changes of a release, so a reader of feeds does not show one twice.
    """
    where = release.region_name if place is None else place.label
    page = "/releases" if place is None else f"/area/{place.geography}/{place.code}"
    own = "/feeds/releases.atom" if place is None else f"/feeds/area/{place.geography}/{place.code}.atom"
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": "en-GB"})
    _add(
        feed,
        "title",
        f"Recorded crime in {where}: releases" + ("" if place is None else ", answers and what is done about problems"),
    )
    _add(feed, "id", _identifier(own, release.region_name))
    times = [*(r.published_at for r in found), *(a.answer.answered_at for a in answers), *(_shown_at(p) for p in problems)]
    _add(feed, "updated", max(times).isoformat())
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": root + own})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": root + page})
    _add(SubElement(feed, "author"), "name", f"Homeground, {release.region_name}")
    entries = [(r.published_at, _release_entry(release, r, place, own, root + page)) for r in found]
    entries += [(a.answer.answered_at, _answer_entry(release, a, own, root)) for a in answers]
    entries += [(_shown_at(p), _problem_entry(release, p, own, root)) for p in problems]
    for _, entry in sorted(entries, key=lambda e: e[0], reverse=True):
        feed.append(entry)
    return _document(feed)


def _release_entry(release: Release, listed: Listed, place: Place | None, own: str, page: str) -> Element:
    entry = Element("entry")
    _add(entry, "title", f"{listed.title}, {listed.covered.period}" + (" (withdrawn)" if listed.status == "withdrawn" else ""))
    _add(entry, "id", _identifier(own, release.region_name, str(listed.release_id), listed.published_at.isoformat()))
    _add(entry, "updated", listed.published_at.isoformat())
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": page})
    current = listed.release_id == release.release_id and place is not None
    _add(entry, "summary", _summary(listed) + (" " + _figures(release, place) if current and place is not None else ""))
    return entry


def _answer_entry(release: Release, shown: Shown, own: str, root: str) -> Element:
    answer = shown.answer
    entry = Element("entry")
    _add(entry, "title", f"Answer: {shown.about or 'an area that is no longer on the map'}")
    _add(entry, "id", _identifier(own, release.region_name, "answer", str(answer.answer_id), answer.answered_at.isoformat()))
    _add(entry, "updated", answer.answered_at.isoformat())
    href = f"{root}{shown.link or '/questions'}#answer-{answer.answer_id}"
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": href})
    said = f"{shown.sort}: {answer.question} {shown.outcome}. {answer.body[:1].upper()}{answer.body[1:]}: {answer.answer}"
    _add(entry, "summary", " ".join(said.split()))
    return entry


def _shown_at(of: ProblemFile) -> datetime:
    """A file says the day (UTC) and no more."""
    return datetime.combine(of.shown_on, time(), UTC)


def _problem_entry(release: Release, of: ProblemFile, own: str, root: str) -> Element:
    entry = Element("entry")
    _add(entry, "title", f"What is done: {of.title}, {about(release, of)}")
    _add(entry, "id", _identifier(own, release.region_name, "problem", str(of.file_id), of.shown_on.isoformat()))
    _add(entry, "updated", _shown_at(of).isoformat())
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": f"{root}/problems/{of.file_id}"})
    promised = [
        f"{c.body[:1].upper()}{c.body[1:]}: {c.words}, by {said_day(c.due)} ({commitment_state(c, of.shown_on)})."
        for c in of.commitments
    ]
    _add(entry, "summary", " ".join((stage(of, of.shown_on), kept_count(of.commitments), of.doing, *promised)))
    return entry


def _summary(listed: Listed) -> str:
    if listed.status == "withdrawn":
        return f"Withdrawn: {listed.withdrawn}"
    return f"{listed.covered}. {listed.figures:,} figures, {listed.shown:,} of them as numbers."


def _figures(release: Release, place: Place) -> str:
    view = release.for_place(place)
    keys = key_figures(view, place, change_over_time(view, place))
    return " ".join(f"{k.category.label}: {k.number} {k.unit}. {' '.join(k.sentences)}" for k in keys)


def _identifier(*parts: str) -> str:
    return uuid5(NAMESPACE_URL, "homeground " + " ".join(parts)).urn


def sitemap(release: Release, root: str) -> bytes:
    """Pages that stand on their own and every profile, in each language. root: where people come; a sitemap has whole addresses."""
    pages = Element("urlset", {"xmlns": _SITEMAP})
    for address in [*(a for a, _, _ in SITE), *(f"/area/{geography}/{code}" for geography, code in release.places)]:
        for version in dict.fromkeys((address, *(in_language(address, other) for other in OTHERS))):
            page = SubElement(pages, "url")
            _add(page, "loc", root + version)
            _add(page, "lastmod", f"{release.published_at:%Y-%m-%d}")
    return _document(pages)


def robots(root: str) -> str:
    """The pages are for all; what is made anew for each question, and files of which pages hold the same, need no robot."""
    asked = ("/compare?", "/areas?", "/map?", "/table?")
    closed = dict.fromkeys((*asked, *(in_language(one, other) for other in OTHERS for one in asked), "/download/", "/api/v1/"))
    rules = "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in closed)
    return rules + (f"\nSitemap: {root}/sitemap.xml\n" if root else "")


def _document(root: Element) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}'.encode()


def _add(parent: Element, tag: str, text: str) -> None:
    # what XML cannot hold is no word of ours
    SubElement(parent, tag).text = "".join(c for c in text if c.isprintable())
