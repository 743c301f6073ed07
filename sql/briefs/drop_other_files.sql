-- Takes away what was made of a batch from another release than the current one: one file is of one release. Parameters: batch, release.
DELETE FROM person.brief_file
WHERE batch_id = :batch AND name NOT LIKE '%-release-' || :release || '.%' AND name NOT LIKE '%-release-' || :release || '-%'
