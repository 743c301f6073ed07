-- Briefs of a person: what they wrote, which stands in each of their briefs of a place, and briefs of many places that the worker makes.

-- One row a person x place x part of a brief: what they wrote there last, for the next edition. A session of the professional credential
-- sees and changes the rows of the person that it is for, and no other (sql/grants.sql).
CREATE TABLE person.brief_words (
  -- as the audit trail names them
  person TEXT NOT NULL CHECK (length(person) BETWEEN 1 AND 200),
  place_code TEXT NOT NULL CHECK (length(place_code) BETWEEN 3 AND 16),
  -- as in briefs.asked
  part TEXT NOT NULL CHECK (part IN ('residents', 'tried', 'recommendations', 'agreed')),
  words TEXT NOT NULL CHECK (length(words) <= 20000),
  changed_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (person, place_code, part)
);

-- One row a time that a person asked for the briefs of every place of a kind, of published figures alone. The worker makes them.
CREATE TABLE person.brief_batch (
  batch_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  person TEXT NOT NULL CHECK (length(person) BETWEEN 1 AND 200),
  -- who prepared it, as the first page names them
  author TEXT NOT NULL DEFAULT '' CHECK (length(author) <= 200),
  level TEXT NOT NULL CHECK (level IN ('lsoa', 'msoa', 'lad')),
  -- code of a district; '' is the whole area
  district TEXT NOT NULL DEFAULT '' CHECK (length(district) <= 16),
  formats TEXT[] NOT NULL CHECK (cardinality(formats) BETWEEN 1 AND 3),
  -- sections that are left out, as in briefs.asked
  without TEXT[] NOT NULL DEFAULT '{}' CHECK (cardinality(without) <= 20),
  asked_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  -- how far it is, or what it came to
  said TEXT NOT NULL DEFAULT '',
  started_at TIMESTAMPTZ,
  finished_at TIMESTAMPTZ,
  -- of a whole force there are more neighbourhoods than one file holds
  CONSTRAINT neighbourhoods_of_a_district CHECK (level <> 'lsoa' OR district <> ''),
  CONSTRAINT end_of_ended CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL))
);
CREATE UNIQUE INDEX brief_batch_one_of_a_person ON person.brief_batch (person) WHERE state IN ('waiting', 'running');

-- One row a file that was made of a batch: what is there is not made again, so a batch that was cut off goes on from there.
CREATE TABLE person.brief_file (
  batch_id BIGINT NOT NULL REFERENCES person.brief_batch (batch_id) ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  content BYTEA NOT NULL,
  PRIMARY KEY (batch_id, name)
);
