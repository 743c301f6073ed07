-- Distinct points, and which of them each drawn point is; both empty, made anew. For core.db.run_script.
DROP TABLE IF EXISTS bench_point, bench_distinct, bench_drawn;
CREATE UNLOGGED TABLE bench_distinct (
  place INTEGER PRIMARY KEY,
  x DOUBLE PRECISION,
  y DOUBLE PRECISION,
  geom GEOMETRY (POINT, 27700)
);
CREATE UNLOGGED TABLE bench_drawn (
  point SERIAL,
  place INTEGER
);
