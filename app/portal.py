"""The script that Streamlit runs for every visit: which pages this audience has. Started by app.serve."""

from __future__ import annotations

from app import process
from app.views import frame

if process.settings().audience == "community":
    frame.community()
else:
    frame.professional()
