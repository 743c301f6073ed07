-- Hot spots against deprivation are rows of analysis.factor_overlap, with all other factors that fall together. Their places are those of
-- analysis.hotspot and analysis.factor_place that meet both.
DROP TABLE analysis.overlap;
DROP TABLE analysis.overlap_summary;
