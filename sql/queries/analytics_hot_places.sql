-- One row a hot spot by count at 95% or more that ends with a period; maps: how many rows of the map there are in all, hot or not.
-- Inputs: analysis.hotspot. Parameters: period_start, period_end.
SELECT
  geography,
  edition,
  group_id,
  code,
  maps
FROM (
  SELECT
    geography,
    edition,
    group_id,
    code,
    class,
    certainty,
    count(*) OVER () AS maps
  FROM analysis.hotspot
  WHERE
    measure = 'count'
    AND period_start = cast(:period_start AS DATE)
    AND period_end = cast(:period_end AS DATE)
) AS tested
WHERE
  class = 'hot'
  AND certainty >= 95
ORDER BY geography, edition, group_id, code
