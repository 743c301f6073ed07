"""Every setting, typed, one class per concern. Nothing else reads the environment.

Each field carries its help text, and `.env.example` has a line for each; tests/architecture holds both.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.contracts import address_of, said_name
from core.errors import UserError
from core.paths import PROJECT_ROOT

_ENV_FILE = PROJECT_ROOT / ".env"


def _config(prefix: str) -> SettingsConfigDict:
    # an empty line in .env means "the default", as the help texts say, not a path or an address that is empty
    return SettingsConfigDict(
        env_prefix=prefix, env_file=_ENV_FILE, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )


class DatabaseSettings(BaseSettings):
    """Which server to use, and the credential of each role."""

    model_config = _config("HOMEGROUND_")

    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL with PostGIS to use, as postgresql://user:password@host:port/name, with the right to create"
        " schemas and roles. Empty: a private cluster of our own under HOMEGROUND_STATE_DIR.",
    )
    pipeline_url: SecretStr | None = Field(
        default=None, description="Credential of homeground_pipeline. Empty: derived from the server and a generated password."
    )
    professional_url: SecretStr | None = Field(
        default=None, description="Credential of homeground_professional. Empty: derived from the server and a generated password."
    )
    community_url: SecretStr | None = Field(
        default=None, description="Credential of homeground_community. Empty: derived from the server and a generated password."
    )
    questions_url: SecretStr | None = Field(
        default=None, description="Credential of homeground_questions. Empty: derived from the server and a generated password."
    )
    database_name: str = Field(
        default="", description="Database of the private cluster. Empty: the one the last demo chose, or homeground."
    )
    state_dir: Path = Field(
        default=PROJECT_ROOT / ".homeground",
        description="Folder of the private cluster, its credentials and logs, and of indexes of outlines that are kept between runs.",
    )
    pg_bin: Path | None = Field(
        default=None, description="Folder of initdb and pg_ctl. Empty: the newest PostgreSQL found on the machine."
    )


# forces whose id in the names of files does not follow from their name
_SLUGS = {
    "british transport police": "btp",
    "police service of northern ireland": "northern-ireland",
    "psni": "northern-ireland",
    "hampshire and isle of wight constabulary": "hampshire",
    "hampshire & isle of wight constabulary": "hampshire",
}


class LimitSettings(BaseSettings):
    """How much of the server each database role may take, so that one cannot lock the others out."""

    model_config = _config("HOMEGROUND_LIMIT_")

    community_connections: int = Field(
        default=20,
        ge=1,
        le=10_000,
        description="Connections that homeground_community may have at once, all its processes together.",
    )
    questions_connections: int = Field(
        default=5,
        ge=1,
        le=10_000,
        description="Connections that homeground_questions, which takes in what residents ask, may have at once.",
    )
    professional_connections: int = Field(
        default=15,
        ge=1,
        le=10_000,
        description="Connections that homeground_professional may have at once, all its processes together.",
    )
    pipeline_connections: int = Field(
        default=20, ge=1, le=10_000, description="Connections that homeground_pipeline may have at once: commands, workers, stages."
    )
    statement_s: int = Field(
        default=60,
        ge=1,
        le=86_400,
        description="Seconds after which a statement of either portal's role is ended, waiting included.",
    )
    idle_s: int = Field(
        default=120,
        ge=1,
        le=86_400,
        description="Seconds after which a transaction of either portal's role that does nothing is ended.",
    )
    lock_s: int = Field(
        default=30, ge=1, le=86_400, description="Seconds that a statement of either portal's role waits for a lock."
    )
    temporary_mb: int = Field(
        default=512,
        ge=1,
        le=1_000_000,
        description="Megabytes of temporary files that a session of either portal's role may fill; only where a superuser migrates.",
    )


class AuditSettings(BaseSettings):
    """Where signed heads of the audit trail are kept."""

    model_config = _config("HOMEGROUND_AUDIT_")

    anchors: Path | None = Field(
        default=None,
        description="File that a signed head of the audit trail is appended to, at each release and each day. Put it where the database's"
        " server cannot write, or copy it there. Empty: audit/anchors.jsonl below HOMEGROUND_STATE_DIR.",
    )
    key: Path | None = Field(
        default=None,
        description="File of the private key (Ed25519) that signs them; made on first use. Empty: credentials/audit.pem below"
        " HOMEGROUND_STATE_DIR.",
    )


class BriefSettings(BaseSettings):
    """Where the register of briefs is kept, and what signs it."""

    model_config = _config("HOMEGROUND_BRIEF_")

    register_file: Path | None = Field(
        default=None,
        description="File that a signed line is appended to for each brief and each needs assessment that is made: reference, place, release,"
        " hash. Empty: briefs/register.jsonl below HOMEGROUND_STATE_DIR.",
    )
    key: Path | None = Field(
        default=None,
        description="File of the private key (Ed25519) that signs them; made on first use. Empty: credentials/briefs.pem below"
        " HOMEGROUND_STATE_DIR.",
    )


# words in the names of forces and their areas that tell none from another; Hampshire's area is without the Isle of Wight in its name
_OF_EVERY_FORCE = {"police", "constabulary", "service", "and", "of", "the", "isle", "wight"}


def _words_of_force(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", name.casefold())) - _OF_EVERY_FORCE


class RegionSettings(BaseSettings):
    """Which police force area this installation serves."""

    model_config = _config("HOMEGROUND_REGION_")

    force_name: str = Field(
        default="Thames Valley Police",
        description="Force, as police.uk files name it in 'Falls within'. A file of another force is refused.",
    )
    force_slug: str = Field(
        default="",
        pattern=r"^[a-z-]*$",
        description="The same force in the names of police.uk files and addresses, such as thames-valley. Empty: from the force's name."
        " Files named after another force are recognised and left alone.",
    )
    force_area_name: str = Field(
        default="",
        description="The same force area, as the ONS lookup of police force areas names it. Empty: the area whose name has the words of the"
        " force's name (Surrey Police: Surrey; City of London Police: London, City of).",
    )
    synthetic: bool = Field(default=False, description="True labels every page and brief as synthetic data.")

    @model_validator(mode="after")
    def _one_force(self) -> Self:
        force, area = _words_of_force(self.force_name), _words_of_force(self.force_area_name)
        if self.force_area_name and not (force <= area or area <= force):
            raise ValueError(
                f"the force is {self.force_name} and the area is {self.force_area_name}: these are two forces"
                " (HOMEGROUND_REGION_FORCE_NAME, HOMEGROUND_REGION_FORCE_AREA_NAME; leave the area empty and it follows from the force)"
            )
        return self

    @property
    def area_name(self) -> str:
        """The name of the area for messages: as it was set, else that of the force."""
        return self.force_area_name or self.force_name

    def is_area(self, name: str) -> bool:
        """Whether a force area of this name, as the lookup has it, is the one that is served."""
        if self.force_area_name:
            return said_name(name) == said_name(self.force_area_name)
        return _words_of_force(name) == _words_of_force(self.force_name)

    def no_such_area(self, held: Sequence[str]) -> UserError:
        """What to say where none of the force areas that are held is the one that is served: the setting, its value and names like it."""
        where = "HOMEGROUND_REGION_FORCE_AREA_NAME" if self.force_area_name else "HOMEGROUND_REGION_FORCE_NAME"
        near = difflib.get_close_matches(self.area_name, held, n=3, cutoff=0.3) or sorted(held)[:3]
        empty = " Leave it empty, and the area follows from the force." if self.force_area_name else ""
        return UserError(
            f"no force area that is loaded is that of {self.area_name!r}",
            where=where,
            hint=f"of those that are held the nearest by name are {', '.join(near)}.{empty} Then load the lookups again.",
        )

    @property
    def slug(self) -> str:
        """force_slug, or what data.police.uk makes of the name: 'Devon & Cornwall Police' is devon-and-cornwall."""
        if self.force_slug:
            return self.force_slug
        if named := _SLUGS.get(self.force_name.strip().casefold()):
            return named
        plain = re.sub(r"\(.*?\)", "", self.force_name.casefold()).replace("&", " and ")
        words = re.findall(r"[a-z]+", plain)
        return "-".join(w for w in words if w not in ("police", "constabulary", "service"))


class WorkerSettings(BaseSettings):
    """The worker that loads feeds by their cadence."""

    model_config = _config("HOMEGROUND_WORKER_")

    inbox: Path | None = Field(
        default=None,
        description="Folder below which partners drop files; a feed whose source is a folder has its own in it."
        " Empty: inbox below HOMEGROUND_STATE_DIR.",
    )
    downloads: Path | None = Field(
        default=None,
        description="Folder for files fetched from live sources, one folder a feed. Empty: downloads below HOMEGROUND_STATE_DIR.",
    )
    fetch: bool = Field(
        default=True,
        description="False where this machine may ask no publisher's server: the worker then serves folders and partners' databases alone."
        " A synthetic region asks none either way.",
    )
    jobs: int = Field(
        default=2, ge=1, le=3, description="How many feeds one worker loads at the same time; start more workers for more."
    )
    retries: int = Field(
        default=5, ge=0, le=20, description="How often a feed that failed is tried again before it shows as failed."
    )
    first_retry_s: float = Field(
        default=60.0,
        gt=0,
        le=86_400,
        description="Seconds before the first retry; each later one waits four times as long, with jitter.",
    )
    poll_s: float = Field(default=5.0, gt=0, le=3600, description="Seconds between looks for jobs whose time has come.")
    look_s: float = Field(
        default=30.0, gt=0, le=3600, description="Seconds between looks for feeds that are due and for jobs of dead workers."
    )
    dead_after_s: float = Field(
        default=60.0, ge=1, le=3600, description="Seconds without a sign of life after which a worker counts as dead."
    )


class FileSettings(BaseSettings):
    """How large a file that is offered to a feed may be. A larger one is refused before it fills the memory."""

    model_config = _config("HOMEGROUND_FILES_")

    most_unpacked_mb: int = Field(
        default=2_048,
        ge=1,
        le=65_536,
        description="Megabytes that one file, or one member of an archive, may have once it is unpacked."
        " Reading takes about three times as much memory.",
    )
    most_ratio: int = Field(
        default=100,
        ge=2,
        le=2_000,
        description="How many times its packed size a file may have once it is unpacked, where that is more than 64 MB:"
        " a small file that unpacks to gigabytes is an accident or an attack.",
    )
    most_members: int = Field(default=10_000, ge=1, le=10_000_000, description="Files that one archive may hold.")
    most_columns: int = Field(default=5_000, ge=1, le=1_000_000, description="Columns that one table may have.")
    most_rows: int = Field(default=10_000_000, ge=1_000, le=1_000_000_000, description="Rows that one table may have.")
    most_cells: int = Field(
        default=10_000_000,
        ge=1_000,
        le=1_000_000_000,
        description="Cells from the first to the last row and column of a worksheet that hold something.",
    )


class PartnerSettings(BaseSettings):
    """Partners' own databases that feeds may read."""

    model_config = _config("HOMEGROUND_PARTNER_")

    databases: dict[str, SecretStr] | None = Field(
        default=None,
        description="Addresses of partners' PostgreSQL databases by the name that a feed's source gives, as JSON such as"
        ' {"housing": "postgresql://reader:password@host:5432/name"}. Give each a role that may only read.',
    )


class AnalysisSettings(BaseSettings):
    """Choices of method that a partnership may change."""

    model_config = _config("HOMEGROUND_ANALYSIS_")

    definitions: Path = Field(
        default=PROJECT_ROOT / "analytics" / "counts" / "definitions.toml",
        description="Category groups, what counts as serious violence, and which offences police activity produces.",
    )
    factors: Path = Field(
        default=PROJECT_ROOT / "analytics" / "overlaps" / "risk_factors.toml",
        description="Risk and protective factors with their thresholds, what makes places similar, and which services count.",
    )
    harm_weights: Path | None = Field(
        default=None,
        description="Weights of categories for a hot spot map by harm, with their source and mapping; none is shipped. Empty: no such map.",
    )
    risk_model: Path = Field(
        default=PROJECT_ROOT / "analytics" / "risk_model" / "risk_model.toml",
        description="Terms of the risk factor model, what was left out of it on purpose, and who answers for it.",
    )
    months: int = Field(default=12, ge=1, le=120, description="Length in months of the analysed and published period.")
    expires_after_months: int = Field(
        default=6,
        ge=1,
        le=24,
        description="Months after its last one for which a hot spot map stands; after that the page says that it has expired.",
    )
    seed: int = Field(default=20_260_101, description="Seed of every random number in the analysis; recorded with the result.")
    permutations: int = Field(
        default=99_999,
        ge=0,
        le=9_999_999,
        description="Random maps behind hot spot p values; 0 uses the normal approximation, which finds hot spots where there are none.",
    )


class ComputeSettings(BaseSettings):
    """Where the place and count stages compute. The rows are the same either way; the database is written by the driver alone."""

    model_config = _config("HOMEGROUND_COMPUTE_")

    engine: Literal["local", "dask"] = Field(
        default="local",
        description="local: in this process; dask: on workers of dask[distributed], which hold no database credential.",
    )
    scheduler: str = Field(
        default="",
        description="Address of a Dask scheduler, such as tls://10.0.0.5:8786. Empty: worker processes of our own on this machine.",
    )
    workers: int = Field(default=2, ge=1, le=64, description="How many worker processes of our own, where no scheduler is named.")
    locations_a_task: int = Field(
        default=50_000, ge=1, le=10_000_000, description="Distinct locations that one task places; incidents go by the month."
    )


class ReleaseSettings(BaseSettings):
    """How small numbers are protected."""

    model_config = _config("HOMEGROUND_RELEASE_")

    policy: Path = Field(
        default=PROJECT_ROOT / "analytics" / "disclosure" / "policy.toml",
        description="Disclosure policy: threshold k, required interval, whether zeros are published, source and review date.",
    )
    plan: Path = Field(
        default=PROJECT_ROOT / "analytics" / "release" / "plan.toml",
        description="Publication plan: which geographies, categories and period are published.",
    )
    search_plan: Path = Field(
        default=PROJECT_ROOT / "analytics" / "release" / "search_plan.toml",
        description="Plan of stop and search: what is published of it by district, in which groups, and how often it is renewed.",
    )
    signing_key: Path | None = Field(
        default=None,
        description="File of the private key (Ed25519) that signs exported releases; 'homeground release key FILE' makes one."
        " Empty: exports are not signed.",
    )
    choice_key: Path | None = Field(
        default=None,
        description="File of the secret key that varies which cells are withheld to protect others; 'homeground release key FILE --choice'"
        " makes one. Empty: by loss alone, and whoever runs this programme on guessed counts can compare.",
    )
    two_people: bool = Field(
        default=False,
        description="True: every release needs two people, the command line's too: it publishes what was proposed on the page Releases and"
        " approved there by somebody else. 'homeground db migrate' tells the database, which holds to it.",
    )


class HubSettings(BaseSettings):
    """One portal over the signed releases of many forces."""

    model_config = _config("HOMEGROUND_HUB_")

    trust: Path | None = Field(
        default=None,
        description="File that names each force whose crates this hub takes in, with its public keys (docs/hub.md). Empty: this is no hub.",
    )


class GroupSettings(BaseSettings):
    """Many forces on one server."""

    model_config = _config("HOMEGROUND_")

    group: Path | None = Field(
        default=None,
        description="File that names the forces of a group, which 'homeground group' prepares and runs (docs/group.md). Empty: it is named on"
        " the command line.",
    )


# scheme, host and port, and no path
_ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?")


class QuestionSettings(BaseSettings):
    """Questions that residents ask about published figures."""

    model_config = _config("HOMEGROUND_QUESTIONS_")

    most_a_day: int = Field(
        default=200,
        ge=0,
        le=1_000_000,
        description="Questions that are taken in online on one day, by UTC; above it people are asked to come back or to use paper."
        " 'homeground db migrate' tells the database, which holds to it.",
    )
    most_waiting: int = Field(
        default=2_000,
        ge=0,
        le=10_000_000,
        description="Questions that wait for a moderator at which no more are taken in online; told to the database as above.",
    )
    kept_days: int = Field(
        default=90,
        ge=1,
        le=3_650,
        description="Days after its refusal or its answer until a question is deleted with its receipt; what was published stays."
        " Told to the database as above.",
    )
    read_within_days: int = Field(
        default=14,
        ge=1,
        le=365,
        description="Days within which a question is to be read. The receipt says the day; after it the desk marks the question as late, and"
        " how many are late is public.",
    )
    bodies: str = Field(
        default="the police; the council; the community safety partnership",
        description="Bodies that a question may be passed to and that answer it by name, with semicolons between.",
    )
    moderators: str = Field(
        default="analyst, planner",
        description="Roles of the professional portal that moderate questions of their districts: officer, analyst, planner.",
    )

    @property
    def named_bodies(self) -> tuple[str, ...]:
        return tuple(name for part in self.bodies.split(";") if (name := " ".join(part.split())))

    @property
    def moderating_roles(self) -> frozenset[str]:
        return frozenset(part.strip() for part in self.moderators.split(",") if part.strip())

    @field_validator("bodies")
    @classmethod
    def _bodies(cls, given: str) -> str:
        names = [" ".join(part.split()) for part in given.split(";")]
        if not any(names) or any(len(name) == 1 or len(name) > 80 for name in names):
            raise ValueError("no list of bodies: give names of 2 to 80 characters with semicolons between")
        return given

    @field_validator("moderators")
    @classmethod
    def _roles(cls, given: str) -> str:
        wrong = {part.strip() for part in given.split(",")} - {"", "officer", "analyst", "planner"}
        if wrong:
            raise ValueError(
                f"no role of the professional portal: {', '.join(sorted(wrong))}; it knows officer, analyst and planner"
            )
        return given


class MailSettings(BaseSettings):
    """The partnership's own server for e-mail (SMTP), which takes every letter that this product sends."""

    model_config = _config("HOMEGROUND_SMTP_")

    host: str = Field(
        default="",
        description="Name or address of the server that takes e-mail, such as mail.example. Empty: no e-mail is sent or offered.",
    )
    port: int = Field(default=587, ge=1, le=65_535, description="Its port: 587 for starttls, 465 for tls, as a rule.")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="starttls: TLS is asked for, and nothing is sent without it; tls: from the first byte; none: only for a server on this"
        " machine or in a network of its own, and never with a password.",
    )
    ca_file: Path | None = Field(
        default=None,
        description="File (PEM) of the authority that signed the server's certificate. Empty: those that this machine trusts.",
    )
    user: str = Field(default="", description="Name to sign in with there. Empty: the server takes letters without.")
    password: SecretStr | None = Field(default=None, description="Password of that name.")
    sender: str = Field(
        default="", description="Address that letters come from, such as figures@partnership.example; needed where a host is named."
    )
    sender_name: str = Field(
        default="", max_length=200, description="Name beside that address. Empty: HOMEGROUND_PORTAL_PUBLISHER, else Homeground."
    )
    timeout_s: float = Field(default=20, gt=0, le=600, description="Seconds to wait for the server's next answer.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.host and not self.sender:
            raise ValueError("letters need an address that they come from: set HOMEGROUND_SMTP_SENDER too")
        if self.password is not None and self.security == "none":
            raise ValueError("a password is not sent without TLS: set HOMEGROUND_SMTP_SECURITY to starttls or tls")
        if bool(self.user) != (self.password is not None):
            raise ValueError(
                "a name and a password go together: set both HOMEGROUND_SMTP_USER and HOMEGROUND_SMTP_PASSWORD, or none"
            )
        return self

    @field_validator("sender")
    @classmethod
    def _one_address(cls, given: str) -> str:
        found = address_of(given) if given else ""
        if found is None:
            raise ValueError("not one address for e-mail: give one such as figures@partnership.example")
        return found


class CopySettings(BaseSettings):
    """Copies of people's dashboards that the worker makes by the calendar."""

    model_config = _config("HOMEGROUND_COPIES_")

    folder: Path | None = Field(
        default=None,
        description="Folder that copies are written to, one folder a dashboard, readable by the worker's account alone. They hold small"
        " numbers about small places. Empty: copies below HOMEGROUND_STATE_DIR.",
    )
    domains: str = Field(
        default="",
        description="Domains of e-mail addresses that a copy may be sent to, such as police.example council.example, with blanks between."
        " Empty: none is sent by e-mail.",
    )
    rights_days: int = Field(
        default=31,
        ge=1,
        le=366,
        description="Days after which a person who did not come to the portal has no rights that copies are made under; copies then end.",
    )

    def may_go_to(self, address: str) -> bool:
        """Whether copies may be sent to an address, as core.contracts.address_of gives it."""
        return address.rpartition("@")[2] in {d.lower().removeprefix("@") for d in self.domains.split()}


class PortalSettings(BaseSettings):
    """The two portals, and the process that takes in questions."""

    model_config = _config("HOMEGROUND_PORTAL_")

    audience: Literal["community", "professional", "questions"] = Field(
        default="community",
        description="Which portal this process is, or 'questions' for the one that takes in what residents ask; it holds only that"
        " audience's database credential.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    community_port: int = Field(default=8601, ge=1, le=65_535, description="Port of the community portal.")
    professional_port: int = Field(default=8602, ge=1, le=65_535, description="Port of the professional portal.")
    questions_port: int = Field(default=8603, ge=1, le=65_535, description="Port of the process that takes in questions.")
    demo: bool = Field(
        default=False,
        description="True lets a person pick a role without signing in; refused unless the host is a loopback address.",
    )
    tile_url: str = Field(
        default="", description="Address of map tiles with {z}/{x}/{y}. Empty: no background map and no request to any other host."
    )
    tile_attribution: str = Field(default="", description="Attribution line that the tile provider asks for.")
    tile_file: Path | None = Field(
        default=None,
        description="A PMTiles or MBTiles file that lies beside the portal, shown under every map in place of the loaded background; no"
        " request to any other host.",
    )
    publisher: str = Field(
        default="",
        max_length=200,
        description="Who publishes the figures, such as Thames Valley Violence Prevention Partnership; at the foot of every page of the"
        " community portal. Empty: the community safety partnership of the area.",
    )
    board: str = Field(
        default="Ethics board",
        min_length=1,
        max_length=200,
        description="Name of the ethics board that decides on models, as its decisions and the public register print it.",
    )
    contact: str = Field(
        default="",
        description="E-mail address for answers from residents, shown on every profile. Empty: people are sent to their partnership.",
    )
    embed_in: str = Field(
        default="",
        description="Sites that may show a figure or a map of the community portal (/embed/...) on their pages: origins such as"
        " https://council.example, with blanks between, or * for all. Empty: none but this portal itself.",
    )
    news_by_email: bool = Field(
        default=False,
        description="True: residents may ask for news of an area by e-mail. Needs HOMEGROUND_PORTAL_COMMUNITY_URL and"
        " HOMEGROUND_PORTAL_QUESTIONS_URL here, and both with HOMEGROUND_SMTP_HOST where the worker runs.",
    )
    public_url: str = Field(
        default="",
        description="Address at which people reach the professional portal, such as https://homeground.example; needed for sign-in."
        " With https the browser is told to come over TLS alone. No other host name is answered.",
    )
    community_url: str = Field(
        default="",
        description="Address at which people reach the community portal, such as https://figures.example. With https the browser is told"
        " to come over TLS alone. Empty: any host name is answered, unless the host is a loopback address.",
    )
    questions_url: str = Field(
        default="",
        description="Address at which people reach the process that takes in questions, such as https://ask.figures.example. Empty: the"
        " community portal offers the paper form and no form online.",
    )
    oidc_metadata_url: str = Field(
        default="", description="The sign-in provider's OpenID Connect metadata, ending in /.well-known/openid-configuration."
    )
    oidc_client_id: str = Field(default="", description="Client id that the sign-in provider gave to this portal.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Client secret that the sign-in provider gave to this portal."
    )
    cookie_secret: SecretStr | None = Field(
        default=None,
        description="Random text of at least 32 characters that signs the sign-in cookie; change it to sign everyone out.",
    )
    role_claim: str = Field(
        default="homeground_role",
        description="Claim that holds a person's role: officer, analyst, planner, steward, board or partner. Any other value: no access.",
    )
    districts_claim: str = Field(
        default="homeground_districts",
        description="Claim that lists the district codes an officer may see; analysts, planners and the board see all, stewards none.",
    )
    feeds_claim: str = Field(
        default="homeground_feeds",
        description="Claim that lists the feeds (ids of the catalogue) whose state a partner agency sees; nobody else's view depends on it.",
    )

    @model_validator(mode="after")
    def _one_background(self) -> Self:
        if self.tile_url and self.tile_file is not None:
            raise ValueError("maps have one background: leave HOMEGROUND_PORTAL_TILE_URL or HOMEGROUND_PORTAL_TILE_FILE empty")
        return self

    @model_validator(mode="after")
    def _news_has_links(self) -> Self:
        if self.news_by_email and not (self.community_url and self.questions_url):
            raise ValueError(
                "news by e-mail needs links that lead here: set HOMEGROUND_PORTAL_COMMUNITY_URL and HOMEGROUND_PORTAL_QUESTIONS_URL too"
            )
        return self

    @field_validator("embed_in")
    @classmethod
    def _origins(cls, given: str) -> str:
        """Each an origin and nothing more: what stands here becomes a part of a header."""
        wrong = [site for site in given.split() if site != "*" and not _ORIGIN.fullmatch(site)]
        if wrong:
            raise ValueError("not a site: give origins such as https://council.example, with blanks between, or * for all")
        return " ".join(given.split())

    @field_validator("questions_url")
    @classmethod
    def _one_origin(cls, given: str) -> str:
        """An origin and nothing more: what stands here becomes a part of a header."""
        if given and (not _ORIGIN.fullmatch(given.rstrip("/")) or "*" in given):
            raise ValueError("not an address of a site: give an origin such as https://ask.figures.example, without a path")
        return given.rstrip("/")


@lru_cache(maxsize=1)
def database_settings() -> DatabaseSettings:
    return DatabaseSettings()


def wrong_settings(error: ValidationError) -> UserError | None:
    """What is wrong with a setting, in words that name it; None where the error is of something else."""
    found = next((c for c in all_settings_classes() if c.__name__ == error.title), None)
    if found is None:
        return None
    prefix = str(found.model_config.get("env_prefix", ""))
    first = error.errors(include_url=False, include_context=False)[0]
    # the value itself is not said: it may be a password
    said = str(first["msg"]).removeprefix("Value error, ")
    where = prefix + "_".join(str(part) for part in first["loc"]).upper() if first["loc"] else prefix.rstrip("_")
    return UserError(said[:1].lower() + said[1:], where=where, hint="see docs/settings.md for what each setting may be.")


def all_settings_classes() -> tuple[type[BaseSettings], ...]:
    """Every settings class, for the test that holds `.env.example` and docs/settings.md."""
    return (
        DatabaseSettings,
        LimitSettings,
        AuditSettings,
        BriefSettings,
        RegionSettings,
        WorkerSettings,
        FileSettings,
        PartnerSettings,
        AnalysisSettings,
        ComputeSettings,
        ReleaseSettings,
        HubSettings,
        GroupSettings,
        QuestionSettings,
        MailSettings,
        CopySettings,
        PortalSettings,
    )
