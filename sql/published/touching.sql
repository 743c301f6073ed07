-- Pairs of published places of a level that touch: one row a pair, each way. Outlines are simplified by some metres, so 0.0001 degrees
-- (7 to 11 m) count as touching. Input: published.place. Parameters: release_id, geography.
SELECT
  a.place_code AS one,
  b.place_code AS other
FROM published.place AS a
INNER JOIN published.place AS b ON a.release_id = b.release_id AND a.geography = b.geography AND st_dwithin(a.geom, b.geom, 0.0001)
WHERE a.release_id = :release_id AND a.geography = :geography AND a.place_code <> b.place_code
ORDER BY a.place_code, b.place_code;
