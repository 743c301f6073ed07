-- Schemas, the store of deliveries, geography and records.
-- Grain of each table is given above it. Coordinates are EPSG:27700; H3 cells are BIGINT.

CREATE EXTENSION IF NOT EXISTS postgis;

CREATE SCHEMA IF NOT EXISTS raw;
CREATE SCHEMA IF NOT EXISTS place;
CREATE SCHEMA IF NOT EXISTS record;
CREATE SCHEMA IF NOT EXISTS analysis;
CREATE SCHEMA IF NOT EXISTS published;
CREATE SCHEMA IF NOT EXISTS audit;

-- raw ---------------------------------------------------------------------------------------------

-- One row a file that was offered to the store. A superseded delivery keeps its row, never its data.
CREATE TABLE raw.delivery (
  delivery_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  feed TEXT NOT NULL,
  file_name TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  byte_size BIGINT NOT NULL CHECK (byte_size >= 0),
  publisher TEXT NOT NULL,
  licence TEXT NOT NULL,
  edition TEXT NOT NULL DEFAULT '',
  -- what a redelivery replaces: the feed's own slot, such as a month of one force or one boundary edition
  slot TEXT NOT NULL,
  period_start DATE,
  period_end DATE,
  rows_in BIGINT NOT NULL CHECK (rows_in >= 0),
  rows_accepted BIGINT NOT NULL CHECK (rows_accepted >= 0),
  rows_rejected BIGINT NOT NULL CHECK (rows_rejected >= 0),
  rows_unplaced BIGINT NOT NULL DEFAULT 0 CHECK (rows_unplaced >= 0),
  notes JSONB NOT NULL DEFAULT '{}',
  status TEXT NOT NULL DEFAULT 'loaded' CHECK (status IN ('loaded', 'superseded', 'held', 'refused')),
  superseded_by BIGINT REFERENCES raw.delivery (delivery_id),
  loaded_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT rows_add_up CHECK (rows_in = rows_accepted + rows_rejected)
);
CREATE UNIQUE INDEX delivery_one_loaded_a_slot ON raw.delivery (feed, slot) WHERE status = 'loaded';
CREATE INDEX delivery_by_sha256 ON raw.delivery (sha256);

-- One row a rejected row of a delivery. line counts from 1 and includes the header.
CREATE TABLE raw.rejected_row (
  delivery_id BIGINT NOT NULL REFERENCES raw.delivery (delivery_id) ON DELETE CASCADE,
  line BIGINT NOT NULL,
  field TEXT NOT NULL,
  reason TEXT NOT NULL,
  row_text TEXT NOT NULL DEFAULT ''
);
CREATE INDEX rejected_row_by_delivery ON raw.rejected_row (delivery_id);

-- place -------------------------------------------------------------------------------------------

-- One row a region that this installation serves: one police force area.
CREATE TABLE place.region (
  region_id INTEGER PRIMARY KEY CHECK (region_id = 1),
  name TEXT NOT NULL,
  force_code TEXT NOT NULL,
  force_name TEXT NOT NULL,
  synthetic BOOLEAN NOT NULL
);

-- One row an area of one edition. geography: lsoa, msoa, lad, force, ward. edition: 2011, 2021, 2022, 2020.
-- detail ranks how fine the boundary is: 3 = full, 2 = generalised (BGC), 1 = super-generalised (BSC), 0 = none.
CREATE TABLE place.area (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  local_name TEXT NOT NULL DEFAULT '',
  detail SMALLINT NOT NULL DEFAULT 0,
  delivery_id BIGINT REFERENCES raw.delivery (delivery_id),
  geom GEOMETRY (MULTIPOLYGON, 27700),
  area_m2 DOUBLE PRECISION,
  PRIMARY KEY (geography, edition, code)
);
CREATE INDEX area_geom ON place.area USING gist (geom);

-- One row a child area and the one parent area it lies in (exact fit only).
CREATE TABLE place.area_parent (
  child_geography TEXT NOT NULL,
  child_edition TEXT NOT NULL,
  child_code TEXT NOT NULL,
  parent_geography TEXT NOT NULL,
  parent_edition TEXT NOT NULL,
  parent_code TEXT NOT NULL,
  delivery_id BIGINT REFERENCES raw.delivery (delivery_id),
  PRIMARY KEY (child_geography, child_edition, child_code, parent_geography, parent_edition)
);
CREATE INDEX area_parent_by_parent ON place.area_parent (parent_geography, parent_edition, parent_code);

-- One row a pair of areas of two editions that share land. change: U same, S split, M merged, X irregular.
CREATE TABLE place.edition_change (
  geography TEXT NOT NULL,
  from_edition TEXT NOT NULL,
  from_code TEXT NOT NULL,
  to_edition TEXT NOT NULL,
  to_code TEXT NOT NULL,
  change TEXT NOT NULL CHECK (change IN ('U', 'S', 'M', 'X')),
  delivery_id BIGINT REFERENCES raw.delivery (delivery_id),
  PRIMARY KEY (geography, from_edition, from_code, to_edition, to_code)
);

-- One row an H3 cell in use (resolutions 7 to 9), with the district its centre lies in.
CREATE TABLE place.h3_cell (
  cell BIGINT PRIMARY KEY,
  resolution SMALLINT NOT NULL,
  lad_code TEXT NOT NULL,
  area_m2 DOUBLE PRECISION NOT NULL,
  geom GEOMETRY (POLYGON, 27700) NOT NULL
);

-- One row a postcode unit. postcode is upper case without spaces.
CREATE TABLE place.postcode (
  postcode TEXT PRIMARY KEY,
  display TEXT NOT NULL,
  easting DOUBLE PRECISION,
  northing DOUBLE PRECISION,
  lsoa11_code TEXT,
  lsoa21_code TEXT,
  terminated BOOLEAN NOT NULL DEFAULT FALSE,
  delivery_id BIGINT REFERENCES raw.delivery (delivery_id)
);

-- One row an area x measure x reference. measure: residents, age_0_17 ..., ethnicity_...; reference: census2021, mid2020.
CREATE TABLE place.population (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  measure TEXT NOT NULL,
  reference TEXT NOT NULL,
  people DOUBLE PRECISION NOT NULL CHECK (people >= 0),
  delivery_id BIGINT REFERENCES raw.delivery (delivery_id),
  PRIMARY KEY (geography, edition, code, measure, reference)
);

-- One row a distinct location that a record was given (points repeat: police.uk snaps them to anchor points).
CREATE TABLE record.location (
  location_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  lon DOUBLE PRECISION NOT NULL,
  lat DOUBLE PRECISION NOT NULL,
  UNIQUE (lon, lat)
);

-- One row a distinct location: the areas and the cell it lies in, by our own join. NULL = outside every area held.
CREATE TABLE place.location_place (
  location_id BIGINT PRIMARY KEY REFERENCES record.location (location_id) ON DELETE CASCADE,
  easting DOUBLE PRECISION NOT NULL,
  northing DOUBLE PRECISION NOT NULL,
  lsoa11_code TEXT,
  lsoa21_code TEXT,
  msoa21_code TEXT,
  lad22_code TEXT,
  h3_r9 BIGINT NOT NULL
);
CREATE INDEX location_place_by_lad ON place.location_place (lad22_code);

-- record ------------------------------------------------------------------------------------------

-- One row a recorded incident. location_id is NULL where the publisher gave no location (kept, counted as unplaced).
CREATE TABLE record.incident (
  delivery_id BIGINT NOT NULL,
  line BIGINT NOT NULL,
  month DATE NOT NULL,
  crime_id TEXT,
  category TEXT NOT NULL,
  location_id BIGINT,
  location_label TEXT,
  printed_lsoa TEXT,
  outcome TEXT,
  reported_by TEXT
) PARTITION BY RANGE (month);

-- One row a service: GP practice, pharmacy, hospital, school.
CREATE TABLE record.service (
  service_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  postcode TEXT,
  status TEXT NOT NULL DEFAULT 'open',
  easting DOUBLE PRECISION,
  northing DOUBLE PRECISION,
  lsoa21_code TEXT,
  lad22_code TEXT,
  delivery_id BIGINT NOT NULL REFERENCES raw.delivery (delivery_id),
  PRIMARY KEY (kind, service_id)
);

-- One row an area x indicator x period: IMD ranks and deciles, partner indicators.
CREATE TABLE record.indicator (
  indicator TEXT NOT NULL,
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  period TEXT NOT NULL,
  value DOUBLE PRECISION,
  numerator DOUBLE PRECISION,
  denominator DOUBLE PRECISION,
  delivery_id BIGINT NOT NULL REFERENCES raw.delivery (delivery_id),
  PRIMARY KEY (indicator, geography, edition, code, period)
);

-- audit -------------------------------------------------------------------------------------------

-- One row an event; append-only, each row's hash covers the row before it.
CREATE TABLE audit.event (
  event_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail JSONB NOT NULL DEFAULT '{}',
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
);
