-- Points of which our answer is not the first area that holds them (-1 where none does). One row.
SELECT count(*) AS points
FROM (
  SELECT
    p.ours,
    coalesce(min(a.area), -1) AS area
  FROM bench_point AS p
  LEFT JOIN bench_area AS a ON st_intersects(a.geom, p.geom)
  GROUP BY p.point, p.ours
) AS answer
WHERE answer.ours <> answer.area
