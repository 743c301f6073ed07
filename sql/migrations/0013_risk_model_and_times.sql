-- Models that inform and never decide, and when things happen.

-- One row a fitted small-area model of how many incidents were recorded where, given what is known of the places. It is of places, never of
-- persons. Nobody but an analyst sees it, or its estimates, before an ethics board approved it by name, or after it expired.
CREATE TABLE analysis.risk_model (
  model_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  group_id TEXT NOT NULL,
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  family TEXT NOT NULL CHECK (family IN ('poisson', 'negative_binomial')),
  -- the last day on which it may be shown, whatever a board decides
  expires_on DATE NOT NULL,
  -- what the model is and how it did: terms with intervals, cross-validation, residual autocorrelation, inputs, limits
  card JSONB NOT NULL,
  -- the record of the Algorithmic Transparency Recording Standard, section by section
  transparency JSONB NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id)
);

-- One row a decision of an ethics board about a model. Rows are added, never changed: the latest stands.
CREATE TABLE analysis.risk_model_decision (
  decision_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model_id BIGINT NOT NULL REFERENCES analysis.risk_model (model_id),
  decision TEXT NOT NULL CHECK (decision IN ('approved', 'refused', 'withdrawn')),
  board TEXT NOT NULL CHECK (length(board) > 0),
  -- the person who signed for the board
  signed_by TEXT NOT NULL CHECK (length(signed_by) > 0),
  decided_on DATE NOT NULL,
  valid_until DATE NOT NULL,
  conditions TEXT NOT NULL DEFAULT '',
  recorded_by TEXT NOT NULL,
  recorded_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  CHECK (valid_until >= decided_on)
);

-- One row a model x place: what the model expects of the place in the period, with a 95% interval for the number recorded, and that number.
CREATE TABLE analysis.risk_estimate (
  model_id BIGINT NOT NULL REFERENCES analysis.risk_model (model_id),
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  observed INTEGER NOT NULL,
  expected DOUBLE PRECISION NOT NULL,
  lower DOUBLE PRECISION NOT NULL,
  upper DOUBLE PRECISION NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (model_id, geography, edition, code)
);

-- When an event happened within the week, where the feed says so: 0 Monday to 6 Sunday, hour 0 to 23. No date is kept.
ALTER TABLE record.event ADD COLUMN weekday SMALLINT CHECK (weekday BETWEEN 0 AND 6);
ALTER TABLE record.event ADD COLUMN hour SMALLINT CHECK (hour BETWEEN 0 AND 23);

-- One row a source x category x district x weekday x hour with at least one record. source: a partner's feed, or stop_search, which is
-- police activity. weekday or hour NULL: the other alone is known. lad_code is what row-level security filters by.
CREATE TABLE analysis.week_count (
  source TEXT NOT NULL,
  category TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  weekday SMALLINT,
  hour SMALLINT,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  records INTEGER NOT NULL CHECK (records > 0),
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id)
);
CREATE INDEX week_count_by_source ON analysis.week_count (source, lad_code);

-- One row a group x district x calendar month: recorded a day in that month over the average day of the same years, 1 is average, with
-- its 95% interval. lad_code '' is the whole region. years: how many years have the month. p_value: of all months together.
CREATE TABLE analysis.season (
  group_id TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  calendar_month SMALLINT NOT NULL CHECK (calendar_month BETWEEN 1 AND 12),
  years SMALLINT NOT NULL,
  incidents INTEGER NOT NULL,
  ratio DOUBLE PRECISION,
  lower DOUBLE PRECISION,
  upper DOUBLE PRECISION,
  p_value DOUBLE PRECISION,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (group_id, lad_code, calendar_month)
);
