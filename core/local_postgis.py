"""The private PostGIS cluster: made, started and stopped by Homeground itself, on a Unix socket, without TCP.

As root it drops to an unprivileged account, because PostgreSQL refuses to run as root; where that account cannot reach the
project's folder (a checkout under /root, say), the cluster's files lie under /var/lib/homeground instead, and STATE_DIR notes where.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import pwd
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.db import Role
from core.db.credentials import PRIVATE_PORT, password_of
from core.errors import UserError
from core.settings import DatabaseSettings

log = logging.getLogger(__name__)

# sun_path holds 107 characters; the socket's own name takes ".s.PGSQL.5432.lock"
_SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432.lock")

# what all roles may have together by their settings, and a few for the operator
_CONNECTIONS = 80
# Small enough for a laptop, large enough that a month's load does not spill. Durability stays at PostgreSQL's defaults.
_CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{socket}'
port = {port}
shared_buffers = '256MB'
work_mem = '64MB'
maintenance_work_mem = '256MB'
max_wal_size = '2GB'
effective_cache_size = '2GB'
random_page_cost = 1.1
jit = off
max_connections = {connections}
timezone = 'UTC'
password_encryption = 'scram-sha-256'
log_min_messages = warning
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_min_error_statement = panic
"""


@dataclass(frozen=True)
class Cluster:
    """Where the cluster's files are and which account runs it (None: the present one)."""

    data: Path
    socket: Path
    log: Path
    account: str | None


def _started_with(cluster: Cluster) -> str:
    """Options of the server: the socket of where the folder is now, and connections enough for all roles of today.

    A folder that was moved or copied would otherwise answer at its old place, and a cluster of an earlier release was made for fewer roles.
    """
    return f"-k {shlex.quote(str(cluster.socket))} -c max_connections={_most_connections(cluster)}"


def _most_connections(cluster: Cluster) -> int:
    configured = re.findall(r"^max_connections = (\d+)", (cluster.data / "postgresql.conf").read_text(encoding="utf-8"), flags=re.M)
    return max([_CONNECTIONS, *(int(number) for number in configured[-1:])])


def has_room(settings: DatabaseSettings, connections: int) -> bool:
    """Whether the cluster, which was made, takes that many connections in all."""
    return _most_connections(locate(settings)) >= connections


def make_room(settings: DatabaseSettings, connections: int) -> None:
    """Let the cluster take that many connections in all, for which its server is stopped and started anew.

    For many databases in one cluster, each with logins of its own (homeground.group). It is never made smaller.
    """
    cluster = up(settings)
    with (cluster.data / "postgresql.conf").open("a", encoding="utf-8") as handle:
        handle.write(f"max_connections = {connections}\n")
    down(settings)
    up(settings)


def uses_private_cluster(settings: DatabaseSettings) -> bool:
    return not (settings.database_url is not None and settings.database_url.get_secret_value())


def find_pg_bin(settings: DatabaseSettings) -> Path:
    """Folder of a PostgreSQL that has PostGIS: the setting, Debian's newest, else the one on the PATH."""
    if settings.pg_bin is not None:
        if not (settings.pg_bin / "initdb").is_file():
            raise UserError(
                "no initdb in HOMEGROUND_PG_BIN", where=str(settings.pg_bin), hint="name the folder that holds initdb and pg_ctl."
            )
        return settings.pg_bin
    found = sorted(
        (p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")), key=lambda p: int(p.parent.name), reverse=True
    )
    with_postgis = [p for p in found if Path(f"/usr/share/postgresql/{p.parent.name}/extension/postgis.control").is_file()]
    if with_postgis:
        return with_postgis[0]
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    version = found[0].parent.name if found else "15"
    raise UserError(
        "no PostgreSQL with PostGIS on this machine",
        hint=f"type 'sudo apt-get install postgresql-{version}-postgis-3', or set HOMEGROUND_DATABASE_URL, or use docker/compose.yaml.",
    )


def _account() -> str | None:
    """The account to drop to when we are root; None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise UserError("no unprivileged account to run PostgreSQL as", hint="create the account 'postgres', or do not run as root.")


def _reachable(folder: Path, account: str | None) -> bool:
    """Whether the account may pass through every folder above (search permission all the way up)."""
    if account is None:
        return True
    return all(parent.stat().st_mode & 0o001 for parent in [folder, *folder.parents])


def locate(settings: DatabaseSettings) -> Cluster:
    """Where this installation's cluster is, or would be made."""
    account = _account()
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    state = settings.state_dir.resolve()
    tag = hashlib.sha256(str(state).encode()).hexdigest()[:10]
    home = state
    if not _reachable(state, account):
        home = Path("/var/lib/homeground") / tag
        home.mkdir(parents=True, exist_ok=True)
    socket_folder = home / "socket"
    if len(str(socket_folder)) > _SOCKET_PATH_LIMIT:
        socket_folder = Path(tempfile.gettempdir()) / f"homeground-{os.geteuid()}-{tag}"
    return Cluster(data=home / "cluster", socket=socket_folder, log=home / "log" / "postgresql.log", account=account)


def _run(cluster: Cluster, arguments: list[str], *, what: str) -> str:
    """Run one of PostgreSQL's programs as the cluster's account; UserError with its last words where it fails.

    Output goes to a file, not a pipe: pg_ctl leaves a server behind that would keep a pipe open for ever.
    """
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd="/",
            user=cluster.account,
            group=pwd.getpwnam(cluster.account).pw_gid if cluster.account else None,
            extra_groups=[] if cluster.account else None,
            check=False,
        )
        output.seek(0)
        said = output.read().decode("utf-8", "replace")
    if done.returncode != 0:
        tail = " / ".join(said.strip().splitlines()[-3:])
        raise UserError(f"{what} failed: {tail}", where=str(cluster.data), hint=f"see {cluster.log}")
    return said


@contextmanager
def _one_at_a_time(settings: DatabaseSettings) -> Iterator[None]:
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    with (settings.state_dir / "cluster.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def is_running(cluster: Cluster) -> bool:
    """Whether a postmaster answers on our socket. A pid file proves nothing: after a kill or a reboot it stays behind."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(5)
        try:
            probe.connect(str(cluster.socket / f".s.PGSQL.{PRIVATE_PORT}"))
        except OSError:
            return False
    return True


def _remove_pid_file_of_the_dead(cluster: Cluster) -> None:
    """Remove the lock files where the process it names is dead but not yet reaped.

    PostgreSQL itself takes a pid file of a process that is gone for stale, but a zombie still answers kill(pid, 0), so after a kill
    in a container whose first process reaps slowly or never, it would refuse to start.
    """
    pid_file = cluster.data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text(encoding="ascii").splitlines()[0])
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0]
    except (OSError, ValueError, IndexError):
        return
    if state == "Z":
        pid_file.unlink(missing_ok=True)
        (cluster.socket / f".s.PGSQL.{PRIVATE_PORT}.lock").unlink(missing_ok=True)


def up(settings: DatabaseSettings) -> Cluster:
    """Make the cluster where there is none, start it where it is not running. Safe to call again."""
    with _one_at_a_time(settings):
        pg_bin = find_pg_bin(settings)
        cluster = locate(settings)
        owner = pwd.getpwnam(cluster.account) if cluster.account else None
        for folder in (cluster.socket, cluster.log.parent):
            folder.mkdir(parents=True, exist_ok=True)
            if owner is not None:
                os.chown(folder, owner.pw_uid, owner.pw_gid)
            folder.chmod(0o755)
        if not (cluster.data / "PG_VERSION").is_file():
            _make(cluster, pg_bin, settings)
        _note_socket(settings, cluster)
        if not is_running(cluster):
            _start(cluster, pg_bin)
        return cluster


# a statement of the killed server that is still at work sees that its server is gone when it next waits for anything
_LEFT_BEHIND_S = 60.0


def _start(cluster: Cluster, pg_bin: Path) -> None:
    """Start the server, and say what it had to mend. UserError where processes of a server that was killed do not end."""
    _remove_pid_file_of_the_dead(cluster)
    stopped_in_order = "shut down" in _run(
        cluster, [str(pg_bin / "pg_controldata"), "-D", str(cluster.data)], what="asking PostgreSQL"
    )
    begun = time.monotonic()
    while not stopped_in_order and (left := _left_behind(cluster)):
        if time.monotonic() - begun > _LEFT_BEHIND_S:
            raise UserError(
                f"{len(left)} processes of a PostgreSQL that was killed are still at work, and no second may start beside them",
                where=str(cluster.data),
                hint=f"end them with 'kill {' '.join(map(str, left))}', then run this again.",
            )
        time.sleep(0.1)
    _run(
        cluster,
        [
            str(pg_bin / "pg_ctl"), "-D", str(cluster.data), "-l", str(cluster.log), "-w", "-t", "60",
            "-o", _started_with(cluster), "start",
        ],
        what="starting PostgreSQL",
    )  # fmt: skip
    if not stopped_in_order:
        log.warning(
            "the database had been stopped without warning and was started again in %.1f s; everything that was committed stands",
            time.monotonic() - begun,
        )


def _left_behind(cluster: Cluster) -> list[int]:
    """Processes of a server whose first process is dead. Each works in the folder of the data; elsewhere than on Linux none is seen."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cwd").readlink() == cluster.data and (folder / "comm").read_text(encoding="utf-8").startswith("postgres"):
                found.append(int(folder.name))
        except OSError:
            continue
    return sorted(found)


def _note_socket(settings: DatabaseSettings, cluster: Cluster) -> None:
    """Leave the note of where the socket is. Other processes read it at any moment, so it is never seen half-written."""
    note = settings.state_dir / "socket-dir"
    said = f"{cluster.socket}\n"
    if not note.is_file() or note.read_text(encoding="utf-8") != said:
        beside = note.with_name("socket-dir.new")
        beside.write_text(said, encoding="utf-8")
        beside.replace(note)


def _make(cluster: Cluster, pg_bin: Path, settings: DatabaseSettings) -> None:
    """initdb into a new folder. A half-made one from an interrupted start is removed first: it never held data."""
    if cluster.data.exists():
        shutil.rmtree(cluster.data)
    cluster.data.mkdir(parents=True, mode=0o700)
    owner = pwd.getpwnam(cluster.account) if cluster.account else None
    with tempfile.NamedTemporaryFile("w", encoding="ascii") as password:
        password.write(password_of(Role.OWNER, settings))
        password.flush()
        if owner is not None:
            os.chown(cluster.data, owner.pw_uid, owner.pw_gid)
            os.chown(password.name, owner.pw_uid, owner.pw_gid)
        _run(
            cluster,
            [
                str(pg_bin / "initdb"), "-D", str(cluster.data), "-U", Role.OWNER.value, "-E", "UTF8", "--locale=C.UTF-8",
                "-A", "scram-sha-256", f"--pwfile={password.name}", "--no-instructions",
            ],
            what="making the cluster",
        )  # fmt: skip
    with (cluster.data / "postgresql.conf").open("a", encoding="utf-8") as handle:
        handle.write(_CONFIGURATION.format(socket=cluster.socket, port=PRIVATE_PORT, connections=_CONNECTIONS))
    (cluster.data / "pg_hba.conf").write_text("local all all scram-sha-256\n", encoding="ascii")


def down(settings: DatabaseSettings) -> bool:
    """Stop the cluster; True where one was running."""
    with _one_at_a_time(settings):
        cluster = locate(settings)
        if not is_running(cluster):
            return False
        pg_bin = find_pg_bin(settings)
        _run(
            cluster,
            [str(pg_bin / "pg_ctl"), "-D", str(cluster.data), "-m", "fast", "-w", "-t", "60", "stop"],
            what="stopping PostgreSQL",
        )
        return True
