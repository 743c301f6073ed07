"""One entry of the catalogue: what a feed is, how its files are known and read. The types of every key."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from core.errors import UserError
from feeds.catalogue.agreement import Agreement
from feeds.catalogue.check import Check
from feeds.catalogue.shift import Shift
from feeds.catalogue.source import LiveSource
from feeds.catalogue.writes import STAGES, Write
from feeds.catalogue.writes_background import BackgroundWrite

Cadence = Literal["hourly", "daily", "weekly", "monthly", "quarterly", "yearly"]
# how an hour that a spreadsheet holds as one is written
HOUR = "%H:%M"
_SUFFIXES = {
    "csv": (".csv", ".tsv"), "xlsx": (".xlsx",), "parquet": (".parquet",),
    "vector": (".geojson", ".json", ".gpkg", ".zip", ".shp", ".pbf"),
}  # fmt: skip


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Recognise(_Strict):
    """How a file is known: the pattern of its name (or of its path inside an archive), else the columns or properties it must have.

    layers: of a file of many layers, those that it must have; such a file is known by its name or by them.
    """

    file_name: str = ""
    columns: list[str] = []
    layers: list[str] = []

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
        if not (self.file_name or self.columns or self.layers):
            raise ValueError("needs file_name, columns or layers")
        return self


class Reading(_Strict):
    """How the bytes become rows. Encodings and coordinate systems are declared, never guessed in silence."""

    format: Literal["csv", "xlsx", "parquet", "vector"] = "csv"
    encoding: Literal["utf-8", "latin-1", "cp1252", "utf-16"] = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    quote: Annotated[str, Field(max_length=1)] = '"'
    # names of the columns of a file that has no header row
    headerless: list[str] = []
    # the row that names the columns, counted from 1 as a spreadsheet or an editor shows it: a published sheet has title rows above it
    header_row: Annotated[int, Field(ge=1, le=1_000)] = 1
    sheet: str = ""
    # the layer of a file of many; empty: the one that has the feed's columns
    layer: str = ""
    # coordinate systems that a boundary file may be in, as EPSG numbers
    crs: list[Literal[4326, 27700]] = [4326, 27700]
    # the one that the format itself lays down, for formats that cannot say theirs (TopoJSON); 0: a file must say it
    crs_of_format: Literal[0, 4326, 27700] = 0
    # texts that stand for "no value" beside the empty text
    missing: list[str] = []

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings of the names of files of this format, .gz aside."""
        return _SUFFIXES[self.format]


class Timing(_Strict):
    """Which time a delivery tells of: the month in its file name, or months in a column, or none."""

    rule: Literal["file_name", "column", "none"] = "none"


class Only(_Strict):
    """Rows to keep: those whose column holds one of these values."""

    column: str
    values: list[str]


class Feed(_Strict):
    """One feed. With no `writes` its files are recognised and listed, with the reason why they are not used."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    publisher: str
    # open data has a licence, a partner's has an agreement: one of the two
    licence: str = ""
    agreement: Agreement | None = None
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
    # what is promised of columns, beside the rules of the target shape
    checks: list[Check] = []
    # how far a delivery may depart from those before it (feeds.catalogue.shift); None: feeds of events are watched by the defaults
    shift: Shift | None = None
    # a delivery whose newest month ended longer ago is held
    fresh_within_days: Annotated[int, Field(gt=0)] | None = None
    writes: list[Write] = []
    # why a feed without `writes` is known and not used
    unused: str = ""

    @model_validator(mode="after")
    def _unused_writes_nothing(self) -> Feed:
        if self.writes and self.unused:
            raise ValueError("unused says why nothing of a feed is stored; this one writes something")
        return self

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
        if self.has_events and self.period.rule == "none":
            raise ValueError("a feed of events needs a period rule")
        if self.fresh_within_days is not None and not self.has_events:
            raise ValueError("fresh_within_days needs events, whose months are known")
        return self

    @model_validator(mode="after")
    def _licence_or_agreement(self) -> Feed:
        if bool(self.licence) == (self.agreement is not None):
            raise ValueError("give either licence (open data) or agreement (a partner's data)")
        if self.sensitivity != "open" and self.agreement is None:
            raise ValueError(f"{self.sensitivity} data needs an agreement")
        published = [v.indicator for w in self.writes if w.shape == "indicator" for v in w.values if v.publish]
        if published and (self.sensitivity != "open" or not self.licence):
            raise ValueError(f"only open data under a licence may be published as it stands: {', '.join(published)}")
        return self

    @model_validator(mode="after")
    def _layers_are_of_a_background(self) -> Feed:
        backgrounds = [w for w in self.writes if w.shape == "background"]
        if backgrounds and (len(self.writes) > 1 or self.read.format != "vector" or self.sensitivity != "open"):
            raise ValueError("a feed of the shape background is open, read as vector, and writes nothing else: every map shows it")
        if backgrounds and (self.recognise.columns or self.read.layer or self.only or self.checks):
            raise ValueError(
                "a feed of the shape background reads many layers: it is known by recognise.layers, and has no columns of its own"
            )
        if self.recognise.layers and not backgrounds:
            raise ValueError("recognise.layers is for feeds of the shape background; name one layer in read.layer")
        return self

    @property
    def background(self) -> BackgroundWrite | None:
        """What it writes where it is the background of maps, whose files are read layer by layer."""
        return next((w for w in self.writes if w.shape == "background"), None)

    @property
    def has_events(self) -> bool:
        """Whether its rows are records of something that happened in a month."""
        return any(w.shape in ("event", "outcome", "stop") for w in self.writes)

    @property
    def terms(self) -> str:
        """The licence, or the agreement in its place, as stored with every delivery."""
        return self.licence if self.agreement is None else self.agreement.as_licence

    @property
    def watched(self) -> Shift:
        """The rule that deliveries are compared by."""
        return self.shift or Shift(watch=self.has_events)

    @property
    def required_columns(self) -> list[str]:
        """Every column that the feed's rules name, in order, once each."""
        wanted = [
            *self.recognise.columns,
            *(o.column for o in self.only),
            *(c.column for c in self.checks),
            *(c for w in self.writes for c in w.columns),
        ]
        return list(dict.fromkeys(wanted))

    @property
    def date_formats(self) -> dict[str, str]:
        """How the dates and hours of a column are written, by column, as the rules of the feed say."""
        found = {c.column: c.format for c in self.checks if c.format}
        for write in self.writes:
            if write.shape in ("event", "outcome"):
                found[write.month] = write.month_format
            if write.shape == "event" and write.hour:
                found.setdefault(write.hour, HOUR)
        return found

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
