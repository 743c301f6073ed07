-- Positions in EPSG:27700 as exact doubles, with our own answer beside them; empty, made anew. For core.db.run_script.
DROP TABLE IF EXISTS bench_point, bench_located;
CREATE UNLOGGED TABLE bench_located (
  x DOUBLE PRECISION,
  y DOUBLE PRECISION,
  ours INTEGER
);
