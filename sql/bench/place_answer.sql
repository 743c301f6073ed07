-- One row a distinct point in their order: the first area that holds it, -1 where none does.
SELECT coalesce(min(a.area), -1) AS area
FROM bench_distinct AS p
LEFT JOIN bench_area AS a ON st_intersects(a.geom, p.geom)
GROUP BY p.place
ORDER BY p.place
