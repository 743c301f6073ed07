-- Results of the analysis (professionals, through row-level security) and what is published (everyone).

-- One row a run of a stage. A result row names its run; the run names seed, parameters and inputs.
CREATE TABLE analysis.run (
  run_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stage TEXT NOT NULL,
  started_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  finished_at TIMESTAMPTZ,
  seed BIGINT,
  parameters JSONB NOT NULL DEFAULT '{}',
  delivery_ids BIGINT[] NOT NULL DEFAULT '{}',
  code_version TEXT NOT NULL
);

-- One row a category group; a copy of the partnership's definitions file at the time of the run.
CREATE TABLE analysis.category_group (
  group_id TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  position SMALLINT NOT NULL,
  -- partition: the groups that add up to all recorded incidents; overlay: cuts across them (serious violence)
  kind TEXT NOT NULL CHECK (kind IN ('partition', 'overlay', 'total')),
  hotspot_input BOOLEAN NOT NULL
);

-- One row a group x publisher's category.
CREATE TABLE analysis.category_group_member (
  group_id TEXT NOT NULL REFERENCES analysis.category_group (group_id) ON DELETE CASCADE,
  category TEXT NOT NULL,
  proactive BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (group_id, category)
);

-- One row a month of the span: loaded, or a gap (never zero).
CREATE TABLE analysis.month_status (
  month DATE PRIMARY KEY,
  status TEXT NOT NULL CHECK (status IN ('loaded', 'gap')),
  incidents BIGINT,
  unplaced BIGINT,
  outside BIGINT
);

-- One row a place x publisher's category x loaded month with at least one incident.
-- lad_code is the district that row-level security filters by. code: ONS code, or the H3 cell in hexadecimal.
CREATE TABLE analysis.count_month (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  category TEXT NOT NULL,
  month DATE NOT NULL,
  incidents INTEGER NOT NULL CHECK (incidents > 0),
  PRIMARY KEY (geography, edition, code, category, month)
);
CREATE INDEX count_month_by_month ON analysis.count_month (geography, edition, month);

-- One row a place x group x period. Rates per 1,000 residents over the loaded months of the period, with 95% limits.
CREATE TABLE analysis.rate (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  group_id TEXT NOT NULL,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  months_loaded SMALLINT NOT NULL,
  incidents INTEGER NOT NULL,
  residents DOUBLE PRECISION,
  rate_per_1000 DOUBLE PRECISION,
  lower_per_1000 DOUBLE PRECISION,
  upper_per_1000 DOUBLE PRECISION,
  smoothed_per_1000 DOUBLE PRECISION,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (geography, edition, code, group_id, period_end)
);

-- One row a place x group x period: Getis-Ord Gi* with false discovery rate control over places.
-- class: hot, cold, not_significant. certainty: 99, 95, 90 or NULL (percent, after FDR).
CREATE TABLE analysis.hotspot (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  group_id TEXT NOT NULL,
  measure TEXT NOT NULL,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  incidents INTEGER NOT NULL,
  value DOUBLE PRECISION,
  gi_z DOUBLE PRECISION,
  p_value DOUBLE PRECISION,
  q_value DOUBLE PRECISION,
  class TEXT NOT NULL CHECK (class IN ('hot', 'cold', 'not_significant')),
  certainty SMALLINT,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (geography, edition, code, group_id, measure, period_end)
);

-- One row a place that meets a risk condition, per overlap definition and period.
CREATE TABLE analysis.overlap (
  overlap_id TEXT NOT NULL,
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  group_id TEXT NOT NULL,
  period_end DATE NOT NULL,
  conditions TEXT[] NOT NULL,
  meets_all BOOLEAN NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (overlap_id, geography, edition, code, group_id, period_end)
);

-- One row an overlap definition x group x period: how many places overlap and how many chance alone would give.
-- expected, its 95% interval and p_value: maps that cluster as the real one does (method). *_independent: the hypergeometric, which
-- takes places as drawn one by one.
CREATE TABLE analysis.overlap_summary (
  overlap_id TEXT NOT NULL,
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  group_id TEXT NOT NULL,
  period_end DATE NOT NULL,
  places INTEGER NOT NULL,
  deprived INTEGER NOT NULL,
  hot INTEGER NOT NULL,
  hot_and_deprived INTEGER NOT NULL,
  expected DOUBLE PRECISION NOT NULL,
  expected_lower DOUBLE PRECISION NOT NULL,
  expected_upper DOUBLE PRECISION NOT NULL,
  p_value DOUBLE PRECISION NOT NULL,
  expected_independent DOUBLE PRECISION,
  p_independent DOUBLE PRECISION,
  method TEXT NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (overlap_id, geography, edition, group_id, period_end)
);

-- published ---------------------------------------------------------------------------------------

-- One row a release. A withdrawn release stays: it was seen.
CREATE TABLE published.release (
  release_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title TEXT NOT NULL,
  published_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  months_loaded DATE[] NOT NULL,
  months_missing DATE[] NOT NULL,
  unplaced_percent DOUBLE PRECISION,
  region_name TEXT NOT NULL,
  synthetic BOOLEAN NOT NULL,
  policy JSONB NOT NULL,
  certificate JSONB NOT NULL,
  code_version TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'current' CHECK (status IN ('current', 'superseded', 'withdrawn'))
);
CREATE UNIQUE INDEX release_one_current ON published.release (status) WHERE status = 'current';

-- One row a published cell: exactly one of count and symbol is filled.
CREATE TABLE published.value (
  release_id BIGINT NOT NULL REFERENCES published.release (release_id),
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  place_code TEXT NOT NULL,
  category TEXT NOT NULL,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  count INTEGER CHECK (count >= 0),
  symbol TEXT CHECK (symbol IN ('[c]', '[x]', '[k]', '[u]', '[z]')),
  CONSTRAINT count_or_symbol CHECK ((count IS NULL) <> (symbol IS NULL)),
  PRIMARY KEY (release_id, geography, edition, place_code, category, period_end)
);

-- One row a place of a release: its name, parents, residents and outline (WGS84, for the map).
CREATE TABLE published.place (
  release_id BIGINT NOT NULL REFERENCES published.release (release_id),
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  place_code TEXT NOT NULL,
  name TEXT NOT NULL,
  local_name TEXT NOT NULL DEFAULT '',
  parent_msoa TEXT,
  parent_lad TEXT,
  residents INTEGER,
  residents_reference TEXT,
  deprivation_decile SMALLINT,
  deprivation_reference TEXT,
  geom GEOMETRY (MULTIPOLYGON, 4326),
  PRIMARY KEY (release_id, geography, edition, place_code)
);
CREATE INDEX published_place_geom ON published.place USING gist (geom);

-- One row a category of a release, in the words that the public reads.
CREATE TABLE published.category (
  release_id BIGINT NOT NULL REFERENCES published.release (release_id),
  category TEXT NOT NULL,
  label TEXT NOT NULL,
  description TEXT NOT NULL,
  position SMALLINT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (release_id, category)
);

-- One row a postcode that a person may search by.
CREATE TABLE published.postcode (
  postcode TEXT PRIMARY KEY,
  display TEXT NOT NULL,
  lsoa21_code TEXT NOT NULL
);

-- One row a service that is open and public.
CREATE TABLE published.service (
  release_id BIGINT NOT NULL REFERENCES published.release (release_id),
  kind TEXT NOT NULL,
  service_id TEXT NOT NULL,
  name TEXT NOT NULL,
  postcode TEXT,
  lsoa21_code TEXT,
  lon DOUBLE PRECISION,
  lat DOUBLE PRECISION,
  PRIMARY KEY (release_id, kind, service_id)
);

-- One row a source that a release was made from.
CREATE TABLE published.source (
  release_id BIGINT NOT NULL REFERENCES published.release (release_id),
  feed TEXT NOT NULL,
  title TEXT NOT NULL,
  publisher TEXT NOT NULL,
  licence TEXT NOT NULL,
  edition TEXT NOT NULL,
  period_start DATE,
  period_end DATE,
  files INTEGER NOT NULL,
  rows_in BIGINT NOT NULL,
  rows_rejected BIGINT NOT NULL,
  loaded_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (release_id, feed, edition)
);
