"""Postcodes and services of the synthetic county, in the layouts of Code-Point Open, the ONS lookup, ODS, NHS Choices and EduBase."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from feeds.synthetic.land import DISTRICT_CODES, Land
from feeds.synthetic.names import COUNTY, DISTRICTS, PUBLISHER, STREETS
from feeds.synthetic.writing import in_degrees, write_bytes, write_csv

_POSTCODES_EACH = 12
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_HOSPITAL = (
    "OrganisationID", "OrganisationCode", "OrganisationType", "SubType", "Sector", "OrganisationStatus", "IsPimsManaged",
    "OrganisationName", "Address1", "Address2", "Address3", "City", "County", "Postcode", "Latitude", "Longitude", "ParentODSCode",
    "ParentName", "Phone", "Email", "Website", "Fax",
)  # fmt: skip
_SCHOOL = (
    "URN", "Local authority (code)", "Local authority (name)", "Establishment number", "Establishment name", "Street", "Locality",
    "Address3", "Town", "County", "Postcode", "Type of establishment", "Statutory highest age", "Statutory lowest age", "Boarders",
    "Sixth form", "UKPRN", "Phase of education", "Gender", "Religious character", "Religious ethos", "Admissions policy",
    "Website address", "Establishment status", "Reason establishment opened", "Opening date", "Parliamentary Constituency (code)",
    "Parliamentary Constituency (name)", "Region",
)  # fmt: skip


def make_postcodes(land: Land, anchors: pd.DataFrame) -> pd.DataFrame:
    """Twelve postcodes an LSOA on its anchor points. ZZ is no postcode area: nobody lives at one of these.

    Columns: postcode, easting, northing, lsoa (place number).
    """
    rows = anchors[anchors["number"] < _POSTCODES_EACH].reset_index(drop=True)
    within = rows["lsoa"].to_numpy() % 20 * _POSTCODES_EACH + rows["number"].to_numpy()
    district = rows["lsoa"].to_numpy() // 20 + 1
    sector, unit = within // 60 + 1, within % 60
    names = [f"ZZ{d} {s}{_LETTERS[u // 20]}{_LETTERS[u % 20]}" for d, s, u in zip(district, sector, unit, strict=True)]
    return pd.DataFrame({"postcode": names, "easting": rows["easting"], "northing": rows["northing"], "lsoa": rows["lsoa"]})


def write_postcodes(folder: Path, land: Land, postcodes: pd.DataFrame, old_code: pd.Series) -> None:
    """Code-Point Open as a zip without a header row, and the ONS lookup with some terminated postcodes. old_code: LSOA 2011 a row."""
    padded = [p if len(p) == 7 else p.replace(" ", "") for p in postcodes["postcode"]]
    code_point = pd.DataFrame({"p": padded, "q": 10, "e": postcodes["easting"].astype(int), "n": postcodes["northing"].astype(int)})
    for k, code in enumerate(("E92000001", "E19000999", "E18000999", "E10000999")):
        code_point[f"c{k}"] = code
    code_point["d"] = np.array(DISTRICT_CODES)[land.district[postcodes["lsoa"]]]
    code_point["w"] = "E05999999"
    text = code_point.to_csv(index=False, header=False, quoting=2, lineterminator="\n")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("Data/CSV/zz.csv", text), ("Doc/licence.txt", f"Invented postcodes. {PUBLISHER}.\n")):
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    write_bytes(folder / "postcodes/codepo_gb_homeshire.zip", buffer.getvalue())
    place = postcodes["lsoa"].to_numpy()
    compact = postcodes["postcode"].str.replace(" ", "")
    msoa = land.msoa[place]
    old_name = {code: name for code, name, _ in land.old}
    lookup = pd.DataFrame(
        {
            "pcd7": compact.where(compact.str.len() == 7, postcodes["postcode"]),
            "pcd8": [f"{p.split(' ')[0]:<4} {p.split(' ')[1]}" for p in postcodes["postcode"]],
            "pcds": postcodes["postcode"], "dointr": 201001,
            "doterm": np.where(np.arange(len(place)) % 37 == 36, "202006", ""), "usertype": 0,
            "oa11cd": [f"E00999{n % 1000:03}" for n in place], "lsoa11cd": old_code, "msoa11cd": np.array(land.msoa_codes)[msoa],
            "ladcd": np.array(DISTRICT_CODES)[land.district[place]], "lsoa11nm": [old_name[c] for c in old_code],
            "msoa11nm": np.array(land.msoa_names)[msoa], "ladnm": np.array(DISTRICTS)[land.district[place]], "ladnmw": "",
        }
    )  # fmt: skip
    write_csv(folder, "postcodes/PCD_OA_LSOA_MSOA_LAD_MAY22_homeshire_rows.csv.gz", lookup)


def write_services(folder: Path, land: Land, postcodes: pd.DataFrame, rng: np.random.Generator) -> None:
    """About one GP practice and 1.3 pharmacies for 9,000 residents, three hospitals, a school for every second MSOA and more in towns."""
    busy = land.urban[postcodes["lsoa"]] + 0.08

    def chosen(count: int) -> pd.DataFrame:
        rows = rng.choice(len(postcodes), size=count, replace=False, p=busy / busy.sum())
        found = postcodes.iloc[np.sort(rows)].reset_index(drop=True)
        return found.assign(area=[land.msoa_names[land.msoa[p]][:-4] for p in found["lsoa"]])

    _write_ods(folder / "services/epraccur.csv.gz", chosen(58), "Z9", "SURGERY", rng)
    _write_ods(folder / "services/edispensary.csv.gz", chosen(74), "FZ", "PHARMACY", rng)
    hospitals = pd.DataFrame("", index=range(3), columns=list(_HOSPITAL))
    at = chosen(3)
    lon, lat = in_degrees(at["easting"], at["northing"])
    hospitals = hospitals.assign(
        OrganisationID=[990_001, 990_002, 990_003], OrganisationCode=["ZZH01", "ZZH02", "ZZH03"], OrganisationType="Hospital",
        SubType="Hospital", Sector="NHS Sector", OrganisationStatus="Visible", IsPimsManaged="True",
        OrganisationName=[f"{DISTRICTS[land.district[p]]} Hospital {k + 1} (synthetic)" for k, p in enumerate(at["lsoa"])],
        City=at["area"], County=COUNTY, Postcode=at["postcode"], Latitude=lat, Longitude=lon, ParentODSCode="ZZH", ParentName=PUBLISHER,
    )  # fmt: skip
    lines = ["¬".join(_HOSPITAL), *("¬".join(str(v) for v in row) for row in hospitals.itertuples(index=False))]
    write_bytes(folder / "services/nhs_choices_Hospital.csv", ("\r\n".join(lines) + "\r\n").encode("latin-1"))
    _write_schools(folder, land, chosen(110))


def _write_ods(path: Path, at: pd.DataFrame, prefix: str, kind: str, rng: np.random.Generator) -> None:
    """27 columns, no header, every value quoted; one in eight closed, as many real ones are."""
    closed = rng.random(len(at)) < 0.125
    columns: list[object] = [""] * 27
    columns[0] = [f"{prefix}{n + 1:04}" for n in range(len(at))]
    columns[1] = [f"{area} {kind} (SYNTHETIC)".upper() for area in at["area"]]
    columns[2], columns[3] = "Y99", "QZZ"
    columns[4] = [STREETS[n % len(STREETS)].upper() for n in range(len(at))]
    columns[5], columns[7] = at["area"].str.upper(), COUNTY.upper()
    columns[9], columns[10] = at["postcode"], "20100401"
    columns[11], columns[12] = np.where(closed, "20240331", ""), np.where(closed, "C", "A")
    columns[13], columns[21], columns[25] = "B" if kind == "SURGERY" else "1", "0", "4" if kind == "SURGERY" else ""
    frame = pd.DataFrame(dict(enumerate(columns)), index=at.index)
    write_bytes(path, frame.to_csv(index=False, header=False, quoting=1, lineterminator="\r\n").encode("utf-8"))


def _write_schools(folder: Path, land: Land, at: pd.DataFrame) -> None:
    schools = pd.DataFrame("NA", index=at.index, columns=list(_SCHOOL))
    secondary = np.arange(len(at)) % 5 == 4
    kinds = np.where(secondary, "Academy", "Primary School")
    schools = schools.assign(**{
        "URN": 990_001 + np.arange(len(at)), "Local authority (code)": 999,
        "Local authority (name)": np.array(DISTRICTS)[land.district[at["lsoa"]]], "Establishment number": 1_000 + np.arange(len(at)),
        "Establishment name": [f"{area} {kind} (synthetic)" for area, kind in zip(at["area"], kinds, strict=True)],
        "Street": [STREETS[(7 * n) % len(STREETS)] for n in range(len(at))], "Town": at["area"], "Postcode": at["postcode"],
        "Type of establishment": "Community School", "Statutory highest age": np.where(secondary, 18, 11),
        "Statutory lowest age": np.where(secondary, 11, 4), "Phase of education": np.where(secondary, "Secondary", "Primary"),
        "Gender": "Mixed", "Establishment status": "Open", "Region": COUNTY,
    })  # fmt: skip
    write_csv(folder, "services/edubase_2025_homeshire.csv", schools)
