"""Fixtures that more than one kind of test uses: a real PostGIS that the tests start themselves, and the folder of real data."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from analytics import stage as analytics_stage
from core import db, local_postgis, migrate
from core.db import Role
from core.db.credentials import url_for
from core.errors import UserError
from core.paths import PROJECT_ROOT
from core.settings import DatabaseSettings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--pictures", action="store_true", help="take the README's pictures anew from the pages that the browser tests open"
    )


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Streamlit's AppTest leaves its script as the main module, which processes started later (Dask's workers) would then run."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture(scope="session")
def pictures(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--pictures"))


# What the whole flow made of the real Thames Valley takes minutes: one process makes it, and that one begins with it.
_SHARED = ("thames_valley_database", "county_database")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where the suite runs in several processes: tests that share a database made once go to one of them, and so do those of one file."""
    groups = [_group(item) for item in items]
    for item, group in zip(items, groups, strict=True):
        item.add_marker(pytest.mark.xdist_group(group))
    order = sorted(range(len(items)), key=lambda i: _SHARED.index(groups[i]) if groups[i] in _SHARED else len(_SHARED))
    items[:] = [items[i] for i in order]


def _group(item: pytest.Item) -> str:
    used = getattr(item, "fixturenames", ())
    return next((name for name in _SHARED if name in used), item.path.name)


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


def _without_fsync(made: local_postgis.Cluster, settings: DatabaseSettings) -> None:
    """Test data need not outlive the machine's power: creating a database from a template is three times as quick without fsync.

    The tests that kill a server make a cluster of their own, with everything as it is shipped.
    """
    local_postgis.down(settings)
    with (made.data / "postgresql.conf").open("a", encoding="utf-8") as handle:
        handle.write("fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n")
    local_postgis.up(settings)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabaseSettings]:
    """A private PostGIS cluster for this test session, with a migrated template database."""
    # a short path of our own: pytest's is closed to the unprivileged account that runs PostgreSQL for root
    import tempfile

    state = Path(tempfile.mkdtemp(prefix="hg-test-"))
    state.chmod(0o755)
    saved = {k: v for k, v in os.environ.items() if k.startswith("HOMEGROUND_")}
    for key in saved:
        if key != "HOMEGROUND_TEST_DATA":
            del os.environ[key]
    os.environ["HOMEGROUND_STATE_DIR"] = str(state)
    os.environ["HOMEGROUND_DATABASE_NAME"] = "template_homeground"
    settings = DatabaseSettings()
    try:
        _without_fsync(local_postgis.up(settings), settings)
    except UserError as error:
        absent(f"no PostGIS to test with: {error}")
    migrate.prepare(settings)
    db.dispose_engines()
    try:
        yield settings
    finally:
        db.dispose_engines()
        local_postgis.down(settings)
        import shutil

        shutil.rmtree(state, ignore_errors=True)
        for key in [k for k in os.environ if k.startswith("HOMEGROUND_")]:
            del os.environ[key]
        os.environ.update(saved)


def _admin(settings: DatabaseSettings, statement: str) -> None:
    server = create_engine(url_for(Role.OWNER, settings).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(statement))
    server.dispose()


@pytest.fixture(scope="session")
def make_database(cluster: DatabaseSettings) -> Callable[..., str]:
    """make_database(name, template=...) creates a database; use_database(name) points the code at it."""

    def make(name: str, template: str = "template_homeground") -> str:
        db.dispose_engines()
        _admin(cluster, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        _admin(cluster, f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    return make


@pytest.fixture(scope="session")
def use_database(cluster: DatabaseSettings) -> Callable[[str], None]:
    def use(name: str) -> None:
        db.dispose_engines()
        os.environ["HOMEGROUND_DATABASE_NAME"] = name

    return use


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
    """The same for all tests of a module: load once, read often. Do not mix with `database` in one module."""
    name = make_database(f"m_{next(_COUNTER)}")
    use_database(name)
    yield name
    db.dispose_engines()


@pytest.fixture(scope="session")
def county_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic county's files, as the demo makes them."""
    from feeds.synthetic.county import DEMO_SEED, write_county

    folder = tmp_path_factory.mktemp("county")
    write_county(folder, seed=DEMO_SEED)
    return folder


@pytest.fixture(scope="session")
def county_database(county_files: Path, make_database: Callable[..., str], use_database: Callable[[str], None]) -> str:
    """A database in which the whole flow ran once on the synthetic county. For reading; a test that writes makes a copy of it."""
    from analytics import pipeline
    from feeds.synthetic.county import COUNTY_REGION

    use_database(make_database("county"))
    context = analytics_stage.default_context(actor="test", region=COUNTY_REGION)
    pipeline.load(county_files, context, say=lambda line: None)
    pipeline.analyse_and_release(context, say=lambda line: None)
    db.dispose_engines()
    return "county"


@pytest.fixture(scope="session")
def thames_valley_database(real_data: Path, make_database: Callable[..., str], use_database: Callable[[str], None]) -> str:
    """The same for all of the real data."""
    from analytics import pipeline
    from core.settings import RegionSettings

    use_database(make_database("thames_valley"))
    context = analytics_stage.default_context(actor="test", region=RegionSettings())
    pipeline.load(real_data, context, say=lambda line: None)
    pipeline.analyse_and_release(context, say=lambda line: None)
    db.dispose_engines()
    return "thames_valley"


@pytest.fixture
def county(county_database: str, use_database: Callable[[str], None]) -> str:
    use_database(county_database)
    return county_database


@pytest.fixture
def thames_valley(thames_valley_database: str, use_database: Callable[[str], None]) -> str:
    use_database(thames_valley_database)
    return thames_valley_database
