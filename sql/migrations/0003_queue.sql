-- The worker's own schema: what its runs came to, and which files of the queue's own schema were applied.
-- The tables of the queue itself (procrastinate_*) are made in it by core.queue_schema, from the text that the installed package ships.

CREATE SCHEMA IF NOT EXISTS queue;

-- One row a file of the queue package's schema that was applied; the schema itself stands for every file that it holds already.
CREATE TABLE queue.schema_file (
  name TEXT PRIMARY KEY,
  applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- One row an attempt to load a feed by the worker. job_id is that of queue.procrastinate_jobs, whose rows are removed in time.
-- A run whose worker was killed stays 'running' until its job is taken up again, which makes it 'interrupted'.
CREATE TABLE queue.run (
  run_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  feed TEXT NOT NULL,
  job_id BIGINT NOT NULL,
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  outcome TEXT NOT NULL DEFAULT 'running',
  message TEXT NOT NULL DEFAULT '',
  files_loaded INTEGER NOT NULL DEFAULT 0,
  files_unchanged INTEGER NOT NULL DEFAULT 0,
  files_held INTEGER NOT NULL DEFAULT 0,
  files_refused INTEGER NOT NULL DEFAULT 0,
  rows_in BIGINT NOT NULL DEFAULT 0,
  rows_accepted BIGINT NOT NULL DEFAULT 0,
  rows_rejected BIGINT NOT NULL DEFAULT 0,
  started_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  finished_at TIMESTAMPTZ,
  CONSTRAINT finished_unless_running CHECK ((outcome = 'running') = (finished_at IS NULL)),
  CONSTRAINT outcome_is_known CHECK (outcome IN ('running', 'loaded', 'unchanged', 'held', 'retrying', 'failed', 'interrupted'))
);
CREATE INDEX run_by_feed ON queue.run (feed, run_id DESC);
CREATE INDEX run_by_job ON queue.run (job_id) WHERE outcome = 'running';
