"""The protection of small numbers as a library: plain pandas frames in, plain frames out. No database, no settings, no files.

>>> import pandas as pd
>>> from homeground.disclosure import audit_tables, protect_tables
>>> areas = pd.DataFrame({"area": ["A", "B", "C", "D"], "town": ["T", "T", "T", "U"], "all": "all"})
>>> counts = pd.DataFrame({"area": ["A", "B", "C", "D"], "count": [2, 9, 14, 30]})
>>> safe = protect_tables(counts, areas=areas, category=None)
>>> safe.table.loc[safe.table["geography"] == "area", ["place", "count", "symbol"]]
  place  count symbol
0     A   <NA>    [c]
1     B   <NA>    [c]
2     C     14   None
3     D     30   None
>>> found = audit_tables(safe.table, areas=areas)
>>> found.cells[["place", "lowest", "highest", "verdict"]]
  place  lowest  highest              verdict
0     A       1       10  keeps 1..5 possible
1     B       1       10  keeps 1..5 possible

`protect_tables` withholds what must be withheld, attacks the result, and certifies it. `audit_tables` works out what tables that anybody
published give away. What is claimed and why it holds: docs/disclosure.md; how to use it: docs/library.md.
"""

from __future__ import annotations

from analytics.disclosure.outside.auditing import TablesAudit, TruthAudit, audit_tables
from analytics.disclosure.outside.protecting import EarlierTables, ProtectedTables, digest_of_table, protect_tables
from core.errors import DisclosureError, UserError

__all__ = [
    "DisclosureError",
    "EarlierTables",
    "ProtectedTables",
    "TablesAudit",
    "TruthAudit",
    "UserError",
    "audit_tables",
    "digest_of_table",
    "protect_tables",
]
