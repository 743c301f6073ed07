"""Children that each load a folder: `python -m tests.builders.kills.loads`, the other end of which is a Spawner."""

from __future__ import annotations

from pathlib import Path

import shapely  # noqa: F401 - what a load imports on its way is imported here, once

from feeds.loading.load import load_source
from tests.builders.feeds_files import REGION
from tests.builders.kills.child import serve


def load(task: list[str]) -> int:
    return 3 if load_source(Path(task[0]), region=REGION).refused else 0


if __name__ == "__main__":
    serve(load)
