-- Stop and search in a release: by district and for the whole area, by what was looked for, what came of it, and ethnic group.

-- One row a district x month x object of search x outcome x ethnic group as the person gave it: what the published tables of searches are
-- sums of. not_stated also holds searches of a vehicle alone, which has no person. The publisher's words, 'Not stated' where a field is
-- empty.
CREATE TABLE analysis.stop_detail_count (
  lad_code TEXT NOT NULL,
  month DATE NOT NULL,
  object_of_search TEXT NOT NULL,
  outcome TEXT NOT NULL,
  ethnicity TEXT NOT NULL CHECK (ethnicity IN ('asian', 'black', 'mixed', 'white', 'other', 'not_stated')),
  stops INTEGER NOT NULL CHECK (stops > 0),
  PRIMARY KEY (lad_code, month, object_of_search, outcome, ethnicity)
);

-- One row a release that has figures of stop and search: their period, and the certificate of exactly these figures. They are renewed
-- once a year, so most releases have none, and readers see those of the newest release that has some.
CREATE TABLE published.search_release (
  release_id BIGINT PRIMARY KEY REFERENCES published.release (release_id),
  title TEXT NOT NULL,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  months_loaded DATE[] NOT NULL,
  policy JSONB NOT NULL,
  certificate JSONB NOT NULL
);

-- One row a figure of stop and search, as published.value has those of crime. category: a group of published.search_group.
CREATE TABLE published.search_value (
  release_id BIGINT NOT NULL REFERENCES published.search_release (release_id),
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  place_code TEXT NOT NULL,
  category TEXT NOT NULL,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  count INTEGER CHECK (count >= 0),
  symbol TEXT CHECK (symbol IN ('[c]', '[x]')),
  -- the least and the largest count that the figures of this release leave possible; NULL for a figure that is shown
  lowest INTEGER CHECK (lowest >= 0),
  highest INTEGER CHECK (highest >= 0),
  PRIMARY KEY (release_id, geography, edition, place_code, category, period_start, period_end),
  CHECK ((count IS NULL) <> (symbol IS NULL)),
  CHECK (count IS NULL OR (lowest IS NULL AND highest IS NULL)),
  CHECK (lowest <= highest)
);

-- One row a group of searches: all of them, or those with one object, outcome or ethnic group (field). position: in the order of the plan.
CREATE TABLE published.search_group (
  release_id BIGINT NOT NULL REFERENCES published.search_release (release_id),
  category TEXT NOT NULL,
  field TEXT NOT NULL CHECK (field IN ('all', 'object', 'outcome', 'ethnicity')),
  label TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (release_id, category)
);

-- One row a place x ethnic group: residents of the census of 2021, beside which searches are set.
CREATE TABLE published.search_resident (
  release_id BIGINT NOT NULL REFERENCES published.search_release (release_id),
  geography TEXT NOT NULL,
  place_code TEXT NOT NULL,
  ethnicity TEXT NOT NULL,
  residents INTEGER NOT NULL CHECK (residents >= 0),
  PRIMARY KEY (release_id, geography, place_code, ethnicity)
);

-- One row a publisher x licence x edition of the files behind the figures of searches.
CREATE TABLE published.search_source (
  release_id BIGINT NOT NULL REFERENCES published.search_release (release_id),
  subject TEXT NOT NULL CHECK (subject IN ('searches', 'residents')),
  publisher TEXT NOT NULL,
  licence TEXT NOT NULL,
  edition TEXT NOT NULL,
  files INTEGER NOT NULL,
  rows_in BIGINT NOT NULL,
  rows_rejected BIGINT NOT NULL,
  first_month DATE,
  last_month DATE,
  PRIMARY KEY (release_id, subject, publisher, licence, edition)
);

-- One row a count of searches that a release saw for the first time, or saw changed: district of 2022 x class of searches x month.
-- searches = 0: there were some, and after a correction there are none. As audit.release_count for crime.
CREATE TABLE audit.search_count (
  release_id BIGINT NOT NULL REFERENCES published.release (release_id),
  code TEXT NOT NULL,
  category TEXT NOT NULL,
  month DATE NOT NULL,
  incidents INTEGER NOT NULL CHECK (incidents >= 0),
  PRIMARY KEY (code, category, month, release_id)
);

-- what a release saw is nobody's business but the pipeline's
GRANT SELECT, INSERT ON audit.search_count TO homeground_pipeline;
