-- The release that stands now: one row, or none. Inputs: published.release.
SELECT release_id
FROM published.release
WHERE status = 'current'
