"""Routes of questions in words: a page with one box, and the same answer for programs. Not kept: hardly two ask in the same words."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app import plain_pages
from app.api.content import LICENCE, ROOT, figure_as_json, period_of
from app.area.glance import key_categories
from app.languages.pages import in_words_of
from app.look import wording
from app.region.pages import of_release
from app.web.answers import json_problem, json_unreadable
from app.words.answer import PAGE, Answer, Link, answer
from app.words.kinds import without_bracket
from app.words.named import gazetteer_of
from app.words.reading import LONGEST
from core.db import Role
from core.errors import UserError
from core.languages.spoken import ENGLISH, language, say, speaking
from published.release import Place, Release, current_release

# beyond what is read nothing is kept of a question
_KEPT = LONGEST + 1


def routes() -> list[Route]:
    return [Route(PAGE, of_release(page, in_english=True)), Route(f"{ROOT}/answer", as_json)]


def _asked(release: Release, request: Request) -> tuple[str, Place | None]:
    return request.query_params.get("q", "")[:_KEPT], release.named(request.query_params.get("about", ""))


def page(in_english: Release, request: Request) -> str:
    """in_english: the release as it is stored. The grammar knows English alone, so questions and answers are English in every language."""
    typed, about = _asked(in_english, request)
    release = in_english if language() == ENGLISH else in_words_of(in_english, language())
    with speaking(ENGLISH):
        found = answer(in_english, typed, about)
        asked = examples(in_english, about)
    shown = "".join(c if c.isprintable() else " " for c in typed)[:LONGEST]
    named = "" if about is None else f"{about.geography}.{about.code}"
    query = urlencode({k: v for k, v in (("q", shown), ("about", named)) if v})
    return plain_pages.page(
        "in_words.html",
        release,
        title=say("Ask in words"),
        here=PAGE + (f"?{query}" if query else ""),
        typed=shown,
        about=about,
        about_word=named,
        of=found,
        longest=LONGEST,
        examples=asked,
        only_in_english=language() != ENGLISH,
    )


def examples(release: Release, about: Place | None = None) -> tuple[str, ...]:
    """Questions of every sort that this release can answer."""
    kinds = [wording.lower(without_bracket(c.label)) for c in key_categories(release)]
    districts = release.of("lad")
    here = about or next(iter(release.of("msoa")), None) or next(iter(districts), None)
    if not kinds or here is None:
        return ()
    name = gazetteer_of(release).name_of(here)
    found = [f"How much {kinds[0]} is there in {name}?", f"Has {kinds[0]} gone up in {name}?"]
    if len(districts) > 1:
        found.append(f"Compare {kinds[0]} in {districts[0].name} and {districts[1].name}")
    if here.geography in ("lsoa", "msoa"):
        found.append(f"How does {name} compare with the district for {kinds[0]}?")
    return (*found, f"How many people live in {name}?", "Which months are these figures of?", "What does range mean?")


def as_json(request: Request) -> Response:
    """The same answer for programs."""
    try:
        release = current_release(Role.COMMUNITY)
        if release is None:
            return json_problem("nothing was published", 404)
        made = content_of(release, answer(release, *_asked(release, request)))
    except UserError:
        return json_unreadable()
    body = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    return Response(body, media_type="application/json", headers={"cache-control": "no-cache"})


def content_of(release: Release, of: Answer) -> dict[str, Any]:
    """JSON-ready; each figure as the interface has it elsewhere."""
    figures = [
        {"level": g.place.geography, "code": g.place.code, "label": g.place.label, **found}
        for g in of.figures
        if (found := figure_as_json(g.release, g.place, g.category, g.figure)) is not None
    ]
    return {
        "sort": of.sort,
        "refused_for": of.reason or None,
        "answer": of.sentence,
        "notes": list(of.notes),
        "word": of.word or None,
        "release": release.release_id,
        "period": None if of.covered is None else period_of(of.covered),
        "figures": figures,
        "links": [_link(li) for li in of.links],
        "other_questions": [_link(li) for li in of.others],
        "licence": LICENCE,
    }


def _link(of: Link) -> dict[str, str]:
    return {"words": of.words, "address": of.address}
