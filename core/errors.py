"""The one error tree.

A UserError is a mistake that a person can put right: the command line prints it without a traceback and exits with 2.
An InternalError is a defect of ours: it keeps its traceback.
"""

from __future__ import annotations


class HomegroundError(Exception):
    """Root of every error that Homeground raises on purpose."""


class UserError(HomegroundError):
    """What went wrong, where, and what to do next. Never holds a value from a record, only counts and names of files."""

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(self.__str__())

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f"\n  What next: {self.hint}" if self.hint else ""
        return f"{place}{self.what}{hint}"


class DatabaseUnavailable(UserError):
    """The database does not answer, or refuses this credential."""


class FeedError(UserError):
    """A delivery cannot be read as its feed says it should be; nothing of it was stored."""


class DisclosureError(HomegroundError):
    """A release would let a small number be learnt; it was not published."""


class InternalError(HomegroundError):
    """A state that our own code promised could not happen."""
