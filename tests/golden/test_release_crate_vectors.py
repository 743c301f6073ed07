"""Signature and canonical JSON of a crate by the vectors of their RFCs; and the fixture that every suppressor must pass, as a crate."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analytics.disclosure.gate import digest_of, suppress_until_safe
from analytics.disclosure.policy import Policy, Zeros, load_policy
from analytics.release.crate import verify as verifier
from analytics.release.crate.write import write_crate
from core.settings import ReleaseSettings
from core.signing_keys import public_of
from tests.builders.crates.county import contents_of, released
from tests.builders.crates.tampering import verify
from tests.builders.disclosure_systems import REGIONS, SUMS, regions_system

# RFC 8032, section 7.1: secret key, public key, message, signature
ED25519 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), ED25519)
def test_ed25519_of_rfc_8032(secret: str, public: str, message: str, signature: str) -> None:
    key, told, words, sealed = (bytes.fromhex(x) for x in (secret, public, message, signature))
    assert public_of(Ed25519PrivateKey.from_private_bytes(key)) == public
    assert verifier.ed25519_holds(told, words, sealed) and verifier.signature_holds(told, words, sealed)
    for wrong in (
        (told, words + b"\x00", sealed),
        (told, words, bytes([sealed[0] ^ 1]) + sealed[1:]),
        (b"\x01" * 32, words, sealed),
    ):
        assert not verifier.ed25519_holds(*wrong) and not verifier.signature_holds(*wrong)


def test_a_signature_can_be_written_in_one_way_only() -> None:
    """RFC 8032, section 5.1.7: S must be below the order of the group, or somebody makes a second signature of the first."""
    _, public, message, signature = (bytes.fromhex(x) for x in ED25519[1])
    larger = int.from_bytes(signature[32:], "little") + verifier.ORDER
    second = signature[:32] + larger.to_bytes(32, "little")
    assert not verifier.ed25519_holds(public, message, second)
    assert not verifier.ed25519_holds(public, message, signature[:63])
    # a y that is not below the prime names no point
    assert not verifier.ed25519_holds(verifier.PRIME.to_bytes(32, "little"), message, signature)


# RFC 8785, section 3.2.3: names are sorted by their UTF-16 code units
SORTING = (
    '{"\\u20ac": "Euro Sign", "\\r": "Carriage Return", "\\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",'
    ' "\\ud83d\\ude00": "Emoji: Grinning Face", "\\u0080": "Control", "\\u00f6": "Latin Small Letter O With Diaeresis"}'
)
SORTED = ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face",
          "Hebrew Letter Dalet With Dagesh"]  # fmt: skip


def test_canonical_json_of_rfc_8785() -> None:
    value = json.loads(SORTING)
    for made in (rfc8785.dumps(value), verifier.canonical(value)):
        assert list(json.loads(made).values()) == SORTED
    # section 3.2.2, its text and literals
    text = {"string": '\u20ac$\u000f\nA\'B"\\\\"/', "literals": [None, True, False]}
    wanted = '{"literals":[null,true,false],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()
    assert rfc8785.dumps(text) == verifier.canonical(text) == wanted


@pytest.mark.parametrize("value", [1.5, 2**53])
def test_a_manifest_holds_no_number_that_is_written_in_two_ways(value: float) -> None:
    with pytest.raises(verifier.CannotRead):
        verifier.canonical({"bytes": value})


# the fixture of docs/disclosure.md, as somebody would publish it who looks at each table alone ------------------------------------

MONTH = date(2025, 1, 1)
POLICY = replace(
    load_policy(ReleaseSettings().policy), threshold=4, required=(1, 3), zeros=Zeros.MAY_BE_HIDDEN, required_parts=None
)


def regions_crate(folder: Path, visible: list[bool], policy: Policy = POLICY) -> Path:
    system = regions_system()
    values = system.cells[["geography", "edition", "place_code", "category", "period_start", "period_end"]].copy()
    shown = pd.Series(visible)
    values["count"] = pd.array(system.cell_counts, dtype="Int64")
    values.loc[~shown, "count"] = pd.NA
    values["symbol"] = shown.map({True: None, False: "[c]"}).astype(object)
    values = values.assign(
        lowest=pd.array([pd.NA] * len(values), dtype="Int64"), highest=pd.array([pd.NA] * len(values), dtype="Int64")
    )
    values = values.sort_values(list(values.columns[:6]), ignore_index=True)
    levels = {"county": ("county-1", "county-2"), "size": ("BIG", "small"), "all": ("all",)}
    areas = pd.DataFrame({"region": list(REGIONS)})
    for level, places in levels.items():
        areas[level] = [next(p for p in places if region in SUMS[p]) for region in REGIONS]
    certificate = {
        "digest": digest_of(values), "passed": True, "policy": policy.as_json(), "cells": len(values),
        "withheld": int((~shown).sum()), "earlier_releases": 0,
    }  # fmt: skip
    release = released(1, values, certificate, (("all", frozenset({"any"})),), frozenset({MONTH}))
    write_crate(folder, contents_of([release], areas), None)
    return folder


def test_the_fixture_published_naively_is_refused(tmp_path: Path) -> None:
    counts = regions_system().cell_counts
    done = verify(regions_crate(tmp_path / "naive", [bool(c >= 4) for c in counts]), "--unsigned")
    assert done.returncode == 1
    assert "region K, all, 2025-01 to 2025-01 is known to be 3, which is below the threshold of 4" in done.stdout
    assert done.stdout.count("REFUSED") == 1, done.stdout


def test_the_fixture_as_we_publish_it_holds(tmp_path: Path) -> None:
    visible, report, _ = suppress_until_safe(regions_system(), POLICY)
    assert report.safe
    done = verify(regions_crate(tmp_path / "ours", [bool(v) for v in visible]), "--unsigned")
    assert done.returncode == 0, done.stdout
