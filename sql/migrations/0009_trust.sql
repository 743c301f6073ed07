-- How far to trust a map: which measure a track record is of, when a hot spot expires, and places unlike their neighbours.

-- The record and the standing are of one measure of the map, as analysis.hotspot names them.
ALTER TABLE analysis.track_record ADD COLUMN measure TEXT NOT NULL DEFAULT 'count';
ALTER TABLE analysis.track_record DROP CONSTRAINT track_record_pkey;
ALTER TABLE analysis.track_record ADD PRIMARY KEY (grid, measure, group_id, rule, target_month, coverage);
ALTER TABLE analysis.track_standing ADD COLUMN measure TEXT NOT NULL DEFAULT 'count';
ALTER TABLE analysis.track_standing DROP CONSTRAINT track_standing_pkey;
ALTER TABLE analysis.track_standing ADD PRIMARY KEY (grid, measure, group_id, coverage);

-- The last day on which the row may be acted on; NULL in rows made before there was an expiry.
ALTER TABLE analysis.hotspot ADD COLUMN expires_on DATE;

-- One row a place x group x period: local Moran's I of the rate (Assuncao and Reis), for places with residents.
-- class: high_high, low_low, high_low, low_high where q is at most 0.05 after false discovery control over the places of a map.
CREATE TABLE analysis.rate_outlier (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  group_id TEXT NOT NULL,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  incidents INTEGER NOT NULL,
  residents DOUBLE PRECISION NOT NULL,
  moran_i DOUBLE PRECISION,
  moran_z DOUBLE PRECISION,
  p_value DOUBLE PRECISION,
  q_value DOUBLE PRECISION,
  class TEXT NOT NULL CHECK (class IN ('high_high', 'low_low', 'high_low', 'low_high', 'not_significant')),
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (geography, edition, code, group_id, period_end)
);

-- One row a kind of grid x group x bin: cells in order of what was expected of them in the foretold months, in bins of equal expected
-- total (the last bin holds the busiest cells). rule: mean of the earlier months, or that pulled to the mean of all cells (smoothed).
CREATE TABLE analysis.track_calibration (
  grid TEXT NOT NULL,
  group_id TEXT NOT NULL,
  rule TEXT NOT NULL CHECK (rule IN ('mean', 'smoothed')),
  bin SMALLINT NOT NULL,
  expected DOUBLE PRECISION NOT NULL,
  observed DOUBLE PRECISION NOT NULL,
  months SMALLINT NOT NULL,
  last_month DATE NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (grid, group_id, rule, bin)
);
