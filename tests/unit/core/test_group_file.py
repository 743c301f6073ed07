"""The file of a group, what a process of a force is started with, and what a command that failed is quoted with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from core.db import Role
from core.errors import UserError
from core.settings import DatabaseSettings
from homeground.group import process
from homeground.group.commands import group_command
from homeground.group.environment import (
    environment_of,
    environment_of_owner,
    is_anothers,
    require_no_shared_secrets,
    settings_in,
    write_env_files,
)
from homeground.group.file import load_group
from homeground.group.process import last_words
from homeground.group.run import Outcome, Work, hand_over
from homeground.group.status import states
from tests.builders.waiting import until

HEAD = '[group]\ncode = "X99000001"\nname = "Two counties"\n'
SURREY = '[[force]]\nslug = "surrey"\nname = "Surrey Police"\ncode = "E23000031"\n'
CITY = '[[force]]\nslug = "city-of-london"\nname = "City of London Police"\ncode = "E23000034"\n'


def written(folder: Path, words: str) -> Path:
    path = folder / "group.toml"
    path.write_text(words, encoding="utf-8")
    return path


def test_what_the_file_leaves_out_follows_from_the_slug(tmp_path: Path) -> None:
    group = load_group(written(tmp_path, HEAD + SURREY + CITY + 'folder = "of/the city"\n'), tmp_path / "state")
    assert [m.database for m in group.members] == ["surrey", "city_of_london", "hub"]
    assert [m.folder for m in group.members] == [
        tmp_path / "state" / "group" / "surrey", tmp_path / "of" / "the city", tmp_path / "state" / "group" / "hub",
    ]  # fmt: skip
    assert group.member("city-of-london").login(Role.PIPELINE) == "homeground_pipeline_city_of_london"
    assert group.trust == tmp_path / "state" / "group" / "hub" / "trust.toml"
    with pytest.raises(UserError, match=r"(?s)no 'kent'.*choose from surrey, city-of-london, hub"):
        group.member("kent")


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (HEAD, "force: Field required"),
        (HEAD.replace('name = "Two counties"\n', "") + SURREY, "group.name: Field required"),
        (HEAD + SURREY + 'colour = "blue"\n', "force.0.colour: Extra inputs"),
        (HEAD + SURREY + 'synthetic = "no"\n', "force.0.synthetic: Input should be a valid boolean"),
        (HEAD + SURREY + SURREY, "the slug 'surrey' stands twice"),
        (HEAD + SURREY + CITY.replace("E23000034", "E23000031"), "the code 'E23000031' stands twice"),
        (HEAD + SURREY + CITY + 'database = "surrey"\n', "the database 'surrey' stands twice"),
        (HEAD + SURREY + 'folder = "a"\n' + CITY + 'folder = "a"\n', r"the folder '.*/a' stands twice"),
        (HEAD + SURREY + 'folder = "b/../a"\n' + CITY + 'folder = "a"\n', r"the folder '.*/a' stands twice"),
        (HEAD + SURREY + 'folder = "a"\n' + CITY + 'folder = "a/b"\n', "the folder of 'city-of-london' lies in that of 'surrey'"),
        (HEAD + SURREY + 'folder = "group"\n', "the folder of 'hub' lies in that of 'surrey'"),
        (HEAD + SURREY + 'folder = "a\'b"\n', "the folder .* has a quote"),
        (HEAD + SURREY + CITY.replace("City of London Police", "SURREY POLICE"), "the name 'Surrey Police' stands twice"),
        (HEAD + SURREY.replace("Surrey Police", "D'Arcy"), "force 'surrey': the name \"D'Arcy\" has a quote"),
        (HEAD + SURREY.replace("Surrey Police", r"x\nHOMEGROUND_DATABASE_URL=y"), "force 'surrey': the name .* a line end"),
        (HEAD + SURREY + 'database = "hub"\n', "the database 'hub' stands twice"),
        (HEAD + SURREY.replace('"surrey"', '"hub"'), "force 'hub': the slug is no name of a force"),
        (HEAD + SURREY.replace('"surrey"', '"Surrey Police"'), "the slug is no name of a force as police.uk writes it"),
        (HEAD + SURREY.replace('"surrey"', f'"{"s" * 60}"'), "the slug is too long"),
        (HEAD + SURREY.replace('"Surrey Police"', '" "'), "force 'surrey': the name is empty"),
        (HEAD + SURREY + 'database = "postgres"\n', "'postgres' is no name for a database"),
        (HEAD + SURREY + "database = 'x\"; --'\n", "is no name for a database"),
        (HEAD.replace("X99000001", "X9") + SURREY, "group: 'X9' is no code"),
        (HEAD + "threshold = 1\n" + SURREY, "a threshold below 2 protects nothing"),
        ("[group\n", "the file of the group cannot be read"),
    ],
)
def test_a_fault_is_one_error_with_file_entry_and_what_is_next(tmp_path: Path, words: str, fault: str) -> None:
    with pytest.raises(UserError, match=fault) as refused:
        load_group(written(tmp_path, words), tmp_path)
    assert str(tmp_path / "group.toml") in str(refused.value)


def test_no_file_is_said_with_the_page_that_shows_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not there") as refused:
        load_group(tmp_path / "none.toml", tmp_path)
    assert "docs/group.md" in str(refused.value)


def test_a_process_of_a_force_gets_one_credential_of_its_own(tmp_path: Path) -> None:
    group = load_group(written(tmp_path, HEAD + SURREY + CITY), tmp_path / "state")
    server = DatabaseSettings(
        database_url="postgresql://owner:the-owners@db.example:5433/postgres?sslmode=require", state_dir=tmp_path
    )
    for member in group.members:
        write_env_files(group, member, server)
    outer = {
        "PATH": "/bin",
        "LC_ALL": "C.UTF-8",
        "PGPASSWORD": "of a shell",
        "CLOUD_TOKEN": "of a shell",
        "HOMEGROUND_DATABASE_URL": "the owner's",
        "HOMEGROUND_PIPELINE_URL": "another's",
        "HOMEGROUND_QUESTIONS_URL": "another's",
        "HOMEGROUND_STATE_DIR": "/elsewhere",
        "HOMEGROUND_COMPUTE_SCHEDULER": "of all",
        "HOMEGROUND_ANALYSIS_MONTHS": "12",
        "HOMEGROUND_WORKER_FETCH": "false",
        "HOMEGROUND_WORKER_INBOX": "/of/all",
        "HOMEGROUND_SMTP_PASSWORD": "of the post",
        "HOMEGROUND_PORTAL_COOKIE_SECRET": "of a portal",
    }
    surrey = group.member("surrey")
    for role in (Role.PIPELINE, Role.PROFESSIONAL, Role.COMMUNITY, Role.QUESTIONS):
        got = environment_of(surrey, role, outer)
        assert {k: v for k, v in got.items() if not k.startswith("HOMEGROUND_")} == {"PATH": "/bin", "LC_ALL": "C.UTF-8"}
        addresses = {k: v for k, v in got.items() if k.endswith("_URL") or "SECRET" in k or "PASSWORD" in k}
        (address,) = [v for k, v in addresses.items() if k == f"HOMEGROUND_{role.name}_URL"]
        assert address.startswith(f"postgresql://{surrey.login(role)}:") and address.endswith(
            "@db.example:5433/surrey?sslmode=require"
        )
        # people sign in to the professional portal, which alone needs what signs their cookies
        assert len(addresses) == (2 if role is Role.PROFESSIONAL else 1)
        # a place that may ask no server asks none, and no two forces have one inbox
        assert got["HOMEGROUND_WORKER_FETCH"] == "false" and "HOMEGROUND_WORKER_INBOX" not in got
        assert got["HOMEGROUND_STATE_DIR"] == str(surrey.folder) and got["HOMEGROUND_ANALYSIS_MONTHS"] == "12"
        assert ("HOMEGROUND_RELEASE_SIGNING_KEY" in got) == (role is Role.PIPELINE) and "HOMEGROUND_COMPUTE_SCHEDULER" not in got
        path = surrey.folder / f"{role.name.lower()}.env"
        assert path.stat().st_mode & 0o077 == 0 and settings_in(path).items() <= got.items()
    passwords = {environment_of(m, Role.PIPELINE, {})["HOMEGROUND_PIPELINE_URL"].split(":")[2].split("@")[0] for m in group.members}
    assert len(passwords) == 3 and not any("the-owners" in p for p in passwords)


def test_a_name_reads_the_same_whoever_reads_the_file_of_settings(tmp_path: Path) -> None:
    """Containers take every character after the = as it stands."""
    name = "Devon & Cornwall (Police), Ynys Môn"
    group = load_group(written(tmp_path, HEAD + SURREY.replace("Surrey Police", name)), tmp_path / "a state")
    write_env_files(group, group.forces[0], DatabaseSettings(database_url="postgresql://o:p@db.example/x", state_dir=tmp_path))
    path = group.forces[0].folder / "community.env"
    as_docker = dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines())
    assert as_docker == settings_in(path) and as_docker["HOMEGROUND_REGION_FORCE_NAME"] == name


def test_a_hub_is_kept_by_one_person_where_forces_publish_by_two(tmp_path: Path) -> None:
    group = load_group(written(tmp_path, HEAD + SURREY), tmp_path / "state")
    server = DatabaseSettings(database_url="postgresql://owner:the-owners@db.example:5433/postgres", state_dir=tmp_path)
    two = {"HOMEGROUND_RELEASE_TWO_PEOPLE": "true", "HOMEGROUND_PIPELINE_URL": "another's"}
    for member, needed in ((group.hub, "false"), (group.member("surrey"), "true")):
        write_env_files(group, member, server)
        assert environment_of(member, Role.PIPELINE, two)["HOMEGROUND_RELEASE_TWO_PEOPLE"] == needed
        assert environment_of_owner(member, server, two) == {
            "HOMEGROUND_STATE_DIR": str(tmp_path),
            "HOMEGROUND_RELEASE_TWO_PEOPLE": needed,
            "HOMEGROUND_DATABASE_URL": f"postgresql://owner:the-owners@db.example:5433/{member.database}",
        }


def test_a_force_that_was_not_prepared_is_named(tmp_path: Path) -> None:
    group = load_group(written(tmp_path, HEAD + SURREY), tmp_path)
    with pytest.raises(UserError, match=r"(?s)surrey was not prepared.*group prepare"):
        environment_of(group.member("surrey"), Role.PIPELINE, {})


def test_what_another_account_keeps_is_said_and_not_stumbled_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group = load_group(written(tmp_path, HEAD + SURREY + CITY), tmp_path)
    surrey, city = group.forces
    assert not is_anothers(surrey)
    plain = Path.stat

    def closed(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path.is_relative_to(city.folder) or path.is_relative_to(group.hub.folder):
            raise PermissionError(13, "Permission denied", str(path))
        return plain(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", closed)
    with pytest.raises(UserError, match="the folder of city-of-london is another account's"):
        environment_of(city, Role.PIPELINE, {})
    assert [s.missing for s in states(group)] == ["not prepared: homeground group prepare", "its folder is another account's"]
    said: list[str] = []
    assert hand_over(group, [Outcome(surrey, surrey.crates / "release-1")], coarsen=False, say=said.append) == []
    assert "the hub's folder is another account's" in said[0]


def test_a_link_in_the_folder_of_a_force_leads_no_writing_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group = load_group(written(tmp_path, HEAD + SURREY), tmp_path)
    (surrey,) = group.forces
    target = tmp_path / "of-the-operator"
    target.write_text("as it was", encoding="utf-8")
    (surrey.folder / "log").mkdir(parents=True)
    (surrey.folder / "pipeline.env.new").symlink_to(target)
    (surrey.folder / "log" / "prepare.log").symlink_to(target)
    write_env_files(group, surrey, DatabaseSettings(database_url="postgresql://o:p@db.example/x", state_dir=tmp_path))
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-c", "print('said')"))
    with pytest.raises(OSError, match="symbolic links"):
        process.run_homeground([], {}, surrey.folder / "log" / "prepare.log")
    assert target.read_text(encoding="utf-8") == "as it was" and settings_in(surrey.folder / "pipeline.env")


@pytest.mark.parametrize("own", [["{file}", "{kind}", "surrey"], ["surrey", "{file}", "{kind}"], ["{file}", "surrey", "{kind}"]])
def test_options_after_the_command_are_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: list[str]) -> None:
    """'patches add --file' and 'hotspots next --kind' mean something else than ours do."""
    group = load_group(written(tmp_path, HEAD + SURREY), tmp_path / "group-state")
    monkeypatch.setenv("HOMEGROUND_STATE_DIR", str(tmp_path / "group-state"))
    write_env_files(group, group.forces[0], DatabaseSettings(database_url="postgresql://o:p@db.example/x", state_dir=tmp_path))
    begun: list[tuple[list[str], bool]] = []
    monkeypatch.setattr(os, "execve", lambda path, words, named: begun.append((words[3:], "HOMEGROUND_PROFESSIONAL_URL" in named)))
    told = {"{file}": ["--file", str(tmp_path / "group.toml")], "{kind}": ["--kind=professional"]}
    words = ["hotspots", "next", "--kind", "violence", "--file", "drawn.json", "--help", "-x"]
    done = CliRunner().invoke(group_command, ["as", *(w for o in own for w in told.get(o, [o])), *words])
    assert done.exit_code == 0, done.output
    assert begun == [(words, True)]


def test_a_credential_in_a_file_that_every_process_reads_is_refused(tmp_path: Path) -> None:
    shared = tmp_path / ".env"
    require_no_shared_secrets(shared)
    shared.write_text("HOMEGROUND_ANALYSIS_MONTHS=12\nHOMEGROUND_DATABASE_URL=\n", encoding="utf-8")
    require_no_shared_secrets(shared)
    shared.write_text("homeground_database_url=postgresql://owner:secret@db/x\n", encoding="utf-8")
    with pytest.raises(UserError, match="HOMEGROUND_DATABASE_URL") as refused:
        require_no_shared_secrets(shared)
    assert "secret@" not in str(refused.value)


def test_a_force_loads_analyses_and_publishes_in_that_order(tmp_path: Path) -> None:
    flow = [["analyse"], ["release", "publish"]]
    assert Work().steps() == flow and Work(flow=False).steps() == []
    # a process is started elsewhere than where the person is
    assert Work(Path("files")).steps() == [["feeds", "load", "--source", str(Path.cwd() / "files")], *flow]


def test_processes_end_with_the_one_that_started_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stopped is stopped at once, and nothing begins afterwards."""
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-c", "import signal; print('begun', flush=True); signal.pause()"))
    children, log = process.Children(), tmp_path / "log" / "run.log"
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(process.run_homeground, [], {}, log, children)
        until(lambda: log.is_file() and "begun" in log.read_text(), "the first words of the process")
        children.stop()
        # it did not fail, so nothing is said of it
        with pytest.raises(KeyboardInterrupt):
            running.result(timeout=30)
    with pytest.raises(KeyboardInterrupt):
        process.run_homeground([], {}, log, children)
    assert log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_a_command_ends_what_it_waits_for(tmp_path: Path, number: signal.Signals) -> None:
    """Told to stop, or its terminal closed, while it prepares or hands a crate over."""
    waits = "import os, signal; print(os.getpid(), flush=True); signal.pause()"
    starts = (
        "import signal, sys; from pathlib import Path; from homeground.group import process\n"
        # whoever runs the tests under nohup has it ignored
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
        f"process.COMMAND = (sys.executable, '-c', {waits!r})\n"
        "process.end_with_me(); process.run_homeground([], {}, Path(sys.argv[1]))"
    )
    log = tmp_path / "run.log"
    command = subprocess.Popen([sys.executable, "-c", starts, str(log)], stderr=subprocess.DEVNULL)
    until(lambda: log.is_file() and log.read_text().endswith("\n"), "the number of the process")
    child = Path("/proc") / log.read_text().strip()
    assert child.exists()
    command.send_signal(number)
    assert command.wait(30) != 0 and not child.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("working\nhomeground: DIR: no such thing\n  What next: name another.\n", "DIR: no such thing What next: name another."),
        ("Traceback (most recent call last):\n  File x\nValueError: wrong\nCONTEXT: of the rows\n", "ValueError: wrong"),
        ("Error: No such option\n", "Error: No such option"),
        ("working\nKilled\n", "Killed"),
        ("", "it said nothing"),
    ],
)
def test_the_last_words_of_a_command_are_its_message(said: str, words: str) -> None:
    assert last_words(said) == words
