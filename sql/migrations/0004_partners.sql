-- Deliveries that wait for a steward, partners' events beside recorded crime, and open indicators of a release.

-- raw ---------------------------------------------------------------------------------------------

-- One row a held delivery: its bytes, until a steward accepts or refuses it. Kept here, not in a folder, so that they stand exactly as
-- long as the delivery's row says 'held', are in every backup, and may be read by the pipeline alone.
CREATE TABLE raw.held_file (
  delivery_id BIGINT PRIMARY KEY REFERENCES raw.delivery (delivery_id),
  -- gzip of the bytes as offered, and what the file's name told of it
  content BYTEA NOT NULL,
  name_groups JSONB NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX delivery_one_held_a_slot ON raw.delivery (feed, slot) WHERE status = 'held';

-- record ------------------------------------------------------------------------------------------

-- One row an event that a partner recorded (an ambulance call-out, an emergency department attendance): never added to recorded crime.
-- Placed by its point or postcode (location_id), or by the area code that the partner printed (lsoa_code with its edition), or not at all.
CREATE TABLE record.event (
  delivery_id BIGINT NOT NULL REFERENCES raw.delivery (delivery_id),
  line BIGINT NOT NULL,
  feed TEXT NOT NULL,
  month DATE NOT NULL,
  category TEXT NOT NULL,
  location_id BIGINT REFERENCES record.location (location_id),
  lsoa_code TEXT,
  lsoa_edition TEXT CHECK (lsoa_edition IN ('2011', '2021')),
  CONSTRAINT code_with_edition CHECK ((lsoa_code IS NULL) = (lsoa_edition IS NULL)),
  CONSTRAINT one_way_to_place CHECK (location_id IS NULL OR lsoa_code IS NULL),
  PRIMARY KEY (delivery_id, line)
);
CREATE INDEX event_by_feed ON record.event (feed, month);

-- published ---------------------------------------------------------------------------------------

-- One row an indicator x place x period of a release: published statistics of others under an open licence, as they stand.
-- Never a partner's count: analytics.release.indicators refuses those.
CREATE TABLE published.indicator (
  release_id BIGINT NOT NULL REFERENCES published.release (release_id),
  indicator TEXT NOT NULL,
  label TEXT NOT NULL,
  unit TEXT NOT NULL,
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  place_code TEXT NOT NULL,
  period TEXT NOT NULL,
  value DOUBLE PRECISION NOT NULL,
  publisher TEXT NOT NULL,
  licence TEXT NOT NULL,
  PRIMARY KEY (release_id, indicator, geography, edition, place_code, period)
);

-- analysis ----------------------------------------------------------------------------------------

-- One row a feed x category x place x month with at least one event of a partner. lad_code is what row-level security filters by.
-- An event whose code was split by a later edition is counted in the edition it was given in, and in the district.
CREATE TABLE analysis.event_count (
  feed TEXT NOT NULL,
  category TEXT NOT NULL,
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  month DATE NOT NULL,
  events INTEGER NOT NULL CHECK (events > 0),
  PRIMARY KEY (feed, category, geography, edition, code, month)
);
