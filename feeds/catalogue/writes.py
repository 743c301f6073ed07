"""The target shapes of the catalogue, `[[feed.writes]]`: which columns of a file go where in the store."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from feeds.catalogue.writes_background import BackgroundWrite
from feeds.catalogue.writes_police import OutcomeWrite, StopWrite

Keep = Literal["all", "region", "nearby"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PrintedArea(_Strict):
    """The column of an area code that places a row, and the code's edition: a code without one joins to nothing."""

    geography: Literal["lsoa"]
    edition: Literal["2011", "2021"]
    column: str


class EventWrite(_Strict):
    """One row an event: of record.incident (recorded crime), or of record.event (what a partner recorded, never added to it).

    Placed by its point; without one by its postcode; without that by its area code; else kept and counted as unplaced.
    """

    shape: Literal["event"]
    series: Literal["recorded_crime", "partner"] = "recorded_crime"
    month: str
    month_format: str = "%Y-%m"
    category: str
    categories: list[str] = []
    # names that the publisher used before and that stand for none of today's alone: a delivery with one is held
    former_categories: list[str] = []
    identifier: str = ""
    identifier_title: str = "identifier"
    # the column of the hour, '7' or '07:45': a partner's events alone, and no more of the time than that is kept
    hour: str = ""
    # a point, in columns x and y of this coordinate system
    x: str = ""
    y: str = ""
    crs: Literal[4326, 27700] = 4326
    # the middle of this postcode
    postcode: str = ""
    area: PrintedArea | None = None
    label: str = ""
    printed_area: str = ""
    outcome: str = ""
    reported_by: str = ""
    # the column that names the force whose area the row falls in
    force: str = ""
    furthest_km: Annotated[int, Field(gt=0)] = 150

    @model_validator(mode="after")
    def _belongs_to_its_series(self) -> EventWrite:
        if bool(self.x) != bool(self.y):
            raise ValueError("a point needs both x and y")
        crime_only = [n for n in ("label", "printed_area", "outcome", "reported_by", "force") if getattr(self, n)]
        if self.series == "partner" and crime_only:
            raise ValueError(f"only recorded crime keeps {', '.join(crime_only)}")
        if self.series == "recorded_crime" and self.hour:
            raise ValueError('only a partner\'s events have an hour: add series = "partner"')
        if self.series == "recorded_crime" and self.area is not None:
            raise ValueError('only a partner\'s events are placed by an area code: add series = "partner"')
        return self

    @property
    def columns(self) -> list[str]:
        named = (
            self.identifier, self.month, self.x, self.y, self.postcode, self.area.column if self.area else "", self.label, self.printed_area,
            self.category, self.outcome, self.reported_by, self.force, self.hour,
        )  # fmt: skip
        return [c for c in named if c]


class AreaWrite(_Strict):
    """Rows of place.area. detail: 2 generalised (BGC), 1 super-generalised (BSC), 0 names without a boundary."""

    shape: Literal["area"]
    geography: str
    edition: str
    code: str
    name: str
    detail: Literal[0, 1, 2, 3]
    keep: Keep = "all"

    @property
    def columns(self) -> list[str]:
        return [self.code, self.name]


class Side(_Strict):
    """One side of a lookup."""

    geography: str
    edition: str
    column: str


class ParentWrite(_Strict):
    """Rows of place.area_parent: exact-fit lookups only."""

    shape: Literal["parent"]
    child: Side
    parent: Side

    @property
    def columns(self) -> list[str]:
        return [self.child.column, self.parent.column]


class EditionChangeWrite(_Strict):
    """Rows of place.edition_change. An empty change column means that the change follows from the pairs themselves."""

    shape: Literal["edition_change"]
    geography: str
    from_edition: str
    from_code: str
    to_edition: str
    to_code: str
    change: str = ""

    @property
    def columns(self) -> list[str]:
        return [c for c in (self.from_code, self.to_code, self.change) if c]


class Measure(_Strict):
    """A count of people: the sum of columns."""

    measure: str
    sum_of: list[str]


class PopulationWrite(_Strict):
    """Rows of place.population. Wide files list measures; long files name the column of groups and a measure for each group."""

    shape: Literal["population"]
    geography: str
    edition: str
    code: str
    reference: str
    measures: list[Measure] = []
    group: str = ""
    groups: dict[str, str] = {}
    people: str = ""
    keep: Keep = "region"

    @model_validator(mode="after")
    def _wide_or_long(self) -> PopulationWrite:
        if bool(self.measures) == bool(self.group):
            raise ValueError("give either measures (wide) or group, groups and people (long)")
        if self.group and not (self.groups and self.people):
            raise ValueError("a long file needs group, groups and people")
        return self

    @property
    def columns(self) -> list[str]:
        wide = [c for m in self.measures for c in m.sum_of]
        return [self.code, *wide, *(c for c in (self.group, self.people) if c)]


class Value(_Strict):
    """One indicator: its id, the column of its value, and its bounds where it has them.

    publish: a release shows it as it stands. Only for figures that are open already and hold no small number of people: ranks, deciles,
    scores, percentages and rates of published statistics, never counts.
    """

    indicator: str
    label: str = ""
    unit: Literal["", "count", "decile", "rank", "score", "percent", "per_1000", "years"] = ""
    publish: bool = False
    column: str
    numerator: str = ""
    denominator: str = ""
    minimum: float | None = None
    maximum: float | None = None

    @model_validator(mode="after")
    def _can_be_published(self) -> Value:
        if not self.publish:
            return self
        if self.unit in ("", "count"):
            raise ValueError(
                "publish needs a unit other than count: a count of people can only be published through the disclosure gate"
            )
        if self.numerator or self.denominator:
            raise ValueError("publish shows a figure as it stands; one with a numerator or denominator gives its count away")
        if not self.label:
            raise ValueError("publish needs a label, in words for the public")
        return self

    @field_validator("minimum", "maximum", mode="before")
    @classmethod
    def _whole_numbers_count(cls, value: object) -> object:
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


class IndicatorWrite(_Strict):
    """Rows of record.indicator: area x indicator x period."""

    shape: Literal["indicator"]
    geography: str
    edition: str
    code: str
    # a fixed period such as "2025", or the column that holds it
    period: str = ""
    period_column: str = ""
    values: list[Value]
    keep: Keep = "region"

    @model_validator(mode="after")
    def _one_period(self) -> IndicatorWrite:
        if bool(self.period) == bool(self.period_column):
            raise ValueError("give either period or period_column")
        return self

    @property
    def columns(self) -> list[str]:
        wanted = [self.code, self.period_column]
        for value in self.values:
            wanted += [value.column, value.numerator, value.denominator]
        return [c for c in wanted if c]


class PostcodeWrite(_Strict):
    """Rows of place.postcode. Several feeds may each fill some of its columns."""

    shape: Literal["postcode"]
    postcode: str
    easting: str = ""
    northing: str = ""
    lsoa11_code: str = ""
    lsoa21_code: str = ""
    # a column that is filled for a postcode no longer in use
    terminated: str = ""
    # the column of the district, for keep = "region"
    district: str = ""
    keep: Literal["all", "region"] = "region"

    @property
    def columns(self) -> list[str]:
        named = (
            self.postcode, self.easting, self.northing, self.lsoa11_code, self.lsoa21_code, self.terminated, self.district,
        )  # fmt: skip
        return [c for c in named if c]


class ServiceWrite(_Strict):
    """Rows of record.service, placed by their own point, else by their postcode. A kind needs one of the two; bus stops have no postcode."""

    shape: Literal["service"]
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    identifier: str
    name: str
    postcode: str = ""
    status: str = ""
    statuses: dict[str, str] = {}
    # a point in British National Grid, or in degrees; of a row with both, the grid counts
    easting: str = ""
    northing: str = ""
    longitude: str = ""
    latitude: str = ""
    keep: Literal["all", "region"] = "region"

    @model_validator(mode="after")
    def _has_a_place(self) -> ServiceWrite:
        if bool(self.easting) != bool(self.northing):
            raise ValueError("a point needs both easting and northing")
        if bool(self.longitude) != bool(self.latitude):
            raise ValueError("a point needs both longitude and latitude")
        if not (self.postcode or self.easting or self.longitude):
            raise ValueError("a service needs a postcode, easting and northing, or longitude and latitude")
        return self

    @property
    def columns(self) -> list[str]:
        named = (
            self.identifier, self.name, self.postcode, self.status, self.easting, self.northing, self.longitude, self.latitude,
        )  # fmt: skip
        return [c for c in named if c]


class LabelWrite(_Strict):
    """Rows of place.area_label: one word about an area, of one kind, such as its rural-urban class."""

    shape: Literal["label"]
    geography: str
    edition: str
    code: str
    kind: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    label: str
    # the publisher's code of the label
    label_code: str = ""
    keep: Keep = "region"

    @property
    def columns(self) -> list[str]:
        return [c for c in (self.code, self.label, self.label_code) if c]


class LocalNameWrite(_Strict):
    """Rows of place.local_name: what people call an area."""

    shape: Literal["local_name"]
    geography: str
    edition: str
    code: str
    name: str
    keep: Keep = "region"

    @property
    def columns(self) -> list[str]:
        return [self.code, self.name]


Write = Annotated[
    EventWrite
    | AreaWrite
    | ParentWrite
    | EditionChangeWrite
    | PopulationWrite
    | IndicatorWrite
    | PostcodeWrite
    | ServiceWrite
    | LabelWrite
    | LocalNameWrite
    | BackgroundWrite
    | OutcomeWrite
    | StopWrite,
    Field(discriminator="shape"),
]
# reference data before what is joined to it
STAGES = (
    "parent", "edition_change", "area", "label", "local_name", "postcode", "population", "indicator", "service", "background", "event",
    "outcome", "stop",
)  # fmt: skip
