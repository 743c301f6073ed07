"""Harm weights: how much each of the publisher's categories weighs, from a file of the partnership's own. None is shipped.

The ONS Crime Severity Score and the Cambridge Crime Harm Index weigh offences by offence code; neither applies to the 14 broad categories of
police.uk without saying how. So a file must state its source and its mapping in words, and both travel with the result. Every category must
have a weight (0 is one): a category forgotten would be harm left out in silence. Offences that police activity produces stay out of the map
whatever they weigh, as in the Cambridge index.

    source = "ONS Crime Severity Score, year ending March 2024"
    mapping = "Mean of the offence codes in each category, weighted by their number in England and Wales"
    [weights]
    "Violence and sexual offences" = 250.0
    ...
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from analytics.counts.places import Group, PlaceTable, period_values
from core.db import fetch
from core.declared import checked, read_toml
from core.errors import UserError
from core.periods import Period

Floats = NDArray[np.float64]


class HarmWeights(BaseModel):
    """source and mapping in words; weights by category, none below 0, not all 0."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Annotated[str, Field(min_length=10, max_length=400)]
    mapping: Annotated[str, Field(min_length=20, max_length=1_000)]
    weights: Mapping[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]]

    def statement(self) -> dict[str, str]:
        """What travels with the result."""
        return {"source": self.source, "mapping": self.mapping}


def load_harm_weights(path: Path, categories: Collection[str]) -> HarmWeights:
    """UserError where the file cannot be read, says nothing of its source or mapping, or misses or invents a category."""
    found = checked(
        HarmWeights,
        read_toml(path, what="the file of harm weights"),
        where=str(path),
        hint="a file of harm weights has source, mapping and [weights]; the mapping says how offence codes became categories.",
    )
    missing, unknown = sorted(set(categories) - set(found.weights)), sorted(set(found.weights) - set(categories))
    if missing or unknown:
        said = [f"no weight for {', '.join(missing)}"] * bool(missing) + [f"unknown: {', '.join(unknown)}"] * bool(unknown)
        raise UserError("; ".join(said), where=f"[weights] in {path}", hint="give every category a weight; 0 is one.")
    if not any(found.weights.values()):
        raise UserError("every weight is 0", where=f"[weights] in {path}")
    return found


def read_harm(connection: Connection, table: PlaceTable, groups: Sequence[Group], period: Period, weights: HarmWeights) -> Floats:
    """Harm of each place and group, (n x groups), in units of the region's mean incident, so that log(1 + harm) reads as for counts."""
    rows = fetch(
        connection,
        "hotspots/category_counts",
        {"geography": table.geography.level, "edition": table.geography.edition} | period_values(period),
    )
    place = {code: i for i, code in enumerate(table.codes)}
    column = {group.id: i for i, group in enumerate(groups)}
    harm = np.zeros((len(table), len(groups)))
    at = (rows["code"].map(place).to_numpy(dtype=np.int64), rows["group_id"].map(column).to_numpy(dtype=np.int64))
    each = rows["category"].map(dict(weights.weights)).to_numpy(dtype=np.float64)
    incidents = rows["incidents"].to_numpy(dtype=np.float64)
    np.add.at(harm, at, each * incidents)
    total = float((each * incidents).sum())
    return harm * (float(incidents.sum()) / total) if total > 0 else harm
