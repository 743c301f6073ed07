"""docs/adding.md does what it says: a copy of the project gets every block of the page, runs its commands, and is checked from outside."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer
from sqlalchemy import text

from analytics.pipeline import ANALYSE_STAGES
from core import db
from core.db import Role
from core.paths import PROJECT_ROOT
from feeds.synthetic.county import COUNTY_REGION

pytestmark = [pytest.mark.database, pytest.mark.slow]

PAGE = (PROJECT_ROOT / "docs" / "adding.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^\*\*(?P<file>[^*\n]+)\*\*, (?P<how>[^\n]+):\n\n```\w+\n(?P<text>.*?)^```$", re.M | re.S)
_LINE = re.compile(r"(?P<where>before|after|in place of) the line that begins `(?P<line>[^`]+)`")
_COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
_NEW = ("a new file", "as it comes")


@dataclass(frozen=True)
class Block:
    """A block of the page: the file that it goes to, how it goes there, and its text as printed."""

    section: str
    file: str
    how: str
    text: str


def sections() -> dict[str, str]:
    """The text below each heading."""
    return dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))


BLOCKS = [Block(name, m["file"], m["how"], m["text"]) for name, part in sections().items() for m in _BLOCK.finditer(part)]


def commands(section: str) -> list[str]:
    return [line for block in _COMMANDS.findall(sections()[section]) for line in block.splitlines()]


def name_of(block: Block) -> str:
    """The file, with the number that the next migration of this project has."""
    made = len(list((PROJECT_ROOT / "sql" / "migrations").glob("*.sql")))
    return block.file.replace("NNNN", f"{made + 1:04d}")


def apply(block: Block, copy: Path) -> None:
    """Do what the page says, and nothing else."""
    path = copy / name_of(block)
    if block.how in _NEW:
        assert not path.exists(), f"{block.file} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        return
    before = path.read_text(encoding="utf-8")
    if block.how == "at the end":
        path.write_text(before + block.text, encoding="utf-8")
        return
    told = _LINE.fullmatch(block.how)
    assert told, f"{block.file}: nobody knows where '{block.how}' is"
    lines = before.splitlines(keepends=True)
    found = [k for k, line in enumerate(lines) if line.strip().startswith(told["line"])]
    assert len(found) == 1, f"{block.file} has {len(found)} lines that begin {told['line']}"
    start = found[0] + (told["where"] == "after")
    end = found[0] + (told["where"] != "before")
    path.write_text("".join([*lines[:start], block.text, *lines[max(start, end) :]]), encoding="utf-8")


# the copy --------------------------------------------------------------------------------------------------------------


def environment(copy: Path, **more: str) -> dict[str, str]:
    """Of a process in the copy: its packages come first, and it serves the synthetic county."""
    region = {
        "HOMEGROUND_REGION_FORCE_NAME": COUNTY_REGION.force_name,
        "HOMEGROUND_REGION_FORCE_AREA_NAME": COUNTY_REGION.force_area_name,
        "HOMEGROUND_REGION_SYNTHETIC": "true",
    }
    return {**os.environ, **region, "PYTHONPATH": str(copy), **more}


def run(copy: Path, *words: str, **more: str) -> str:
    """What a process in the copy printed; a failure shows what it said."""
    done = subprocess.run(list(words), cwd=copy, env=environment(copy, **more), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def run_command(copy: Path, line: str, database: str) -> str:
    """A line of the page: homeground and python are those of this environment."""
    program, *words = shlex.split(line)
    assert program in ("homeground", "python"), line
    module = ["-m", "homeground.command_line"] if program == "homeground" else []
    return run(copy, sys.executable, *module, *words, HOMEGROUND_DATABASE_NAME=database)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adding") / "homeground"
    left = shutil.ignore_patterns("__pycache__", ".*", "tests", "notebooks", "env", "images")
    shutil.copytree(PROJECT_ROOT, folder, ignore=left, symlinks=True)
    for block in BLOCKS:
        apply(block, folder)
    return folder


@pytest.fixture(scope="module")
def types(copy: Path) -> Iterator[subprocess.Popen[str]]:
    """mypy on what was added, begun at once: it takes as long as everything else here."""
    # what the project's own runs remember holds for a copy with the same dates
    if (PROJECT_ROOT / ".mypy_cache").is_dir():
        shutil.copytree(PROJECT_ROOT / ".mypy_cache", copy / ".mypy_cache")
    command = [sys.executable, "-m", "mypy", *touched(".py")]
    with subprocess.Popen(command, cwd=copy, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        yield process
        process.kill()


def touched(ending: str) -> list[str]:
    """Files of the page by their ending, each once."""
    return sorted({name_of(block) for block in BLOCKS if block.file.endswith(ending)})


@pytest.fixture(scope="module")
def county_copy(county_database: str, make_database: Callable[..., str]) -> str:
    """A copy of the county's database, for this module to write to."""
    return make_database("adding", template=county_database)


@pytest.fixture(scope="module")
def stops(copy: Path, county_copy: str, use_database: Callable[[str], None]) -> pd.DataFrame:
    """Bus stops all over the county and beyond, in the layout of the page's file, which this writes: id, easting, northing, active."""
    use_database(county_copy)
    with db.transaction(Role.OWNER) as connection:
        low_x, low_y, high_x, high_y = connection.execute(
            text(
                "SELECT st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e)"
                " FROM (SELECT st_extent(geom) AS e FROM place.area WHERE geography = 'force') AS f"
            )
        ).one()
    rng = np.random.default_rng(7)
    count = 1_500
    x = rng.integers(round(low_x) - 2_000, round(high_x) + 2_000, count)
    y = rng.integers(round(low_y) - 2_000, round(high_y) + 2_000, count)
    lon, lat = Transformer.from_crs(27700, 4326, always_xy=True).transform(x, y)
    in_degrees, active = rng.random(count) < 0.5, rng.random(count) < 0.9
    path = copy / "bus-stops.csv"
    with path.open(encoding="utf-8") as handle:
        header = next(csv.reader(handle))
    frame = pd.DataFrame("", index=range(count), columns=header).assign(
        ATCOCode=[f"999{n:06d}" for n in range(count)],
        CommonName=[f"Stop {n}" for n in range(count)],
        Easting=np.where(in_degrees, "", x.astype(str)),
        Northing=np.where(in_degrees, "", y.astype(str)),
        Longitude=np.where(in_degrees, np.char.mod("%.7f", lon), ""),
        Latitude=np.where(in_degrees, np.char.mod("%.7f", lat), ""),
        StopType="BCT",
        Status=np.where(active, "active", "inactive"),
    )
    frame.to_csv(path, index=False)
    return pd.DataFrame({"stop_id": frame["ATCOCode"], "x": x, "y": y, "active": active})


@pytest.fixture(scope="module")
def added(copy: Path, types: subprocess.Popen[str], stops: pd.DataFrame, county_copy: str) -> str:
    """The county's copy after the commands of the first two parts, in order, on those bus stops."""
    for section in ("A feed", "An analysis"):
        for line in commands(section):
            run_command(copy, line, county_copy)
    return county_copy


@pytest.fixture
def there(added: str, use_database: Callable[[str], None]) -> str:
    use_database(added)
    return added


def rows(statement: str, role: Role = Role.OWNER, districts: str | None = None) -> pd.DataFrame:
    with db.transaction(role, districts=districts) as connection:
        result = connection.execute(text(statement))
        return pd.DataFrame(result.fetchall(), columns=list(result.keys()))


# the page itself -------------------------------------------------------------------------------------------------------


def test_every_block_says_where_it_goes_and_every_command_is_run() -> None:
    fences = len(re.findall(r"^```", PAGE, re.M)) // 2
    assert fences == len(BLOCKS) + len(_COMMANDS.findall(PAGE))
    assert [name for name in sections() if commands(name)] == ["A feed", "An analysis", "A format of the place brief"]
    assert set(re.findall(r"`(\./run [a-z]+)`", PAGE)) == {"./run check", "./run test"}


def test_an_analysis_touches_as_few_files_as_the_page_says() -> None:
    """At most seven files in four folders, beside its migration and its test; the changelog is one of them."""
    files = {b.file for b in BLOCKS if b.section == "An analysis" and not b.file.startswith("sql/migrations/")} | {"CHANGELOG.md"}
    folders = {str(PurePosixPath(file).parent) for file in files}
    said = re.search(r"It touches (\w+)\nfiles in (\w+) folders", PAGE)
    numbers = {"three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
    assert said
    assert (len(files), len(folders)) == (numbers[said[1]], numbers[said[2]])
    assert len(files) <= 7
    assert len(folders) <= 4


# a feed ----------------------------------------------------------------------------------------------------------------


def test_the_file_of_the_page_loads_into_an_empty_database(
    copy: Path, make_database: Callable[..., str], use_database: Callable[[str], None]
) -> None:
    example = next(b for b in BLOCKS if b.how == "as it comes")
    folder = copy.parent / "example"
    folder.mkdir()
    (folder / example.file).write_text(example.text, encoding="utf-8")
    name = make_database("adding_empty")
    load = next(line for line in commands("A feed") if " load " in line)
    run_command(copy, load.replace(example.file, str(folder / example.file)), name)
    use_database(name)
    # nothing says yet where the region is, so every stop in use is kept
    held = rows("SELECT service_id, round(easting) AS x, round(northing) AS y FROM record.service ORDER BY 1")
    there = Transformer.from_crs(4326, 27700, always_xy=True).transform(0.912345, 53.712345)
    assert held["service_id"].tolist() == ["999000001", "999000002"]
    assert held[["x", "y"]].astype(int).to_numpy().tolist() == [[590100, 430200], [round(there[0]), round(there[1])]]


def test_the_stops_of_the_region_are_held_with_their_points(there: str, stops: pd.DataFrame) -> None:
    outline = shapely.from_wkb(bytes(rows("SELECT st_asbinary(geom) AS g FROM place.area WHERE geography = 'force'")["g"].iloc[0]))
    inside = stops[stops["active"] & shapely.contains_xy(outline, stops["x"], stops["y"])].set_index("stop_id")
    assert 100 < len(inside) < len(stops)
    held = rows("SELECT service_id, easting, northing FROM record.service WHERE kind = 'bus_stop'").set_index("service_id")
    assert sorted(held.index) == sorted(inside.index)
    apart = np.hypot(held["easting"] - inside["x"], held["northing"] - inside["y"])
    # seven decimals of a degree are about a centimetre
    assert float(apart.max()) < 0.02


# an analysis -----------------------------------------------------------------------------------------------------------


def test_the_table_is_what_every_pair_measured_by_hand_gives(there: str) -> None:
    spots = rows(
        "SELECT h.group_id, h.code, h.lad_code, st_asbinary(a.geom) AS outline FROM analysis.hotspot AS h"
        " JOIN place.area AS a ON (a.geography, a.edition, a.code) = (h.geography, h.edition, h.code)"
        " WHERE h.geography = 'lsoa' AND h.edition = '2021' AND h.class = 'hot' AND h.measure = 'count'"
    )
    outlines = shapely.from_wkb([bytes(outline) for outline in spots["outline"]])
    held = rows("SELECT service_id, easting, northing FROM record.service WHERE kind = 'bus_stop'")
    points = shapely.points(held["easting"], held["northing"])
    apart = shapely.distance(points[:, None], outlines[None, :])
    wanted = {
        (held["service_id"][i], spots["group_id"][j], spots["code"][j], spots["lad_code"][j]): apart[i, j]
        for i, j in zip(*np.nonzero(apart <= 200), strict=True)
    }
    found = rows("SELECT stop_id, group_id, code, lad_code, distance_m FROM analysis.bus_stop").set_index(
        ["stop_id", "group_id", "code", "lad_code"]
    )["distance_m"]
    assert len(wanted) > 50
    assert any(d > 0 for d in wanted.values())
    assert dict(found) == pytest.approx(wanted, abs=1e-6)


def test_its_run_names_what_it_came_from_and_each_sees_their_own_district(there: str) -> None:
    came_from = rows(
        "SELECT d.feed FROM analysis.run AS r JOIN raw.delivery AS d ON d.delivery_id = ANY(r.delivery_ids)"
        " WHERE r.run_id IN (SELECT run_id FROM analysis.bus_stop)"
    )
    assert came_from["feed"].tolist() == ["bus_stops"]
    every = "SELECT DISTINCT lad_code FROM analysis.bus_stop ORDER BY 1"
    districts = rows(every)["lad_code"].tolist()
    assert len(districts) > 1
    assert rows(every, Role.PROFESSIONAL, districts[0])["lad_code"].tolist() == districts[:1]
    assert rows(every, Role.PROFESSIONAL).empty


def test_the_documents_name_the_table_and_the_stage(there: str, copy: Path) -> None:
    dictionary = (copy / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert "### analysis.bus_stop\n\nOne row a bus stop x hot spot" in dictionary
    documented = re.findall(r"^\| (\w+) \| `", (copy / "docs" / "architecture.md").read_text(encoding="utf-8"), re.M)
    names = [stage.name for stage in ANALYSE_STAGES]
    after = names.index("stability") + 1
    wanted = ["load", *names[:after], "bus_stops", *names[after:]]
    assert documented[: len(wanted)] == wanted


# a page ----------------------------------------------------------------------------------------------------------------

_VISIT = """
import json, sys
from streamlit.testing.v1 import AppTest
from app import place_brief, process
from app.person.sign_in import ProfessionalRole, demo_person
from briefs.write import FORMATS
from core.settings import PortalSettings

SHOW = "from app import bus_stops\\nimport streamlit as st\\nbus_stops.show(st.session_state['hg-demo-person'])"
process.start(PortalSettings(audience="professional", demo=True))

def visit(app, person):
    app.session_state["hg-demo-person"] = person
    app.run()
    assert not app.exception, app.exception
    return app

analyst, officer = demo_person(ProfessionalRole.ANALYST, ""), demo_person(ProfessionalRole.OFFICER, sys.argv[1])
portal = visit(AppTest.from_file("app/portal.py", default_timeout=600), analyst)
seen = [visit(AppTest.from_string(SHOW, default_timeout=600), person) for person in (analyst, officer)]
print(json.dumps({
    "links": [link.proto.label for link in portal.get("page_link")],
    "titles": [app.title[0].value for app in seen],
    "kinds": [app.selectbox(key="bs-kind").value for app in seen],
    "said": [" ".join(e.proto.body for e in app.get("html")) for app in seen],
    "offered": list(place_brief._FORMATS),
    "made": list(FORMATS),
}))
"""


@pytest.fixture(scope="module")
def visit(added: str, copy: Path, use_database: Callable[[str], None]) -> dict[str, list[str]]:
    """What an analyst, then an officer of the first district, saw in the copy's portal; and the formats of the brief."""
    use_database(added)
    district = str(rows(FIRST_DISTRICT)["lad"].iloc[0])
    said = run(copy, sys.executable, "-c", _VISIT, district, HOMEGROUND_DATABASE_NAME=added)
    answer: dict[str, list[str]] = json.loads(said.splitlines()[-1])
    return answer


FIRST_DISTRICT = "SELECT min(lad_code) AS lad FROM analysis.bus_stop"


def test_the_page_shows_its_figure_to_each_for_their_own_districts(there: str, visit: dict[str, list[str]]) -> None:
    assert "Bus stops" in visit["links"]
    assert set(visit["titles"]) == {"Bus stops near hot spots"}
    labels = dict(rows("SELECT label, group_id FROM analysis.category_group").itertuples(index=False))
    counts = []
    for kind, said, where in zip(visit["kinds"], visit["said"], ("TRUE", f"lad_code = ({FIRST_DISTRICT})"), strict=True):
        near = rows(f"SELECT DISTINCT name, stop_id FROM analysis.bus_stop WHERE group_id = '{labels[kind]}' AND {where}")
        assert f"Within 200 m of a hot spot of this kind: {len(near):,} bus stop" in said
        assert sorted(re.findall(r'<th scope="row">(Stop \d+)<', said)) == sorted(near["name"])
        counts.append(len(near))
    assert counts[0] > counts[1] > 0
    kept = rows("SELECT detail FROM audit.event WHERE action = 'view' AND subject = 'bus_stops' ORDER BY event_id")["detail"]
    assert [view["stops"] for view in kept] == counts


# a format --------------------------------------------------------------------------------------------------------------


def test_the_new_format_holds_what_the_others_hold(there: str, copy: Path, visit: dict[str, list[str]]) -> None:
    (line,) = commands("A format of the place brief")
    # the web page beside it, to compare with
    said = run_command(copy, line.replace("--format md", "--format md,html"), there)
    markdown, page = [(copy / path).read_text(encoding="utf-8") for path in said.split()]
    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", page)
    assert len(headings) > 8
    assert re.findall(r"^## (.+)$", markdown, re.M) == headings
    # every number of the tables, one after the other
    figures = re.findall(r"<t[dh][^>]*>(\d[\d,.]*)</t[dh]>", page)
    printed = [
        cell for row in markdown.splitlines() if row.startswith("|") for cell in re.findall(r"(?<=\| )(\d[\d,.]*)(?= \|)", row)
    ]
    assert len(figures) > 20
    assert printed == figures
    assert "md" in visit["made"]
    assert set(visit["offered"]) == set(visit["made"])


# what ./run check asks -------------------------------------------------------------------------------------------------


def test_the_copy_passes_the_checks(copy: Path) -> None:
    run(copy, sys.executable, "-m", "ruff", "check", "--no-cache", *touched(".py"))
    run(copy, sys.executable, "-m", "ruff", "format", "--no-cache", "--check", *touched(".py"))
    run(copy, sys.executable, "-m", "sqlfluff", "lint", *touched(".sql"))
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    assert "0 broken" in run(copy, sys.executable, "-c", program)


def test_the_types_hold(types: subprocess.Popen[str]) -> None:
    said, _ = types.communicate(timeout=300)
    assert types.returncode == 0, said
