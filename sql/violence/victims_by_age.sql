-- Victims by the band of their age and month, as a partner's feed gives them; row-level security applies. One row a feed x district x
-- band x month with a victim. Inputs: analysis.event_count. Parameters: district ('' for all that the person may see).
SELECT
  feed,
  lad_code,
  category AS band,
  month,
  cast(sum(events) AS BIGINT) AS victims
FROM analysis.event_count
WHERE
  geography = 'lad'
  AND feed LIKE '%victims%'
  AND (:district = '' OR lad_code = :district)
GROUP BY feed, lad_code, category, month
ORDER BY feed, lad_code, category, month;
