"""The script that Streamlit runs for every visit: which pages this audience has. Started by app.serve."""

from __future__ import annotations

from app import pages, process

if process.settings().audience == "community":
    pages.community()
else:
    pages.professional()
