-- An event says by which credential it was written, and its hash covers its number and that.

-- The database role that wrote the event, as the database knows it; '' in events from before.
ALTER TABLE audit.event ADD COLUMN credential TEXT NOT NULL DEFAULT '';
-- What the hash covers: 1 = all but number and credential; 2 = all.
ALTER TABLE audit.event ADD COLUMN version SMALLINT NOT NULL DEFAULT 1;
ALTER TABLE audit.event ALTER COLUMN version SET DEFAULT 2;
