"""Counts of incidents by place, category and month, and what is worked out from counts alone: rates, definitions, loaded months."""
