-- The background of maps: streets, water, green and names of places, out of open files that the operator loads.

-- place -------------------------------------------------------------------------------------------

-- One row a feature of a background file: a road, a river, a wood, a station, the name of a place. No record and no figure.
CREATE TABLE place.background (
  -- settlement, station, road, rail, water, waterway, green
  kind TEXT NOT NULL,
  -- how it is drawn, such as motorway or street (feeds.shapes.background)
  class TEXT NOT NULL,
  name TEXT NOT NULL,
  -- the widest map that shows it, as a zoom of web maps
  least_zoom SMALLINT NOT NULL,
  delivery_id BIGINT NOT NULL REFERENCES raw.delivery (delivery_id),
  geom GEOMETRY (GEOMETRY, 27700) NOT NULL
);

CREATE INDEX background_delivery ON place.background (delivery_id);

-- published ---------------------------------------------------------------------------------------

-- What a tile says of a feature.
CREATE TYPE PUBLISHED.BACKGROUND_SHAPE AS (class TEXT, name TEXT, geom GEOMETRY);

-- One row: the background that is shown now; none where no file of it was loaded. Belongs to no release, as postcodes do.
CREATE TABLE published.background (
  -- hash of every tile: another background has other addresses
  mark TEXT PRIMARY KEY,
  -- what its publishers ask to be said of them
  attribution TEXT NOT NULL,
  least_zoom SMALLINT NOT NULL,
  most_zoom SMALLINT NOT NULL,
  -- degrees
  west DOUBLE PRECISION NOT NULL,
  south DOUBLE PRECISION NOT NULL,
  east DOUBLE PRECISION NOT NULL,
  north DOUBLE PRECISION NOT NULL
);

-- One row a tile of it that holds anything: a vector tile (MVT), packed with gzip.
CREATE TABLE published.background_tile (
  zoom SMALLINT NOT NULL,
  x INTEGER NOT NULL,
  y INTEGER NOT NULL,
  body BYTEA NOT NULL,
  PRIMARY KEY (zoom, x, y)
);
