"""Where the project's own files lie. Read-only text (sql/, feeds/catalogue.toml) is found from here, never from the working folder."""

from __future__ import annotations

from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SQL_ROOT = PROJECT_ROOT / "sql"
