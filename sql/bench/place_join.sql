-- How many pairs of a point and an area that holds it there are: the peer's join. One row.
SELECT count(a.area) AS pairs
FROM bench_point AS p
INNER JOIN bench_area AS a ON st_intersects(a.geom, p.geom)
