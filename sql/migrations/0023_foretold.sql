-- Where the next month's incidents are expected, and how well that was foretold before.

-- One row a place x group for the month after the last loaded one. rule: what the row's figures come from; 'counts', the mean of the
-- unbroken months before, wherever the record of 'foretold' does not beat it (analysis.foretold_standing).
-- lad_code: the district of the place.
CREATE TABLE analysis.foretold (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  group_id TEXT NOT NULL,
  -- the month foretold; offences that police activity produces are no part of any figure here
  target_month DATE NOT NULL,
  rule TEXT NOT NULL CHECK (rule IN ('foretold', 'counts')),
  -- expected incidents of that month, calibrated on months that came before
  expected DOUBLE PRECISION NOT NULL CHECK (expected >= 0),
  -- the least and most incidents of a 90% predictive interval, both included
  low INTEGER NOT NULL,
  high INTEGER NOT NULL CHECK (high >= low),
  -- incidents of the last loaded month
  last_month INTEGER NOT NULL,
  -- mean incidents a month of the unbroken loaded months before, and how many these are (12 at most)
  usual DOUBLE PRECISION NOT NULL,
  usual_months SMALLINT NOT NULL,
  -- rank in the region by expected, 1 = most; places that expect the same share the better rank
  position INTEGER NOT NULL,
  -- share of the region's area that is searched, densest expected first, until this place is: up to 0.05 on a map of 5% of the area
  area_share DOUBLE PRECISION NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (geography, edition, code, group_id)
);

-- One row a geography x group x rule x month foretold x share of the area searched: how much of that month was caught. Region-wide figures.
CREATE TABLE analysis.foretold_record (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  group_id TEXT NOT NULL,
  rule TEXT NOT NULL CHECK (rule IN ('foretold', 'counts')),
  target_month DATE NOT NULL,
  coverage DOUBLE PRECISION NOT NULL CHECK (coverage > 0 AND coverage <= 1),
  incidents INTEGER NOT NULL,
  hit_rate DOUBLE PRECISION,
  pai DOUBLE PRECISION,
  pei DOUBLE PRECISION,
  ser DOUBLE PRECISION,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (geography, edition, group_id, rule, target_month, coverage)
);

-- One row a geography x group x share of the area: whether 'foretold' beat the counts of the months before, over the months scored.
CREATE TABLE analysis.foretold_standing (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  group_id TEXT NOT NULL,
  coverage DOUBLE PRECISION NOT NULL,
  -- 'beats' and 'behind' by the t interval and the false discovery rate both; 'too_few' below 6 months
  standing TEXT NOT NULL CHECK (standing IN ('beats', 'level', 'behind', 'too_few')),
  months SMALLINT NOT NULL,
  -- mean hit rates, and their paired gain with its 95% t interval; q by Benjamini-Hochberg over the rows of the geography
  hit_rate DOUBLE PRECISION,
  counts_hit_rate DOUBLE PRECISION,
  gain DOUBLE PRECISION,
  gain_lower DOUBLE PRECISION,
  gain_upper DOUBLE PRECISION,
  q_value DOUBLE PRECISION,
  pai DOUBLE PRECISION,
  counts_pai DOUBLE PRECISION,
  pei DOUBLE PRECISION,
  counts_pei DOUBLE PRECISION,
  first_month DATE,
  last_month DATE,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (geography, edition, group_id, coverage)
);

-- One row a geography x group x rule: how its expected counts and its intervals did on the months scored, before and after calibration.
CREATE TABLE analysis.foretold_reliability (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  group_id TEXT NOT NULL,
  rule TEXT NOT NULL CHECK (rule IN ('foretold', 'counts')),
  months SMALLINT NOT NULL,
  -- observed over expected incidents, 1 is right: of all places, and of the busiest that together expect a tenth of them
  ratio_before DOUBLE PRECISION,
  ratio_after DOUBLE PRECISION,
  busiest_before DOUBLE PRECISION,
  busiest_after DOUBLE PRECISION,
  -- share of places whose count lay inside its 90% interval: of all, and of the twentieth that expect most
  inside DOUBLE PRECISION,
  busiest_inside DOUBLE PRECISION,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (geography, edition, group_id, rule)
);
