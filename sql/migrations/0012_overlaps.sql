-- Risk and protective factors and where they fall together, kinds of places, similar areas, and the reach of services.

-- One row a factor that the partnership declared (analytics/risk_factors.toml). Without data it stays listed, with the reason in missing.
CREATE TABLE analysis.factor (
  factor_id TEXT NOT NULL,
  period_end DATE NOT NULL,
  position SMALLINT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('risk', 'protective')),
  theme TEXT NOT NULL,
  label TEXT NOT NULL,
  unit TEXT NOT NULL,
  source TEXT NOT NULL,
  caution TEXT NOT NULL,
  -- Moran's I of the ranked values: how strongly the factor clusters by itself
  moran_i DOUBLE PRECISION,
  -- places with a value, and places of the region without one
  places INTEGER NOT NULL,
  without INTEGER NOT NULL,
  -- why the factor could not be used; '' where it was
  missing TEXT NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (factor_id, period_end)
);

-- One row a factor x threshold, 1 the widest: every place that meets a threshold meets those before it.
CREATE TABLE analysis.factor_level (
  factor_id TEXT NOT NULL,
  level SMALLINT NOT NULL CHECK (level >= 1),
  period_end DATE NOT NULL,
  label TEXT NOT NULL,
  is_default BOOLEAN NOT NULL,
  -- the value at which the places were cut; NULL for a threshold on certainty
  cut DOUBLE PRECISION,
  meeting INTEGER NOT NULL,
  -- of those, places whose interval reaches across the cut; and places beyond the cut whose interval does
  meeting_unsure INTEGER NOT NULL,
  not_meeting_unsure INTEGER NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (factor_id, level, period_end)
);

-- One row a place x factor with a value. level: the strictest threshold met, 0 for none. sure_level and possible_level: the same at the
-- nearer and the farther end of the value's 95% interval; equal to level where the source gives no interval.
CREATE TABLE analysis.factor_place (
  factor_id TEXT NOT NULL,
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  period_end DATE NOT NULL,
  value DOUBLE PRECISION NOT NULL,
  lower DOUBLE PRECISION,
  upper DOUBLE PRECISION,
  level SMALLINT NOT NULL,
  sure_level SMALLINT NOT NULL,
  possible_level SMALLINT NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (factor_id, geography, edition, code, period_end)
);

-- One row a combination of 2 to 4 factors, each at one of its thresholds (combination: factor:level joined by +, in order of position):
-- places of the whole region that meet all of them, against chance. expected, its interval, p_value: maps that cluster as each factor does;
-- q_value: after Benjamini-Hochberg over the combinations of the same size. *_independent: places drawn one by one.
CREATE TABLE analysis.factor_overlap (
  combination TEXT NOT NULL,
  period_end DATE NOT NULL,
  size SMALLINT NOT NULL,
  at_defaults BOOLEAN NOT NULL,
  places INTEGER NOT NULL,
  meeting INTEGER NOT NULL,
  -- places that meet all of them at the nearer, and at the farther, end of every interval
  meeting_sure INTEGER NOT NULL,
  meeting_possible INTEGER NOT NULL,
  expected DOUBLE PRECISION NOT NULL,
  expected_lower DOUBLE PRECISION NOT NULL,
  expected_upper DOUBLE PRECISION NOT NULL,
  p_value DOUBLE PRECISION NOT NULL,
  q_value DOUBLE PRECISION NOT NULL,
  expected_independent DOUBLE PRECISION NOT NULL,
  p_independent DOUBLE PRECISION,
  method TEXT NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (combination, period_end)
);

-- One row a side x number: places that meet at least so many factors of that side at their default thresholds, against chance.
CREATE TABLE analysis.factor_tally (
  side TEXT NOT NULL CHECK (side IN ('risk', 'protective')),
  at_least SMALLINT NOT NULL,
  period_end DATE NOT NULL,
  factors SMALLINT NOT NULL,
  places INTEGER NOT NULL,
  meeting INTEGER NOT NULL,
  expected DOUBLE PRECISION NOT NULL,
  expected_lower DOUBLE PRECISION NOT NULL,
  expected_upper DOUBLE PRECISION NOT NULL,
  p_value DOUBLE PRECISION NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (side, at_least, period_end)
);

-- One row a place that meets every factor of a combination at default thresholds: its multivariate local join count. joins: neighbours
-- that meet them all too. p_shuffled: conditional permutation, exact (what esda estimates). p_value: maps that cluster as each factor
-- does. q_value: Benjamini-Hochberg over the places with a join. NULL p and q: no neighbour meets them all, so there is nothing to test.
CREATE TABLE analysis.factor_join (
  combination TEXT NOT NULL,
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  period_end DATE NOT NULL,
  neighbours SMALLINT NOT NULL,
  joins SMALLINT NOT NULL,
  p_shuffled DOUBLE PRECISION,
  p_value DOUBLE PRECISION,
  q_value DOUBLE PRECISION,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (combination, geography, edition, code, period_end)
);

-- One row a place x pair of factors: bivariate local Moran's I, the place's value of first against its neighbours' values of second.
-- p_shuffled: neighbours drawn at random, which also finds that second clusters. p_value: maps of both that cluster as they do, so that
-- only the two together count. quadrant: as it lies; class: the same where q_value <= 0.05, else not significant.
CREATE TABLE analysis.beside (
  first TEXT NOT NULL,
  second TEXT NOT NULL,
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  period_end DATE NOT NULL,
  moran_i DOUBLE PRECISION,
  p_shuffled DOUBLE PRECISION,
  q_shuffled DOUBLE PRECISION,
  p_value DOUBLE PRECISION,
  q_value DOUBLE PRECISION,
  quadrant TEXT NOT NULL,
  class TEXT NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (first, second, geography, edition, code, period_end)
);

-- One row a pair of factors: bivariate Moran's I of the whole region, against maps of both that cluster as they do; and how many places
-- are high beside high by either kind of chance, at q_value <= 0.05.
CREATE TABLE analysis.beside_summary (
  first TEXT NOT NULL,
  second TEXT NOT NULL,
  period_end DATE NOT NULL,
  moran_i DOUBLE PRECISION NOT NULL,
  expected_lower DOUBLE PRECISION NOT NULL,
  expected_upper DOUBLE PRECISION NOT NULL,
  p_value DOUBLE PRECISION NOT NULL,
  high_beside_high INTEGER NOT NULL,
  high_beside_high_shuffled INTEGER NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (first, second, period_end)
);

-- One row a kind of place found by clustering declared factors. profile: middle standardised value of each factor, risk side up.
CREATE TABLE analysis.place_type (
  type_id TEXT NOT NULL,
  period_end DATE NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  places INTEGER NOT NULL,
  -- of its places, those that fell in the same kind in at least 8 of 10 resamples
  places_firm INTEGER NOT NULL,
  profile JSONB NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (type_id, period_end)
);

-- One row a place: its kind, and in which share of resamples it fell in that kind.
CREATE TABLE analysis.place_type_member (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  period_end DATE NOT NULL,
  type_id TEXT NOT NULL,
  certainty DOUBLE PRECISION NOT NULL CHECK (certainty BETWEEN 0 AND 1),
  next_type_id TEXT NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (geography, edition, code, period_end)
);

-- One row a place x similar place: nearest neighbours on declared characteristics, which hold no recorded incident.
CREATE TABLE analysis.similar_area (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  period_end DATE NOT NULL,
  nearness SMALLINT NOT NULL,
  similar_code TEXT NOT NULL,
  similar_name TEXT NOT NULL,
  distance DOUBLE PRECISION NOT NULL,
  -- nearer than nine in ten pairs of places of the region are to each other
  close BOOLEAN NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (geography, edition, code, period_end, nearness)
);

-- One row a place x group: its rate beside the rates of its similar areas. ratio: its rate to that of its similar areas together.
CREATE TABLE analysis.similar_rate (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  group_id TEXT NOT NULL,
  period_end DATE NOT NULL,
  incidents INTEGER NOT NULL,
  rate_per_1000 DOUBLE PRECISION NOT NULL,
  areas SMALLINT NOT NULL,
  areas_lower_quarter DOUBLE PRECISION NOT NULL,
  areas_median DOUBLE PRECISION NOT NULL,
  areas_upper_quarter DOUBLE PRECISION NOT NULL,
  areas_together DOUBLE PRECISION NOT NULL,
  ratio DOUBLE PRECISION,
  ratio_lower DOUBLE PRECISION,
  ratio_upper DOUBLE PRECISION,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (geography, edition, code, group_id, period_end)
);

-- One row a kind of service that the partnership declared. Where unused says why, no reach was worked out.
CREATE TABLE analysis.service_kind (
  kind TEXT PRIMARY KEY,
  position SMALLINT NOT NULL,
  label TEXT NOT NULL,
  reach_m INTEGER NOT NULL,
  catchment_m INTEGER NOT NULL,
  caution TEXT NOT NULL,
  unused TEXT NOT NULL,
  sites INTEGER NOT NULL,
  -- sites that are listed but have no point
  sites_without_point INTEGER NOT NULL,
  residents DOUBLE PRECISION,
  residents_beyond DOUBLE PRECISION,
  -- of residents_beyond, those whose nearest service may lie across the region's border, where none is loaded
  beyond_at_border DOUBLE PRECISION,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id)
);

-- One row a service with a point, as used for reach. Public: no person, no small number.
CREATE TABLE analysis.service_point (
  kind TEXT NOT NULL,
  service_id TEXT NOT NULL,
  name TEXT NOT NULL,
  lon DOUBLE PRECISION NOT NULL,
  lat DOUBLE PRECISION NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (kind, service_id)
);

-- One row a kind x place: straight-line distance from its homes (live postcodes, residents shared evenly among them; basis outline: a point
-- in the outline, where no postcode is held). sfca: sites per 10,000 residents within the catchment, by 2SFCA, enhanced 2SFCA and 3SFCA.
CREATE TABLE analysis.service_reach (
  kind TEXT NOT NULL,
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  residents DOUBLE PRECISION,
  basis TEXT NOT NULL CHECK (basis IN ('postcodes', 'outline')),
  homes INTEGER NOT NULL,
  nearest_m DOUBLE PRECISION NOT NULL,
  nearest_lower_m DOUBLE PRECISION NOT NULL,
  nearest_upper_m DOUBLE PRECISION NOT NULL,
  share_within DOUBLE PRECISION NOT NULL,
  residents_beyond DOUBLE PRECISION,
  -- share of homes that are nearer to the region's border than to a service
  share_at_border DOUBLE PRECISION NOT NULL,
  sfca_2 DOUBLE PRECISION NOT NULL,
  sfca_enhanced DOUBLE PRECISION NOT NULL,
  sfca_3 DOUBLE PRECISION NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (kind, geography, edition, code)
);

-- One row a kind x need x number of further sites x place in the plan: where further services would bring most people into reach.
-- plan 'best': the location model's answer; 'nearly': another first site that brings in at least nine tenths as many; 'district': the best
-- first site within one district, one row each.
CREATE TABLE analysis.service_site (
  kind TEXT NOT NULL,
  need TEXT NOT NULL,
  need_label TEXT NOT NULL,
  plan TEXT NOT NULL CHECK (plan IN ('best', 'nearly', 'district')),
  further_sites SMALLINT NOT NULL,
  position SMALLINT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  lon DOUBLE PRECISION NOT NULL,
  lat DOUBLE PRECISION NOT NULL,
  -- people of that need whom this site alone would bring into reach, those whom the whole plan would, and all beyond reach now
  people_alone DOUBLE PRECISION NOT NULL,
  people_plan DOUBLE PRECISION NOT NULL,
  people_beyond DOUBLE PRECISION NOT NULL,
  method TEXT NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (kind, need, plan, further_sites, position)
);
