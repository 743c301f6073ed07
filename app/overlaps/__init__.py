"""Risk overlaps and similar areas."""
