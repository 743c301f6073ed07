-- Dashboards that people of the professional portal put together.

-- One row a dashboard of a person: which figures of which places stand on it, and no figure. A session of the professional credential sees
-- and changes the rows of the person that it is for (sql/grants.sql); a colleague reads one through its code (person.shared_dashboard),
-- less the tiles of districts that they may not see. The three lists run side by side, one entry a tile.
CREATE TABLE person.dashboard (
  dashboard_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- how an address names it: chosen at random, so that nobody comes upon it by counting
  code TEXT NOT NULL UNIQUE CHECK (code ~ '^dash-[0-9a-f]{16}$'),
  -- as the audit trail names them
  person TEXT NOT NULL CHECK (length(person) BETWEEN 1 AND 200),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  -- what each tile shows, such as group.serious_violence
  measures TEXT[] NOT NULL CHECK (cardinality(measures) BETWEEN 1 AND 12 AND length(array_to_string(measures, '')) <= 2400),
  -- where: a district, an MSOA, a patch that was drawn or listed, or 'all' for whatever the reader may see
  places TEXT[] NOT NULL,
  -- districts that each place lies in, joined by commas; '' for 'all'
  districts TEXT[] NOT NULL,
  made_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  changed_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (person, name),
  CONSTRAINT one_entry_a_tile CHECK (cardinality(places) = cardinality(measures) AND cardinality(districts) = cardinality(measures)),
  CONSTRAINT short_places CHECK (length(array_to_string(places, '')) <= 480 AND length(array_to_string(districts, '')) <= 12000)
);
