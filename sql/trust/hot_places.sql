-- One row a hot spot by count at 95% or more that ends with a period, on chosen grids too; maps: how many rows of the maps there are in
-- all, hot or not. Inputs: analysis.hotspot, analysis.grid_hotspot, analysis.hexagon_grid. Parameters: period_start, period_end.
WITH
tested AS (
  SELECT
    geography,
    edition,
    group_id,
    code,
    class,
    certainty
  FROM analysis.hotspot
  WHERE
    measure = 'count'
    AND period_start = cast(:period_start AS DATE)
    AND period_end = cast(:period_end AS DATE)
  UNION ALL
  SELECT
    'hexagon' AS geography,
    g.width_m || ' m ' || g.area_code AS edition,
    h.group_id,
    h.code,
    h.class,
    h.certainty
  FROM analysis.grid_hotspot AS h
  INNER JOIN analysis.hexagon_grid AS g ON h.grid_id = g.grid_id
  WHERE
    h.measure = 'count'
    AND h.period_start = cast(:period_start AS DATE)
    AND h.period_end = cast(:period_end AS DATE)
)

SELECT
  geography,
  edition,
  group_id,
  code,
  count(*) OVER () AS maps
FROM tested
WHERE
  class = 'hot'
  AND certainty >= 95
ORDER BY geography, edition, group_id, code
