"""The month's work of a group: the flow of each force in processes of its own, some of them side by side; then their crates into the hub."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from core.db import Role
from core.errors import UserError
from homeground.group.environment import environment_of, is_anothers, require_no_shared_secrets
from homeground.group.file import Group, Member
from homeground.group.process import Children, run_homeground
from homeground.group.status import crates_in, current_release

Say = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What became of a force. crate: what it hands over; None where a step failed. failed: the step; last_words: what it said."""

    force: Member
    crate: Path | None
    failed: str = ""
    last_words: str = ""

    def __str__(self) -> str:
        return f"{self.force.slug}: {self.failed} failed: {self.last_words}"


@dataclass(frozen=True)
class Work:
    """What is asked of each force. source: a folder of files for all, of which each takes its own; None: load nothing. flow: False for a
    crate of what stands."""

    source: Path | None = None
    flow: bool = True

    def steps(self) -> list[list[str]]:
        load = [["feeds", "load", "--source", str(self.source.resolve())]] if self.source is not None else []
        return [*load, ["analyse"], ["release", "publish"]] if self.flow else []


def run_forces(forces: Sequence[Member], work: Work, *, at_once: int, say: Say) -> list[Outcome]:
    """Run the forces, so many side by side, in the order of the file. A force that fails ends; the others go on."""
    require_no_shared_secrets()
    # before anything runs: a force that was not prepared is a mistake of whoever asks
    for force in forces:
        environment_of(force, Role.PIPELINE)
    children = Children()
    begun = time.monotonic()
    found = []
    with ThreadPoolExecutor(at_once) as threads:
        try:
            for done in as_completed([threads.submit(_run_force, force, work, children, say) for force in forces]):
                found.append(done.result())
        except BaseException:
            children.stop()
            threads.shutdown(wait=True, cancel_futures=True)
            raise
    through = sum(o.crate is not None for o in found)
    say(f"{through} of {len(found)} forces done in {time.monotonic() - begun:.0f} s, {min(at_once, len(found))} at once")
    return sorted(found, key=lambda o: forces.index(o.force))


def _run_force(force: Member, work: Work, children: Children, say: Say) -> Outcome:
    environment = environment_of(force, Role.PIPELINE)
    log = force.folder / "log" / "run.log"
    log.unlink(missing_ok=True)
    for words in work.steps():
        done = run_homeground(words, environment, log, children)
        if done.failed:
            return _failed(force, " ".join(words[:2]), done.last_words, say)
        say(f"{force.slug}: {' '.join(words[:2])} done in {done.seconds:.0f} s")
    try:
        release = current_release(force)
    except UserError as error:
        return _failed(force, "asking for its release", " ".join(str(error).split()), say)
    if release is None:
        return _failed(force, "release export", "no release is published, so there is no crate", say)
    crate = force.crates / f"release-{release}"
    shutil.rmtree(crate, ignore_errors=True)
    done = run_homeground(["release", "export", str(crate)], environment, log, children)
    if done.failed:
        return _failed(force, "release export", done.last_words, say)
    say(f"{force.slug}: release {release} signed and written to {crate}")
    return Outcome(force, crate)


def _failed(force: Member, step: str, words: str, say: Say) -> Outcome:
    outcome = Outcome(force, None, step, words)
    say(f"FAILED {outcome}")
    return outcome


def hand_over(group: Group, outcomes: Sequence[Outcome], *, coarsen: bool, say: Say) -> list[Outcome]:
    """The crates that the hub has not, into the hub: all together, else one by one, so that one that is refused bars no other.

    Returns the forces whose crate was refused. A force that the hub's operator took out is left out, and said.
    """
    if is_anothers(group.hub):
        say("no crate is handed over: the hub's folder is another account's, which runs 'homeground group as hub hub add CRATE'")
        return []
    held = crates_in(group.hub)
    new = []
    for outcome in outcomes:
        crate, stands = outcome.crate, held.get(outcome.force.code)
        if crate is None:
            continue
        if stands is not None and stands.left:
            say(f"{outcome.force.slug}: not handed over, because the hub's operator took it out: {stands.why_left}")
        elif stands is not None and crate.name == f"release-{stands.release}":
            say(f"{outcome.force.slug}: the hub has its newest crate")
        else:
            new.append(outcome)
    together = _add(group, new, coarsen, say) if new else None
    if together is None:
        return []
    if len(new) == 1:
        return [_failed(new[0].force, "hub add", together, say)]
    alone = [(outcome.force, _add(group, [outcome], coarsen, say)) for outcome in new]
    return [_failed(force, "hub add", words, say) for force, words in alone if words is not None]


def _add(group: Group, outcomes: Sequence[Outcome], coarsen: bool, say: Say) -> str | None:
    """What the hub has against these crates; None where it took them all in."""
    words = ["hub", "add", *(str(o.crate) for o in outcomes), *(["--coarsen"] if coarsen else [])]
    done = run_homeground(words, environment_of(group.hub, Role.PIPELINE), group.hub.folder / "log" / "run.log")
    if done.failed:
        return done.last_words
    say(f"hub: took in {', '.join(o.force.slug for o in outcomes)} in {done.seconds:.0f} s")
    return None
