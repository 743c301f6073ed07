"""What the pages say of matters before the board beside models. Content only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.board.matters import SORTS, Matter, OwnUse, Past, Ruling, latest_of
from app.look import wording
from app.look.markup import Cell, Table

FOLLOWS = {
    "feed": "Once a feed is refused or its approval is withdrawn, nobody who signs in sees its events and indicators.",
    "definition": "A definition that is changed after the decision comes back here.",
    "factor": "A factor that is changed after the decision comes back here.",
    "grid": "A grid of another width comes here as another matter.",
    "use": "Whoever asked reads the decision on the page Board decisions.",
}
IN_PUBLIC = "A machine takes part in it, so everyone can read the decision in the public register."
INSIDE = "No machine takes part in it, so the decision is read by everyone who signs in, and not by the public."
_DID = {"approved": "Approved", "refused": "Refused", "withdrawn": "Approval withdrawn"}


def state_words(of: Matter, today: date) -> str:
    """Where it stands, as a clause."""
    until = wording.day(of.latest.until) if of.latest is not None else ""
    return {
        "changed": f"changed since the board {'approved' if of.stands(today) else 'decided on'} it: waits anew",
        "expiring": f"approved; the approval ends on {until}",
        "ended": f"its approval ended on {until}",
        "waiting": "waits for a decision",
        "standing": f"approved until {until}",
        "refused": "refused",
        "withdrawn": "its approval was withdrawn",
    }[of.state(today)]


def lead(found: Sequence[Matter], today: date) -> str:
    """How many need a decision."""
    need = [m for m in found if m.state(today) in ("changed", "expiring", "ended", "waiting")]
    if not need:
        return "Beside models nothing waits for a decision."
    kinds = {sort: sum(m.sort == sort for m in need) for sort in SORTS}
    said = wording.listed([wording.plural(n, SORTS[s].lower()) for s, n in kinds.items() if n])
    return f"Beside models {said} {'waits' if len(need) == 1 else 'wait'} for a decision."


def queue_table(found: Sequence[Matter], today: date) -> Table:
    columns = [Cell("What"), Cell("Where it stands")]
    rows = [[Cell(m.title), Cell(wording.capitalised(state_words(m, today)))] for m in found]
    return Table(
        "Definitions, feeds, uses, factors and grids, those that need a decision soonest first", columns, rows, scrolls="Queue"
    )


def ruling_words(of: Ruling) -> str:
    """'Approved by the board on 3 March 2026. Review on 1 September 2026. Conditions: ...'."""
    until = f" Review on {wording.day(of.until)}." if of.decision == "approved" else ""
    label = "Conditions" if of.decision == "approved" else "Reason"
    words = f" {label}: {of.words}" if of.words else ""
    return f"{_DID[of.decision]} by {of.board} on {wording.day(of.decided_on)}.{until}{words}"


def decided_table(decided: Sequence[Past]) -> Table | None:
    """The latest decision on each matter, newest first."""
    rows = [[Cell(f"{SORTS[p.sort]}: {p.label}", (p.what,)), Cell(ruling_words(p.ruling))] for p in latest_of(decided).values()]
    columns = [Cell("What"), Cell("Decision")]
    return Table("What the board decided beside models, newest first", columns, rows, scrolls="Decisions") if rows else None


def own_table(asked: Sequence[OwnUse], decided: Sequence[Past]) -> Table | None:
    """What somebody asked, and what became of it."""
    latest = latest_of(decided)
    rows = []
    for use in asked:
        found = latest.get(("use", str(use.use_id)))
        said = "Waits for a decision" if found is None else ruling_words(found.ruling)
        rows.append([Cell(use.title), Cell(wording.day(use.asked_at)), Cell(said)])
    return Table("What you asked", [Cell("Use"), Cell("Asked"), Cell("Decision")], rows, scrolls="Questions") if rows else None
