-- What became of crimes, stop and search, crimes that a later month file repeats, and words about areas.

-- record ------------------------------------------------------------------------------------------

-- One row an outcome of a crime in the month that it was recorded in. A crime can have several, month after month; the newest stands.
-- No place: an outcome lies where its crime does (record.incident by crime_id), and one whose crime is not held lies nowhere here.
CREATE TABLE record.outcome (
  delivery_id BIGINT NOT NULL REFERENCES raw.delivery (delivery_id),
  line BIGINT NOT NULL,
  month DATE NOT NULL,
  crime_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  PRIMARY KEY (delivery_id, line)
);

-- One row a stop and search. Of the published moment only the month and the hour are kept: with place, age, gender and ethnicity a minute
-- would point at a person. NULL = the force did not say. linked: whether the outcome has to do with what was searched for.
CREATE TABLE record.stop (
  delivery_id BIGINT NOT NULL REFERENCES raw.delivery (delivery_id),
  line BIGINT NOT NULL,
  month DATE NOT NULL,
  hour SMALLINT NOT NULL CHECK (hour BETWEEN 0 AND 23),
  kind TEXT,
  gender TEXT,
  age_range TEXT,
  self_defined_ethnicity TEXT,
  officer_defined_ethnicity TEXT,
  legislation TEXT,
  object_of_search TEXT,
  outcome TEXT,
  linked BOOLEAN,
  outer_clothing_removed BOOLEAN,
  part_of_operation BOOLEAN,
  location_id BIGINT REFERENCES record.location (location_id),
  PRIMARY KEY (delivery_id, line)
);
CREATE INDEX stop_by_month ON record.stop (month);

-- One row an incident whose Crime ID already stands in an earlier month: set aside, because one crime is one crime (feeds.one_crime).
-- Columns as record.incident; first_month is the month in which the crime is counted.
CREATE TABLE record.repeated_incident (
  delivery_id BIGINT NOT NULL,
  line BIGINT NOT NULL,
  month DATE NOT NULL,
  crime_id TEXT NOT NULL,
  category TEXT NOT NULL,
  location_id BIGINT,
  location_label TEXT,
  printed_lsoa TEXT,
  outcome TEXT,
  reported_by TEXT,
  first_month DATE NOT NULL CHECK (first_month < month),
  PRIMARY KEY (delivery_id, line)
);

-- place -------------------------------------------------------------------------------------------

-- One row an area x kind of word about it: rural_urban (official classification), ward (best fit, never membership).
CREATE TABLE place.area_label (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  -- the publisher's code of the label, where it has one
  label_code TEXT,
  delivery_id BIGINT NOT NULL REFERENCES raw.delivery (delivery_id),
  PRIMARY KEY (geography, edition, code, kind)
);

-- One row an area x publisher's list of names: what people call it, such as the House of Commons Library's MSOA names.
CREATE TABLE place.local_name (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  local_name TEXT NOT NULL,
  delivery_id BIGINT NOT NULL REFERENCES raw.delivery (delivery_id),
  PRIMARY KEY (geography, edition, code)
);

-- from a new area to the old ones: the primary key serves the other way
CREATE INDEX edition_change_by_to ON place.edition_change (geography, to_edition, to_code);

-- analysis ----------------------------------------------------------------------------------------

-- One row a place x category x month of the crimes x what became of them. lad_code is what row-level security filters by.
-- basis: outcome_file (the newest outcome loaded), street_file (as the street file said when it was downloaded), none (nothing is said).
CREATE TABLE analysis.outcome_count (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  category TEXT NOT NULL,
  month DATE NOT NULL,
  outcome TEXT NOT NULL,
  basis TEXT NOT NULL CHECK (basis IN ('outcome_file', 'street_file', 'none')),
  crimes INTEGER NOT NULL CHECK (crimes > 0),
  PRIMARY KEY (geography, edition, code, category, month, outcome, basis)
);

-- One row a place x month x object of search x ethnic group of the searched person as they gave it (five groups of the census, or
-- not_stated). found: searches whose outcome is linked to their object; found_known: searches of which the force says whether it is.
CREATE TABLE analysis.stop_count (
  geography TEXT NOT NULL,
  edition TEXT NOT NULL,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  month DATE NOT NULL,
  object_of_search TEXT NOT NULL,
  ethnicity TEXT NOT NULL CHECK (ethnicity IN ('asian', 'black', 'mixed', 'white', 'other', 'not_stated')),
  stops INTEGER NOT NULL CHECK (stops > 0),
  found INTEGER NOT NULL CHECK (found >= 0),
  found_known INTEGER NOT NULL CHECK (found_known BETWEEN found AND stops),
  PRIMARY KEY (geography, edition, code, month, object_of_search, ethnicity)
);

-- published ---------------------------------------------------------------------------------------

-- A postcode no longer in use is found too; several neighbourhoods where its old one was split and its place within it is not known.
ALTER TABLE published.postcode ADD COLUMN terminated BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE published.postcode DROP CONSTRAINT postcode_pkey;
ALTER TABLE published.postcode ADD PRIMARY KEY (postcode, lsoa21_code);
