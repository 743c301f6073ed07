"""What was published before. A release that was withdrawn stays: it was seen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ledger:
    """Earlier releases that a new one is attacked together with; empty where there are none."""

    entries: tuple[str, ...] = ()
