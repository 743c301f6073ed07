"""`homeground demo`: everything once, from files to two working portals."""

from __future__ import annotations

import fcntl
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analytics import stage as analytics_stage
from analytics import up_to_date
from core import db, local_postgis, migrate
from core.db import Role, dispose_engines
from core.db.credentials import choose_database
from core.errors import UserError
from core.questions.receipt import new_receipt
from core.settings import DatabaseSettings, PortalSettings, RegionSettings
from homeground.portal_commands import start_portal

if TYPE_CHECKING:
    from analytics.stage import Context
    from feeds.loading.report import FileResult, LoadReport

_START_LIMIT_S = 90.0
_SESSIONS_END_S = 3.0


@click.command()
@click.option(
    "--source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Folder of published files to use instead of the synthetic county.",
)
@click.option("--no-portal", is_flag=True, help="Stop after the release; start no portal.")
def demo(source: Path | None, no_portal: bool) -> None:
    """The synthetic county (or the files in DIR) through the whole flow, then both portals."""
    begun = time.perf_counter()
    settings = DatabaseSettings()
    private = local_postgis.uses_private_cluster(settings)
    was_running = private and local_postgis.is_running(local_postgis.locate(settings))
    if private and not settings.database_name:
        choose_database("homeground_synthetic" if source is None else "homeground", settings)
    try:
        if not no_portal:
            # said now, not after minutes of analysis
            _refuse_ports_in_use()
        run_flow(source, settings)
        if source is None:
            _ask_and_answer()
            _problem_files()
        if no_portal:
            click.echo(f"done in {time.perf_counter() - begun:.0f} s.")
            return
        _serve(settings, begun)
    finally:
        if private and not was_running:
            stop_unless_used(settings)


def stop_unless_used(settings: DatabaseSettings) -> bool:
    """Stop the private cluster that this demo started; not under another command that came to use it meanwhile. True where it was stopped."""
    dispose_engines()
    until = time.monotonic() + _SESSIONS_END_S
    try:
        while True:
            with db.transaction(Role.OWNER) as connection:
                others = int(db.scalar(connection, "server/other_sessions"))
            # sessions of our own that were closed a moment ago may still be on their way out
            if not others or time.monotonic() > until:
                break
            time.sleep(0.1)
    except UserError:
        # it does not answer, so nobody uses it
        others = 0
    finally:
        dispose_engines()
    if others:
        click.echo("the database is left running: another command uses it ('homeground db down' stops it).")
        return False
    return local_postgis.down(settings)


def run_flow(source: Path | None, settings: DatabaseSettings) -> None:
    """Migrate, load, analyse, release; skips what was made from the same inputs before."""
    from analytics import pipeline
    from homeground.desk.demo import fill_desks

    migrate.prepare(settings)
    region, folder = _region_and_folder(source, settings)
    context = analytics_stage.default_context(actor="demo", region=region)
    began = time.perf_counter()
    lines = _LoadLines()
    report = pipeline.load(folder, context, say=lines)
    lines.end()
    for line in _by_feed(report):
        click.echo(line)
    click.echo(f"{'load':<10} {time.perf_counter() - began:6.1f} s  {report}")
    if up_to_date.is_up_to_date(context):
        click.echo("nothing has changed since the last analysis and release.")
    else:
        pipeline.analyse_and_release(context, say=click.echo, span_before=source is None)
    if source is None:
        _model_for_the_board(context)
        fill_desks(folder, context, say=click.echo)


def _model_for_the_board(context: Context) -> None:
    """One model of the synthetic county with an invented owner, on which no board has decided; none where there is one."""
    from analytics.counts.loaded_months import current_period
    from analytics.risk_model.stage import compute_risk_model
    from analytics.risk_model.terms import Owner, load_terms

    began = time.perf_counter()
    owner = Owner(
        organisation="Synthetic county's partnership (invented)", team="Analysis (invented)", senior_responsible_owner="Nobody (invented)",
        contact="nobody@example.org", website="https://example.org",
    )  # fmt: skip
    terms = load_terms(context.analysis.risk_model).model_copy(update={"owner": owner})
    with db.transaction(Role.PIPELINE) as connection:
        if not db.fetch(connection, "risk_model/list").empty:
            return
        period = current_period(connection, context.analysis.months)
        report = compute_risk_model(connection, terms, period=period, seed=context.analysis.seed)
    click.echo(
        f"{'model':<10} {time.perf_counter() - began:6.1f} s  {report.group_id}, {report.places:,} places; it waits for the board"
    )


# Invented questions about the whole county, or its first district: sort, level, kind, words, and what became of them.
_POLICE, _COUNCIL, _PARTNERS = "the police", "the council", "the community safety partnership"
_ASKED: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    (
        "question", "lad", "violence", "Does one fight between five people count as one or as five?",
        ("answer", _POLICE, "explained", "As one for each person who was hurt. So one fight can count more than once. It is counted in this"
         " way in the whole country."),
    ),
    (
        "contest", "lad", "all_recorded", "The number looks too high. Are shops counted as if people lived in them?",
        ("answer", _PARTNERS, "stands", "We went through the files again and the number stands. What is recorded in shops counts where the"
         " shop is. The rate is for each 1,000 people who live there. So a town centre looks high."),
    ),
    (
        "question", "all", "", "Why is the newest month not on the page yet?",
        ("answer", _POLICE, "explained", "The police send each month about two months later. It shows here after the next release."),
    ),
    ("question", "lad", "", "Who decides where the lines between areas go?", ("pass_on", _COUNCIL)),
    ("contest", "lad", "robbery", "I think some of these were counted twice last winter.", ()),
    ("question", "all", "", "The man at the corner house is the one who did it.", ("refuse", "person")),
)  # fmt: skip


def _ask_and_answer() -> None:
    """So that the pages and the desk have something to show; nothing where somebody has asked already."""
    from published.release import read_release

    with db.transaction(Role.PROFESSIONAL, districts="*", person="demo:analyst", moderator=True) as connection:
        if int(db.scalar(connection, "questions/how_many")):
            return
        release = read_release(connection)
        if release is None:
            return
        first = {level: next(iter(release.of(level)), None) for level in ("lad", "all")}
        for sort, level, kind, words, ending in _ASKED:
            place, receipt = first[level], new_receipt()
            if place is None or (kind and release.category(kind) is None):
                continue
            row = {
                "actor": "demo:analyst", "reference": receipt.reference, "code_hash": receipt.code_hash, "sort": sort, "geography": level,
                "place_code": place.code, "category": kind, "words": words,
            }  # fmt: skip
            question = int(db.scalar(connection, "questions/add_paper", row))
            if not ending:
                continue
            if ending[0] != "refuse":
                db.run_statement(connection, "questions/accept", {"question": question, "shown": words})
            given = dict(zip(_STEPS[ending[0]], ending[1:], strict=True))
            db.run_statement(connection, f"questions/{ending[0]}", {"question": question, "correction": None, **given})


def _problem_files() -> None:
    from homeground.problem.demo import problem_files

    problem_files()


_STEPS = {"answer": ("body", "outcome", "answer"), "pass_on": ("body",), "refuse": ("reason",)}


class _LoadLines:
    """What a load says, file by file: on a terminal one line that moves on, elsewhere nothing of files that went well.

    A hundred lines of files that loaded would hide the one that did not.
    """

    def __init__(self) -> None:
        self._files = 0
        self._terminal = sys.stdout.isatty()

    def __call__(self, line: str) -> None:
        if line.startswith(("unchanged", "unrecognised", "not used")):
            return
        # of a file that went well what it has to tell stands after its seconds
        if not line.startswith("loaded ") or " s; " in line:
            self.end()
            click.echo(line)
            return
        self._files += 1
        if self._terminal:
            click.echo(f"\r\033[K{self._files} files loaded, {line.removeprefix('loaded ')[:60]}", nl=False)

    def end(self) -> None:
        """Clear the line that moves on."""
        if self._terminal and self._files:
            click.echo("\r\033[K", nl=False)


def _by_feed(report: LoadReport) -> Iterator[str]:
    """One line a feed of files that were loaded, in the order in which they were taken up."""
    feeds: dict[str, list[FileResult]] = {}
    for file in report.files:
        if file.status == "loaded":
            feeds.setdefault(file.feed, []).append(file)
    for feed, files in feeds.items():
        rows_in, rejected = sum(f.rows_in for f in files), sum(f.rows_rejected for f in files)
        turned_away = f", {rejected:,} rejected" if rejected else ""
        yield f"  {feed:<30} {len(files):>3} file{'' if len(files) == 1 else 's'} {rows_in:>10,} rows{turned_away}"


def _region_and_folder(source: Path | None, settings: DatabaseSettings) -> tuple[RegionSettings, Path]:
    if source is not None:
        return RegionSettings(), source
    from feeds.synthetic.county import COUNTY_REGION, DEMO_SEED, TRUTH_FILE, write_county

    folder = settings.state_dir / "synthetic-county"
    # of two demos that begin at once the second would put its county in place of the one that the first is loading
    with (settings.state_dir / "county.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not (folder / TRUTH_FILE).is_file():
            click.echo("making the synthetic county (no real place, no real incident)")
            write_county(folder, seed=DEMO_SEED)
    return COUNTY_REGION, folder


def _serve(settings: DatabaseSettings, begun: float) -> None:
    """Both portals and what takes in questions, until Ctrl-C or until one of them ends."""
    _refuse_ports_in_use()
    ports = _ports()
    logs = settings.state_dir / "log"
    processes: dict[str, subprocess.Popen[bytes]] = {}
    previous = signal.signal(signal.SIGTERM, _as_interrupt)
    # a script that starts the demo in the background hands down an ignored SIGINT; the page says that Ctrl-C stops, so it does
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        for audience, port in ports.items():
            processes[audience] = start_portal(audience, port, log=logs / f"portal-{audience}.log", demo=True)
        for audience, port in ports.items():
            _wait_until_healthy(port, processes[audience], logs / f"portal-{audience}.log")
        click.echo(f"\nready in {time.perf_counter() - begun:.0f} s.")
        click.echo(f"  community portal     http://127.0.0.1:{ports['community']}")
        click.echo(f"  professional portal  http://127.0.0.1:{ports['professional']}  (demo sign-in: pick a role)")
        click.echo(f"  questions go to      http://127.0.0.1:{ports['questions']}  (from the community portal's form)")
        click.echo("Ctrl-C stops them.")
        while all(p.poll() is None for p in processes.values()):
            time.sleep(0.5)
        ended = [a for a, p in processes.items() if p.poll() is not None]
        raise UserError(f"the {ended[0]} portal ended by itself", where=str(logs / f"portal-{ended[0]}.log"))
    except KeyboardInterrupt:
        click.echo("\nstopping.")
    finally:
        signal.signal(signal.SIGTERM, previous)
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def _ports() -> dict[str, int]:
    portal = PortalSettings()
    return {"community": portal.community_port, "professional": portal.professional_port, "questions": portal.questions_port}


def _refuse_ports_in_use() -> None:
    for audience, port in _ports().items():
        if _in_use(port):
            raise UserError(
                f"port {port} is in use",
                where=f"{audience} portal",
                hint=f"stop what uses it, or set HOMEGROUND_PORTAL_{audience.upper()}_PORT to another.",
            )


def _as_interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _in_use(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_until_healthy(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise UserError("the portal did not start", where=f"port {port}", hint=f"read {log}")
