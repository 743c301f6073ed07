"""The card of a risk factor model as text: what it is, its terms with intervals, how it did, what it must not be used for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def card_text(card: Mapping[str, Any]) -> str:
    """Plain Markdown."""
    family = "negative binomial" if card["family"] == "negative_binomial" else "Poisson"
    covered = card.get("coverage", f"{card['months']} months held")
    lines = [
        f"# {card['title']}",
        "",
        f"{card['group_label']}, {card['period_start']} to {card['period_end']} ({covered}),"
        f" {card['places']:,} neighbourhoods, {card['incidents']:,} incidents. {family} regression with residents as exposure."
        f" Made {card['made_on']}, expires {card['expires_on']}, seed {card['seed']}, code {card['code_version']}.",
        "",
        "## Terms",
        "",
        "Ratio of the expected number where a term is one standard deviation higher and the others are the same, with its 95% interval.",
        "",
        "| term | ratio | 95% interval |",
        "|---|---|---|",
        *(
            f"| {term['term']} | {term['ratio']:.2f} | {term['lower']:.2f} to {term['upper']:.2f} |"
            for term in card["terms"]
            if not term["spatial"]
        ),
        "",
        f"Beside them {card['spatial_patterns']} spatial patterns, which stand for what neighbouring places share and no term knows.",
        "",
        "## How it did on what it had not seen",
        "",
        "| held back | rule | deviance explained beyond residents alone | incidents in the tenth of places first | inside 95% interval |",
        "|---|---|---|---|---|",
    ]  # fmt: skip
    for name, key in (("blocks of places", "space"), ("later months", "time")):
        lines += [
            f"| {name} | {s['rule']} | {s['deviance_explained']:.0%} | {s['top_tenth']:.0%} |"
            f" {'' if s['coverage'] is None else format(s['coverage'], '.0%')} |"
            for s in card["cross_validation"][key]
        ]
    lines += ["", "## Left out on purpose", "", *(f"- {one['what']}. {one['why']}" for one in card["excluded"]), ""]
    lines += ["## What it cannot say", "", *(f"- {one}" for one in card["limits"]), ""]
    lines += ["## It must not be used to", "", *(f"- {one}" for one in card["must_not"]), ""]
    lines += ["## Made from", "", *(f"- {one}" for one in card["inputs"]), ""]
    return "\n".join(lines)
