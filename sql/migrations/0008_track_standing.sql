-- Whether a map of hot spots foretells better than the counts it was made from.

-- One row a kind of grid x group x coverage: hit rate of the hot spot map less that of the naive map over the foretold months, with a 95%
-- interval. standing: beats, level or behind; too_few where there are not enough months to say. The map says so unless it is 'beats'.
CREATE TABLE analysis.track_standing (
  grid TEXT NOT NULL,
  group_id TEXT NOT NULL,
  coverage DOUBLE PRECISION NOT NULL,
  standing TEXT NOT NULL CHECK (standing IN ('beats', 'level', 'behind', 'too_few')),
  months SMALLINT NOT NULL,
  gain DOUBLE PRECISION,
  gain_lower DOUBLE PRECISION,
  gain_upper DOUBLE PRECISION,
  first_month DATE NOT NULL,
  last_month DATE NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (grid, group_id, coverage)
);
