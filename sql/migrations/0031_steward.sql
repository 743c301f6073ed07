-- The steward's desk: what one person asks of held deliveries, and releases that two people publish and withdraw.

-- Closed but for sessions of a steward, who read it and write it through functions alone.
CREATE SCHEMA steward;

-- One row: whether every release needs two people, the operator's own at the command line too (HOMEGROUND_RELEASE_TWO_PEOPLE), set by
-- every migration. What is published from the desk needs two people either way.
CREATE TABLE steward.rule (
  only_row BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (only_row),
  two_people BOOLEAN NOT NULL
);
INSERT INTO steward.rule (two_people) VALUES (FALSE);

-- One row a release that was built, protected and attacked and not yet published: what it would show. Holds nothing that is withheld.
CREATE TABLE steward.candidate (
  candidate_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  built_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  -- who asked for it
  built_by TEXT NOT NULL CHECK (built_by <> ''),
  title TEXT NOT NULL,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  -- the months of the period that were loaded
  months_loaded DATE[] NOT NULL,
  -- last month of the span that it was built for; what is published of a candidate is built for the same
  until DATE NOT NULL,
  -- SHA-256 of exactly these figures: what two people agree to is this and nothing else
  digest TEXT NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  -- the release that was current when it was built, which it is compared with; NULL where none was
  beside_release BIGINT REFERENCES published.release (release_id),
  policy JSONB NOT NULL,
  certificate JSONB NOT NULL,
  -- one object a level x kind: how many figures, how many withheld, and the same of the release that was current
  shown JSONB NOT NULL
);

-- One row a proposal to publish a candidate or to withdraw a release: what one person asks another to agree to. Never changed.
CREATE TABLE steward.proposal (
  proposal_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('publish', 'withdraw')),
  candidate_id BIGINT REFERENCES steward.candidate (candidate_id),
  release_id BIGINT REFERENCES published.release (release_id),
  reason TEXT NOT NULL CHECK (length(btrim(reason)) BETWEEN 1 AND 400),
  proposed_by TEXT NOT NULL CHECK (btrim(proposed_by) <> ''),
  proposed_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT candidate_of_publish CHECK ((kind = 'publish') = (candidate_id IS NOT NULL)),
  CONSTRAINT release_of_withdraw CHECK ((kind = 'withdraw') = (release_id IS NOT NULL)),
  UNIQUE (proposal_id, proposed_by)
);

-- One row a proposal that somebody decided on: once, and approved by another person than the one who proposed it. Never changed.
CREATE TABLE steward.verdict (
  proposal_id BIGINT PRIMARY KEY,
  -- the same as in the proposal, so that the rule below needs no trigger
  proposed_by TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('approved', 'refused')),
  given_by TEXT NOT NULL CHECK (btrim(given_by) <> ''),
  reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 400),
  given_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT two_people CHECK (verdict = 'refused' OR given_by <> proposed_by),
  FOREIGN KEY (proposal_id, proposed_by) REFERENCES steward.proposal (proposal_id, proposed_by)
);

-- One row a proposal that was carried out: the release that was published or withdrawn by it. Never changed.
CREATE TABLE steward.outcome (
  proposal_id BIGINT PRIMARY KEY REFERENCES steward.proposal (proposal_id),
  release_id BIGINT NOT NULL REFERENCES published.release (release_id),
  -- the credential that carried it out
  credential TEXT NOT NULL DEFAULT session_user,
  done_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX outcome_release ON steward.outcome (release_id);

-- One row a thing that the desk asks of the worker: load or drop a held delivery, build a candidate, publish what two people approved.
CREATE TABLE steward.task (
  task_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('accept', 'refuse', 'build', 'publish')),
  delivery_id BIGINT REFERENCES raw.delivery (delivery_id),
  proposal_id BIGINT REFERENCES steward.proposal (proposal_id),
  -- of a build: the last month; NULL for the newest
  until DATE,
  reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 400),
  asked_by TEXT NOT NULL CHECK (btrim(asked_by) <> ''),
  asked_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  -- how far it is, or what it came to
  said TEXT NOT NULL DEFAULT '',
  started_at TIMESTAMPTZ,
  finished_at TIMESTAMPTZ,
  CONSTRAINT delivery_of_decision CHECK ((kind IN ('accept', 'refuse')) = (delivery_id IS NOT NULL)),
  CONSTRAINT proposal_of_publish CHECK ((kind = 'publish') = (proposal_id IS NOT NULL)),
  CONSTRAINT reason_of_decision CHECK (kind NOT IN ('accept', 'refuse') OR btrim(reason) <> ''),
  CONSTRAINT end_of_ended CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL))
);
CREATE UNIQUE INDEX task_one_of_delivery ON steward.task (delivery_id) WHERE state IN ('waiting', 'running');
CREATE UNIQUE INDEX task_one_of_proposal ON steward.task (proposal_id) WHERE state IN ('waiting', 'running', 'done');
CREATE UNIQUE INDEX task_one_build ON steward.task (kind) WHERE kind = 'build' AND state IN ('waiting', 'running');
