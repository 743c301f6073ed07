"""docker/compose.yaml and the Dockerfile, as far as they can be held without an engine: who has which credential, who meets whom."""

from __future__ import annotations

import re
import runpy
import stat
import subprocess
import sys
from importlib import metadata
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.migrate import prepare
from core.paths import PROJECT_ROOT
from core.settings import DatabaseSettings

DOCKER = PROJECT_ROOT / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
APPLICATION = ("migrate", "worker", "community", "professional", "questions")


@pytest.fixture(scope="module")
def env_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The env files as make_secrets.py writes them."""
    folder = tmp_path_factory.mktemp("secrets") / "env"
    subprocess.run([sys.executable, str(DOCKER / "make_secrets.py"), str(folder)], check=True, capture_output=True)
    return folder


def variables(env_folder: Path, service: str) -> dict[str, str]:
    """What a service finds in its environment from its env file and from compose.yaml."""
    named = SERVICES[service].get("env_file", [])
    found: dict[str, str] = dict(SERVICES[service].get("environment", {}))
    for file in [named] if isinstance(named, str) else named:
        assert file.startswith("env/")
        lines = (env_folder / Path(file).name).read_text(encoding="ascii").splitlines()
        found.update(line.split("=", 1) for line in lines)
    return found


@pytest.mark.parametrize(
    ("service", "held"),
    [
        ("community", {"HOMEGROUND_COMMUNITY_URL"}),
        ("professional", {"HOMEGROUND_PROFESSIONAL_URL"}),
        ("questions", {"HOMEGROUND_QUESTIONS_URL"}),
        ("worker", {"HOMEGROUND_PIPELINE_URL"}),
        (
            "migrate",
            {
                "HOMEGROUND_DATABASE_URL",
                "HOMEGROUND_PIPELINE_URL",
                "HOMEGROUND_PROFESSIONAL_URL",
                "HOMEGROUND_COMMUNITY_URL",
                "HOMEGROUND_QUESTIONS_URL",
            },
        ),
        ("database", {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"}),
    ],
)
def test_a_service_holds_the_credential_it_needs_and_no_other(service: str, held: set[str], env_folder: Path) -> None:
    assert set(variables(env_folder, service)) == held


def test_no_password_is_known_to_two_portals(env_folder: Path) -> None:
    password = re.compile(r"://[^:]+:([^@]+)@")
    known = {
        s: set(password.findall(" ".join(variables(env_folder, s).values())))
        for s in ("community", "professional", "questions", "worker")
    }
    assert all(len(passwords) == 1 for passwords in known.values())
    assert len(set.union(*known.values())) == 4
    owner = variables(env_folder, "database")["POSTGRES_PASSWORD"]
    assert all(owner not in passwords for passwords in known.values())


def test_secrets_are_readable_by_their_owner_alone_and_never_overwritten(env_folder: Path) -> None:
    for file in env_folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = {f.name: f.read_text() for f in env_folder.iterdir()}
    again = subprocess.run([sys.executable, str(DOCKER / "make_secrets.py"), str(env_folder)], capture_output=True, text=True)
    assert again.returncode != 0
    assert "already there" in again.stderr
    assert {f.name: f.read_text() for f in env_folder.iterdir()} == before


def test_no_secret_stands_in_the_compose_file_or_the_image() -> None:
    for service in SERVICES.values():
        assert "environment" not in service or not any("PASSWORD" in k or "URL" in k for k in service["environment"])
    ignored = (PROJECT_ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {"docker/env", ".env", ".git", ".homeground"} <= set(ignored)
    assert "docker/env/" in (PROJECT_ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_the_two_portals_share_no_network_and_the_database_has_no_way_out() -> None:
    networks = {name: set(service["networks"]) for name, service in SERVICES.items()}
    for one, other in combinations(("community", "professional", "questions"), 2):
        assert networks[one].isdisjoint(networks[other])
    for name in networks["database"]:
        assert COMPOSE["networks"][name]["internal"] is True
    for portal in ("community", "professional", "questions"):
        assert len(networks[portal] & networks["database"]) == 1
        assert (networks[portal] & networks["database"]).isdisjoint(networks["worker"] | networks["migrate"])


def test_only_portals_publish_a_port_and_only_to_this_machine() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"community", "professional", "questions"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


@pytest.mark.parametrize("service", APPLICATION)
def test_containers_have_no_rights_they_do_not_need(service: str) -> None:
    found = SERVICES[service]
    assert found["read_only"] is True
    assert found["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in found["security_opt"]
    assert not found.get("privileged")


def test_each_portal_starts_as_its_own_audience_with_its_own_health_check() -> None:
    from app.asking.serve import build
    from app.routes import routes_of
    from core.settings import PortalSettings

    for audience, port in (("community", "8601"), ("professional", "8602"), ("questions", "8603")):
        command = SERVICES[audience]["command"]
        assert command[:3] == ["app.serve", "--audience", audience]
        assert command[-1] == port
        check = SERVICES[audience]["healthcheck"]["test"][-1]
        path = re.search(rf"127\.0\.0\.1:{port}(/\w+)", check)
        assert path is not None
        routes = build(PortalSettings()).routes if audience == "questions" else routes_of(audience)  # type: ignore[arg-type]
        assert path[1] in {getattr(route, "path", "") for route in routes}
    assert SERVICES["database"]["healthcheck"]["test"][-1].startswith("pg_isready")


def test_services_wait_for_the_schema() -> None:
    for service in ("worker", "community", "professional", "questions"):
        assert SERVICES[service]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert SERVICES["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}


def test_commands_of_the_services_are_modules_of_ours() -> None:
    for service in APPLICATION:
        module = SERVICES[service]["command"][0]
        assert (PROJECT_ROOT / Path(*module.split("."))).with_suffix(".py").is_file()


def test_dockerfile_runs_as_nobody_in_particular_and_copies_what_is_there() -> None:
    lines = (DOCKER / "Dockerfile").read_text(encoding="utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["10001:10001"]
    assert sum(line.startswith("FROM python:3.11-slim-bookworm") for line in lines) == 2
    assert any("--require-hashes" in line for line in lines)
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    assert all((PROJECT_ROOT / source).exists() for sources in copied for source in sources)


# what goes into the image ---------------------------------------------------------------------------------

_runtime = runpy.run_path(str(DOCKER / "runtime_requirements.py"))
_LOCK = """\
alpha==1 \\
    --hash=sha256:aa
    # via homeground (pyproject.toml)
beta-two==2 \\
    --hash=sha256:bb
    # via
    #   alpha
    #   tester
tester==3 \\
    --hash=sha256:cc
    # via homeground (pyproject.toml)
only-tests==4 \\
    --hash=sha256:dd
    # via tester
"""


def test_the_image_gets_the_dependencies_and_what_they_need() -> None:
    names = _runtime["runtime_names"](_LOCK, '[project]\ndependencies = ["Alpha>=1"]\n')
    assert names == ["alpha", "beta-two"]
    assert "sha256:bb" in _runtime["entries"](_LOCK)["beta-two"]


def test_a_lock_that_lacks_a_dependency_is_refused() -> None:
    with pytest.raises(SystemExit, match="gamma"):
        _runtime["runtime_names"](_LOCK, '[project]\ndependencies = ["gamma"]\n')


def test_the_image_of_the_real_lock_is_whole_and_holds_no_test_tool() -> None:
    lock = (PROJECT_ROOT / "requirements.lock").read_text(encoding="utf-8")
    kept = set(_runtime["runtime_names"](lock, (PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8")))
    assert kept.isdisjoint({"pytest", "playwright", "mypy", "ruff", "hypothesis", "ipykernel", "sqlfluff", "coverage"})
    normal = _runtime["normal"]
    for name in kept:
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # for another platform
        for need in needs:
            if ";" in need:
                continue  # extras and other platforms
            wanted = re.match(r"[A-Za-z0-9._-]+", need)
            assert wanted is not None
            assert normal(wanted[0]) in kept, f"{name} needs {need}"


def test_a_process_with_one_roles_credential_does_not_try_to_migrate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "PIPELINE_URL", "PROFESSIONAL_URL", "COMMUNITY_URL"):
        monkeypatch.delenv(f"HOMEGROUND_{name}", raising=False)
    monkeypatch.setenv("HOMEGROUND_PIPELINE_URL", "postgresql://homeground_pipeline:x@nowhere.invalid/homeground")
    monkeypatch.setenv("HOMEGROUND_STATE_DIR", str(tmp_path / "state"))
    assert prepare(DatabaseSettings(_env_file=None)) == []  # type: ignore[call-arg]
    assert not (tmp_path / "state").exists()


def test_what_sends_letters_has_a_way_out_and_nothing_else_has() -> None:
    """compose.letters.yaml adds one network to the worker, which it keeps to itself, and takes none away."""
    added = yaml.safe_load((DOCKER / "compose.letters.yaml").read_text(encoding="utf-8"))
    assert set(added["services"]) == {"worker"}
    assert added["services"]["worker"]["networks"] == [*SERVICES["worker"]["networks"], "way-out"]
    assert added["networks"] == {"way-out": None} and "way-out" not in COMPOSE["networks"]
    assert set(added["services"]["worker"]) == {"networks", "restart"}
