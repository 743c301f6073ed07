"""What the board's page says of a model: where it stands, who answers for it, how it fits groups of places, who used it. Content only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.board.store import Case, Fit, Use
from app.look import wording
from app.look.markup import Cell, Table, Tile
from app.look.wording import HANDLING
from app.person.sign_in import ROLE_NAMES, ProfessionalRole
from app.risk_model.store import Approval, RiskModel

NOT_A_MEMBER = "This page is for members of the ethics board, who decide on models. Your role is another."
NOTHING = "No model was fitted yet, so there is nothing to decide. Whoever makes one does it with: homeground model fit"
PUBLIC = "Everyone can read this in the public register."
_OWNER = "Tier 2, 1: ownership and responsibility"
_OVERVIEW = "Tier 1: overview"
_NOT_GIVEN = "not given yet"
_DID = {"approved": "approved", "refused": "refused", "withdrawn": "took its approval back"}
# of recorded over expected: beyond it a group is named as one that the model fits badly
_FAR = 0.10


def state_words(case: Case, today: date) -> str:
    """Where a model stands, as a clause."""
    until = wording.day(case.until)
    return {
        "expiring": f"approved; the approval ends on {until}",
        "ended": f"its approval ended on {until}: closed to officers and planners",
        "waiting": f"waits for a decision, by {until} at the latest",
        "standing": f"approved until {until}",
        "refused": "refused: closed to officers and planners",
        "withdrawn": "withdrawn: closed to officers and planners",
        "expired": f"expired on {until}: nothing to decide",
    }[case.state(today)]


def lead(cases: Sequence[Case], today: date) -> str:
    states = [c.state(today) for c in cases]
    soon, open_ = states.count("expiring"), states.count("waiting") + states.count("ended")
    parts = []
    if soon:
        parts.append(f"{wording.plural(soon, 'approval ends', 'approvals end')} within 60 days")
    if open_:
        parts.append(f"{wording.plural(open_, 'model waits', 'models wait')} for a decision")
    return f"{wording.capitalised(wording.listed(parts))}." if parts else "Nothing waits for a decision."


def title_of(model: RiskModel) -> str:
    return f"{model.card['group_label']} (model {model.model_id})"


def queue_table(cases: Sequence[Case], today: date) -> Table:
    rows = [
        [
            Cell(title_of(c.model), (f"{c.model.card['period_start']} to {c.model.card['period_end']}",)),
            Cell(wording.capitalised(state_words(c, today))),
        ]
        for c in cases
    ]
    return Table("Models, those that need a decision soonest first", [Cell("Model"), Cell("Where it stands")], rows)


def tiles(case: Case, used: Sequence[Use], found: Sequence[Fit]) -> tuple[Tile, ...]:
    card = case.model.card
    space = next((s for s in card["cross_validation"]["space"] if s["rule"] == "model"), None)
    covered = None if space is None or space["coverage"] is None else f"{100 * space['coverage']:.0f}%"
    views, people = sum(u.views for u in used), sum(u.people for u in used)
    fifths = [f for f in found if f.by_what == "deprivation"]
    return (
        Tile("Places", f"{card['places']:,}", (f"{card['incidents']:,} incidents, {card['months']} months",)),
        Tile("Inside its 95% interval", covered or "not known", ("of places that it had not seen",)),
        Tile(
            "Recorded over expected", _span(fifths), ("from fifth to fifth of income",) if fifths else ("incomes are not loaded",)
        ),
        Tile("Looked at", f"{views:,} times", (f"by {wording.plural(people, 'person', 'people')}",)),
    )


def _span(found: Sequence[Fit]) -> str:
    ratios = [f.observed / f.expected for f in found if f.expected > 0]
    return f"{min(ratios):.2f} to {max(ratios):.2f}" if ratios else "not known"


def owner_table(model: RiskModel) -> Table:
    """Who answers for it, with what is missing named as such."""
    told = {**model.transparency[_OWNER], **{k: model.transparency[_OVERVIEW][k] for k in ("Contact", "Website")}}
    rows = [
        [Cell(name), Cell(told.get(name, _NOT_GIVEN))]
        for name in ("Organisation", "Team", "Senior responsible owner", "Contact", "Website")
    ]
    return Table("Who answers for it", [Cell("What"), Cell("Who")], rows)


def missing_owner(model: RiskModel) -> str:
    missing = [str(m) for m in model.card["owner_missing"]]
    return (
        f"Nobody answers for this model yet: {wording.listed(missing)} not given. It cannot be approved until they are."
        if missing
        else ""
    )


def fairness_sentence(found: Sequence[Fit]) -> str:
    """Which groups of places the model fits worse than a tenth, in words; nothing is averaged away."""
    groups = [f for f in found if f.expected > 0]
    if not groups:
        return "No estimates are stored for this model, so how it fits groups of places is not known."
    far = [f for f in groups if abs(f.observed / f.expected - 1) > _FAR]
    if not far:
        return "In every group what was recorded lies within a tenth of what the model expects."
    named = wording.listed([f"{_name(f)} ({f.observed / f.expected:.2f})" for f in far])
    return (
        f"What was recorded lies more than a tenth from what the model expects in: {named}. Above 1 the model expects too little there,"
        " below 1 too much."
    )


def fairness_table(found: Sequence[Fit], by_what: str) -> Table | None:
    rows = [
        [
            Cell(wording.capitalised(_name(f)), (wording.plural(f.places, "neighbourhood"),)),
            Cell(f"{f.observed:,}", (f"{f.expected:,.0f} expected",), number=True),
            Cell("" if f.expected <= 0 else f"{f.observed / f.expected:.2f}", number=True),
            Cell(f"{(f.above + f.below) / f.places:.0%}", (f"{f.above:,} with more, {f.below:,} with fewer",), number=True),
        ]
        for f in found
        if f.by_what == by_what
    ]
    if not rows:
        return None
    caption = "By fifth of England by income" if by_what == "deprivation" else "By district"
    columns = [Cell("Places"), Cell("Recorded", number=True), Cell("Over expected", number=True), Cell("Outside 95%", number=True)]
    return Table(f"{caption}. {HANDLING}", columns, rows)


_FIFTHS = ("the most deprived fifth", "the second fifth", "the middle fifth", "the fourth fifth", "the least deprived fifth")


def _name(fit: Fit) -> str:
    return _FIFTHS[int(fit.name) - 1] if fit.by_what == "deprivation" else fit.name


def use_sentence(used: Sequence[Use]) -> str:
    if not any(u.views or u.taken for u in used):
        return "Nobody has opened this model so far, as the audit trail has it."
    return "From the audit trail: how many people of each role opened the model's page, and how often."


def use_table(used: Sequence[Use]) -> Table | None:
    rows = [
        [
            Cell(_role(u.role)),
            Cell(f"{u.people:,}", number=True),
            Cell(f"{u.views:,}", (f"last on {wording.day(u.last_at)}",), number=True),
            Cell(f"{u.taken:,}", number=True),
        ]
        for u in used
    ]
    columns = [Cell("Role"), Cell("People", number=True), Cell("Times", number=True), Cell("Records taken", number=True)]
    return Table("Who used it", columns, rows) if rows else None


def _role(value: str) -> str:
    return ROLE_NAMES[ProfessionalRole(value)] if value in set(ProfessionalRole) else value


def decisions_table(made: Sequence[Approval]) -> Table | None:
    rows = [
        [
            Cell(wording.day(d.decided_on)),
            Cell(
                f"{d.board} {_DID.get(d.decision, d.decision)}",
                (
                    f"until {wording.day(d.valid_until)}" if d.decision == "approved" else "",
                    d.conditions,
                    f"signed by {d.signed_by}",
                ),
            ),
        ]
        for d in made
    ]
    return Table("Decisions so far, newest first", [Cell("Day"), Cell("Decision")], rows) if rows else None
