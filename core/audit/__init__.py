"""The audit trail: events in a chain of hashes, the search in it, and heads of it that are signed and kept outside the database."""

from core.audit.events import first_broken_link, record_event

__all__ = ["first_broken_link", "record_event"]
