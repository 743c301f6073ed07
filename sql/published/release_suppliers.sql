-- Forces whose figures are in one release of a hub, by name: one row a force; none in the release of one force. Parameter: release_id.
SELECT
  code,
  name,
  number,
  published_at,
  added_at,
  period_start,
  period_end,
  months_loaded,
  unplaced_percent,
  figures,
  shown,
  manifest,
  public_key,
  code_version
FROM published.supplier
WHERE release_id = :release_id
ORDER BY name, code;
