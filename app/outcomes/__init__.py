"""What became of crimes, and stop and search."""
