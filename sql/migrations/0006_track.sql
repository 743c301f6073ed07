-- Results over time: emerging hot spots, how stable a hot spot is, and how well maps foretold the month after them.

-- One row a place x group x last month: the pattern of its months (docs/emerging.md). steps: loaded months from period_start to
-- period_end, which can be fewer than the months between (gaps are in the run's parameters). trend: Mann-Kendall on the z of the steps.
CREATE TABLE analysis.emerging (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  group_id TEXT NOT NULL,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  steps SMALLINT NOT NULL CHECK (steps >= 10),
  class TEXT NOT NULL,
  trend_z DOUBLE PRECISION,
  trend_p DOUBLE PRECISION,
  hot_steps SMALLINT NOT NULL,
  cold_steps SMALLINT NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (geography, edition, code, group_id, period_end)
);

-- One row a hot spot (95% or more, by count): in how many other grids it is still hot, and whether it is without its busiest location.
-- grids_*: shifted and rotated hexagon grids of half, the same and double the cell area. holds_without_busiest: NULL where its
-- neighbourhood has a single location. busiest_share: that location's part of the neighbourhood's incidents.
CREATE TABLE analysis.stability (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  group_id TEXT NOT NULL,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  grids SMALLINT NOT NULL,
  grids_half SMALLINT NOT NULL,
  grids_same SMALLINT NOT NULL,
  grids_double SMALLINT NOT NULL,
  holds_without_busiest BOOLEAN,
  busiest_share DOUBLE PRECISION,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (geography, edition, code, group_id, period_end)
);

-- One row a kind of grid x group x rule x foretold month x coverage, over the whole region: the middle of the grid's offsets, and
-- for the hit rate the lowest and the highest. rule: gi_star, naive (counts of the same earlier months) or chance.
CREATE TABLE analysis.track_record (
  grid TEXT NOT NULL,
  group_id TEXT NOT NULL,
  rule TEXT NOT NULL CHECK (rule IN ('gi_star', 'naive', 'chance')),
  target_month DATE NOT NULL,
  coverage DOUBLE PRECISION NOT NULL CHECK (coverage > 0 AND coverage <= 1),
  earlier_months SMALLINT NOT NULL,
  incidents INTEGER NOT NULL,
  hit_rate DOUBLE PRECISION,
  hit_rate_lowest DOUBLE PRECISION,
  hit_rate_highest DOUBLE PRECISION,
  pai DOUBLE PRECISION,
  pei DOUBLE PRECISION,
  ser DOUBLE PRECISION,
  offsets SMALLINT NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (grid, group_id, rule, target_month, coverage)
);
