-- Kinds of places of the latest period. One row a kind. Inputs: analysis.place_type.
SELECT
  type_id,
  name,
  description,
  places,
  places_firm
FROM analysis.place_type
WHERE period_end = (SELECT max(latest.period_end) FROM analysis.place_type AS latest)
ORDER BY type_id
