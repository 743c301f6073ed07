-- What the page on outcomes and searches needs beside 0010: how far each month was followed, how long outcomes took, what searches
-- were made under and what came of them, and searches by ethnic group against residents.

-- One row a month of crimes with an ID, of all that is held, in the region or not. followed_to: the last of the unbroken outcome files from
-- the crimes' own month on; NULL where the file of their own month is not loaded, so that no share of them means anything.
CREATE TABLE analysis.outcome_month (
  month DATE PRIMARY KEY,
  crimes BIGINT NOT NULL,
  with_outcome BIGINT NOT NULL,
  followed_to DATE
);

-- One row a district x category x followed month of the crimes x whole months until the first outcome in the unbroken files. Crimes that
-- have none in them are in analysis.outcome_count alone.
CREATE TABLE analysis.outcome_delay (
  lad_code TEXT NOT NULL,
  category TEXT NOT NULL,
  month DATE NOT NULL,
  months_after SMALLINT NOT NULL CHECK (months_after >= 0),
  crimes INTEGER NOT NULL CHECK (crimes > 0),
  PRIMARY KEY (lad_code, category, month, months_after)
);

-- One row a month of searches, of all that is held: those without a place, and those with one outside the region. Neither is counted
-- anywhere else.
CREATE TABLE analysis.stop_month (
  month DATE PRIMARY KEY,
  searches BIGINT NOT NULL,
  without_place BIGINT NOT NULL,
  outside BIGINT NOT NULL
);

-- One row a district x month x object of search x legislation x outcome of searches. found, found_known: as in analysis.stop_count.
CREATE TABLE analysis.stop_outcome_count (
  lad_code TEXT NOT NULL,
  month DATE NOT NULL,
  object_of_search TEXT NOT NULL,
  legislation TEXT NOT NULL,
  outcome TEXT NOT NULL,
  stops INTEGER NOT NULL CHECK (stops > 0),
  found INTEGER NOT NULL CHECK (found >= 0),
  found_known INTEGER NOT NULL CHECK (found_known BETWEEN found AND stops),
  PRIMARY KEY (lad_code, month, object_of_search, legislation, outcome)
);

-- One row a district x month x ethnic group as the person gave it x as the officer saw it: searches of persons (a search of a vehicle alone
-- has no person). Groups of the census, or not_stated.
CREATE TABLE analysis.stop_ethnicity_count (
  lad_code TEXT NOT NULL,
  month DATE NOT NULL,
  self_defined TEXT NOT NULL CHECK (self_defined IN ('asian', 'black', 'mixed', 'white', 'other', 'not_stated')),
  officer_defined TEXT NOT NULL CHECK (officer_defined IN ('asian', 'black', 'mixed', 'white', 'other', 'not_stated')),
  stops INTEGER NOT NULL CHECK (stops > 0),
  found INTEGER NOT NULL CHECK (found >= 0),
  found_known INTEGER NOT NULL CHECK (found_known BETWEEN found AND stops),
  PRIMARY KEY (lad_code, month, self_defined, officer_defined)
);

-- One row a district x ethnic group: residents of the census of 2021.
CREATE TABLE analysis.ethnic_residents (
  lad_code TEXT NOT NULL,
  ethnicity TEXT NOT NULL,
  residents DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (lad_code, ethnicity)
);

-- One row a district x month x ethnic group other than White: the sums over LSOAs from which the Mantel-Haenszel ratio of its searches per
-- resident to those of White residents, and its variance, are made. Sums add up over months and districts: the ratio is
-- numerator / denominator, the variance of its logarithm variance / (numerator x denominator).
CREATE TABLE analysis.stop_ratio_sum (
  lad_code TEXT NOT NULL,
  month DATE NOT NULL,
  ethnicity TEXT NOT NULL,
  numerator DOUBLE PRECISION NOT NULL,
  denominator DOUBLE PRECISION NOT NULL,
  variance DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (lad_code, month, ethnicity)
);

-- One row a subject x publisher x edition: the files behind the tables above. subject: crimes, outcomes, searches or residents.
CREATE TABLE analysis.record_source (
  subject TEXT NOT NULL,
  publisher TEXT NOT NULL,
  licence TEXT NOT NULL,
  edition TEXT NOT NULL,
  files BIGINT NOT NULL,
  rows_in BIGINT NOT NULL,
  rows_rejected BIGINT NOT NULL,
  first_month DATE,
  last_month DATE,
  loaded_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (subject, publisher, licence, edition)
);
