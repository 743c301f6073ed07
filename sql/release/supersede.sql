-- The release that was current is current no longer; it stays, because it was seen. Grain: at most one row.
UPDATE published.release
SET status = 'superseded'
WHERE status = 'current'
