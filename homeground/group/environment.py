"""What a process of a member is started with: its own addresses and folders, and nothing of another's or of the server's owner.

'homeground group prepare' writes a file of settings for each kind of process of each member (pipeline.env and so on, mode 600). A process
gets the settings of one such file, those of the method that all forces share, and what the system itself needs; every other variable
stays behind.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from sqlalchemy.engine import URL

from core.db import Role
from core.db.credentials import password_of, url_for
from core.errors import UserError
from core.paths import PROJECT_ROOT
from core.settings import DatabaseSettings, all_settings_classes
from homeground.group.file import HUB, ROLES, Group, Member

# By their names, or by their beginnings where one ends in _. What is computed elsewhere (HOMEGROUND_COMPUTE_...) is not among them, for those
# workers would hold rows of several forces; nor are folders of the worker that loads feeds, of which each force has its own.
_OF_THE_SYSTEM = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_", "TZ", "TMPDIR", "TERM", "VIRTUAL_ENV", "PYTHONPATH", "LD_LIBRARY_PATH",
                  "OMP_", "OPENBLAS_", "NUMBA_", "PROJ_", "GDAL_", "SSL_CERT_")  # fmt: skip
_OF_THE_METHOD = ("HOMEGROUND_ANALYSIS_", "HOMEGROUND_FILES_", "HOMEGROUND_PG_BIN", "HOMEGROUND_RELEASE_POLICY",
                  "HOMEGROUND_RELEASE_PLAN", "HOMEGROUND_RELEASE_SEARCH_PLAN", "HOMEGROUND_RELEASE_TWO_PEOPLE", "HOMEGROUND_QUESTIONS_",
                  "HOMEGROUND_PORTAL_", "HOMEGROUND_WORKER_FETCH", "HOMEGROUND_WORKER_JOBS", "HOMEGROUND_WORKER_RETRIES",
                  "HOMEGROUND_WORKER_FIRST_RETRY_S", "HOMEGROUND_WORKER_POLL_S", "HOMEGROUND_WORKER_LOOK_S",
                  "HOMEGROUND_WORKER_DEAD_AFTER_S")  # fmt: skip
# a hub publishes what two people may have approved at each force; nobody proposes its releases
_KEPT_BY_ONE = {"HOMEGROUND_RELEASE_TWO_PEOPLE": "false"}
_SECRET = frozenset(
    str(kind.model_config.get("env_prefix", "")) + name.upper()
    for kind in all_settings_classes()
    for name, field in kind.model_fields.items()
    if "Secret" in str(field.annotation)
)


def require_no_shared_secrets(shared: Path = PROJECT_ROOT / ".env") -> None:
    """UserError where the project's .env names a credential: every process reads that file, whatever it is started with."""
    named = sorted(_SECRET & {key.upper() for key, value in dotenv_values(shared).items() if value}) if shared.is_file() else []
    if named:
        raise UserError(
            f"the file holds a credential ({named[0]}), which every process of every force would read",
            where=str(shared),
            hint="take it out; 'homeground group prepare' alone needs the server's address, from the environment.",
        )


def env_file(member: Member, role: Role) -> Path:
    return member.folder / f"{role.name.lower()}.env"


def is_anothers(member: Member) -> bool:
    """Whether the member's settings are there for another account of the machine and not for this one."""
    path = env_file(member, Role.PIPELINE)
    try:
        path.stat()
    except PermissionError:
        return True
    except OSError:
        return False
    return not os.access(path, os.R_OK)


def write_env_files(group: Group, member: Member, settings: DatabaseSettings) -> None:
    """The settings of each kind of process of a member, each with one credential. Passwords are made on first use, in the member's folder."""
    for role in ROLES:
        address = address_of(member, role, settings).render_as_string(hide_password=False)
        named = {f"HOMEGROUND_{role.name}_URL": address, "HOMEGROUND_STATE_DIR": str(member.folder)}
        if member is group.hub:
            named |= {"HOMEGROUND_HUB_TRUST": str(group.trust), **_KEPT_BY_ONE}
        else:
            named |= {
                "HOMEGROUND_REGION_FORCE_NAME": member.name,
                "HOMEGROUND_REGION_FORCE_SLUG": member.slug,
                "HOMEGROUND_REGION_SYNTHETIC": str(member.synthetic).lower(),
            }
            if role is Role.PIPELINE:
                named["HOMEGROUND_RELEASE_SIGNING_KEY"] = str(member.signing_key)
        _write(env_file(member, role), named)


def address_of(member: Member, role: Role, settings: DatabaseSettings) -> URL:
    """Where the login of a role finds the member's database, on the server of the settings."""
    password = password_of(role, DatabaseSettings(state_dir=member.folder))
    owner = url_for(Role.OWNER, settings).set(drivername="postgresql")
    return owner.set(username=member.login(role), password=password, database=member.database)


def environment_of(member: Member, role: Role, outer: Mapping[str, str] = os.environ) -> dict[str, str]:
    """All that a process of a member gets. UserError where the member was not prepared, or this account may not read its settings."""
    path = env_file(member, role)
    if is_anothers(member):
        raise UserError(
            f"the folder of {member.slug} is another account's",
            where=str(member.folder),
            hint="run this as the account whose folder it is.",
        )
    if not path.is_file():
        raise UserError(
            f"{member.slug} was not prepared",
            where=str(path),
            hint="run 'homeground group prepare FILE' first, with the server's owner.",
        )
    own = settings_in(path)
    kept = _named(outer, (*_OF_THE_SYSTEM, *_OF_THE_METHOD))
    # those of the sign-in are of the process that people sign in to
    return {
        k: v for k, v in kept.items() if k not in _SECRET or (role is Role.PROFESSIONAL and k.startswith("HOMEGROUND_PORTAL_"))
    } | own


def environment_of_owner(member: Member, settings: DatabaseSettings, outer: Mapping[str, str] = os.environ) -> dict[str, str]:
    """For what only the server's owner may do in the member's database: migrations. Nothing else is started with it."""
    kept = {k: v for k, v in _named(outer, (*_OF_THE_SYSTEM, *_OF_THE_METHOD, "HOMEGROUND_LIMIT_")).items() if k not in _SECRET}
    kept |= {"HOMEGROUND_STATE_DIR": str(settings.state_dir.resolve()), **(_KEPT_BY_ONE if member.slug == HUB else {})}
    if settings.database_url is not None and settings.database_url.get_secret_value():
        here = url_for(Role.OWNER, settings).set(drivername="postgresql", database=member.database)
        return kept | {"HOMEGROUND_DATABASE_URL": here.render_as_string(hide_password=False)}
    return kept | {"HOMEGROUND_DATABASE_NAME": member.database}


def _named(outer: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {k: v for k, v in outer.items() if any(k.startswith(n) if n.endswith("_") else k == n for n in names)}


def settings_in(path: Path) -> dict[str, str]:
    return {key: value or "" for key, value in dotenv_values(path, interpolate=False).items()}


def _write(path: Path, named: Mapping[str, str]) -> None:
    """Values stand as they are, without quotes: 'docker run --env-file' would take quotes for a part of the value. homeground.group.file lets
    nothing through that would need them."""
    write_whole(path, "".join(f"{key}={value}\n" for key, value in named.items()), mode=0o600)


def write_whole(path: Path, words: str, *, mode: int) -> None:
    """A file of a member's folder, whole or not at all, and no more open than its mode from the first byte."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"{path.name}.new")
    # the folder may be that of a member's own account, which is not to lead the operator's writing elsewhere, and is to read the new file
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.fchown(handle, owner.st_uid, owner.st_gid)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(words)
    beside.replace(path)
