"""place -> analyse -> protect -> release. `analytics.pipeline` is the list of stages."""
