-- What partners recorded of violence, by month; row-level security applies. One row a feed x category x month with at least one event.
-- Inputs: analysis.event_count. Parameters: geography ('lad', 'msoa', 'lsoa' of 2021); district ('' for all that the person may see);
-- code ('' for every place); members (of a patch of one's own, empty for every place).
SELECT
  feed,
  category,
  month,
  cast(sum(events) AS BIGINT) AS events
FROM analysis.event_count
WHERE
  geography = :geography
  AND (:district = '' OR lad_code = :district)
  AND (:geography <> 'lsoa' OR edition = '2021')
  AND (:code = '' OR code = :code)
  AND (cardinality(cast(:members AS TEXT[])) = 0 OR code = any(cast(:members AS TEXT[])))
GROUP BY feed, category, month
ORDER BY feed, category, month;
