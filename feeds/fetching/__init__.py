"""The one HTTP client: polite, resumable, bounded, on record."""
