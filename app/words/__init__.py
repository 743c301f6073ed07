"""Questions in words: a closed grammar over published figures (place, kind, period, comparison). It knows no language beyond that."""
