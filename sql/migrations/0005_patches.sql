-- Custom areas ("patches") and the weights by which a denominator crosses from one geography to another.

-- place -------------------------------------------------------------------------------------------

-- One row a patch: an area that a person drew or listed, kept as given. What is counted for it is counted for its members in
-- place.patch_area. drawn = members - gained + lost, in people and, but for land outside every LSOA held, in area.
CREATE TABLE place.patch (
  patch_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 80),
  source TEXT NOT NULL CHECK (source IN ('drawn', 'codes')),
  -- edition of the listed codes, or the reference system of the file
  source_edition TEXT NOT NULL,
  file_name TEXT NOT NULL DEFAULT '',
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  -- the rule by which it was snapped, in words
  rule TEXT NOT NULL,
  people_reference TEXT NOT NULL,
  people_drawn DOUBLE PRECISION NOT NULL,
  people_members DOUBLE PRECISION NOT NULL,
  people_gained DOUBLE PRECISION NOT NULL,
  people_lost DOUBLE PRECISION NOT NULL,
  drawn_m2 DOUBLE PRECISION NOT NULL,
  members_m2 DOUBLE PRECISION NOT NULL,
  gained_m2 DOUBLE PRECISION NOT NULL,
  lost_m2 DOUBLE PRECISION NOT NULL,
  -- drawn land that no LSOA held covers, such as water or another country
  outside_m2 DOUBLE PRECISION NOT NULL,
  added_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  geom GEOMETRY (MULTIPOLYGON, 27700) NOT NULL
);

-- One row a patch x area that it touches; member says whether the area is counted for the patch.
CREATE TABLE place.patch_area (
  patch_id BIGINT NOT NULL REFERENCES place.patch (patch_id) ON DELETE CASCADE,
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  member BOOLEAN NOT NULL,
  people DOUBLE PRECISION NOT NULL,
  -- share of the area's people, and of its land, that lie in the patch as drawn
  people_share DOUBLE PRECISION NOT NULL CHECK (people_share BETWEEN 0 AND 1),
  area_share DOUBLE PRECISION NOT NULL CHECK (area_share BETWEEN 0 AND 1),
  -- what people_share rests on: exact (whole areas), postcodes, area (too few postcodes)
  basis TEXT NOT NULL CHECK (basis IN ('exact', 'postcodes', 'area')),
  PRIMARY KEY (patch_id, geography, edition, code)
);

-- One row a pair of areas that share people: which share of the first one's residents is taken to live in the second.
-- For denominators only; incidents are counted where they lie. Shares of one area add up to 1.
CREATE TABLE place.area_weight (
  from_geography TEXT NOT NULL,
  from_edition TEXT NOT NULL,
  from_code TEXT NOT NULL,
  to_geography TEXT NOT NULL,
  to_edition TEXT NOT NULL,
  to_code TEXT NOT NULL,
  weight DOUBLE PRECISION NOT NULL CHECK (weight > 0 AND weight <= 1),
  basis TEXT NOT NULL CHECK (basis IN ('exact', 'postcodes', 'area')),
  PRIMARY KEY (from_geography, from_edition, from_code, to_geography, to_edition, to_code)
);
