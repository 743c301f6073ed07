"""Files of every format, changed at random, offered to the feeds: what ends in an error that no check foresaw, and how much memory it takes.

    python -m tests.builders.files.mutated COUNT SEED

runs COUNT of them in a process of its own, whose memory is bounded, and prints one JSON object. File N of a seed is always the same:
with COUNT 1 and its number as a third argument it runs again.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from feeds.catalogue.feed import Catalogue, Feed
from tests.builders import feeds_files as county
from tests.builders.files.offered import feed, offered, partner_events, workbook, zipped

# so that one file that would fill the machine is one MemoryError
_MOST_ADDRESSES = 6 << 30
_WORDS = (
    b'"', b",", b"\n", b"\r", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"sep=;\n", b"NaN", b"1e999", b"-1", b"{", b"}", b"[", b"]", b"null",
    b"<", b"=1+1", b"\xe2\x80\x8b", b"\xc2\xa0", b"99999999999999999999", b"2035", b"E01017136", b'"properties"', b'"features":[',
    b"\x80\x81\x8d", b"PK\x03\x04",
)  # fmt: skip


def catalogue() -> Catalogue:
    """A feed for every format, each known by its name, so that a file that was changed is read and not passed over."""
    area: dict[str, Any] = {
        "shape": "area",
        "geography": "lsoa",
        "edition": "2021",
        "code": "LSOA21CD",
        "name": "LSOA21NM",
        "detail": 1,
    }
    points = {
        "shape": "event",
        "series": "partner",
        "month": "Date",
        "month_format": "%d/%m/%Y",
        "category": "Kind",
        "x": "X",
        "y": "Y",
    }
    feeds: list[Feed] = [
        feed("table", file_name=r"table\.csv$"),
        feed("titled", file_name=r"titled\.csv$", read={"header_row": 3, "delimiter": ";", "encoding": "cp1252", "missing": ["NA"]}),
        feed("points", file_name=r"points\.csv$", columns=["Date", "Kind", "X", "Y"], writes=[points], period={"rule": "column"}),
        feed("sheet", file_name=r"sheet\.xlsx$", read={"format": "xlsx", "sheet": "Data"}),
        feed("columns", file_name=r"columns\.parquet$", read={"format": "parquet"}),
        feed(
            "areas", file_name=r"areas\.(geojson|gpkg|zip)$", columns=["LSOA21CD", "LSOA21NM"], writes=[area], read={"format": "vector"}
        ),
        # by its columns alone
        partner_events(),
    ]  # fmt: skip
    return Catalogue(feed=feeds)


def originals() -> dict[str, bytes]:
    """A good small file of every format, by name."""
    import geopandas as gpd
    import pyarrow as pa
    from pyarrow import parquet
    from shapely.geometry import Polygon

    rows = [["LSOA code", "Year", "FSM"], *([f"E0101{i:04d}", "2024", str(i)] for i in range(40))]
    table = "\n".join(",".join(row) for row in rows).encode() + b"\n"
    titled = b'"Free meals"\nSource: a council\n' + table.replace(b",", b";")
    points = b"Date,Kind,X,Y\n" + b"".join(b"%02d/03/2025,Fall,-0.%d,51.%d\n" % (i % 28 + 1, i, i) for i in range(10, 40))
    events = b"Attendance date,Time,Weapon,Postcode\n" + b"".join(
        b'%02d/03/2025,7:0%d,"Fist",RG1 1AA\n' % (i + 1, i) for i in range(9)
    )
    columns = io.BytesIO()
    parquet.write_table(pa.table({n: [row[i] for row in rows[1:]] for i, n in enumerate(rows[0])}), columns)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        squares = [Polygon(county.square(i, degrees=False)) for i in range(6)]
        frame = gpd.GeoDataFrame(
            {"LSOA21CD": county.LSOAS[:6], "LSOA21NM": [f"Môn {i}" for i in range(6)]}, geometry=squares, crs=27700
        )
        frame.to_file(Path(folder) / "areas.gpkg", layer="areas", driver="GPKG")
        frame.to_file(Path(folder) / "areas.shp")
        geopackage = (Path(folder) / "areas.gpkg").read_bytes()
        parts = {p.name: p.read_bytes() for p in Path(folder).glob("areas.*") if p.suffix != ".gpkg"}
    return {
        "table.csv": table, "titled.csv": titled, "points.csv": points, "events.csv": events, "table.csv.gz": gzip.compress(table),
        "many.zip": zipped({"a/table.csv": table, "b/points.csv": points, "c/sheet.xlsx": workbook({"Data": [list(r) for r in rows]})}),
        "sheet.xlsx": workbook({"Data": [list(r) for r in rows], "Notes": [["a note"]]}), "columns.parquet": columns.getvalue(),
        "areas.geojson": county.lsoa21_geojson(), "areas.gpkg": geopackage, "areas.zip": zipped(parts),
    }  # fmt: skip


def mutated(name: str, originals_by_name: dict[str, bytes], chance: random.Random) -> bytes:
    """A file of that name, changed in one to six ways; of a packed one often what is packed, so that the change comes through."""
    data = originals_by_name[name]
    if name.endswith(".gz") and chance.random() < 0.7:
        return gzip.compress(_changed(gzip.decompress(data), originals_by_name, chance))
    if name.endswith((".zip", ".xlsx")) and chance.random() < 0.8:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
        at = chance.randrange(len(members))
        members[at] = (members[at][0], _changed(members[at][1], originals_by_name, chance))
        if chance.random() < 0.1:
            members.pop(chance.randrange(len(members)))
        return zipped(members)
    return _changed(data, originals_by_name, chance)


def _changed(data: bytes, others: dict[str, bytes], chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 6)):
        at, to = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        part = data[at : min(to, at + chance.choice((1, 8, 200, 5_000)))]
        match chance.randrange(8):
            case 0:
                data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
            case 1:
                data = data[:at] + data[at + len(part) :]
            case 2:
                data = data[:at] + part * chance.choice((2, 5, 50)) + data[at:]
            case 3:
                data = data[:at] + chance.choice(_WORDS) * chance.choice((1, 1, 1, 40)) + data[at:]
            case 4:
                data = data[: chance.randrange(len(data) + 1)]
            case 5:
                data = data[:at] + bytes(chance.randrange(256) for _ in range(min(len(part), 64))) + data[at + len(part) :]
            case 6:
                other = others[chance.choice(sorted(others))]
                begun = chance.randrange(len(other))
                data = data[:at] + other[begun : begun + 500] + data[at:]
            case _:
                # a digit becomes another: numbers, offsets, sizes, dates
                digits = [i for i in range(at, min(at + 400, len(data))) if 48 <= data[i] <= 57]
                for i in digits[:: chance.randint(1, 5)]:
                    data = data[:i] + bytes([chance.randint(48, 57)]) + data[i + 1 :]
        data = data[: 4 << 20]
    return data


@dataclass
class Outcome:
    """faults: number of the file, its name, and the last line of what went wrong. peak_mb: above what the good files take."""

    files: int = 0
    refused: int = 0
    read: int = 0
    faults: list[tuple[int, str, str]] = field(default_factory=list)
    peak_mb: int = 0
    seconds: float = 0.0


def offer_many(count: int, seed: int, *, first: int = 0) -> Outcome:
    """Change and offer that many files."""
    warnings.simplefilter("ignore")
    by_name, known, found = originals(), catalogue(), Outcome()
    names = sorted(by_name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        for name, data in by_name.items():
            _offer(path, name, data, known, Outcome(), -1)
        before = _peak_mb()
        begun = time.perf_counter()
        for number in range(first, first + count):
            chance = random.Random(seed * 1_000_003 + number)
            name = names[number % len(names)]
            _offer(path, name, mutated(name, by_name, chance), known, found, number)
        found.seconds = round(time.perf_counter() - begun, 1)
        found.peak_mb = _peak_mb() - before
    return found


def _offer(folder: Path, name: str, data: bytes, known: Catalogue, found: Outcome, number: int) -> None:
    path = folder / name
    path.write_bytes(data)
    found.files += 1
    try:
        for one in offered(path, known):
            if "which no check foresaw" in one.message:
                found.faults.append((number, name, one.message.splitlines()[0]))
            found.refused += bool(one.message)
            found.read += one.screened is not None
            if one.screened is not None:
                # what a load would store of it
                one.screened.screening.rejected_rows()
    except BaseException as error:  # noqa: BLE001 - a panic of compiled code is no Exception
        last = traceback.extract_tb(error.__traceback__)[-1]
        found.faults.append((number, name, f"{type(error).__name__} in {last.filename}:{last.lineno}"))
    finally:
        path.unlink()


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_ADDRESSES, _MOST_ADDRESSES))
    given = [int(a) for a in sys.argv[1:]]
    print(json.dumps(asdict(offer_many(given[0], given[1], first=given[2] if len(given) > 2 else 0))))
