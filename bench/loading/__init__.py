"""Files to placed, counted, queryable rows, and what stands beside it in the same run: what `load` and `national` share."""
