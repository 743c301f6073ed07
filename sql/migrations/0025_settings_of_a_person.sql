-- What a professional chose last, so that the portal opens as they left it.

CREATE SCHEMA person;

-- One row a person of the professional portal: what they chose last. A session of the professional credential sees and changes the row of
-- the person that it is for, and no other (sql/grants.sql). '' where nothing was chosen.
CREATE TABLE person.setting (
  -- as the audit trail names them
  person TEXT PRIMARY KEY CHECK (length(person) BETWEEN 1 AND 200),
  -- code of a district or an MSOA, or 'all'
  patch TEXT NOT NULL DEFAULT '' CHECK (length(patch) <= 20),
  -- a group of categories
  kind TEXT NOT NULL DEFAULT '' CHECK (length(kind) <= 80),
  -- last month of the period, YYYY-MM; '' is the newest
  until TEXT NOT NULL DEFAULT '' CHECK (until = '' OR until ~ '^[0-9]{4}-[0-9]{2}$'),
  -- address of the page that the portal opens with
  page TEXT NOT NULL DEFAULT '' CHECK (length(page) <= 40),
  changed_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
