"""What a task of a desk raises that cannot be done now, and is done later."""

from __future__ import annotations

from core.errors import UserError


class LaterError(UserError):
    """Something is in the way that passes, such as a run of the analysis; the task waits for it."""
