"""A process that has everything imported and forks a child for each load it is told to make, so that a child can be killed at any moment.

Reads one folder a line; answers the child's process id, then, for a child that ended by itself, nothing: its exit code is 0 or it is not.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import shapely  # noqa: F401 - what a load imports on its way is imported here, once

from feeds.loading.load import load_source
from tests.builders.feeds_files import REGION


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            # nothing of the parent's is shared but the modules: it never opened a connection
            report = load_source(Path(line.strip()), region=REGION)
            os._exit(3 if report.refused else 0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
