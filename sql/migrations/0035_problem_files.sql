-- Problem files: a place's problem, who answers for it, what is done by a plan that was written first, and what became of it.

-- Closed but for people of the place's district, who write it through functions alone; what two people agreed to is read by everyone
-- (published.problem_file).
CREATE SCHEMA problem;

-- One row a problem file. Never changed: what is written in it stands in the tables below, each row with who and when.
CREATE TABLE problem.file (
  file_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title TEXT NOT NULL CHECK (length(btrim(title)) BETWEEN 3 AND 120),
  geography TEXT NOT NULL CHECK (geography IN ('lsoa', 'msoa')),
  place_code TEXT NOT NULL,
  -- neighbourhoods of 2021 that make it up
  areas TEXT[] NOT NULL CHECK (cardinality(areas) >= 1),
  lad_code TEXT NOT NULL,
  -- kind of incident that the file is about (analysis.category_group)
  group_id TEXT NOT NULL,
  -- the body that answers for it
  owner TEXT NOT NULL CHECK (length(btrim(owner)) BETWEEN 2 AND 80),
  -- the panel of residents that has a say in it
  panel TEXT NOT NULL CHECK (length(btrim(panel)) BETWEEN 2 AND 80),
  opened_by TEXT NOT NULL CHECK (btrim(opened_by) <> ''),
  opened_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);

-- One row a time that somebody wrote a step of a file; the newest of a step stands. Never changed.
CREATE TABLE problem.writing (
  writing_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  file_id BIGINT NOT NULL REFERENCES problem.file (file_id),
  step TEXT NOT NULL CHECK (step IN ('objective', 'scanning', 'analysis', 'learned')),
  words TEXT NOT NULL CHECK (length(btrim(words)) BETWEEN 10 AND 2000),
  -- of scanning: the release whose figures it goes by; the figures themselves are read from there and nowhere else
  release_id BIGINT REFERENCES published.release (release_id),
  written_by TEXT NOT NULL CHECK (btrim(written_by) <> ''),
  written_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT release_of_scanning CHECK ((step = 'scanning') = (release_id IS NOT NULL))
);
CREATE INDEX writing_file ON problem.writing (file_id, step);

-- One row a plan of how a response will be judged, with its hash. Written before the response starts, else as a look back that says so.
-- The newest before the response is the one that counts. Never changed.
CREATE TABLE problem.plan (
  plan_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  file_id BIGINT NOT NULL REFERENCES problem.file (file_id),
  -- as analytics.evaluation.plan writes it: it names places that were chosen by counts which are not published
  plan JSONB NOT NULL,
  -- SHA-256 of the plan (RFC 8785)
  digest TEXT NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  -- random: without it nobody can try out of which counts the digest could come
  seal_key UUID NOT NULL DEFAULT gen_random_uuid(),
  -- SHA-256 of the digest, a colon and the key: what everyone may read before the result is there
  seal TEXT NOT NULL GENERATED ALWAYS AS (encode(sha256((digest || ':' || seal_key::TEXT)::BYTEA), 'hex')) STORED,
  -- first month of the response, and how many months are read from it on
  starts DATE NOT NULL CHECK (extract(DAY FROM starts) = 1),
  months INTEGER NOT NULL CHECK (months BETWEEN 3 AND 36),
  -- the smallest fall that would be worth it, in percent
  least_fall INTEGER NOT NULL CHECK (least_fall BETWEEN 5 AND 90),
  -- whether the month of the start had begun when it was written
  looks_back BOOLEAN NOT NULL,
  asked_by TEXT NOT NULL CHECK (btrim(asked_by) <> ''),
  written_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (plan_id, file_id)
);
CREATE INDEX plan_file ON problem.plan (file_id);

-- One row a file whose response has a day on which it starts: there is none without a plan, and the plan stands from then on. Never
-- changed.
CREATE TABLE problem.response (
  file_id BIGINT PRIMARY KEY REFERENCES problem.file (file_id),
  plan_id BIGINT NOT NULL,
  starts_on DATE NOT NULL,
  words TEXT NOT NULL CHECK (length(btrim(words)) BETWEEN 10 AND 2000),
  written_by TEXT NOT NULL CHECK (btrim(written_by) <> ''),
  written_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  FOREIGN KEY (plan_id, file_id) REFERENCES problem.plan (plan_id, file_id)
);

-- One row a commitment of a body within a response: what, and by which day. Never changed.
CREATE TABLE problem.commitment (
  commitment_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  file_id BIGINT NOT NULL REFERENCES problem.response (file_id),
  body TEXT NOT NULL CHECK (length(btrim(body)) BETWEEN 2 AND 80),
  words TEXT NOT NULL CHECK (length(btrim(words)) BETWEEN 5 AND 400),
  due DATE NOT NULL,
  written_by TEXT NOT NULL CHECK (btrim(written_by) <> ''),
  written_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX commitment_file ON problem.commitment (file_id);

-- One row a time that somebody noted what became of a commitment; the newest stands. Never changed.
CREATE TABLE problem.kept (
  kept_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  commitment_id BIGINT NOT NULL REFERENCES problem.commitment (commitment_id),
  state TEXT NOT NULL CHECK (state IN ('kept', 'late', 'dropped')),
  written_by TEXT NOT NULL CHECK (btrim(written_by) <> ''),
  written_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX kept_commitment ON problem.kept (commitment_id);

-- One row a result that was read by the plan; the newest stands. Never changed.
CREATE TABLE problem.result (
  result_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  file_id BIGINT NOT NULL,
  plan_id BIGINT NOT NULL,
  -- for the partnership: from all counts
  found JSONB NOT NULL,
  -- for everyone: from published figures alone (analytics.evaluation.released)
  told JSONB NOT NULL,
  -- the releases whose figures those are; NULL where none covers the time
  before_release BIGINT REFERENCES published.release (release_id),
  after_release BIGINT REFERENCES published.release (release_id),
  asked_by TEXT NOT NULL CHECK (btrim(asked_by) <> ''),
  read_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  FOREIGN KEY (plan_id, file_id) REFERENCES problem.plan (plan_id, file_id)
);
CREATE INDEX result_file ON problem.result (file_id);

-- One row a thing that a file asks of the worker, who alone reads the counts of every district: a plan, or a result.
CREATE TABLE problem.task (
  task_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('plan', 'result')),
  file_id BIGINT NOT NULL REFERENCES problem.file (file_id),
  -- of a plan: as in problem.plan
  starts DATE,
  months INTEGER,
  least_fall INTEGER,
  asked_by TEXT NOT NULL CHECK (btrim(asked_by) <> ''),
  asked_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  -- how far it is, or what it came to
  said TEXT NOT NULL DEFAULT '',
  started_at TIMESTAMPTZ,
  finished_at TIMESTAMPTZ,
  CONSTRAINT plan_asked CHECK ((kind = 'plan') = (starts IS NOT NULL AND months IS NOT NULL AND least_fall IS NOT NULL)),
  CONSTRAINT end_of_ended CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL))
);
CREATE UNIQUE INDEX problem_task_one_of_file ON problem.task (file_id) WHERE state IN ('waiting', 'running');

-- One row a proposal to show a file to everyone, as it stood then, or to take it down. Never changed.
CREATE TABLE problem.proposal (
  proposal_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  file_id BIGINT NOT NULL REFERENCES problem.file (file_id),
  kind TEXT NOT NULL CHECK (kind IN ('publish', 'take_down')),
  -- of 'publish': what everyone would read, made by the database out of the tables above
  content JSONB,
  reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 400),
  proposed_by TEXT NOT NULL CHECK (btrim(proposed_by) <> ''),
  proposed_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT content_of_publish CHECK ((kind = 'publish') = (content IS NOT NULL)),
  CONSTRAINT reason_of_take_down CHECK (kind = 'publish' OR btrim(reason) <> ''),
  UNIQUE (proposal_id, proposed_by)
);
CREATE INDEX problem_proposal_file ON problem.proposal (file_id);

-- One row a proposal that somebody decided on: once, and agreed to by another person than the one who proposed it. Never changed.
CREATE TABLE problem.verdict (
  proposal_id BIGINT PRIMARY KEY,
  -- the same as in the proposal, so that the rule below needs no trigger
  proposed_by TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('agreed', 'refused')),
  given_by TEXT NOT NULL CHECK (btrim(given_by) <> ''),
  reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 400),
  given_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT two_people CHECK (verdict = 'refused' OR given_by <> proposed_by),
  FOREIGN KEY (proposal_id, proposed_by) REFERENCES problem.proposal (proposal_id, proposed_by)
);
