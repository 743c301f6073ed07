"""Whole pages of plain HTML, without a script: for poor devices, screen readers, paper and search engines."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from app.area.answers import NOTHING_ASKED, answers_for, ask_address
from app.area.change_over_time import NO_EARLIER, change_over_time
from app.area.drawn_map import drawn_map
from app.area.glance import key_figures, note_of, stands_out
from app.area.other_figures import other_figures
from app.area.profile import build_profile, people_of
from app.area.services_nearby import dates_of, services_near
from app.area.suppliers import months_of_all, sources_of, supplied_by
from app.area.time_line import time_lines
from app.area.ways_on import search_link, way_up, ways_on
from app.area.why_withheld import summed_up, withheld_here
from app.languages.addresses import kept_in_language, versions_of
from app.look import wording
from app.look.markup import drawing_style, environment, style_sheet
from app.look.palette import DARK, LIGHT, variables_of
from app.problems.listing import problems_for
from app.process import public_url, settings
from app.protection import text as protection_text
from core.languages.spoken import ENGLISH, TAGS, language, mark, say
from published import range_words
from published.release import Place, Release
from published.search import find_places

# every plain page that stands on its own: its address, its name, and what it answers
SITE = (
    ("/areas", mark("Find an area"), mark("by postcode or by name")),
    ("/in-words", mark("Ask in words"), mark("a question such as “how many burglaries in …”, answered from the published figures")),
    ("/compare", mark("Compare areas"), mark("up to five side by side, and which can be told apart")),
    ("/map", mark("Map"), mark("one kind over the whole area or a district")),
    ("/table", mark("Table"), mark("every area with one kind, in the order you want")),
    ("/stop-and-search", mark("Stop and search"), mark("what was looked for, what came of it, and searches by ethnic group")),
    ("/releases", mark("Releases"), mark("what was published when, and what changed since")),
    ("/questions", mark("Questions and answers"), mark("what residents asked about the figures, who answered, and how to ask")),
    ("/problems", mark("You said, we did, what changed"), mark("problems of places, what is done about them, and what came of it")),
    (
        "/register",
        mark("Register of models"),
        mark("which models of places there are, who answers for them, and what an ethics board decided"),
    ),
    ("/data", mark("Use the data"), mark("files, an interface for programs, and feeds of new releases")),
    ("/glossary", mark("What the words mean"), mark("every word of these pages, explained")),
    ("/protection", mark("How we protect people"), mark("why some numbers are not printed")),
)

# what stands on Streamlit's page for a browser that runs no script
WITHOUT_SCRIPT = (
    '<p>This page needs a script. Every figure can be read without one: <a href="/areas">find an area</a>, or see the'
    ' <a href="/map">map</a> and the <a href="/table">table</a>. <a href="/cy/areas" lang="cy" hreflang="cy">Cymraeg</a></p>'
)


def area(release: Release, place: Place) -> str:
    """The profile of a place, printable."""
    release = release.for_place(place)
    profile = build_profile(release, place)
    change = change_over_time(release, place)
    services = services_near(release, place.geography, place.code)
    keys = key_figures(release, place, change)
    found: dict[str, Any] = {
        "profile": profile,
        "up": way_up(release, place),
        "people": people_of(place),
        "supplied": supplied_by(release, place),
        "sources": sources_of(release, place),
        "keys": keys,
        "keys_note": note_of(release, place, change),
        "stands": stands_out(release, place, change),
        "change": change,
        "lines": () if change is None else time_lines(change, [k.category.category for k in keys]),
        "no_earlier": NO_EARLIER,
        "withheld": withheld_here(release, place),
        "together": summed_up(release, place),
        "range_means": range_words.RANGE_MEANS,
        "ways": ways_on(release, place),
        "searches": search_link(release, place),
        "drawing": drawn_map(release, place),
        "others": other_figures(release, place),
        "services": services,
        "services_date": dates_of(release, services),
        "answers": answers_for(release, place),
        "ask": ask_address(place),
        "in_words": f"/in-words?about={place.geography}.{place.code}",
        "nothing_asked": NOTHING_ASKED,
        "problems": problems_for(release, place),
    }
    headings = [(id_, say(heading)) for id_, heading, of in _CONTENTS if of is None or found[of]]
    at = f"/area/{place.geography}/{place.code}"
    return page("area.html", release, title=profile.title, here=at, contents=headings, **found)


# the parts of a profile: their address on the page, their heading, and what must be there for it
_CONTENTS = (
    ("recorded", mark("What was recorded"), None),
    ("change", mark("Change over time"), None),
    ("withheld", mark("What is withheld and why"), None),
    ("places", mark("Other places"), "ways"),
    ("map", mark("Where this is"), "drawing"),
    ("sure", mark("How sure we are"), None),
    ("others", mark("Other figures for this place"), "others"),
    ("services", mark("Services nearby"), "services"),
    ("asked", mark("Questions and answers"), None),
    ("problems", mark("You said, we did, what changed"), "problems"),
    ("view", mark("Your view"), None),
    ("sources", mark("Sources"), None),
)


def search(release: Release, typed: str) -> str:
    """The way in without a script: one field, and the places that match."""
    here = "/areas" + (f"?{urlencode({'q': typed[:80]})}" if typed else "")
    return page(
        "search.html",
        release,
        title=say("Find an area"),
        here=here,
        typed=typed[:80],
        found=find_places(release, typed),
        months=months_of_all(release),
    )


def protection(release: Release) -> str:
    return page(
        "protection.html",
        release,
        title=say("How we protect people"),
        here="/protection",
        sections=protection_text.sections(release),
        facts=protection_text.facts(release),
        shares=protection_text.level_shares(release),
    )


def nothing_published() -> str:
    return page(
        "message.html",
        None,
        title=say("Nothing is published yet"),
        text=say("The first release is still being prepared and checked."),
    )


def no_such_place(release: Release) -> str:
    return page(
        "message.html",
        release,
        title=say("No such area"),
        text=say("This release has no area of that code. Search for it by name or postcode."),
    )


def no_such_page(release: Release | None) -> str:
    """For an address that leads nowhere: what there is instead."""
    return page(
        "message.html",
        release,
        title=say("There is no page at this address"),
        text=say("The address may be mistyped, or the page may have moved. Everything that is published can be reached from here."),
    )


def page(template: str, release: Release | None, *, here: str = "", **values: Any) -> str:
    """A whole page of app/look/templates in the language that is spoken. values: `title` and what the template asks for.

    here: the address of the page in English, with as much of a query as the page depends on; '' for one that has no address of its own.
    """
    return kept_in_language(
        environment()
        .get_template(template)
        .render(
            release=release,
            style=style_sheet(),
            map_style=drawing_style(),
            themes=_variables(),
            wording=wording,
            lang=TAGS[language()],
            versions=versions_of(here),
            base=public_url(),
            only_english="" if language() == ENGLISH else say("in English"),
            site=SITE,
            contact=settings().contact,
            publisher=settings().publisher,
            **values,
        )
    )


def _variables() -> dict[str, str]:
    return {"light": variables_of(LIGHT), "dark": variables_of(DARK)}
