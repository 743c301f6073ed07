"""The agreement under which a partner gives a feed: on what lawful basis, for what, whose it is, and until when.

Open data has a licence instead. A feed whose agreement has run out does not load: nothing of its files is even read.
"""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from core.errors import FeedError


class Agreement(BaseModel):
    """`[feed.agreement]` of the catalogue. The words are for people (feeds list, sources of a release); `expires` is acted upon."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    # the instrument itself, as the partners file it
    reference: str = Field(min_length=1)
    # such as "UK GDPR Article 6(1)(e), public task"
    lawful_basis: str = Field(min_length=1)
    purpose: str = Field(min_length=1)
    # who answers for the data at the partner: an office, never a person's name
    owner: str = Field(min_length=1)
    # the last day on which it holds
    expires: date

    def ended(self, today: date) -> bool:
        return today > self.expires

    @property
    def as_licence(self) -> str:
        """What stands in the place of a licence beside every delivery."""
        return f"By agreement {self.reference}, until {self.expires:%Y-%m-%d}"


def require_in_force(agreement: Agreement | None, feed_id: str, today: date) -> None:
    """FeedError for a feed whose agreement has run out; open data has none and passes."""
    if agreement is not None and agreement.ended(today):
        raise FeedError(
            f"the agreement {agreement.reference} ended on {agreement.expires:%Y-%m-%d}; its files are not read",
            where=feed_id,
            hint=f"renew it with {agreement.owner}, then change agreement.expires in the catalogue.",
        )
