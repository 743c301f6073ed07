-- Complaints that arose from stop and search, and the allegations in them, by district and month; the views apply the districts of the
-- session. One row a kind x district x month. Inputs: analysis.indicator_place, analysis.measure_kind. Parameters: district ('' for all
-- that the person may see).
SELECT
  kind.name,
  kind.label,
  kind.publisher,
  given.lad_code,
  to_date(given.period, 'YYYY-MM') AS month,
  cast(given.value AS INTEGER) AS number
FROM analysis.measure_kind AS kind
INNER JOIN analysis.indicator_place AS given ON kind.name = given.indicator
WHERE
  kind.source = 'indicator'
  AND (kind.name = 'stop_search_complaints' OR kind.name LIKE 'stop\_search\_allegations\_%')
  AND given.geography = 'lad'
  AND given.period ~ '^\d{4}-\d{2}$'
  AND given.value IS NOT NULL
  AND (:district = '' OR given.lad_code = :district)
ORDER BY kind.name, month, given.lad_code;
