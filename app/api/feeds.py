"""Atom feeds of releases, and of answers about one area, and what robots are told: which pages there are and which to leave alone."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from app.area.answers import Shown
from app.area.change_over_time import change_over_time
from app.area.glance import key_figures
from app.languages.addresses import OTHERS, in_language
from app.plain_pages import SITE
from published.release import Place, Release
from published.releases import Listed

_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def releases_feed(
    release: Release, found: Sequence[Listed], place: Place | None, root: str, answers: Sequence[Shown] = ()
) -> bytes:
    """An Atom feed (RFC 4287): an entry a release and an answer, newest first. root: '' or where people come.

    place: of which the newest release says the figures; answers: to what residents asked about it.

    Identifiers are made of what never changes of a release, so a reader of feeds does not show one twice.
    """
    where = release.region_name if place is None else place.label
    page = "/releases" if place is None else f"/area/{place.geography}/{place.code}"
    own = "/feeds/releases.atom" if place is None else f"/feeds/area/{place.geography}/{place.code}.atom"
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": "en-GB"})
    _add(feed, "title", f"Recorded crime in {where}: releases" + ("" if place is None else " and answers"))
    _add(feed, "id", _identifier(own, release.region_name))
    _add(feed, "updated", max([*(r.published_at for r in found), *(a.answer.answered_at for a in answers)]).isoformat())
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": root + own})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": root + page})
    _add(SubElement(feed, "author"), "name", f"Homeground, {release.region_name}")
    entries = [(r.published_at, _release_entry(release, r, place, own, root + page)) for r in found]
    entries += [(a.answer.answered_at, _answer_entry(release, a, own, root)) for a in answers]
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
