"""Whatever somebody does to a crate, the verifier refuses it and says why."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analytics.release.crate.write import write_crate
from core.periods import add_months
from core.signing_keys import public_of
from tests.builders.crates.county import county_contents
from tests.builders.crates.tampering import change_json, change_row, make_certificate_fit, make_hashes_fit, verify, verify_alone
from tests.builders.release_county import PERIOD

KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
ATTACKERS = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
TRUSTED = ("--key", public_of(KEY))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases of the county, the first of half a year; ranges of withheld figures are printed in the second."""
    folder = tmp_path_factory.mktemp("crates") / "whole"
    write_crate(folder, county_contents(2, ends=(add_months(PERIOD.start, 5), PERIOD.end)), KEY)
    return folder


@pytest.fixture
def crate(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "crate"))


def refused(folder: Path, *options: str) -> str:
    done = verify(folder, *options)
    assert done.returncode == 1 and done.stderr == "", done.stdout + done.stderr
    return done.stdout


def test_as_it_was_written_it_holds(whole: Path) -> None:
    done = verify_alone(whole, *TRUSTED)
    assert done.returncode == 0, done.stdout + done.stderr
    for words in (
        "signed by the key that you trust",
        "Margins hold",
        "is known to be from 1 to 4",
        "Every printed range holds",
        "seconds",
    ):
        assert words in done.stdout


def test_without_a_trusted_key_it_says_what_a_signature_shows(whole: Path) -> None:
    done = verify(whole)
    assert done.returncode == 0 and "shows only that the crate is in one piece" in done.stdout


def _shown(row: dict[str, str]) -> bool:
    return row["count"] not in ("", "0")


def _withheld(row: dict[str, str]) -> bool:
    return row["symbol"] == "[c]"


def a_figure_is_changed(folder: Path) -> None:
    change_row(folder, "lad_2022.csv", _shown, count="77")


def a_figure_is_changed_and_hashes_are_made_anew(folder: Path) -> None:
    change_row(folder, "lad_2022.csv", _shown, count="77")
    make_hashes_fit(folder)


def it_is_signed_by_another_key(folder: Path) -> None:
    make_hashes_fit(folder, ATTACKERS)


def a_file_is_removed(folder: Path) -> None:
    (folder / "msoa_2021.csv").unlink()


def a_file_is_added(folder: Path) -> None:
    (folder / "note.txt").write_text("Trust me.\n", encoding="utf-8")


def the_signature_is_taken_away(folder: Path) -> None:
    (folder / "signature.json").unlink()


@pytest.mark.parametrize(
    ("tamper", "why"),
    [
        (a_figure_is_changed, "lad_2022.csv was changed: its SHA-256 is not that of the manifest"),
        (a_figure_is_changed_and_hashes_are_made_anew, "The signature does not fit the manifest"),
        (it_is_signed_by_another_key, "signed by another key"),
        (a_file_is_removed, "msoa_2021.csv is missing"),
        (a_file_is_added, "note.txt was added"),
        (the_signature_is_taken_away, "The crate is not signed, and a key was given"),
    ],
)
def test_a_reader_with_a_key_is_not_deceived(crate: Path, tamper: Callable[[Path], None], why: str) -> None:
    tamper(crate)
    assert why in refused(crate, *TRUSTED)


def a_withheld_figure_is_filled_in(folder: Path) -> None:
    change_row(folder, "lsoa_2021.csv", _withheld, count="3", symbol="", lowest="", highest="")


def a_withheld_figure_is_filled_in_with_its_certificate(folder: Path) -> None:
    a_withheld_figure_is_filled_in(folder)
    make_certificate_fit(folder)


def margins_are_broken(folder: Path) -> None:
    before = change_row(folder, "lad_2022.csv", _shown)
    change_row(folder, "lad_2022.csv", _shown, count=str(int(before["count"]) + 1))
    make_certificate_fit(folder)


def a_range_is_narrowed(folder: Path) -> None:
    before = change_row(folder, "lsoa_2021.csv", _withheld)
    # to its lowest end alone: a printed range may be wider than what all releases together leave, so a little off its end need not be wrong
    change_row(folder, "lsoa_2021.csv", _withheld, highest=before["lowest"])
    make_certificate_fit(folder)


def the_certificate_is_another_releases(folder: Path) -> None:
    shutil.copyfile(folder / "earlier" / "1" / "certificate.json", folder / "certificate.json")


def an_earlier_release_is_left_out(folder: Path) -> None:
    shutil.rmtree(folder / "earlier")
    change_json(folder, "plan/plan.json", lambda plan: plan["releases"].pop(0))


def an_earlier_releases_folder_alone_is_removed(folder: Path) -> None:
    shutil.rmtree(folder / "earlier" / "1")


def the_threshold_is_lowered(folder: Path) -> None:
    change_json(folder, "certificate.json", lambda c: c["policy"].update(threshold=3, must_remain_possible=[1, 3]))


def not_said_becomes_withheld(folder: Path) -> None:
    change_row(folder, "lsoa_2021.csv", lambda row: row["symbol"] == "[x]", symbol="[c]")


def a_row_is_taken_out(folder: Path) -> None:
    path = folder / "lsoa_2021.csv"
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    make_certificate_fit(folder)


def an_earlier_figure_is_changed(folder: Path) -> None:
    change_row(folder, "earlier/1/lad_2022.csv", _shown, count="9999")


def a_group_is_defined_otherwise(folder: Path) -> None:
    change_json(folder, "plan/plan.json", lambda plan: plan["releases"][-1]["groups"].update(disorder=["Anti-social behaviour"]))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tamper", "why"),
    [
        (a_withheld_figure_is_filled_in, "is not for these figures"),
        (a_withheld_figure_is_filled_in_with_its_certificate, "prints 3, which is below the threshold of 5"),
        (margins_are_broken, "REFUSED (margins)"),
        (a_range_is_narrowed, "is possible"),
        (the_certificate_is_another_releases, "The certificate of this release is not for these figures"),
        (an_earlier_release_is_left_out, "Earlier releases are missing: the certificate reckons with 1, the crate holds 0"),
        (an_earlier_releases_folder_alone_is_removed, "the folder of release 1 is missing"),
        (the_threshold_is_lowered, "The policy was changed"),
        (not_said_becomes_withheld, "The certificate of this release is not for these figures"),
        (a_row_is_taken_out, "where its plan has"),
        (an_earlier_figure_is_changed, "The certificate of release 1 is not for these figures"),
        (a_group_is_defined_otherwise, "other groups or months than its certificate"),
    ],
)
def test_whoever_signs_anew_is_found_out_by_what_the_crate_says(crate: Path, tamper: Callable[[Path], None], why: str) -> None:
    """Hashes and signature are made by the attacker's own key, and the reader gives none."""
    tamper(crate)
    make_hashes_fit(crate, ATTACKERS)
    done = verify(crate)
    assert done.returncode in (1, 2) and why in done.stdout, done.stdout + done.stderr


def test_a_crate_without_a_signature_is_read_by_those_who_say_so(crate: Path) -> None:
    (crate / "signature.json").unlink()
    assert "so anybody can have made it" in refused(crate)
    assert verify(crate, "--unsigned").returncode == 0


def test_a_reader_may_ask_for_a_threshold(whole: Path) -> None:
    assert verify(whole, "--threshold", "5").returncode == 0
    assert "threshold is 5; you asked for 8" in refused(whole, "--threshold", "8")


def test_a_link_is_no_file(crate: Path) -> None:
    (crate / "README.md").unlink()
    (crate / "README.md").symlink_to("plan/plan.json")
    assert "is a link" in refused(crate, *TRUSTED)


def test_what_is_no_crate_cannot_be_read(tmp_path: Path) -> None:
    done = verify(tmp_path)
    assert done.returncode == 2 and "manifest.json is missing" in done.stdout and done.stderr == ""
