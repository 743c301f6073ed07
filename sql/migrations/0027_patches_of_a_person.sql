-- Patches that people of the professional portal draw or list.

-- One row a patch of a person. A session of the professional credential sees and changes the rows of the person that it is for
-- (sql/grants.sql); a colleague reads one through its code (person.shared_patch). Figures are counted for its members; geom says which
-- hexagons it holds.
CREATE TABLE person.patch (
  patch_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- how an address names it: chosen at random, so that nobody comes upon it by counting
  code TEXT NOT NULL UNIQUE CHECK (code ~ '^own-[0-9a-f]{16}$'),
  -- as the audit trail names them
  person TEXT NOT NULL CHECK (length(person) BETWEEN 1 AND 200),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  source TEXT NOT NULL CHECK (source IN ('drawn', 'listed')),
  -- districts that its members lie in
  districts TEXT[] NOT NULL CHECK (cardinality(districts) BETWEEN 1 AND 100),
  -- codes of LSOAs of 2021 in ascending order
  members TEXT[] NOT NULL CHECK (cardinality(members) BETWEEN 1 AND 1000),
  made_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  changed_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  -- as drawn; of a list the land of its members
  geom GEOMETRY (MULTIPOLYGON, 27700) NOT NULL CHECK (st_isvalid(geom)),
  UNIQUE (person, name)
);
