-- The head of the audit trail is a row of its own. Whoever adds an event locks it, and nobody else may: an advisory lock could be held by
-- every role, the public's too.

-- One row: the newest event of the trail and its hash. Read and written by the function that adds events, and by nobody else.
CREATE TABLE audit.head (
  only_one BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (only_one),
  events BIGINT NOT NULL,
  hash TEXT NOT NULL
);

INSERT INTO audit.head (events, hash)
SELECT
  count(*) AS events,
  coalesce((array_agg(event.hash ORDER BY event.event_id DESC))[1], repeat('0', 64)) AS hash
FROM audit.event AS event;
