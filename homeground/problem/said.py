"""A plan as the command line prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analytics.evaluation.plan import Plan


def of_plan(plan: Plan) -> tuple[str, ...]:
    first, last = plan.months_before[0], plan.months_before[-1]
    lines = [
        f"{plan.outcome} in {len(plan.areas)} neighbourhoods ({', '.join(plan.areas)}), from {plan.starts:%B %Y}"
        f" for {len(plan.months_after)} months",
        f"  compared with {len(plan.alike)} places alike, chosen from {len(plan.months_before)} months, {first:%B %Y} to {last:%B %Y}",
        f"  ring: {len(plan.ring)} neighbourhoods around",
    ]
    if plan.power is not None:
        smallest = plan.power.smallest_fall
        lines.append(f"  power: a fall of {plan.least_fall:.0%} would be seen in {plan.power.at_least_effect:.0%} of such cases")
        lines.append(
            "  no fall that is possible would be seen in 80%"
            if smallest is None
            else f"  the smallest fall that would be seen in 80% of them is {smallest:.0%}"
        )
    lines += [f"  It cannot be told: {reason}" for reason in plan.why_not]
    if not plan.written_before:
        lines.append("  The response has started already: this will be a look back and no test.")
    return tuple(lines)
