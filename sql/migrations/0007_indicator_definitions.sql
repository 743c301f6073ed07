-- What each indicator is, in words for the public, and whether a release may show it.

-- One row an indicator that a loaded feed gives. unit 'count' can never be published: small numbers pass the disclosure gate or nothing.
CREATE TABLE record.indicator_definition (
  indicator TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  unit TEXT NOT NULL CHECK (unit IN ('', 'count', 'decile', 'rank', 'score', 'percent', 'per_1000', 'years')),
  feed TEXT NOT NULL,
  publish BOOLEAN NOT NULL,
  CONSTRAINT published_has_a_unit CHECK (NOT publish OR unit NOT IN ('', 'count'))
);
