"""Models that a board approved."""
