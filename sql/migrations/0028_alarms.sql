-- Early warning: what a look at each month raised, with what was known then, and what became of it.

-- One row a look at a month: which months were compared, and how often chance alone was to raise an alarm. A month is looked at again only
-- where its counts have changed. Region-wide.
CREATE TABLE analysis.alarm_look (
  -- the month looked at, the last that was known, and which look at it: 1 is the first
  month DATE NOT NULL,
  look SMALLINT NOT NULL,
  -- whether it was the last loaded month when it was looked at; otherwise worked out afterwards from the months up to it
  in_time BOOLEAN NOT NULL,
  first_month DATE NOT NULL,
  -- loaded months compared, this one among them, and the longest span of months that an alarm may have
  steps SMALLINT NOT NULL,
  longest SMALLINT NOT NULL,
  replicates INTEGER NOT NULL,
  seed BIGINT NOT NULL,
  -- an alarm is raised where chance alone would give one as strong at most once in so many months
  least_months SMALLINT NOT NULL,
  kinds SMALLINT NOT NULL,
  places INTEGER NOT NULL,
  alarms SMALLINT NOT NULL,
  -- MD5 of the counts that were looked at
  counts_digest TEXT NOT NULL,
  made_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (month, look)
);

-- One row an alarm of a look: neighbouring places of one district with more of a kind than expected until the month looked at. Never
-- changed.
CREATE TABLE analysis.alarm (
  month DATE NOT NULL,
  look SMALLINT NOT NULL,
  -- 1 is the most surprising of the look
  number SMALLINT NOT NULL,
  group_id TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  -- LSOA of 2021 in the middle, and all of them, that one first
  code TEXT NOT NULL,
  codes TEXT[] NOT NULL,
  radius_m INTEGER NOT NULL,
  -- the first month of the span that is above what was expected, and the month of the first alarm of this kind in an unbroken row
  since DATE NOT NULL,
  first_raised DATE NOT NULL,
  observed INTEGER NOT NULL,
  expected DOUBLE PRECISION NOT NULL,
  ratio DOUBLE PRECISION NOT NULL,
  -- against shuffles of this kind alone, and against the strongest of all kinds, which is what the recurrence interval is of
  p_kind DOUBLE PRECISION NOT NULL,
  p DOUBLE PRECISION NOT NULL,
  once_in_months DOUBLE PRECISION NOT NULL,
  -- incidents of the places and of the region in the months before the span, by which the month after is judged
  before_here INTEGER NOT NULL,
  before_region INTEGER NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (month, look, number),
  FOREIGN KEY (month, look) REFERENCES analysis.alarm_look (month, look)
);

-- One row an alarm whose next month was loaded: whether its places were still above what was expected. Never changed.
CREATE TABLE analysis.alarm_verdict (
  -- the month looked at when it was raised
  month DATE NOT NULL,
  look SMALLINT NOT NULL,
  number SMALLINT NOT NULL,
  lad_code TEXT NOT NULL,
  -- incidents of the month after that one
  observed INTEGER NOT NULL,
  expected DOUBLE PRECISION NOT NULL,
  -- of so many or more, if the places had the share of the region that they had before
  p_value DOUBLE PRECISION NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('went_on', 'eased')),
  made_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (month, look, number),
  FOREIGN KEY (month, look, number) REFERENCES analysis.alarm (month, look, number)
);
