"""Stop and search, for professionals."""
