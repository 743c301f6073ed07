"""A candidate in words: what would be published and what withheld. Protects it on the way, so nothing unprotected is printed."""

from __future__ import annotations

from analytics.release.build import Candidate, audit_release
from core.periods import CoveredPeriod


def describe_candidate(candidate: Candidate) -> str:
    """A few lines for the terminal. DisclosureError where the candidate cannot be protected."""
    certificate = audit_release(candidate).certificate
    lines = [
        f"{candidate.title}, {candidate.region_name}, {candidate.covered}",
        f"  cells: {certificate.cells:,}; withheld as small {certificate.primary:,}, to protect them {certificate.secondary:,}",
    ]
    own = {level.column: level.periods[0] for level in candidate.plan.levels if level.periods}
    for name, level in certificate.levels.items():
        covered = CoveredPeriod.of(own.get(name, candidate.period), candidate.counts.loaded or candidate.months_loaded)
        lines.append(
            f"  {name:<10} {covered}: {level['cells']:>7,} cells, {level['cells_visible']:.1%} visible"
            + (f", holding {level['incidents_visible']:.1%} of the incidents" if level["incidents_visible"] is not None else "")
        )
    attacked = f"{certificate.targets:,} sensitive counts; every one keeps {certificate.required_values} values possible"
    lines.append(f"  attacked: {attacked if certificate.targets else 'no count in it is sensitive'}")
    return "\n".join(lines)
