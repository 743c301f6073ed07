-- The ledger: what was ever published, the counts that each release saw, withdrawals, and figures given for areas that were asked for.
-- Rows are added and never changed or removed, not even by the owner of the tables (sql/functions/published_forbid_change.sql).

-- One row a count that a release saw for the first time, or saw changed since the release before: LSOA 2021 x publisher's category x month.
-- incidents = 0: there were some, and after a correction there are none. What a release saw is the newest row of a key up to that release.
CREATE TABLE audit.release_count (
  release_id BIGINT NOT NULL REFERENCES published.release (release_id),
  code TEXT NOT NULL,
  category TEXT NOT NULL,
  month DATE NOT NULL,
  incidents INTEGER NOT NULL CHECK (incidents >= 0),
  PRIMARY KEY (code, category, month, release_id)
);

-- One row a withdrawn release. The release and its figures stay: they were seen. Who withdrew it stands in audit.event.
CREATE TABLE published.withdrawal (
  release_id BIGINT PRIMARY KEY REFERENCES published.release (release_id),
  withdrawn_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 400)
);

-- One row a figure that was given for an area somebody asked for: the sum over its members, a category group and a period.
-- release_id: the release that was current then, whose counts it was made from.
CREATE TABLE published.answer (
  answer_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  release_id BIGINT NOT NULL REFERENCES published.release (release_id),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  -- LSOAs of 2021, in ascending order
  members TEXT[] NOT NULL CHECK (cardinality(members) > 0),
  category TEXT NOT NULL,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 0),
  certificate JSONB NOT NULL,
  answered_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);

-- what a release saw is nobody's business but the pipeline's: the schema audit is not readable by professionals or the public
GRANT SELECT, INSERT ON audit.release_count TO homeground_pipeline;
