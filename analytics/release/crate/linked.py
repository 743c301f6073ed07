"""What catalogues and archives read: DCAT 3 with schema.org in JSON-LD, and an RO-Crate 1.1 with where everything came from."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from analytics.release.crate.contents import CrateContents
from analytics.release.crate.metadata import describe, licence_address, licences, media_type
from core.errors import InternalError

RO_CRATE = "https://w3id.org/ro/crate/1.1"
_NAMES = {
    "README.md": "What this folder is and how to attack it",
    "certificate.json": "Certificate of the release's audit",
    "manifest.json": "SHA-256 and size of every file, in canonical JSON",
    "signature.json": "Ed25519 signature of the manifest, with the public key",
    "verify.py": "Programme that attacks the release from what is published alone",
    "csv-metadata.json": "CSV on the Web: columns, datatypes and keys",
    "datapackage.json": "Frictionless Data Package: schemas and hashes",
    "dataset.jsonld": "DCAT and schema.org description",
    "plan/plan.json": "Levels, groups, periods, months and releases",
    "plan/policy.json": "Disclosure policy",
    "plan/areas.csv": "Areas and the wider areas that they lie in",
    "plan/atoms.csv": "Atoms: of these every figure is a sum",
    "plan/places.csv": "Places of the release",
    "answers/answers.json": "Figures given for areas that somebody asked for",
}


def name_of(path: str) -> str:
    """What a file is, in words."""
    if path in _NAMES:
        return _NAMES[path]
    if path.startswith("outlines/"):
        return f"Outlines of {Path(path).stem.replace('_', ' ')} (GeoParquet)"
    if path.startswith("earlier/"):
        return f"Release {path.split('/')[1]}: {Path(path).name}"
    return f"Figures by {Path(path).stem.replace('_', ' ')}"


def dataset(contents: CrateContents, folder: Path, paths: list[str]) -> dict[str, Any]:
    """dataset.jsonld: the release as dcat:Dataset and schema.org Dataset, each file as a distribution with its checksum."""
    release = contents.current
    temporal = {"start": release.period_start.isoformat(), "end": release.covered.last_day.isoformat()}
    terms = [licence_address(name) or name for name in licences(contents)]
    return {
        "@context": {
            "@vocab": "https://schema.org/",
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "prov": "http://www.w3.org/ns/prov#",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": "./",
        "@type": ["dcat:Dataset", "Dataset"],
        "identifier": str(release.certificate.get("digest", release.release)),
        "dct:identifier": str(release.certificate.get("digest", release.release)),
        "name": release.title,
        "dct:title": {"@value": release.title, "@language": "en"},
        "description": describe(contents),
        "dct:description": {"@value": describe(contents), "@language": "en"},
        "version": str(release.release),
        "dcat:version": str(release.release),
        "datePublished": release.published_at.isoformat(),
        "dct:issued": {"@value": release.published_at.isoformat(), "@type": "xsd:dateTime"},
        "temporalCoverage": f"{temporal['start']}/{temporal['end']}",
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": temporal["start"], "@type": "xsd:date"},
            "dcat:endDate": {"@value": temporal["end"], "@type": "xsd:date"},
        },
        "spatialCoverage": {"@type": "Place", "name": contents.region_name},
        "dct:spatial": {"@type": "dct:Location", "dct:title": contents.region_name},
        "license": terms,
        "dct:license": [{"@id": t} if t.startswith("http") else {"@type": "dct:LicenseDocument", "dct:title": t} for t in terms],
        "variableMeasured": [
            {"@type": "PropertyValue", "name": str(c.label), "propertyID": str(c.category), "description": str(c.description)}
            for c in contents.categories.itertuples()
        ],
        "keywords": ["recorded crime", "anti-social behaviour", "neighbourhoods", "statistical disclosure control"],
        "dcat:keyword": ["recorded crime", "anti-social behaviour", "neighbourhoods", "statistical disclosure control"],
        "creator": {"@type": "Organization", "name": f"Partnership of {contents.region_name}"},
        "dct:creator": {"@type": "prov:Agent", "dct:title": f"Partnership of {contents.region_name}"},
        "isBasedOn": [{"@type": "Dataset", "name": str(s.title), "version": str(s.edition)} for s in contents.sources.itertuples()],
        "dct:source": [
            {"@type": "dcat:Dataset", "dct:title": str(s.title), "dct:publisher": str(s.publisher), "dct:license": str(s.licence)}
            for s in contents.sources.itertuples()
        ],
        "dcat:distribution": [_distribution(folder, path) for path in paths],
    }


def _distribution(folder: Path, path: str) -> dict[str, Any]:
    data = (folder / path).read_bytes()
    return {
        "@id": path,
        "@type": ["dcat:Distribution", "DataDownload"],
        "name": name_of(path),
        "dct:title": name_of(path),
        "contentUrl": path,
        "dcat:downloadURL": {"@id": path},
        "encodingFormat": media_type(path),
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media_type(path)}"},
        "contentSize": str(len(data)),
        "dcat:byteSize": {"@value": str(len(data)), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": hashlib.sha256(data).hexdigest(), "@type": "xsd:hexBinary"},
        },
    }


def ro_crate(contents: CrateContents, paths: list[str]) -> dict[str, Any]:
    """ro-crate-metadata.json: the folder, its files, the sources with their licences, and the run that made the figures from them.

    paths: every file of the crate but the metadata itself. InternalError where a path stands twice.
    """
    if len(set(paths)) != len(paths):
        raise InternalError("crate: a file is listed twice")
    release = contents.current
    sources = [_source(i, s) for i, s in enumerate(contents.sources.itertuples(), 1)]
    terms = {name: _licence(i, name) for i, name in enumerate(licences(contents), 1)}
    publishers = {name: f"#publisher-{i}" for i, name in enumerate(sorted({str(p) for p in contents.sources["publisher"]}), 1)}
    for entity, row in zip(sources, contents.sources.itertuples(), strict=True):
        entity["publisher"] = {"@id": publishers[str(row.publisher)]}
        entity["license"] = {"@id": terms[str(row.licence)]["@id"]}
    own = [p for p in paths if p not in ("manifest.json", "signature.json", "verify.py", "README.md")]
    graph: list[dict[str, Any]] = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": RO_CRATE},
            "about": {"@id": "./"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": release.title,
            "description": describe(contents),
            "identifier": str(release.certificate.get("digest", release.release)),
            "version": str(release.release),
            "datePublished": release.published_at.isoformat(),
            "temporalCoverage": f"{release.period_start.isoformat()}/{release.covered.last_day.isoformat()}",
            "spatialCoverage": {"@id": "#region"},
            "license": [{"@id": t["@id"]} for t in terms.values()] or "See the licences of the sources.",
            "author": {"@id": "#partnership"},
            "publisher": {"@id": "#partnership"},
            "isBasedOn": [{"@id": s["@id"]} for s in sources],
            "mentions": [{"@id": "#making"}],
            "hasPart": [{"@id": p} for p in paths],
        },
        *({"@id": p, "@type": "File", "name": name_of(p), "encodingFormat": media_type(p)} for p in paths),
        {"@id": "#region", "@type": "Place", "name": contents.region_name},
        {"@id": "#partnership", "@type": "Organization", "name": f"Partnership of {contents.region_name}"},
        {
            "@id": "#making",
            "@type": "CreateAction",
            "name": "Counting, withholding and attacking the figures of this release",
            "instrument": {"@id": "#homeground"},
            "agent": {"@id": "#partnership"},
            "object": [{"@id": s["@id"]} for s in sources],
            "result": [{"@id": p} for p in own],
            "endTime": release.published_at.isoformat(),
            "actionStatus": {"@id": "http://schema.org/CompletedActionStatus"},
        },
        {
            "@id": "#homeground",
            "@type": "SoftwareApplication",
            "name": "Homeground",
            "version": contents.code_version,
            "softwareVersion": contents.code_version,
        },
        *terms.values(),
        *({"@id": where, "@type": "Organization", "name": name} for name, where in publishers.items()),
        *sources,
    ]
    return {"@context": f"{RO_CRATE}/context", "@graph": graph}


def _licence(number: int, name: str) -> dict[str, Any]:
    address = licence_address(name)
    return {"@id": address or f"#licence-{number}", "@type": "CreativeWork", "name": name, "description": f"Licence: {name}"}


def _source(number: int, row: Any) -> dict[str, Any]:
    covered = "" if row.period_start is None or row.period_start != row.period_start else f"{row.period_start}/{row.period_end}"
    return {
        "@id": f"#source-{number}",
        "@type": "Dataset",
        "name": str(row.title),
        "identifier": str(row.feed),
        "version": str(row.edition),
        "description": f"{int(row.files)} files, {int(row.rows_in):,} rows, of which {int(row.rows_rejected):,} were rejected.",
        **({"temporalCoverage": covered} if covered else {}),
    }
