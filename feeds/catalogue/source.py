"""Where a feed's files come from: the optional `[feed.source]` of the catalogue, typed and strict.

A month in `url` and `file_name` is written `{month}` and becomes YYYY-MM.
"""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from sqlalchemy import text

from core.settings import RegionSettings

POLICE_API = "https://data.police.uk/api"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Web(_Strict):
    url: str
    # hosts beside the address's own that a redirect may lead to
    hosts: list[str] = []

    @field_validator("url")
    @classmethod
    def _is_https(cls, value: str) -> str:
        parts = urlsplit(value)
        # plain http to this very machine is for tests; feeds.fetching.client refuses it unless it is told otherwise
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise ValueError("not an https address")
        if parts.username or parts.password:
            raise ValueError("holds a user name or password")
        return value

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        return (urlsplit(self.url).netloc.lower(), *(h.lower() for h in self.hosts))


def _plain_name(value: str) -> str:
    path = PurePosixPath(value)
    if not value or path.is_absolute() or ".." in path.parts or path.name.startswith("."):
        raise ValueError("not a plain file name, or a path below the feed's own folder")
    return value


class FileSource(_Web):
    """A file at an address; with {month} in it, one file a month."""

    kind: Literal["file"]
    # the name it is given here, by which `recognise` knows it
    file_name: str
    content_types: list[str] = []
    sha256: str = ""
    # how many of the newest months, where the address names one
    months: Annotated[int, Field(ge=1, le=240)] = 1

    _name_is_plain = field_validator("file_name")(_plain_name)

    @field_validator("sha256")
    @classmethod
    def _is_a_digest(cls, value: str) -> str:
        if value and (len(value) != 64 or set(value.lower()) - set("0123456789abcdef")):
            raise ValueError("not a SHA-256 in hexadecimal")
        return value

    @model_validator(mode="after")
    def _months_agree(self) -> FileSource:
        if ("{month}" in self.url) != ("{month}" in self.file_name):
            raise ValueError("give {month} in both url and file_name, or in neither")
        if "{month}" in self.url and self.sha256:
            raise ValueError("one sha256 cannot hold for the files of many months")
        return self

    @property
    def by_month(self) -> bool:
        return "{month}" in self.url


class PoliceSource(_Web):
    """The police.uk API: a force's crimes or stops, month by month, written as the bulk files of data.police.uk."""

    kind: Literal["police_api"]
    url: str = POLICE_API
    # the force's id in the API, and its name as the bulk files print it; empty: the region's (HOMEGROUND_REGION_*)
    force: Annotated[str, Field(pattern=r"^[a-z-]*$")] = ""
    force_name: str = ""
    data: Literal["crimes", "stops"]
    # how many of the newest published months: outcomes of earlier months still change
    months: Annotated[int, Field(ge=1, le=36)] = 1

    def of_region(self, region: RegionSettings) -> PoliceSource:
        """The same source with the region's force where the catalogue names none."""
        return self.model_copy(update={"force": self.force or region.slug, "force_name": self.force_name or region.force_name})


class ArcgisSource(_Web):
    """One layer of an ArcGIS FeatureServer, such as the ONS Open Geography Portal's, written as GeoJSON in WGS84."""

    kind: Literal["arcgis"]
    file_name: str
    where: str = "1=1"
    fields: list[str] = ["*"]

    _name_is_plain = field_validator("file_name")(_plain_name)

    @field_validator("url")
    @classmethod
    def _is_a_layer(cls, value: str) -> str:
        if not value.rstrip("/").rpartition("/")[2].isdigit():
            raise ValueError("not the address of a layer: it should end in FeatureServer/ and a number")
        return value.rstrip("/")


class FolderSource(_Strict):
    """Files that a partner drops into a folder below the inbox (HOMEGROUND_WORKER_INBOX)."""

    kind: Literal["folder"]
    folder: str

    _name_is_plain = field_validator("folder")(_plain_name)


class DatabaseSource(BaseModel):
    """`source = { kind = "database", ... }`. Values travel as bound parameters (`:name` in the statement)."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    kind: Literal["database"]
    # a name in HOMEGROUND_PARTNER_DATABASES
    database: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    statement: str
    parameters: dict[str, str | int | float | date] = {}
    # the name that its file is given, by which `recognise` knows it
    file_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*\.csv$")]
    timeout_s: Annotated[int, Field(gt=0, le=3600)] = 300
    most_rows: Annotated[int, Field(gt=0)] = 5_000_000

    @field_validator("statement")
    @classmethod
    def _is_one_question(cls, value: str) -> str:
        if ";" in value or not value.lstrip().lower().startswith(("select", "with")):
            raise ValueError("not one SELECT without a semicolon")
        return value

    @model_validator(mode="after")
    def _parameters_are_named(self) -> DatabaseSource:
        named = set(text(self.statement)._bindparams)
        if named != set(self.parameters):
            raise ValueError(f"parameters and statement differ: {sorted(named ^ set(self.parameters))}")
        return self


LiveSource = Annotated[FileSource | PoliceSource | ArcgisSource | FolderSource | DatabaseSource, Field(discriminator="kind")]


def is_web(source: LiveSource | None) -> bool:
    """Whether a source is a publisher's server, which a sealed place may not ask."""
    return isinstance(source, FileSource | PoliceSource | ArcgisSource)
