-- Open indicators of one place of a release, by label. Input: published.indicator.
SELECT
  label,
  unit,
  period,
  value,
  publisher,
  licence
FROM published.indicator
WHERE
  release_id = :release_id
  AND geography = :geography
  AND edition = :edition
  AND place_code = :code
ORDER BY label ASC, period DESC;
