-- One row a geography x month in which the counts of its places, the unplaced and those outside do not add up to the incidents.
-- No row = every total is conserved. A geography of which no area is loaded has no counts and is not held to add up.
-- Inputs: analysis.count_month, analysis.month_status, place.area_parent. Parameter: months (NULL = all).
WITH
geography AS (
  SELECT
    v.geography,
    v.edition
  FROM (VALUES ('lsoa', '2011'), ('lsoa', '2021'), ('msoa', '2021')) AS v (geography, edition)
  WHERE
    EXISTS (
      SELECT 1
      FROM place.area_parent AS p
      WHERE
        v.geography = p.child_geography
        AND v.edition = p.child_edition
        AND p.parent_geography = 'lad'
        AND p.parent_edition = '2022'
    )
  UNION ALL
  SELECT
    v.geography,
    v.edition
  FROM (VALUES ('lad', '2022'), ('h3', 'r9'), ('h3', 'r8'), ('h3', 'r7'), ('all', '')) AS v (geography, edition)
),

counted AS (
  SELECT
    geography,
    edition,
    month,
    sum(incidents) AS incidents
  FROM analysis.count_month
  WHERE cast(:months AS DATE[]) IS NULL OR month = any(cast(:months AS DATE[]))
  GROUP BY geography, edition, month
)

SELECT
  g.geography,
  g.edition,
  s.month,
  s.incidents - s.unplaced - s.outside AS expected,
  cast(coalesce(c.incidents, 0) AS BIGINT) AS counted
FROM geography AS g
CROSS JOIN analysis.month_status AS s
LEFT JOIN counted AS c ON g.geography = c.geography AND g.edition = c.edition AND s.month = c.month
WHERE
  s.status = 'loaded'
  AND (cast(:months AS DATE[]) IS NULL OR s.month = any(cast(:months AS DATE[])))
  AND s.incidents - s.unplaced - s.outside <> coalesce(c.incidents, 0)
ORDER BY g.geography, g.edition, s.month
