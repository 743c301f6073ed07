"""Where next in words, for the command line: the places that expect most, and how the rule did before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from analytics.hotspots.chosen_grids import GridArea
from core.contracts import Geography
from core.db import fetch
from core.errors import UserError

# share of the area that a line speaks of
_SPOKEN = 0.05


@dataclass(frozen=True)
class NextPlaces:
    """Rows of analysis.foretold with names, group by group, most expected first; standings: rows of analysis.foretold_standing."""

    area: GridArea
    places: tuple[Mapping[str, Any], ...]
    standings: tuple[Mapping[str, Any], ...]


def next_places(connection: Connection, area: GridArea, geography: Geography, *, group_id: str, most: int) -> NextPlaces:
    """The places of an area that expect most of a group ('' for each of all). UserError where nothing was foretold of it."""
    asked = {"geography": geography.level, "edition": geography.edition, "group_id": group_id}
    where = {
        "district": area.code if area.kind == "district" else "",
        "patch": area.code if area.kind == "patch" else "",
        "most": most,
    }
    if area.kind == "patch" and geography.level == "h3":
        raise UserError(
            "a patch is made of neighbourhoods, not of hexagons", where="--on", hint="leave it out, or name a district."
        )
    places = _rows(connection, "foretelling/next_places", asked | where)
    if not places:
        hint = "run 'homeground analyse', and name a group of it that is hot spot input."
        raise UserError(f"nothing was foretold of '{group_id or area.name}' on {geography}", where="analysis.foretold", hint=hint)
    return NextPlaces(area, places, _rows(connection, "foretelling/standings", asked))


def _rows(connection: Connection, name: str, values: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    return tuple({str(k): v for k, v in row.items()} for row in fetch(connection, name, values).astype(object).to_dict("records"))


def next_lines(found: NextPlaces) -> Iterator[str]:
    """A heading a group, what the rule was worth, and a line a place."""
    for group in dict.fromkeys(str(row["group_id"]) for row in found.places):
        rows = [row for row in found.places if row["group_id"] == group]
        first = rows[0]
        by = "foretold" if first["rule"] == "foretold" else f"the counts of the {first['usual_months']} months before"
        yield f"{group}, {found.area.name}, {first['target_month']:%B %Y}: {by}"
        yield f"  {worth(str(first['rule']), [row for row in found.standings if row['group_id'] == group])}"
        for row in rows:
            count = f"{row['expected']:.1f} ({row['low']} to {row['high']})"
            yield f"  {row['position']:>6}  {count:<18} last {row['last_month']:>3}  usual {row['usual']:>6.1f}  {row['code']}  {row['name']}"


def worth(rule: str, standings: Sequence[Mapping[str, Any]]) -> str:
    """What was caught of the months foretold, and which rule is shown for that reason."""
    if not standings:
        return "no month could be scored: too few are loaded in a row"
    line = min(standings, key=lambda row: abs(float(row["coverage"]) - _SPOKEN))
    area = f"{100 * float(line['coverage']):g}% of the area"
    if line["standing"] == "too_few":
        return f"too few months to say whether the rule beats these counts ({line['months']})"
    caught = f"{100 * float(line['hit_rate']):.0f}% caught in {area}, the counts {100 * float(line['counts_hit_rate']):.0f}%"
    gain = " to ".join(f"{100 * float(line[name]):+.1f}" for name in ("gain_lower", "gain_upper"))
    verdict = "the rule beats the counts" if rule == "foretold" else "the rule does not beat the counts, which are shown"
    return f"{verdict}: {caught} (gain {gain} points, {line['months']} months)"
