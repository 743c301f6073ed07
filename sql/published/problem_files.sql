-- Problem files that everyone may read, the one that was shown last first: one row a file. Input: published.problem_file. Parameter:
-- file_id (0 for every file).
SELECT
  file_id,
  edition,
  title,
  geography,
  place_code,
  lad_code,
  group_id,
  kind,
  owner,
  panel,
  opened_on,
  steps,
  plan,
  response,
  commitments,
  result,
  shown_on,
  scan_release,
  scan_start,
  scan_end,
  scan_count,
  scan_symbol,
  scan_lowest,
  scan_highest
FROM published.problem_file
WHERE :file_id = 0 OR file_id = :file_id
ORDER BY edition DESC;
