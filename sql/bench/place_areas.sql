-- The areas that points are joined to. One row an area, by its place in the frame.
CREATE UNLOGGED TABLE bench_area (
  area INTEGER PRIMARY KEY,
  geom GEOMETRY (GEOMETRY, 27700)
);
