"""The steward's desk: what came in and what goes out."""
