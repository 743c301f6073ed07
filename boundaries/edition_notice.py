"""What to say where a figure crosses from one edition of boundaries to another.

Neighbourhoods (LSOA) were redrawn for the census of 2021: about one in ten codes of Thames Valley was split or merged. Two figures about
"the same" area that stand on different editions may be about different streets, and the page that shows them together must say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection

from core.contracts import LSOA_2011, LSOA_2021, Geography
from core.db import fetch
from core.errors import InternalError

# a longer list of names says nothing more
_NAMED = 6


@dataclass(frozen=True)
class EditionNotice:
    """A change of areas, in a person's words.

    change: split, merged or redrawn. old, new: the whole family of codes that share land, so that the old ones together and the new
    ones together are the same ground; sentence is complete in itself.
    """

    change: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    old_edition: str
    new_edition: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def notices_for(connection: Connection, place: Geography, codes: Iterable[str]) -> tuple[EditionNotice, ...]:
    """A notice for each change that touches one of the codes, each family of areas once."""
    changes = fetch(connection, "boundaries/edition_changes")
    names = fetch(connection, "boundaries/area_names")
    known = dict(zip(zip(names["edition"], names["code"], strict=True), names["name"], strict=True))
    return notices_from(changes, place, codes, names=known)


def notices_from(
    changes: pd.DataFrame, place: Geography, codes: Iterable[str], *, names: Mapping[tuple[str, str], str] | None = None
) -> tuple[EditionNotice, ...]:
    """The same without a database. changes: from_code, to_code, change (U, S, M, X) of LSOA 2011 and 2021; names by (edition, code)."""
    if place not in (LSOA_2011, LSOA_2021):
        raise InternalError(f"no lookup between editions of {place}")
    changed = changes[changes["change"] != "U"]
    forward: dict[str, set[str]] = {}
    backward: dict[str, set[str]] = {}
    for old, new in zip(changed["from_code"], changed["to_code"], strict=True):
        forward.setdefault(str(old), set()).add(str(new))
        backward.setdefault(str(new), set()).add(str(old))
    notices: dict[tuple[str, ...], EditionNotice] = {}
    for code in sorted(set(codes)):
        olds = {code} if place == LSOA_2011 and code in forward else set(backward.get(code, ())) if place == LSOA_2021 else set()
        if not olds:
            continue
        old, new = _family(olds, forward, backward)
        if old not in notices:
            notices[old] = _notice(old, new, names or {})
    return tuple(notices.values())


def _family(
    olds: set[str], forward: Mapping[str, set[str]], backward: Mapping[str, set[str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All old and new codes that hang together with the given old ones."""
    old, new = set(olds), set[str]()
    while True:
        wider = {n for o in old for n in forward[o]}
        back = {o for n in wider for o in backward[n]}
        if back <= old and wider <= new:
            return tuple(sorted(old)), tuple(sorted(new))
        old, new = old | back, new | wider


def _notice(old: tuple[str, ...], new: tuple[str, ...], names: Mapping[tuple[str, str], str]) -> EditionNotice:
    before, after = _listed(old, "2011", names), _listed(new, "2021", names)
    if len(old) == 1 and len(new) > 1:
        change = "split"
        what = f"This area was split in 2021: {before} became {after}."
        how = f"A figure for the 2011 area covers {_all(new)} of them; compare it with their total."
    elif len(new) == 1 and len(old) > 1:
        change = "merged"
        what = f"This area was merged in 2021: {before} became {after}."
        how = f"A figure for the 2021 area covers {_all(old)} of them; compare it with their total."
    else:
        change = "redrawn"
        what = f"This area was redrawn in 2021: {before} became {after}."
        how = "Figures before and after are not for the same ground, area by area."
    return EditionNotice(change, old, new, "2011", "2021", f"{what} {how}")


def _all(codes: tuple[str, ...]) -> str:
    return "both" if len(codes) == 2 else f"all {len(codes)}"


def _listed(codes: tuple[str, ...], edition: str, names: Mapping[tuple[str, str], str]) -> str:
    words = [f"{names[edition, code]} ({code})" if names.get((edition, code)) else code for code in codes]
    if len(words) > _NAMED:
        words = [*words[:_NAMED], f"{len(codes) - _NAMED} more"]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
