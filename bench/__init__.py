"""Benchmarks: ours and named peers on the same input, in the same run, alternately; medians."""
