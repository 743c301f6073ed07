"""A model card, and the record of the UK Algorithmic Transparency Recording Standard, from facts that the code knows.

The standard has metadata, a Tier 1 overview and five Tier 2 sections (ownership and responsibility; description and rationale;
decision-making process; tool specification and data; risks, mitigations and impact assessments). What only people can say (who answers
for it, where an impact assessment lies) is taken from the owner's part of analytics/risk_model/risk_model.toml and printed as not given
where it is empty: a record never claims what nobody wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analytics.risk_model.terms import ModelTerms

NOT_GIVEN = "not given yet"

Record = dict[str, dict[str, str]]

LIMITS = (
    "Recorded incidents are what was reported and recorded, not all harm, and recording differs between places.",
    "A rate ratio is an association between places. It is no cause, and it says nothing of any person who lives in a place.",
    "Terms go together (deprivation in one domain with that in another), so single ratios must not be read alone.",
    "Residents are the denominator: where people come to work, shop or go out, more is recorded than residents explain.",
    "The interval of a ratio comes from leaving out one of 16 wide blocks of places at a time. In simulated models whose unknown causes"
    " reach over many places it held the truth 94% to 96% of the time, for terms of neighbours too; without spatial patterns, 82% to 94%"
    " for terms of neighbours.",
    "The interval of a place takes the model as true; where the model is wrong it is too narrow. How often it held is printed beside it.",
)
MUST_NOT = (
    "decide anything about a person, a home or a group of people",
    "rank places, or name a worst one",
    "stand in for the judgement of the people who work in a place, or for what residents say",
    "be used after its day of expiry, or before an ethics board approved it by name",
)


def transparency_record(terms: ModelTerms, card: Mapping[str, Any]) -> Record:
    """The record, section by section; every value is a sentence or a list in words."""
    owner = {name: value or NOT_GIVEN for name, value in terms.owner.model_dump().items()}
    space = _scores(card["cross_validation"]["space"])
    time = _scores(card["cross_validation"]["time"]) or "there were too few months to hold any back"
    return {
        "Metadata": {
            "Tool name": terms.title,
            "Version": f"{card['code_version']}, terms version {terms.version}",
            "Date of the record": str(card["made_on"]),
            "Expires": str(card["expires_on"]),
        },
        "Tier 1: overview": {
            "What it is": (
                f"A statistical model of how many incidents of the kind '{card['group_label']}' were recorded in each of"
                f" {card['places']:,} neighbourhoods from {card['period_start']} to {card['period_end']}, given published facts about the"
                " neighbourhoods. Analysts read it to see which facts go with higher numbers and where a number is unusual for a place of"
                " its kind. It decides nothing."
            ),
            "Website": owner["website"],
            "Contact": owner["contact"],
        },
        "Tier 2, 1: ownership and responsibility": {
            "Organisation": owner["organisation"],
            "Team": owner["team"],
            "Senior responsible owner": owner["senior_responsible_owner"],
            "External supplier": "none; the software is open source (Homeground)",
        },
        "Tier 2, 2: description and rationale": {
            "Purpose": "to inform talk about places: what goes with recorded harm, and which places are unlike others of their kind",
            "Benefit": "a place is compared with what is usual for places like it, with the uncertainty, and not in a league table",
            "Alternatives considered": "last months' counts and residents alone; both are scored beside the model",
            "Not to be used to": "; ".join(MUST_NOT),
        },
        "Tier 2, 3: decision-making process": {
            "Place in the process": "it informs; no decision is taken by it or follows from it",
            "Human review": (
                "nobody but an analyst sees the model before an ethics board approves it by name, for a time; the approval, its conditions"
                " and its end are shown on the page"
            ),
            "Appeal": "through the contact above; the board can withdraw its approval at any time, and the page closes at once",
        },
        "Tier 2, 4: tool specification and data": {
            "Architecture": (
                f"{'negative binomial' if card['family'] == 'negative_binomial' else 'Poisson'} regression with residents as exposure,"
                f" {len(card['terms'])} terms, of which {card['spatial_patterns']} are spatial patterns"
            ),
            "Terms": "; ".join(term.label for term in terms.term),
            "Left out on purpose": "; ".join(
                f"{one.what} ({one.why[:1].lower()}{one.why[1:].rstrip('.')})" for one in terms.excluded
            ),
            "Source data": "; ".join(card["inputs"]),
            "Personal data": "none: counts, areas and published statistics of areas",
            "Performance, places held back": space,
            "Performance, later months held back": time,
            "Residual clustering": (
                f"Moran's I of the residuals {card['residuals']['with_spatial_terms']['i']:.2f}"
                f" (p {card['residuals']['with_spatial_terms']['p']:.3f}); without spatial terms"
                f" {card['residuals']['without']['i']:.2f} (p {card['residuals']['without']['p']:.3f})"
            ),
            "Reproducible from": f"seed {card['seed']}, code {card['code_version']}, deliveries {card['delivery_ids']}",
        },
        "Tier 2, 5: risks, mitigations and impact assessments": {
            "Risks": "; ".join(line.rstrip(".") for line in LIMITS),
            "Mitigations": (
                "offences that police activity produces are left out; terms of protected groups are left out; every number has its interval;"
                " approval by a named board; an end date; views are recorded in an audit trail"
            ),
            "Impact assessments": NOT_GIVEN,
        },
    }


def _scores(scores: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(
        f"{s['rule']}: {100 * s['deviance_explained']:.0f}% of deviance explained beyond residents alone,"
        f" {100 * s['top_tenth']:.0f}% of incidents in the tenth of places put first"
        + ("" if s["coverage"] is None else f", {100 * s['coverage']:.0f}% of places inside their 95% interval")
        for s in scores
    )


def as_text(title: str, record: Mapping[str, Mapping[str, str]]) -> str:
    """A record as plain Markdown."""
    lines = [f"# {title}", ""]
    for section, fields in record.items():
        lines += [f"## {section}", "", *(f"- **{name}.** {value}" for name, value in fields.items()), ""]
    return "\n".join(lines)
