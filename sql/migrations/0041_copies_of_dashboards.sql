-- Copies of a dashboard that the worker makes by the calendar, under the rights of the person who asked for them.

-- One row a dashboard of which somebody wants copies. role, districts: the rights of the person as the portal saw them last, at seen_at;
-- the worker reads with these and no others, and a copy ends where they no longer open anything or were not seen for long. A session of the
-- professional credential sees and changes the rows of the person that it is for, and writes no districts but its own (sql/grants.sql).
CREATE TABLE person.dashboard_copy (
  copy_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- as the audit trail names them
  person TEXT NOT NULL CHECK (length(person) BETWEEN 1 AND 200),
  -- as the copy names them
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  code TEXT NOT NULL REFERENCES person.dashboard (code) ON DELETE CASCADE,
  every TEXT NOT NULL CHECK (every IN ('week', 'month')),
  format TEXT NOT NULL CHECK (format IN ('csv', 'pdf', 'pptx', 'png')),
  -- where it is sent to by e-mail; '' for the folder alone
  address TEXT NOT NULL DEFAULT '' CHECK (length(address) <= 254 AND address !~ '[[:cntrl:]]'),
  role TEXT NOT NULL CHECK (length(role) BETWEEN 1 AND 40),
  -- '' where the account sees no district any more, '*' for all
  districts TEXT NOT NULL CHECK (length(districts) <= 4000),
  seen_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  asked_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  due_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  -- ended: no copy is made any more, and said says why
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'ended')),
  attempts INTEGER NOT NULL DEFAULT 0,
  -- what the last one came to
  said TEXT NOT NULL DEFAULT '',
  started_at TIMESTAMPTZ,
  UNIQUE (person, code)
);
