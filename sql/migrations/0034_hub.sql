-- A hub: one portal over the releases of many forces. Each force keeps its rows and hands over a signed crate.

-- Closed but for the pipeline, which adds a crate or says why one left.
CREATE SCHEMA hub;

-- One row a crate that was accepted. The one that stands for a force has no left_at; an older one is kept, so that no force can go back.
CREATE TABLE hub.crate (
  crate_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  force_code TEXT NOT NULL,
  -- number of the release in the force's own database
  release BIGINT NOT NULL,
  published_at TIMESTAMPTZ NOT NULL,
  -- SHA-256 of the manifest, which holds that of every file
  manifest TEXT NOT NULL CHECK (manifest ~ '^[0-9a-f]{64}$'),
  -- the key that signed it, as the trust file named it on that day
  public_key TEXT NOT NULL CHECK (public_key ~ '^[0-9a-f]{64}$'),
  added_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  -- levels that the hub does not take from it, because they would give small counts away beside another crate
  left_out TEXT[] NOT NULL DEFAULT '{}',
  left_at TIMESTAMPTZ,
  why_left TEXT CHECK (length(why_left) BETWEEN 1 AND 400),
  -- every file of the crate, as a zip
  packed BYTEA NOT NULL,
  CONSTRAINT reason_of_leaving CHECK ((left_at IS NULL) = (why_left IS NULL))
);
CREATE UNIQUE INDEX crate_one_a_force ON hub.crate (force_code) WHERE left_at IS NULL;

-- published ---------------------------------------------------------------------------------------

-- One row a force whose figures are in a release of a hub: what it supplied, and when. No row in the release of one force.
CREATE TABLE published.supplier (
  release_id BIGINT NOT NULL REFERENCES published.release (release_id),
  -- code of the force area
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  -- number of the release in the force's own database, and when the force published it
  number BIGINT NOT NULL,
  published_at TIMESTAMPTZ NOT NULL,
  -- when the hub took it in
  added_at TIMESTAMPTZ NOT NULL,
  -- its newest period, and every month that its figures of any period had
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  months_loaded DATE[] NOT NULL,
  unplaced_percent DOUBLE PRECISION,
  -- how many figures it supplied, and how many of them as numbers
  figures INTEGER NOT NULL,
  shown INTEGER NOT NULL,
  -- SHA-256 of the crate's manifest, and the key that signed it
  manifest TEXT NOT NULL,
  public_key TEXT NOT NULL,
  code_version TEXT NOT NULL,
  PRIMARY KEY (release_id, code)
);

-- The force whose figures these are, a code of published.supplier; NULL in the release of one force, and of the whole of a hub.
ALTER TABLE published.place ADD COLUMN supplier TEXT;

-- The same of a source; '' in the release of one force.
ALTER TABLE published.source ADD COLUMN supplier TEXT NOT NULL DEFAULT '';
ALTER TABLE published.source DROP CONSTRAINT source_pkey;
ALTER TABLE published.source ADD PRIMARY KEY (release_id, supplier, feed, edition);

-- asked -------------------------------------------------------------------------------------------

-- somebody may ask about the figures of one force among many
ALTER TABLE asked.question DROP CONSTRAINT question_geography_check;
ALTER TABLE asked.question ADD CONSTRAINT question_geography_check CHECK (geography IN ('lsoa', 'msoa', 'lad', 'force', 'all'));
