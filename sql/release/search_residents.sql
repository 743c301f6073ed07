-- Residents by ethnic group of the places that a release has searches of: one row a place x group.
-- Inputs: analysis.ethnic_residents, published.search_value. Parameters: release_id.
WITH
place AS (
  SELECT DISTINCT
    geography,
    place_code
  FROM published.search_value
  WHERE release_id = :release_id
)

INSERT INTO published.search_resident (release_id, geography, place_code, ethnicity, residents)
SELECT
  :release_id AS release_id,
  p.geography,
  p.place_code,
  e.ethnicity,
  cast(round(sum(e.residents)) AS INTEGER) AS residents
FROM place AS p
INNER JOIN analysis.ethnic_residents AS e
  ON p.geography = 'all' OR (p.geography = 'lad' AND p.place_code = e.lad_code)
GROUP BY p.geography, p.place_code, e.ethnicity
