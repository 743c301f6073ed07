-- Every drawn point with its geometry, indexed and analysed. For core.db.run_script.
UPDATE bench_distinct SET geom = st_setsrid(st_makepoint(x, y), 27700);
CREATE UNLOGGED TABLE bench_point AS
SELECT
  d.point,
  t.geom
FROM bench_drawn AS d
INNER JOIN bench_distinct AS t ON d.place = t.place;
CREATE INDEX ON bench_point USING gist (geom);
ANALYZE bench_point, bench_distinct;
