"""Questions of residents: the forms that browsers send, with the work they do first, and the process that takes them in."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from app.asking.proof import Asked, is_enough, message
from core.db import Role
from core.db.credentials import url_for
from tests.builders.portal_processes import serve

WORDS = "Why are there more of these than in the year before?"


def proven(asked: Asked, minute: int | None = None) -> dict[str, str]:
    """The fields of a form with a proof of work, as the script finds it."""
    minute = int(time.time() // 60) if minute is None else minute
    number = next(n for n in range(1 << 30) if is_enough(message(minute, asked, n)))
    return {**unproven(asked), "minute": str(minute), "number": str(number)}


def unproven(asked: Asked) -> dict[str, str]:
    return {
        "sort": asked.sort, "place": f"{asked.geography}.{asked.place_code}", "kind": asked.category, "words": asked.words,
        "minute": "", "number": "", "website": "",
    }  # fmt: skip


def serve_questions(folder: Path, community: str) -> tuple[subprocess.Popen[bytes], str]:
    """The process that takes in what the form of a community portal sends, with its own credential and nothing else."""
    state = folder / "state-questions"
    state.mkdir()
    url = url_for(Role.QUESTIONS).render_as_string(hide_password=False)
    environment = {
        "HOMEGROUND_QUESTIONS_URL": url, "HOMEGROUND_STATE_DIR": str(state), "HOMEGROUND_PORTAL_COMMUNITY_URL": community,
    }  # fmt: skip
    return serve("questions", environment, folder)
