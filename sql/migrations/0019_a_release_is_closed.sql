-- A release is closed when the transaction that published it ends: from then on nothing of it is added, changed or taken away.

-- FALSE only inside the transaction that publishes the release.
ALTER TABLE published.release ADD COLUMN closed BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE published.release DISABLE TRIGGER USER;
UPDATE published.release SET closed = TRUE;
ALTER TABLE published.release ENABLE TRIGGER USER;
