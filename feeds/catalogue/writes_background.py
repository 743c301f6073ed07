"""The target shape of the background of maps: which features of which layers are drawn as what."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

Drawn = Literal[
    "city", "town", "suburb", "village", "hamlet", "station", "motorway", "a_road", "b_road", "minor_road", "street", "path",
    "railway", "water", "river", "stream", "park", "wood",
]  # fmt: skip


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class BackgroundLayer(_Strict):
    """One layer: all of it drawn as one thing, or by the values of a column. What no value names is left out.

    column: of OpenStreetMap's further tags 'other_tags.railway' and the like.
    """

    layer: str
    drawn: Drawn | Literal[""] = ""
    column: str = ""
    drawn_by: dict[str, Drawn] = {}
    # columns of the name: the first that is filled
    name: list[str] = []

    @model_validator(mode="after")
    def _one_way(self) -> BackgroundLayer:
        if bool(self.drawn) == bool(self.column) or bool(self.column) != bool(self.drawn_by):
            raise ValueError("give either drawn, or column and drawn_by")
        return self


class BackgroundWrite(_Strict):
    """Rows of place.background. attribution: what the publisher asks to be said on every map."""

    shape: Literal["background"]
    attribution: str
    layers: list[BackgroundLayer]

    @property
    def columns(self) -> list[str]:
        """Of no layer all are asked for: a file may lack a layer, and a layer a column of names."""
        return []

    def columns_of(self, layer: str) -> list[str]:
        """The columns that are read of a layer, in order, once each."""
        wanted = [c.partition(".")[0] for rule in self.layers if rule.layer == layer for c in (rule.column, *rule.name) if c]
        return list(dict.fromkeys(wanted))

    @property
    def layer_names(self) -> list[str]:
        return list(dict.fromkeys(rule.layer for rule in self.layers))
