"""The catalogue of feeds: what each one is, how to know its files, how to read them, and where their columns go.

`catalogue.toml` is typed and strict: an unknown key, a wrong type or a contradiction is a UserError that names the file and the key.
A new feed is lines of TOML; code is needed only for a new target shape.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from core.errors import UserError
from core.paths import PROJECT_ROOT
from feeds.live.source import LiveSource

CATALOGUE = PROJECT_ROOT / "feeds" / "catalogue.toml"

Keep = Literal["all", "region", "nearby"]
Cadence = Literal["hourly", "daily", "weekly", "monthly", "quarterly", "yearly"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Recognise(_Strict):
    """How a file is known: the pattern of its name (or of its path inside an archive), else the columns or properties it must have."""

    file_name: str = ""
    columns: list[str] = []

    @field_validator("file_name")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return value

    @model_validator(mode="after")
    def _says_something(self) -> Recognise:
        if not self.file_name and not self.columns:
            raise ValueError("needs file_name or columns")
        return self


class Reading(_Strict):
    """How the bytes become rows. Encodings and coordinate systems are declared, never guessed in silence."""

    format: Literal["csv", "xlsx", "vector"] = "csv"
    encoding: Literal["utf-8", "latin-1", "cp1252", "utf-16"] = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    quote: Annotated[str, Field(max_length=1)] = '"'
    # names of the columns of a file that has no header row
    headerless: list[str] = []
    sheet: str = ""
    # coordinate systems that a boundary file may be in, as EPSG numbers
    crs: list[Literal[4326, 27700]] = [4326, 27700]
    # texts that stand for "no value" beside the empty text
    missing: list[str] = []


class Timing(_Strict):
    """Which time a delivery tells of: the month in its file name, or months in a column, or none."""

    rule: Literal["file_name", "column", "none"] = "none"


class Only(_Strict):
    """Rows to keep: those whose column holds one of these values."""

    column: str
    values: list[str]


class EventWrite(_Strict):
    """Rows of record.incident: one row an incident, with a point or without."""

    shape: Literal["event"]
    month: str
    month_format: str = "%Y-%m"
    category: str
    categories: list[str] = []
    identifier: str = ""
    identifier_title: str = "identifier"
    # a point, in columns x and y of this coordinate system
    x: str = ""
    y: str = ""
    crs: Literal[4326, 27700] = 4326
    label: str = ""
    printed_area: str = ""
    outcome: str = ""
    reported_by: str = ""
    # the column that names the force whose area the row falls in
    force: str = ""
    furthest_km: Annotated[int, Field(gt=0)] = 150

    @property
    def columns(self) -> list[str]:
        named = (
            self.identifier, self.month, self.x, self.y, self.label, self.printed_area,
            self.category, self.outcome, self.reported_by, self.force,
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
    """One indicator: its id, the column of its value, and its bounds where it has them."""

    indicator: str
    column: str
    numerator: str = ""
    denominator: str = ""
    minimum: float | None = None
    maximum: float | None = None

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
    """Rows of record.service, placed by their own point or by their postcode."""

    shape: Literal["service"]
    kind: str
    identifier: str
    name: str
    postcode: str
    status: str = ""
    statuses: dict[str, str] = {}
    longitude: str = ""
    latitude: str = ""
    keep: Literal["all", "region"] = "region"

    @property
    def columns(self) -> list[str]:
        named = (self.identifier, self.name, self.postcode, self.status, self.longitude, self.latitude)
        return [c for c in named if c]


Write = Annotated[
    EventWrite | AreaWrite | ParentWrite | EditionChangeWrite | PopulationWrite | IndicatorWrite | PostcodeWrite | ServiceWrite,
    Field(discriminator="shape"),
]
# reference data before what is joined to it
STAGES = ("parent", "edition_change", "area", "postcode", "population", "indicator", "service", "event")


class Feed(_Strict):
    """One feed. With no `writes` its files are recognised and listed, and not used yet."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    publisher: str
    licence: str
    sensitivity: Literal["open", "restricted", "personal"]
    edition: str = ""
    # what a redelivery replaces; {name} takes a named group of recognise.file_name. Empty: the whole feed
    slot: str = ""
    recognise: Recognise
    # where its files come from, for the worker; none: a person brings them
    source: LiveSource | None = None
    # how often the publisher delivers; with a source, the worker asks at least that often (feeds.worker.cadence)
    cadence: Cadence | None = None
    read: Reading = Reading()
    period: Timing = Timing()
    only: list[Only] = []
    writes: list[Write] = []

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Feed:
        groups = set(re.compile(self.recognise.file_name).groupindex)
        wanted = set(re.findall(r"\{(\w+)\}", self.slot))
        if not wanted <= groups:
            raise ValueError(f"slot names {sorted(wanted - groups)}, which recognise.file_name does not capture")
        if self.period.rule == "file_name" and "month" not in groups:
            raise ValueError("period.rule file_name needs a group (?P<month>...) in recognise.file_name")
        if self.read.headerless and (unknown := [c for c in self.required_columns if c not in self.read.headerless]):
            raise ValueError(f"columns not among read.headerless: {unknown}")
        if any(w.shape == "event" for w in self.writes) and self.period.rule == "none":
            raise ValueError("a feed of events needs a period rule")
        return self

    @property
    def required_columns(self) -> list[str]:
        """Every column that the feed's rules name, in order, once each."""
        wanted = [*self.recognise.columns, *(o.column for o in self.only), *(c for w in self.writes for c in w.columns)]
        return list(dict.fromkeys(wanted))

    @property
    def stage(self) -> int:
        """Place in the order of loading: the earliest of what it writes."""
        return min((STAGES.index(w.shape) for w in self.writes), default=len(STAGES))


class Catalogue(_Strict):
    """Every feed that is known here, in the order in which they are tried."""

    feed: list[Feed]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Catalogue:
        ids = [f.id for f in self.feed]
        if twice := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"feed ids used twice: {twice}")
        return self

    def get(self, feed_id: str) -> Feed:
        for feed in self.feed:
            if feed.id == feed_id:
                return feed
        raise UserError(f"no feed {feed_id!r} in the catalogue", hint="'homeground feeds list' names them.")


def read_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """The catalogue of a file. UserError naming the file, the feed and the key for anything that is not as it should be."""
    try:
        stat = path.stat()
    except OSError as error:
        raise UserError("the catalogue cannot be read", where=str(path)) from error
    return _read(path, stat.st_mtime_ns)


@lru_cache(maxsize=8)
def _read(path: Path, modified: int) -> Catalogue:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"not valid TOML: {error}", where=str(path)) from error
    try:
        return Catalogue.model_validate(content)
    except ValidationError as error:
        raise UserError(_explain(error, content), where=str(path), hint="docs/feeds.md lists the keys of a feed.") from error


def _explain(error: ValidationError, content: dict[str, object]) -> str:
    """Every fault as 'feed imd_2025, key read.delimiter: what is wrong'."""
    shapes = {s for w in get_args(get_args(Write)[0]) for s in get_args(w.model_fields["shape"].annotation)}
    lines = []
    feeds = content.get("feed")
    for fault in error.errors():
        steps = [s for s in fault["loc"] if s not in shapes]
        where = ""
        if len(steps) >= 2 and steps[0] == "feed" and isinstance(steps[1], int) and isinstance(feeds, list):
            entry = feeds[steps[1]]
            where = f"feed {entry.get('id', f'number {steps[1] + 1}') if isinstance(entry, dict) else steps[1] + 1}, "
            steps = steps[2:]
        key = ".".join(str(s) for s in steps) or "the whole"
        lines.append(f"{where}key {key}: {fault['msg']}")
    return "; ".join(lines)
