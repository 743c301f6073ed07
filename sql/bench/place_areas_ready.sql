-- What a join of areas needs to be quick. For core.db.run_script.
CREATE INDEX ON bench_area USING gist (geom);
ANALYZE bench_area;
