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
from app.look import wording
from app.look.markup import Cell, Table
from app.web.answers import problem
from core.db import Role, transaction
from core.errors import UserError
from published.model_register import BoardDecision, Registered, model_register
from published.release import current_release

STANDARD = "Algorithmic Transparency Recording Standard"
STANDARD_AT = "https://www.gov.uk/government/collections/algorithmic-transparency-recording-standard-hub"
SCORES = "How well a model does is worked out from counts that are not published. So no score stands here; the board saw them."
STATES = {
    "approved": "Approved",
    "ended": "Its approval has ended",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
}
_DID = {"approved": "Approved", "refused": "Refused", "withdrawn": "Withdrawn"}
_NO_WORDS = {"approved": "No conditions were set.", "refused": "No reason was recorded.", "withdrawn": "No reason was recorded."}
# the sections of the standard: heading, name in JSON, and for each field its label, its name in JSON, and the register's column
SECTIONS: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "Tier 1: overview", "tier_1",
        (("Name", "name", "name"), ("What it is", "description", "what_it_is"), ("Website", "website_url", "website"),
         ("Contact", "contact", "contact")),
    ),
    (
        "Owner and responsibility", "tier_2_owner_and_responsibility",
        (("Organisation", "organisation", "organisation"), ("Team", "team", "team"), ("Senior responsible owner",
         "senior_responsible_owner", "owner"), ("External supplier", "external_supplier", "supplier")),
    ),
    (
        "Description and rationale", "tier_2_description_and_rationale",
        (("Purpose", "purpose", "purpose"), ("Benefit", "benefit", "benefit"), ("Alternatives considered", "alternatives_considered",
         "alternatives"), ("Not to be used to", "not_to_be_used_to", "must_not")),
    ),
    (
        "Decision-making process", "tier_2_decision_making_process",
        (("Place in the process", "place_in_the_process", "place_in_process"), ("Human review", "human_review", "human_review"),
         ("Appeal", "appeal", "appeal")),
    ),
    (
        "Tool specification and data", "tier_2_tool_specification_and_data",
        (("How it works", "architecture", "architecture"), ("What it looks at", "terms", "terms"), ("Left out on purpose",
         "left_out_on_purpose", "left_out"), ("Source data", "source_data", "source_data"), ("Personal data", "personal_data",
         "personal_data"), ("Version", "version", "version")),
    ),
    (
        "Risks, mitigations and impact assessments", "tier_2_risks_mitigations_and_impact_assessments",
        (("Risks", "risks", "risks"), ("Mitigations", "mitigations", "mitigations"), ("Impact assessments", "impact_assessments",
         "impact_assessments")),
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
        found = _read()
        made = plain_pages.page(
            "register.html", current_release(Role.COMMUNITY), title="Register of models", entries=[entry(m) for m in found],
            overview=overview(found), scores=SCORES, standard=STANDARD, standard_at=STANDARD_AT,
        )  # fmt: skip
        return HTMLResponse(made, headers=_FRESH)
    except UserError:
        return problem()


def as_json(_request: Request) -> Response:
    """The same as JSON; who signed is not in it."""
    try:
        return JSONResponse({"standard": STANDARD, "standard_url": STANDARD_AT, "note": SCORES, "models": [record(m) for m in _read()]},
                            headers=_FRESH)  # fmt: skip
    except UserError:
        return problem()


_FRESH = {"cache-control": "no-cache"}


def _read() -> tuple[Registered, ...]:
    with transaction(Role.COMMUNITY) as connection:
        return model_register(connection)


def overview(found: tuple[Registered, ...]) -> Table | None:
    rows = [
        [
            Cell(title_of(m), link=f"#model-{m.model_id}"),
            Cell(STATES[m.state], (_when(m),)),
            Cell(m.told["organisation"]),
        ]
        for m in found
    ]
    columns = [Cell("Model"), Cell("Decision"), Cell("Who answers for it")]
    return Table("Models that the board decided on, newest first", columns, rows) if rows else None


def _when(of: Registered) -> str:
    if of.state == "approved":
        return f"until {wording.day(min(of.latest.until, of.expires_on))}"
    if of.state == "ended":
        return f"on {wording.day(min(of.latest.until, of.expires_on))}"
    return f"on {wording.day(of.latest.decided_on)}"


def title_of(of: Registered) -> str:
    return f"{of.kind}, model {of.model_id}"


def entry(of: Registered) -> Entry:
    opens = {
        "approved": "Professionals who sign in may see it.",
        "ended": "Nobody but analysts and the board sees it until the board decides again.",
        "refused": "Nobody but analysts and the board sees it.",
        "withdrawn": "Nobody but analysts and the board sees it.",
    }[of.state]
    return Entry(
        of.model_id,
        title_of(of),
        STATES[of.state],
        f"{STATES[of.state]} {_when(of)}. {opens}",
        tuple(_made(d) for d in of.decisions),
        tuple((heading, tuple((label, _shown(of.told[column])) for label, _, column in fields)) for heading, _, fields in SECTIONS),
    )


def _shown(text: str) -> str:
    """As a sentence begins; an address stays as it is."""
    return text if "://" in text or "@" in text else wording.capitalised(text)


def _made(of: BoardDecision) -> str:
    until = f" Review on {wording.day(of.until)}." if of.decision == "approved" else ""
    label = "Conditions: " if of.decision == "approved" else "Reason: "
    words = f"{label}{of.words}" if of.words else _NO_WORDS[of.decision]
    return f"{_DID[of.decision]} by {of.board} on {wording.day(of.decided_on)}.{until} {words}"


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
        "decisions": [
            {
                "decision": d.decision,
                "board": d.board,
                "decided_on": d.decided_on.isoformat(),
                "review_date": d.until.isoformat() if d.decision == "approved" else None,
                "conditions" if d.decision == "approved" else "reason": d.words,
            }
            for d in of.decisions
        ],
    }
