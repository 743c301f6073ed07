-- Every position as a point, numbered, indexed and analysed. For core.db.run_script.
CREATE UNLOGGED TABLE bench_point AS
SELECT
  row_number() OVER () AS point,
  ours,
  st_setsrid(st_makepoint(x, y), 27700) AS geom
FROM bench_located;
CREATE INDEX ON bench_point USING gist (geom);
ANALYZE bench_point;
