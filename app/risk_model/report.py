"""What the page of a risk factor model says: approval, how it did, terms, places against what is usual for their kind. Content only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.look import wording
from app.look.map_frame import MapArea
from app.look.markup import Cell, LegendEntry, Table
from app.look.palette import Palette
from app.look.wording import HANDLING
from app.risk_model.store import Estimate, RiskModel

CLOSED = (
    "No model is open to you. Models of this kind inform a conversation about places and decide nothing. Nobody but an analyst sees one"
    " before an ethics board approved it by name, or after the approval ended."
)
STANDING = {
    "above": "more than usual for its kind",
    "within": "as usual for its kind",
    "below": "fewer than usual for its kind",
}


def approval_sentence(model: RiskModel, today: date) -> str:
    """Who approved it and until when, or that nobody did."""
    found = model.approval
    if today > model.expires_on:
        return f"Expired on {wording.day(model.expires_on)}: analysts alone see this model, as history."
    if found is None:
        return "Not approved: analysts alone see this model. An ethics board has not decided yet."
    who = f"{found.board} (signed by {found.signed_by}, {wording.day(found.decided_on)})"
    if found.decision != "approved":
        return f"{found.decision.capitalize()} by {who}: analysts alone see this model. {found.conditions}".strip()
    if today > found.valid_until:
        return f"The approval of {who} ended on {wording.day(found.valid_until)}: analysts alone see this model."
    text = f"Approved by {who}, until {wording.day(min(found.valid_until, model.expires_on))}."
    return f"{text} Conditions: {found.conditions}" if found.conditions else text


def lead(model: RiskModel) -> str:
    card = model.card
    covered = card.get("coverage", f"{card['months']} months held")
    return (
        f"How many incidents of the kind '{card['group_label']}' were recorded in neighbourhoods from {card['period_start']} to"
        f" {card['period_end']} ({covered}), given what is published about them. It informs; it decides nothing, and says nothing of any"
        " person."
    )


def performance_sentences(model: RiskModel) -> tuple[str, ...]:
    """How it did on what it had not seen, beside last months' counts; says plainly where it does worse."""
    scores = model.card["cross_validation"]
    space = next((s for s in scores["space"] if s["rule"] == "model"), None)
    said = []
    if space is not None:
        said.append(
            f"For whole blocks of places that it had not seen it explained {_percent(space['deviance_explained'])} of the differences beyond"
            f" residents alone, and {_percent(space['coverage'])} of places lay inside their 95% interval."
        )
    by_rule = {s["rule"]: s for s in scores["time"]}
    ours, naive = by_rule.get("model"), by_rule.get("counts of the months before")
    if ours is None or naive is None:
        said.append("There were too few months to hold later ones back, so how it foretells is not known.")
        return tuple(said)
    better = ours["deviance_explained"] > naive["deviance_explained"]
    said.append(
        f"For later months it explained {_percent(ours['deviance_explained'])}; the counts of the months before explained"
        f" {_percent(naive['deviance_explained'])}. "
        + (
            "It foretells better than the counts before."
            if better
            else "It foretells worse than the counts before: use it to see what goes with higher numbers, not to say where they will be."
        )
    )
    return tuple(said)


def _percent(share: float | None) -> str:
    return "an unknown share" if share is None else f"{100 * share:.0f}%"


def term_rows(model: RiskModel) -> list[tuple[str, str, str, str]]:
    """Term, ratio, interval, and what that says; spatial patterns have no meaning by themselves and are left out."""
    rows = []
    for term in model.card["terms"]:
        if term["spatial"]:
            continue
        if term["lower"] > 1:
            says = "goes with more"
        elif term["upper"] < 1:
            says = "goes with fewer"
        else:
            says = "no difference beyond chance"
        rows.append((str(term["term"]), f"{term['ratio']:.2f}", f"{term['lower']:.2f} to {term['upper']:.2f}", says))
    return rows


def terms_table(model: RiskModel) -> Table:
    """Three columns, so that on a phone what a ratio says stands beside it."""
    caption = (
        "Expected number where a term is one standard deviation higher, over the expected number where it is not, the other terms being the"
        " same. Terms go together, so none is to be read alone, and none is a cause."
    )
    rows = [
        [Cell(term), Cell(ratio, (f"({interval})",), number=True, unbroken=True), Cell(says)]
        for term, ratio, interval, says in term_rows(model)
    ]
    return Table(caption, [Cell("Term"), Cell("Ratio, 95% interval", number=True), Cell("Says")], rows)


def estimates_table(estimates: Sequence[Estimate], caption: str) -> Table:
    rows = [
        [
            Cell(e.name, (e.code,), unbroken=True),
            Cell(STANDING[e.standing]),
            Cell(f"{e.observed:,}", number=True),
            Cell(f"{e.expected:,.0f}", (f"({e.lower:,.0f} to {e.upper:,.0f})",), number=True, unbroken=True),
        ]
        for e in estimates
    ]
    columns = [Cell("Neighbourhood"), Cell("Standing"), Cell("Recorded", number=True), Cell("Expected", number=True)]
    return Table(f"{caption} {HANDLING}", columns, rows)


def place_sentence(estimates: Sequence[Estimate], name: str) -> str:
    counted = {kind: sum(e.standing == kind for e in estimates) for kind in STANDING}
    places = wording.plural(len(estimates), "neighbourhood")
    return (
        f"Of {places} in {name}, {counted['within']:,} had as many recorded as is usual for places of their kind (inside the 95% interval),"
        f" {counted['above']:,} had more and {counted['below']:,} fewer. With a model that is right, about 1 in 20 lies outside by chance."
    )


def areas_of(estimates: Sequence[Estimate], palette: Palette) -> tuple[MapArea, ...]:
    fills = {"above": palette.hot[1], "within": palette.neutral, "below": palette.cold[1]}
    return tuple(
        MapArea(e.code, e.outline, fills[e.standing], f"{e.name}. {STANDING[e.standing].capitalize()}. {numbers(e)}")
        for e in estimates
        if e.outline is not None
    )


def numbers(estimate: Estimate) -> str:
    return f"{estimate.observed:,} recorded, {estimate.lower:,.0f} to {estimate.upper:,.0f} usual"


def legend_of(palette: Palette) -> tuple[LegendEntry, ...]:
    return (
        LegendEntry(STANDING["above"], palette.hot[1]),
        LegendEntry(STANDING["within"], palette.neutral),
        LegendEntry(STANDING["below"], palette.cold[1]),
    )


def record_text(model: RiskModel) -> str:
    """The transparency record as Markdown, for download."""
    lines = ["# Algorithmic transparency record", ""]
    for section, fields in model.transparency.items():
        lines += [f"## {section}", "", *(f"- **{name}.** {value}" for name, value in fields.items()), ""]
    return "\n".join(lines)


def limits(model: RiskModel) -> tuple[list[str], list[str], list[dict[str, Any]]]:
    """What it cannot say, what it must not be used to, what was left out on purpose."""
    return list(model.card["limits"]), list(model.card["must_not"]), list(model.card["excluded"])
