"""Track record: every map beside the counts of the months before, the best of each kind first."""
