"""A figure or a map by itself as a picture, to be saved or shown with a link: made of released figures alone, as the page that it is of.

A picture is seen where its page is not, so it bears what it is of, whose figures these are and of which months.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app import process
from app.area.explained import Explained, explained
from app.look import wording
from app.look.markup import drawing_style
from app.look.palette import LIGHT, variables_of
from app.region import measure_map
from app.region.pages import Asked, Keep, category_of, map_asked, where
from app.web.answers import not_found, problem
from core.db import Role
from core.errors import UserError
from published.release import Category, Place, Release, current_release

# what a card has room for
_SENTENCES = 3
_VARIABLE = re.compile(r"var\((--hg-[a-z0-9]+)\)")


def routes(keep: Keep) -> list[Route]:
    return [
        Route("/picture/map.png", keep(map_picture, map_asked)),
        Route("/picture/figure/{geography}/{code}/{kind}.png", keep(figure_picture)),
    ]


def figure_address(place: Place, category: Category) -> str:
    return f"/picture/figure/{place.geography}/{place.code}/{category.category}.png"


def figure_picture(request: Request) -> Response:
    """PNG of one figure; 404 where the release has no such place or kind."""
    named = request.path_params
    try:
        release = current_release(Role.COMMUNITY)
        place = None if release is None else release.place(named["geography"], named["code"])
        category = None if release is None else release.category(named["kind"])
        if release is None or place is None or category is None:
            return not_found()
        view = release.for_place(place)
        found = explained(view, place, category)
        return not_found() if found is None else _png(_figure_card(view, found), found.lines[0].drawing if found.lines else "")
    except UserError:
        return problem()


def map_picture(request: Request) -> Response:
    """PNG of the map of one kind; 404 where the release has no such kind, level or district."""
    of = Asked.of(request)
    try:
        release = current_release(Role.COMMUNITY)
        category = None if release is None else category_of(release, of)
        if release is None or category is None or of.level not in measure_map.LEVELS:
            return not_found()
        view = release.for_level(of.level, of.district)
        made = measure_map.measure_map(view, category, of.level, of.district)
        legend = [{"label": entry.label, "look": entry.look} for entry in made.legend]
        title = f"{category.label}: map of {where(release, of)}"
        card = _card(view, title, [made.summary], "/map") | {
            "legend": legend,
            "legend_title": made.legend_title,
            "tall": True,
            "alt": made.summary,
        }
        return _png(card, made.drawing)
    except UserError:
        return problem()


def _figure_card(release: Release, of: Explained) -> dict[str, Any]:
    title = f"{of.category.label} in {of.place.label}"
    address = f"/figure/{of.place.geography}/{of.place.code}/{of.category.category}"
    alt = f"{of.lines[0].label}, a month" if of.lines else ""
    said = {"number": of.key.number, "unit": of.key.unit, "alt": alt}
    return _card(release, title, list(of.key.sentences[:_SENTENCES]), address) | said


def _card(release: Release, title: str, sentences: list[str], address: str) -> dict[str, Any]:
    settings = process.settings()
    publisher = settings.publisher or f"the community safety partnership of {release.region_name}"
    foot = f"Recorded {release.covered.in_sentence}. Published {wording.day(release.published_at)} by {publisher}."
    root = process.public_url()
    colours = ("page", "text", "muted", "line", "accent", "outline", "pattern")
    return {
        "title": title,
        "number": "",
        "unit": "",
        "sentences": (["Synthetic data: these places and figures are invented."] if release.synthetic else []) + sentences,
        "legend": [],
        "legend_title": "",
        "tall": False,
        "alt": "",
        "foot": f"{foot} {urlsplit(root).netloc}{urlsplit(root).path.rstrip('/')}{address}" if root else foot,
        "colours": {name: getattr(LIGHT, name) for name in colours},
        "ramp": {f"m{i}": colour for i, colour in enumerate(LIGHT.sequential)},
    }


def _png(card: dict[str, Any], drawing: str) -> Response:
    # Typst takes a moment to load, and few visitors ask for a picture
    from briefs import pdf

    return Response(pdf.card(card, _standing_alone(drawing)), media_type="image/png")


def _standing_alone(drawing: str) -> str:
    """A drawing of a page with the light colours written in, since no page is around it."""
    if not drawing:
        return ""
    values = dict(each.split(":", 1) for each in variables_of(LIGHT).split(";"))
    sheet = "\n".join(line for line in drawing_style().splitlines() if line and not line.startswith(("/*", "@media", ".swatch")))
    style = _VARIABLE.sub(lambda found: values[found[1]], sheet)
    head, _, body = drawing.partition(">")
    return f'{head} xmlns="http://www.w3.org/2000/svg"><style>text {{ font-family: "Source Sans Pro" }}\n{style}</style>{body}'
