"""The partnership's choice of factors, thresholds, similar characteristics and services, read strictly from risk_factors.toml.

An unknown key, a threshold of two kinds, a factor that is named and not declared: each is a UserError that names the file and the entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from core.declared import Declared, checked, read_toml
from core.settings import AnalysisSettings

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
Line = Annotated[str, Field(min_length=1, max_length=400)]
Share = Annotated[float, Field(gt=0, lt=1)]
Side = Literal["risk", "protective"]

# a combination is stored for every choice of thresholds of 2 to 4 factors: 12 risk factors with 3 each are 46,000 of them
MOST_RISK_FACTORS = 12
MOST_THRESHOLDS = 3


class FactorSource(Declared):
    """Where a factor's values come from: one of five kinds, each with its own keys."""

    kind: Literal["indicator", "rate", "hot_spot", "event", "reach"]
    indicator: str = ""
    # the same indicator before it was cut into classes; its order is used where classes tie
    score: str = ""
    period: str = ""
    geography: Literal["lsoa", "msoa"] = "lsoa"
    # value = per x numerator / denominator, for counts with a population at risk
    ratio_per: float = 0.0
    group: str = ""
    measure: Literal["smoothed_rate", "count"] = "smoothed_rate"
    feed: str = ""
    service: str = ""

    @model_validator(mode="after")
    def _keys_fit(self) -> Self:
        needed = {"indicator": "indicator", "rate": "group", "hot_spot": "group", "event": "feed", "reach": "service"}[self.kind]
        if not getattr(self, needed):
            raise ValueError(f"source of kind {self.kind} needs {needed}")
        return self


class Threshold(Declared):
    """Exactly one way to cut a factor."""

    label: Line
    at_most: float | None = None
    at_least: float | None = None
    highest_share: Share | None = None
    lowest_share: Share | None = None
    certainty: Literal[90, 95, 99] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = [w for w in (self.at_most, self.at_least, self.highest_share, self.lowest_share, self.certainty) if w is not None]
        if len(given) != 1:
            raise ValueError("a threshold needs exactly one of at_most, at_least, highest_share, lowest_share, certainty")
        return self

    @property
    def counts_low(self) -> bool:
        """Whether low values meet it."""
        return self.at_most is not None or self.lowest_share is not None


class Factor(Declared):
    """Something of a place that is a risk or protects, and the thresholds at which it may be cut, the widest first."""

    id: Identifier
    side: Side
    theme: Line
    label: Line
    # for the names of kinds of places: how a place with much, or little, of it is described
    high: Line
    low: Line
    unit: Line
    source: FactorSource
    thresholds: Annotated[tuple[Threshold, ...], Field(min_length=1, max_length=MOST_THRESHOLDS)]
    default: int
    caution: str = ""

    @model_validator(mode="after")
    def _thresholds_fit(self) -> Self:
        if not 1 <= self.default <= len(self.thresholds):
            raise ValueError(f"default {self.default} is not the position of a threshold")
        if len({t.counts_low for t in self.thresholds}) != 1:
            raise ValueError("thresholds count high values and low values; a factor has one direction")
        if any((t.certainty is None) == (self.source.kind == "hot_spot") for t in self.thresholds):
            raise ValueError("a hot spot is cut by certainty, and nothing else is")
        return self

    @property
    def low_is_more(self) -> bool:
        """Whether a low value means more of the factor: decile 1 is the most deprived."""
        return self.thresholds[0].counts_low


class Beside(Declared):
    """Which factors are set, by bivariate local Moran's I, against which factor of their neighbours."""

    second: str
    first: tuple[str, ...]


class HotSpotsAgainst(Declared):
    """The factor that every hot spot map is set against, at its default threshold, and how sure a hot spot must be."""

    against: str
    certainty: Literal[90, 95, 99]


class Typology(Declared):
    kinds: Annotated[int, Field(ge=2, le=12)]
    factors: tuple[str, ...]
    resamples: Annotated[int, Field(ge=10, le=1000)]


class Characteristic(Declared):
    """What makes places similar: an indicator, or the density of residents."""

    id: Identifier
    label: Line
    indicator: str = ""
    period: str = ""
    density: bool = False

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.density == bool(self.indicator):
            raise ValueError("a characteristic is either an indicator or density = true")
        return self


class Similar(Declared):
    areas: Annotated[int, Field(ge=3, le=50)]
    characteristics: Annotated[tuple[Characteristic, ...], Field(min_length=2)]
    groups: tuple[str, ...]


class ServiceKind(Declared):
    """A kind of service; unused says why a kind that is loaded may not be used for reach."""

    kind: Identifier
    label: Line
    reach_m: Annotated[int, Field(ge=100, le=100_000)]
    catchment_m: Annotated[int, Field(ge=100, le=200_000)]
    # whether it makes sense to ask where one more should stand
    further: bool = True
    caution: str = ""
    unused: str = ""


class Need(Declared):
    """Whom a further service should reach: all residents, the people an indicator counts, or residents of places it classes."""

    id: Identifier
    label: Line
    indicator: str = ""
    period: str = ""
    at_most: float | None = None
    caution: str = ""


class FactorDefinitions(Declared):
    """The whole file; every cross-reference has been checked."""

    version: Literal[1]
    source: Line
    reviewed: date
    review_due: date
    factor: Annotated[tuple[Factor, ...], Field(min_length=1)]
    beside: Beside
    hot_spots: HotSpotsAgainst | None = None
    typology: Typology
    similar: Similar
    service: tuple[ServiceKind, ...] = ()
    need: tuple[Need, ...] = ()

    @model_validator(mode="after")
    def _references_hold(self) -> Self:
        ids = [f.id for f in self.factor]
        for name, found in (("factor", ids), ("service", [s.kind for s in self.service]), ("need", [n.id for n in self.need])):
            if len(set(found)) != len(found):
                raise ValueError(f"{name}: an id is used twice")
        for name, named in (
            ("typology.factors", self.typology.factors),
            ("beside", (*self.beside.first, self.beside.second)),
            ("hot_spots", (self.hot_spots.against,) if self.hot_spots else ()),
        ):
            if unknown := set(named) - set(ids):
                raise ValueError(f"{name}: not declared: {', '.join(sorted(unknown))}")
        kinds = {s.kind for s in self.service if not s.unused}
        for factor in self.factor:
            if factor.source.kind == "reach" and factor.source.service not in kinds:
                raise ValueError(f"factor {factor.id}: service {factor.source.service} is not declared, or is unused")
        if len(self.on("risk")) > MOST_RISK_FACTORS:
            raise ValueError(f"factor: at most {MOST_RISK_FACTORS} risk factors, or their combinations are too many")
        return self

    def on(self, side: Side) -> tuple[Factor, ...]:
        return tuple(f for f in self.factor if f.side == side)


def load_factor_definitions(path: Path | None = None) -> FactorDefinitions:
    """Read and check a file of factors (without a path: the one of the settings). UserError says which entry is wrong."""
    path = path or AnalysisSettings().factors
    raw = read_toml(path, what="the file of risk factors", missing="correct HOMEGROUND_ANALYSIS_FACTORS, or leave it empty.")
    return parse_factor_definitions(raw, where=str(path))


def parse_factor_definitions(raw: Mapping[str, object], *, where: str) -> FactorDefinitions:
    """Definitions from parsed TOML. UserError names the first entry that is wrong."""
    return checked(
        FactorDefinitions, raw, where=where, hint="compare the entry with analytics/overlaps/risk_factors.toml as shipped."
    )
