"""Fixtures that more than one kind of test uses: a real PostGIS that the tests start themselves, and the folder of real data."""

from __future__ import annotations

import functools
import gc
import os
import pickle
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from analytics import stage as analytics_stage
from core import db, migrate
from core.errors import UserError
from core.paths import PROJECT_ROOT
from core.settings import DatabaseSettings, PortalSettings, RegionSettings, ReleaseSettings
from tests.builders.shared_server import LIMITS, SuiteRun, begin, close_for_copying, end, new_database, start_server

if TYPE_CHECKING:
    from analytics.stage import Context
    from feeds.loading.report import LoadReport
    from feeds.synthetic.county import CountyTruth

TEMPLATE = "template_homeground"
_RUN = pytest.StashKey[SuiteRun]()
_IN_USE = "HOMEGROUND_DATABASE_NAME"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are called by their argument: an archive holds the second in which it was made, and two processes must agree on names."""
    return argname if isinstance(val, bytes) else None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--pictures", action="store_true", help="take the README's pictures anew from the pages that the browser tests open"
    )


def pytest_configure(config: pytest.Config) -> None:
    told = getattr(config, "workerinput", None)
    config.stash[_RUN] = begin() if told is None else SuiteRun(Path(told["homeground_run"]), told["workerid"])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """The process that starts pytest-xdist's workers tells each of them whose they are."""
    node.workerinput["homeground_run"] = str(node.config.stash[_RUN].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        end(config.stash[_RUN])


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Streamlit's AppTest leaves its script as the main module, which processes started later (Dask's workers) would then run."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture(scope="session", autouse=True)
def components_found_once() -> Iterator[None]:
    """Each start of Streamlit's AppTest reads what every installed package says of itself, to find components: nine tenths of its time."""
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", functools.cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def same_database_afterwards() -> Iterator[None]:
    """A test may point the code at a database of its own; the module's fixtures pointed at theirs once, and the next test needs that one."""
    before = os.environ.get(_IN_USE)
    yield
    if before is not None and os.environ.get(_IN_USE) != before:
        db.dispose_engines()
        os.environ[_IN_USE] = before


@pytest.fixture(scope="session")
def pictures(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--pictures"))


# Loading the real Thames Valley takes a minute and more. The tests that use it go to one worker, which begins with them: a second one
# would only wait for the first.
_MADE_BY_ONE = "thames_valley_loaded"
# The synthetic county, which most pages are looked at with, takes as long. One of them is first; what does without it comes next, so that
# nobody waits for it.
_MADE_FIRST = "county_database"
# where a page is opened in a browser at two widths, `./run test` opens it as a phone does
_WIDE = 1280


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where the suite runs in several processes, tests of one file go to one of them; those that take longest come first.

    Tests of the real force are slow, and so is the second look at a page on a wide screen: `./run test --all` runs them.
    """
    groups = [_group(item) for item in items]
    for item, group in zip(items, groups, strict=True):
        item.add_marker(pytest.mark.xdist_group(group))
        if group == _MADE_BY_ONE or _is_second_look(item):
            item.add_marker(pytest.mark.slow)
    # a long file that began last would be waited for by one process while the other has nothing to do
    slow, browser = (
        {group for item, group in zip(items, groups, strict=True) if item.get_closest_marker(name)} for name in ("slow", "browser")
    )
    county = list(dict.fromkeys(g for i, g in zip(items, groups, strict=True) if _MADE_FIRST in getattr(i, "fixturenames", ())))
    first = [_MADE_BY_ONE, *[group for group in county if group in browser][:1]]
    order = sorted(
        range(len(items)),
        key=lambda i: (
            groups[i] not in first,
            first.index(groups[i]) if groups[i] in first else 0,
            groups[i] not in slow | browser,
            groups[i] in county,
            groups[i] not in slow,
        ),
    )
    items[:] = [items[i] for i in order]


def pytest_collection_finish() -> None:
    """What was imported stays: a search for what can be freed need not go through it, hundreds of times in each process."""
    gc.collect()
    gc.freeze()


def _is_second_look(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    return bool(callspec and item.get_closest_marker("browser") and callspec.params.get("width") == _WIDE)


def _group(item: pytest.Item) -> str:
    return _MADE_BY_ONE if _MADE_BY_ONE in getattr(item, "fixturenames", ()) else item.path.name


IN_CI = os.environ.get("CI", "").lower() == "true"


def absent(what: str) -> None:
    """A loud skip on a laptop, a failure in CI."""
    if IN_CI:
        pytest.fail(f"{what} (must be there in CI)")
    pytest.skip(what)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real open data: HOMEGROUND_TEST_DATA, else shared/data beside the project's folder."""
    folder = Path(os.environ.get("HOMEGROUND_TEST_DATA", PROJECT_ROOT.parent / "shared" / "data"))
    if not (folder / "SOURCES.md").is_file():
        absent(f"no real data in {folder}")
    return folder


@pytest.fixture(scope="session")
def suite_run(request: pytest.FixtureRequest) -> SuiteRun:
    """The run of the suite that this process is a worker of."""
    return request.config.stash[_RUN]


@pytest.fixture(scope="session")
def cluster(suite_run: SuiteRun) -> Iterator[DatabaseSettings]:
    """The PostGIS server of this run of the suite, with a migrated template database."""
    saved = {k: v for k, v in os.environ.items() if k.startswith("HOMEGROUND_")}
    for key in saved:
        if key != "HOMEGROUND_TEST_DATA":
            del os.environ[key]
    os.environ["HOMEGROUND_STATE_DIR"] = str(suite_run.state)
    os.environ[_IN_USE] = TEMPLATE
    for name in LIMITS:
        os.environ[name] = "60"
    settings = DatabaseSettings()

    def make() -> None:
        start_server(settings)
        migrate.prepare(settings)
        db.dispose_engines()
        close_for_copying(settings, TEMPLATE)

    try:
        suite_run.once("server", make)
    except UserError as error:
        absent(f"no PostGIS to test with: {error}")
    try:
        yield settings
    finally:
        db.dispose_engines()
        for key in [k for k in os.environ if k.startswith("HOMEGROUND_")]:
            del os.environ[key]
        os.environ.update(saved)


@pytest.fixture(scope="session")
def make_database(cluster: DatabaseSettings, suite_run: SuiteRun) -> Callable[..., str]:
    """make_database(name, template=...) makes a database of this worker's and returns its name; use_database(name) points the code at it."""

    def make(name: str, template: str = TEMPLATE) -> str:
        db.dispose_engines()
        own = suite_run.own(name)
        new_database(cluster, own, template)
        return own

    return make


@pytest.fixture(scope="session")
def use_database(cluster: DatabaseSettings) -> Callable[[str], None]:
    def use(name: str) -> None:
        if os.environ.get(_IN_USE) != name:
            db.dispose_engines()
            os.environ[_IN_USE] = name

    return use


@pytest.fixture(scope="session")
def made_once(cluster: DatabaseSettings, suite_run: SuiteRun, use_database: Callable[[str], None]) -> Callable[..., str]:
    """made_once(name, fill) is the name of a database that fill() filled once in this run of the suite.

    To be copied, not opened: each worker and each test that writes makes a copy, so none sees what another wrote.
    """

    def made(name: str, fill: Callable[[], None], template: str = TEMPLATE) -> str:
        def make() -> None:
            new_database(cluster, name, template)
            before = os.environ[_IN_USE]
            use_database(name)
            try:
                fill()
            finally:
                use_database(before)
            close_for_copying(cluster, name)

        suite_run.once(name, make)
        return name

    return made


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said, as of a process that ended."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Done]


@pytest.fixture
def homeground(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """homeground('release', 'list') is what `homeground release list` does, from its entry point to its exit code.

    Without a process of its own: most of what that would take is to import what the tests have imported.
    """
    from homeground.command_line import main

    def run(*words: str) -> Done:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["homeground", *words])
        code: object = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        assert code is None or isinstance(code, int), code
        return Done(code or 0, *capsys.readouterr())

    return run


@contextmanager
def pointed_at(name: str, use_database: Callable[[str], None]) -> Iterator[str]:
    """The code under test works in that database, and afterwards in the one before: fixtures of a module point at theirs only once."""
    before = os.environ[_IN_USE]
    use_database(name)
    try:
        yield name
    finally:
        use_database(before)


_COUNTER = iter(range(1, 1_000_000))


@pytest.fixture
def database(make_database: Callable[..., str], use_database: Callable[[str], None]) -> Iterator[str]:
    """A fresh, empty, migrated database for one test; the code under test is pointed at it."""
    name = make_database(f"t_{next(_COUNTER)}")
    use_database(name)
    yield name
    db.dispose_engines()


@pytest.fixture(scope="module")
def module_database(make_database: Callable[..., str], use_database: Callable[[str], None]) -> Iterator[str]:
    """The same for all tests of a module: load once, read often."""
    with pointed_at(make_database(f"m_{next(_COUNTER)}"), use_database) as name:
        yield name


@pytest.fixture(scope="session")
def county_truth(suite_run: SuiteRun, county_files: Path) -> CountyTruth:
    """What was planted in the synthetic county."""
    truth: CountyTruth = pickle.loads((suite_run.folder / "county_truth.pickle").read_bytes())  # noqa: S301 - our own file
    return truth


@pytest.fixture(scope="session")
def county_files(suite_run: SuiteRun) -> Path:
    """The synthetic county's files, as the demo makes them. For reading: all workers share them."""
    from feeds.synthetic.county import DEMO_SEED, write_county

    folder = suite_run.folder / "county_files"

    def write() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        (suite_run.folder / "county_truth.pickle").write_bytes(pickle.dumps(write_county(folder, seed=DEMO_SEED)))

    suite_run.once("county_files", write)
    return folder


@pytest.fixture(scope="session")
def county_database(county_files: Path, made_once: Callable[..., str]) -> str:
    """Template of databases in which the whole flow ran once on the synthetic county. `county` reads one; who writes makes one."""
    from analytics import pipeline
    from feeds.synthetic.county import COUNTY_REGION

    def flow() -> None:
        context = analytics_stage.default_context(actor="test", region=COUNTY_REGION)
        pipeline.load(county_files, context, say=lambda line: None)
        pipeline.analyse_and_release(context, say=lambda line: None)

    return made_once("county", flow)


# The real force whole, at length: every stage, and the release of every group. Without it no test reads the stages left out, which run on
# the synthetic county and on forces made for them, and the release is of two groups on every level: all recorded, and the small numbers of
# serious violence. Every group is released of two real districts (tests/unit/disclosure/test_disclosure_outside_attack.py).
WHOLE = os.environ.get("HOMEGROUND_TEST_WHOLE") == "1"
_NOT_READ = ("emerging", "track", "foretell", "warn", "stability")
_TWO_GROUPS = Path(__file__).parent / "data" / "plan_of_two_groups.toml"


@pytest.fixture(scope="session")
def thames_valley_context() -> Context:
    return analytics_stage.default_context(actor="test", region=RegionSettings())


@pytest.fixture(scope="session")
def _thames_valley_loaded(
    real_data: Path, thames_valley_context: Context, made_once: Callable[..., str], suite_run: SuiteRun
) -> tuple[str, LoadReport]:
    from analytics import pipeline

    said = suite_run.folder / "thames_valley_loaded.pickle"

    def load() -> None:
        said.write_bytes(pickle.dumps(pipeline.load(real_data, thames_valley_context, say=lambda line: None)))

    return made_once("thames_valley_loaded", load), pickle.loads(said.read_bytes())  # noqa: S301 - our own file


@pytest.fixture(scope="session")
def thames_valley_loaded(_thames_valley_loaded: tuple[str, LoadReport]) -> str:
    """Template of databases into which all of the real data were loaded, and nothing else."""
    return _thames_valley_loaded[0]


@pytest.fixture(scope="session")
def thames_valley_report(_thames_valley_loaded: tuple[str, LoadReport]) -> LoadReport:
    """What loading all of the real data said."""
    return _thames_valley_loaded[1]


@pytest.fixture(scope="session")
def thames_valley_database(thames_valley_loaded: str, thames_valley_context: Context, made_once: Callable[..., str]) -> str:
    """Template of databases in which the flow ran once on all of the real data: what tests of real data read, or all of it (WHOLE)."""
    from analytics import pipeline

    def flow() -> None:
        if WHOLE:
            pipeline.analyse_and_release(thames_valley_context, say=lambda line: None)
            return
        context = replace(thames_valley_context, release=ReleaseSettings(plan=_TWO_GROUPS))
        stages = tuple(stage for stage in pipeline.STAGES if stage.name not in _NOT_READ)
        assert len(stages) == len(pipeline.STAGES) - len(_NOT_READ)
        analytics_stage.run_stages(stages, context, say=lambda line: None)

    return made_once("thames_valley", flow, template=thames_valley_loaded)


@pytest.fixture(scope="session")
def _county_for_reading(county_database: str, make_database: Callable[..., str]) -> str:
    return make_database("county_read", template=county_database)


@pytest.fixture
def county(_county_for_reading: str, use_database: Callable[[str], None]) -> str:
    """This worker's copy of the county after the whole flow, which all its tests read."""
    use_database(_county_for_reading)
    return _county_for_reading


@pytest.fixture(scope="session")
def _thames_valley_for_reading(thames_valley_database: str, make_database: Callable[..., str]) -> str:
    return make_database("thames_valley_read", template=thames_valley_database)


@pytest.fixture
def thames_valley(_thames_valley_for_reading: str, use_database: Callable[[str], None]) -> str:
    """The same of the real data."""
    use_database(_thames_valley_for_reading)
    return _thames_valley_for_reading


@pytest.fixture(scope="session")
def invented_county_database(made_once: Callable[..., str]) -> str:
    """Template of databases that hold the invented county of tests/builders/portal_data.py, published and analysed."""
    from tests.builders import portal_data

    return made_once("invented_county", portal_data.load_all)


@pytest.fixture(scope="module")
def invented_county(
    invented_county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]
) -> Iterator[str]:
    """The module's own copy of the invented county; the code under test is pointed at it."""
    with pointed_at(make_database("invented", template=invented_county_database), use_database) as name:
        yield name


@pytest.fixture
def as_portal() -> Iterator[Callable[..., PortalSettings]]:
    """as_portal(audience=..., demo=...) makes this process that portal, and undoes it after the test."""

    from app import process

    def become(**values: Any) -> PortalSettings:
        return process.start(PortalSettings(**values))

    yield become
    process._started.clear()
