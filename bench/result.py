"""What every benchmark gives back, and how two or more programs are timed so that the comparison is fair."""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class BenchResult:
    """figures: seconds (names end in _s), counts and sizes; ratios: peer over ours, so above 1 means ours is faster.

    missing: peers that are not installed, named and never guessed. failed: parts that did not end, each with its reason.
    """

    name: str
    machine: str
    input: str
    figures: Mapping[str, float]
    ratios: Mapping[str, float] = field(default_factory=dict)
    missing: Sequence[str] = ()
    failed: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """One JSON object of the first six fields, numbers to four significant digits, and of failed where a part did."""
        fields = asdict(self)
        for name in ("figures", "ratios"):
            fields[name] = {key: float(f"{value:.4g}") if abs(value) < 1e4 else round(value) for key, value in fields[name].items()}
        fields["missing"] = list(self.missing)
        if not self.failed:
            del fields["failed"]
        return json.dumps(fields)

    def as_text(self) -> str:
        """The same for a person."""
        lines = [f"{self.name} on {self.input}", f"machine: {self.machine}"]
        width = max((len(key) for key in [*self.figures, *self.ratios]), default=0)
        lines += [f"  {key:<{width}}  {value:,.4g}" for key, value in self.figures.items()]
        lines += [f"  {key:<{width}}  {value:,.1f} times" for key, value in self.ratios.items()]
        lines += [f"  not installed: {peer}" for peer in self.missing]
        lines += [f"  failed: {part}: {reason}" for part, reason in self.failed.items()]
        return "\n".join(lines)


class Parts:
    """Runs the parts of a long benchmark one by one: what each found is printed to standard error as soon as it is there, and a part that
    fails takes nothing from the others."""

    def __init__(self) -> None:
        self.figures: dict[str, float] = {}
        self.failed: dict[str, str] = {}

    def run(self, name: str, part: Callable[[], Mapping[str, float]]) -> None:
        begun = time.perf_counter()
        try:
            found = part()
        except Exception as error:  # noqa: BLE001 - whatever it is, the other parts have their figures, and the reason is printed
            self.failed[name] = f"{type(error).__name__}: {error}"
            lines = [f"failed: {self.failed[name]}"]
        else:
            self.figures |= found
            lines = [f"{key} {value:,.4g}" for key, value in found.items()]
        print(f"{name}, {time.perf_counter() - begun:,.1f} s", *lines, sep="\n  ", file=sys.stderr, flush=True)


def machine() -> str:
    """Processor, cores that this process may use, memory and Python, in one line."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [
            line.split(":", 1)[1].strip()
            for line in cpuinfo.read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else model
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30 if hasattr(os, "sysconf") else 0.0
    return f"{model}, {cores} cores, {pages:.0f} GB, Python {platform.python_version()}"


def alternate(programs: Mapping[str, Callable[[], object]], *, rounds: int, warm_up: bool = True) -> dict[str, float]:
    """Median seconds of each program, run in turn round by round, so that a busy spell of the machine hits all of them alike.

    warm_up: run each once first, so that compiling and filling caches is in nobody's time.
    """
    if warm_up:
        for program in programs.values():
            program()
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            begun = time.perf_counter()
            program()
            seconds[name].append(time.perf_counter() - begun)
    return {name: statistics.median(times) for name, times in seconds.items()}
