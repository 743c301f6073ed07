"""Boundaries, lookups, population and deprivation of the synthetic county, in the columns of the real files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from feeds.synthetic.land import DISTRICT_CODES, FORCE_CODE, Land
from feeds.synthetic.names import COUNTY, DISTRICTS
from feeds.synthetic.people import ETHNIC_GROUPS, People
from feeds.synthetic.writing import write_csv, write_geojson

_RANKS_2019, _RANKS_2025 = 32_844, 33_755
# how far the published 2021 outlines are simplified, m: the super-generalised file beside the finer one of 2011
_SIMPLIFIED_M = 60.0
_YEARS = range(16, 25)


def write_boundaries(folder: Path, land: Land) -> None:
    district_names = np.array(DISTRICTS)[land.district]
    district_codes = np.array(DISTRICT_CODES)[land.district]
    plain = shapely.coverage_simplify(land.outlines, _SIMPLIFIED_M)
    lsoas = pd.DataFrame({"LSOA21CD": land.codes, "LSOA21NM": land.names, "LAD22CD": district_codes, "LAD22NM": district_names})
    write_geojson(folder / "boundaries/lsoa21_homeshire_wgs84.geojson", lsoas, plain, crs84=False)
    msoas = pd.DataFrame({"MSOA21NM": land.msoa_names, "MSOA21CD": land.msoa_codes})
    msoa_outlines = np.array([shapely.union_all(plain[land.msoa == m]) for m in range(len(land.msoa_codes))], dtype=object)
    write_geojson(folder / "boundaries/msoa21_homeshire_wgs84.geojson", msoas, msoa_outlines, crs84=False)
    force = pd.DataFrame({"PFA20NM": [COUNTY], "PFA20CD": [FORCE_CODE]})
    whole = np.array([shapely.union_all(plain)], dtype=object)
    write_geojson(folder / "boundaries/police_force_areas_2020_homeshire.geojson", force, whole, crs84=False)
    district_of = _district_of_old(land)
    for number, code in enumerate(DISTRICT_CODES):
        mine = [(c, name, shape) for c, name, shape in land.old if district_of[c] == number]
        shapes = np.array([shape for _, _, shape in mine], dtype=object)
        old = pd.DataFrame({"LSOA11CD": [c for c, _, _ in mine], "LSOA11NM": [n for _, n, _ in mine]})
        write_geojson(folder / f"boundaries/lsoa11_by_lad/{code}.json", old, shapes, crs84=True)


def _district_of_old(land: Land) -> dict[str, int]:
    number = {code: int(d) for code, d in zip(land.codes, land.district, strict=True)}
    return {old: number[new] for old, new, _ in land.changes}


def write_lookups(folder: Path, land: Land) -> None:
    place = {code: n for n, code in enumerate(land.codes)}
    old_name = {code: name for code, name, _ in land.old}
    now = [place[new] for _, new, _ in land.changes]
    district = np.array(DISTRICTS)[land.district]
    district_code = np.array(DISTRICT_CODES)[land.district]
    msoa_code, msoa_name = np.array(land.msoa_codes)[land.msoa], np.array(land.msoa_names)[land.msoa]
    changes = pd.DataFrame(
        {
            "lsoa11_name": [old_name[old] for old, _, _ in land.changes],
            "lsoa11_code": [old for old, _, _ in land.changes],
            "change_code": [change for _, _, change in land.changes],
            "lsoa21_name": [land.names[n] for n in now],
            "lsoa21_code": [land.codes[n] for n in now],
            "ltla22_name": district[now],
            "ltla22_code": district_code[now],
        }
    )
    write_csv(folder, "lookups/lookup_lsoa11_lsoa21_ltla22.csv.gz", changes)
    exact = pd.DataFrame({"LSOA21CD": land.codes, "LSOA21NM": land.names, "MSOA21CD": msoa_code, "MSOA21NM": msoa_name,
                          "LAD22CD": district_code, "LAD22NM": district})  # fmt: skip
    write_csv(folder, "lookups/lsoa21_msoa21_lad22_derived.csv.gz", exact)
    first = [land.changes.index(next(c for c in land.changes if c[0] == old)) for old, _, _ in land.old]
    then = [now[k] for k in first]
    old = pd.DataFrame({"lsoa11_name": [n for _, n, _ in land.old], "lsoa11_code": [c for c, _, _ in land.old]})
    write_csv(folder, "lookups/lookup_lsoa11_msoa11.csv.gz", old.assign(msoa11_name=msoa_name[then], msoa11_code=msoa_code[then]))
    write_csv(
        folder, "lookups/lookup_lsoa11_ltla21.csv.gz", old.assign(ltla21_name=district[then], ltla21_code=district_code[then])
    )
    of_msoa = [int(land.district[np.flatnonzero(land.msoa == m)[0]]) for m in range(len(land.msoa_codes))]
    msoas = pd.DataFrame(
        {
            "msoa11_name": land.msoa_names, "msoa11_code": land.msoa_codes, "msoa21_name": land.msoa_names,
            "msoa21_code": land.msoa_codes, "ltla22_name": np.array(DISTRICTS)[of_msoa], "ltla22_code": np.array(DISTRICT_CODES)[of_msoa],
        }
    )  # fmt: skip
    write_csv(folder, "lookups/lookup_msoa11_msoa21_ltla22.csv.gz", msoas)
    called = pd.DataFrame(
        {
            "msoa21cd": land.msoa_codes, "msoa21nm": land.msoa_names, "msoa21nmw": "",
            "msoa21hclnm": [name.rsplit(" ", 1)[0] for name in land.msoa_names], "msoa21hclnmw": "",
            "localauthorityname": np.array(DISTRICTS)[of_msoa],
        }
    )  # fmt: skip
    write_csv(folder, "lookups/msoa_names.csv", called)
    districts = pd.DataFrame(
        {
            "ltla24_code": DISTRICT_CODES, "ltla24_name": DISTRICTS, "csp24_code": [f"E22999{n + 1:03}" for n in range(len(DISTRICTS))],
            "csp24_name": DISTRICTS, "pfa24_code": FORCE_CODE, "pfa24_name": COUNTY,
        }
    )  # fmt: skip
    write_csv(folder, "lookups/lookup_ltla24_csp24_pfa24.csv", districts)
    years: dict[str, tuple[str, ...]] = {}
    for year in _YEARS:
        years |= {f"ltla{year}_code": DISTRICT_CODES, f"ltla{year}_name": DISTRICTS}
    write_csv(folder, "lookups/lookup_ltla_ltla.csv", pd.DataFrame(years))


def write_population(folder: Path, land: Land, people: People) -> None:
    census = pd.DataFrame({"lsoa21_code": land.codes, "total_residents": people.residents})
    write_csv(folder, "population/census2021_residents_lsoa21.csv.gz", census)
    groups = len(ETHNIC_GROUPS)
    ethnicity = pd.DataFrame(
        {
            "lsoa21_code": np.repeat(land.codes, groups),
            "total_residents": np.repeat(people.residents, groups),
            "ethnic_group": np.tile(ETHNIC_GROUPS, len(land.codes)),
            "n": people.ethnic.ravel(),
        }
    )
    write_csv(folder, "population/census2021_ethnicity5_lsoa21.csv.gz", ethnicity)
    ages = _on_old_edition(land, people.ages)
    mid2020 = pd.DataFrame(ages, columns=[*(str(y) for y in range(90)), "90+"])
    mid2020.insert(0, "total_population", ages.sum(axis=1))
    mid2020.insert(0, "lsoa11_code", [code for code, _, _ in land.old])
    mid2020.insert(0, "lsoa11_name", [name for _, name, _ in land.old])
    write_csv(folder, "population/population_mid2020_lsoa11_by_age.csv.gz", mid2020)


def _on_old_edition(land: Land, values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """People of 2021 areas on 2011 areas: split areas add up again; a merged area's two parents take half each, in whole people."""
    place = {code: n for n, code in enumerate(land.codes)}
    parents: dict[str, list[str]] = {}
    for old, new, _ in land.changes:
        parents.setdefault(new, []).append(old)
    row = {code: n for n, (code, _, _) in enumerate(land.old)}
    out = np.zeros((len(land.old), values.shape[1]), dtype=np.int64)
    for new, olds in parents.items():
        half = values[place[new]] // len(olds)
        for old in olds[:-1]:
            out[row[old]] += half
        out[row[olds[-1]]] += values[place[new]] - half * (len(olds) - 1)
    return out


def write_deprivation(folder: Path, land: Land, people: People, rng: np.random.Generator) -> None:
    """IMD 2025 on 2021 areas and IMD 2019 on 2011 areas: the latent hardship with noise, as ranks of all England's areas."""
    domains_2025 = ("IMD", "Income", "Employment", "Education", "Health", "Crime", "Housing_and_Services", "Environment")
    latent = _domains(rng, people.hardship, len(domains_2025))
    ranks = [_ranks(values, _RANKS_2025) for values in latent]
    frame = pd.DataFrame({"lsoa21_code": land.codes})
    for domain, rank in zip(domains_2025, ranks, strict=True):
        frame[f"{domain}_decile"] = _deciles(rank, _RANKS_2025)
    for domain, rank in zip(domains_2025, ranks, strict=True):
        frame[f"{domain}_rank"] = rank
    for domain, values in zip(domains_2025, latent, strict=True):
        frame[f"{domain}_score"] = np.round(21.0 * np.exp(0.62 * values), 3) if domain == "IMD" else np.round(values, 3)
    write_csv(folder, "deprivation/imd2025_england_lsoa21.csv.gz", frame)
    domains_2019 = (*domains_2025[:6], "Housing_and_Access", "Environment")
    place = {code: n for n, code in enumerate(land.codes)}
    before = {old: people.hardship[place[new]] for old, new, _ in land.changes}
    old_hardship = np.array([before[code] for code, _, _ in land.old]) + rng.normal(0, 0.2, len(land.old))
    ranks = [_ranks(values, _RANKS_2019) for values in _domains(rng, old_hardship, len(domains_2019))]
    frame = pd.DataFrame({"lsoa11_code": [code for code, _, _ in land.old]})
    for domain, rank in zip(domains_2019, ranks, strict=True):
        frame[f"{domain}_decile"] = _deciles(rank, _RANKS_2019)
    for domain, rank in zip(domains_2019, ranks, strict=True):
        frame[f"{domain}_rank"] = rank
    write_csv(folder, "deprivation/imd2019_england_lsoa11.csv.gz", frame)


def _domains(rng: np.random.Generator, hardship: npt.NDArray[np.float64], count: int) -> list[npt.NDArray[np.float64]]:
    """The index first, close to the latent hardship; each domain looser."""
    return [hardship + rng.normal(0, 0.12 if k == 0 else 0.45, len(hardship)) for k in range(count)]


def _ranks(values: npt.NDArray[np.float64], of: int) -> npt.NDArray[np.int64]:
    """Ranks spread evenly over England's: 1 is the most deprived; no two areas share one."""
    order = np.argsort(np.argsort(-values, kind="stable"), kind="stable")
    return ((order + 0.5) / len(values) * of).astype(np.int64) + 1


def _deciles(rank: npt.NDArray[np.int64], of: int) -> npt.NDArray[np.int64]:
    return np.minimum((rank - 1) * 10 // of + 1, 10)
