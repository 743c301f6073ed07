"""Routes of the community portal: the register of models, as a page and as JSON, in the sections of the Algorithmic Transparency Recording
Standard.

What is read holds the register's columns alone: no score of a model and nothing that it expects of a place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from app import plain_pages
from app.languages.pages import release_of_page
from app.look import wording
from app.look.markup import Cell, Table
from app.web.answers import problem
from core.db import Role, transaction
from core.errors import UserError
from core.languages.spoken import called, mark, say
from published.model_register import BoardDecision, Registered, RegisteredMatter, board_register, model_register

STANDARD = "Algorithmic Transparency Recording Standard"
STANDARD_AT = "https://www.gov.uk/government/collections/algorithmic-transparency-recording-standard-hub"
SCORES = mark(
    "How well a model does is worked out from counts that are not published. So no score stands here; the board saw them."
)
STATES = {
    "approved": mark("Approved"),
    "ended": mark("Its approval has ended"),
    "refused": mark("Refused"),
    "withdrawn": mark("Withdrawn"),
}
_DID = {"approved": mark("Approved"), "refused": mark("Refused"), "withdrawn": mark("Withdrawn")}
_NO_WORDS = {
    "approved": mark("No conditions were set."),
    "refused": mark("No reason was recorded."),
    "withdrawn": mark("No reason was recorded."),
}
# the sections of the standard: heading, name in JSON, and for each field its label, its name in JSON, and the register's column
SECTIONS: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        mark("Tier 1: overview"), "tier_1",
        ((mark("Name"), "name", "name"), (mark("What it is"), "description", "what_it_is"), (mark("Website"), "website_url", "website"),
         (mark("Contact"), "contact", "contact")),
    ),
    (
        mark("Owner and responsibility"), "tier_2_owner_and_responsibility",
        ((mark("Organisation"), "organisation", "organisation"), (mark("Team"), "team", "team"), (mark("Senior responsible owner"),
         "senior_responsible_owner", "owner"), (mark("External supplier"), "external_supplier", "supplier")),
    ),
    (
        mark("Description and rationale"), "tier_2_description_and_rationale",
        ((mark("Purpose"), "purpose", "purpose"), (mark("Benefit"), "benefit", "benefit"),
         (mark("Alternatives considered"), "alternatives_considered", "alternatives"),
         (mark("Not to be used to"), "not_to_be_used_to", "must_not")),
    ),
    (
        mark("Decision-making process"), "tier_2_decision_making_process",
        ((mark("Place in the process"), "place_in_the_process", "place_in_process"), (mark("Human review"), "human_review", "human_review"),
         (mark("Appeal"), "appeal", "appeal")),
    ),
    (
        mark("Tool specification and data"), "tier_2_tool_specification_and_data",
        ((mark("How it works"), "architecture", "architecture"), (mark("What it looks at"), "terms", "terms"), (mark("Left out on purpose"),
         "left_out_on_purpose", "left_out"), (mark("Source data"), "source_data", "source_data"), (mark("Personal data"), "personal_data",
         "personal_data"), (mark("Version"), "version", "version")),
    ),
    (
        mark("Risks, mitigations and impact assessments"), "tier_2_risks_mitigations_and_impact_assessments",
        ((mark("Risks"), "risks", "risks"), (mark("Mitigations"), "mitigations", "mitigations"),
         (mark("Impact assessments"), "impact_assessments", "impact_assessments")),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A model as the page shows it. made: its decisions in words, newest first; sections: heading and lines of label and text."""

    model_id: int
    title: str
    state: str
    summary: str
    made: tuple[str, ...]
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def routes() -> list[Route]:
    return [Route("/register", page), Route("/register.json", as_json)]


def page(_request: Request) -> Response:
    """Not kept in memory: an approval ends by itself, and a withdrawal shows at once."""
    try:
        found, others = _read()
        made = plain_pages.page(
            "register.html", release_of_page(), title=say("Register of models"), here="/register", entries=[entry(m) for m in found],
            overview=overview(found), others=[other(m) for m in others], scores=SCORES, standard=STANDARD, standard_at=STANDARD_AT,
        )  # fmt: skip
        return HTMLResponse(made, headers=_FRESH)
    except UserError:
        return problem()


def as_json(_request: Request) -> Response:
    """The same as JSON; who signed is not in it."""
    try:
        found, others = _read()
        told = {"models": [record(m) for m in found], "others": [record_of_other(m) for m in others]}
        return JSONResponse({"standard": STANDARD, "standard_url": STANDARD_AT, "note": SCORES, **told}, headers=_FRESH)
    except UserError:
        return problem()


_FRESH = {"cache-control": "no-cache"}


def _read() -> tuple[tuple[Registered, ...], tuple[RegisteredMatter, ...]]:
    with transaction(Role.COMMUNITY) as connection:
        return model_register(connection), board_register(connection)


def overview(found: tuple[Registered, ...]) -> Table | None:
    rows = [
        [
            Cell(title_of(m), link=f"#model-{m.model_id}"),
            Cell(called(STATES[m.state]), (_when(m),)),
            Cell(m.told["organisation"]),
        ]
        for m in found
    ]
    columns = [Cell(say("Model")), Cell(say("Decision")), Cell(say("Who answers for it"))]
    return Table(say("Models that the board decided on, newest first"), columns, rows) if rows else None


def _when(of: Registered) -> str:
    if of.state == "approved":
        return say("until %(day)s", day=wording.day(min(of.latest.until, of.expires_on)))
    if of.state == "ended":
        return say("on %(day)s", day=wording.day(min(of.latest.until, of.expires_on)))
    return say("on %(day)s", day=wording.day(of.latest.decided_on))


def title_of(of: Registered) -> str:
    return say("%(kind)s, model %(number)s", kind=called(of.kind), number=of.model_id)


def entry(of: Registered) -> Entry:
    opens = {
        "approved": mark("Professionals who sign in may see it."),
        "ended": mark("Nobody but analysts and the board sees it until the board decides again."),
        "refused": mark("Nobody but analysts and the board sees it."),
        "withdrawn": mark("Nobody but analysts and the board sees it."),
    }[of.state]
    return Entry(
        of.model_id,
        title_of(of),
        called(STATES[of.state]),
        f"{called(STATES[of.state])} {_when(of)}. {called(opens)}",
        tuple(_made(d) for d in of.decisions),
        tuple(
            (called(heading), tuple((called(label), _shown(of.told[column])) for label, _, column in fields))
            for heading, _, fields in SECTIONS
        ),
    )


def _shown(text: str) -> str:
    """As a sentence begins; an address stays as it is."""
    return text if "://" in text or "@" in text else wording.capitalised(text)


def _made(of: BoardDecision) -> str:
    said = [
        say(
            "%(decision)s by %(board)s on %(day)s.",
            decision=called(_DID[of.decision]), board=of.board, day=wording.day(of.decided_on),
        )
    ]  # fmt: skip
    if of.decision == "approved":
        said.append(say("Review on %(day)s.", day=wording.day(of.until)))
    if not of.words:
        said.append(called(_NO_WORDS[of.decision]))
    elif of.decision == "approved":
        said.append(say("Conditions: %(words)s", words=of.words))
    else:
        said.append(say("Reason: %(words)s", words=of.words))
    return " ".join(said)


def record(of: Registered) -> dict[str, Any]:
    """The transparency record of a model with its decisions."""
    sections = {name: {key: of.told[column] for _, key, column in fields} for _, name, fields in SECTIONS}
    return {
        "id": of.model_id,
        "kind": of.kind,
        "data_from": f"{of.period.start:%Y-%m}",
        "data_to": f"{of.period.end:%Y-%m}",
        "record_date": of.told["recorded_on"],
        "expires_on": of.expires_on.isoformat(),
        "state": of.state,
        "review_date": min(of.latest.until, of.expires_on).isoformat() if of.latest.decision == "approved" else None,
        **sections,
        "decisions": [_decided(d) for d in of.decisions],
    }


def _decided(of: BoardDecision) -> dict[str, Any]:
    return {
        "decision": of.decision,
        "board": of.board,
        "decided_on": of.decided_on.isoformat(),
        "review_date": of.until.isoformat() if of.decision == "approved" else None,
        "conditions" if of.decision == "approved" else "reason": of.words,
    }


_SORTS = {
    "definition": mark("What is counted as one kind"),
    "factor": mark("A factor"),
    "grid": mark("A grid of a map"),
    "use": mark("A use of figures"),
}


def other(of: RegisteredMatter) -> Entry:
    """A definition, factor, grid or use as the page shows it. What was written of it stands as it was written."""
    told = ((say("What it is"), _sentence(of.what)), (say("Why, and what to mind"), _sentence(of.why or "not given")))
    return Entry(
        0,
        of.label,
        called(STATES[of.state]),
        f"{called(_SORTS[of.sort])}. {called(STATES[of.state])}.",
        tuple(_made(d) for d in of.decisions),
        (("", told),),
    )


def _sentence(words: str) -> str:
    said = _shown(words)
    return said if said.endswith((".", "?", "!")) else f"{said}."


def record_of_other(of: RegisteredMatter) -> dict[str, Any]:
    """The first tier of the standard, which is what there is to say of a rule that is no model, with its decisions."""
    approved = of.decisions[0].decision == "approved"
    return {
        "sort": of.sort,
        "id": of.subject,
        "state": of.state,
        "review_date": of.decisions[0].until.isoformat() if approved else None,
        "tier_1": {"name": of.label, "description": of.what, "why": of.why},
        "decisions": [_decided(d) for d in of.decisions],
    }
