"""Writing a stage's rows to a result table, all of one period at once.

Result tables have row-level security, which COPY refuses: rows are copied to a table of the transaction and inserted from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd
from sqlalchemy import Connection

from core.db import copy_frame, run_statement

ResultTable = Literal[
    "rate",
    "hotspot",
    "rate_outlier",
    "overlap",
    "emerging",
    "stability",
    "track_record",
    "track_standing",
    "track_calibration",
    "risk_estimate",
    "season",
]


@dataclass
class ResultRows:
    """Takes frames with the columns of analysis.TABLE; rows counts them."""

    connection: Connection
    table: str
    rows: int = 0

    def add(self, frame: pd.DataFrame) -> None:
        self.rows += copy_frame(self.connection, "pg_temp", f"analytics_{self.table}", frame)


@contextmanager
def replaced_rows(connection: Connection, table: ResultTable, *, period_end: date) -> Iterator[ResultRows]:
    """Replace the rows of one period by what is added inside the block. An error leaves the old rows: the transaction ends with it."""
    run_statement(connection, f"transform/analytics_stage_{table}")
    result = ResultRows(connection, table)
    yield result
    run_statement(connection, f"transform/analytics_clear_{table}", {"period_end": period_end})
    run_statement(connection, f"transform/analytics_store_{table}")
    run_statement(connection, f"transform/analytics_unstage_{table}")
