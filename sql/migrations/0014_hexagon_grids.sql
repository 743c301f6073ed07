-- Hot spots on a hexagon grid in British National Grid, of a width and an area that a partnership chooses.

-- One row a grid that a partnership chose: an area, and the width of its hexagons from flat side to flat side. The flow makes its hot
-- spots anew with the others.
CREATE TABLE analysis.hexagon_grid (
  grid_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  area_kind TEXT NOT NULL CHECK (area_kind IN ('district', 'patch', 'region')),
  -- a district's code, the name of a patch, or the code of the force area
  area_code TEXT NOT NULL,
  area_name TEXT NOT NULL,
  width_m INTEGER NOT NULL CHECK (width_m BETWEEN 50 AND 5000),
  -- of each cell, exactly: sqrt(3) / 2 x width x width
  cell_m2 DOUBLE PRECISION NOT NULL,
  added_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (area_kind, area_code, width_m)
);

-- One row a grid x cell that holds a location of the area at which an incident was ever recorded. The code tells the width and the place:
-- w350q1203r-4 is the same cell in every grid 350 m wide. lad_code: the district most of its locations lie in.
CREATE TABLE analysis.hexagon_cell (
  grid_id BIGINT NOT NULL REFERENCES analysis.hexagon_grid (grid_id) ON DELETE CASCADE,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  locations INTEGER NOT NULL CHECK (locations > 0),
  geom GEOMETRY (POLYGON, 27700) NOT NULL,
  PRIMARY KEY (grid_id, code)
);

-- One row a grid x cell x group x measure x period: as analysis.hotspot, of a cell of a chosen grid. Incidents are those of the chosen
-- area: a cell across its edge counts what lies inside.
CREATE TABLE analysis.grid_hotspot (
  grid_id BIGINT NOT NULL REFERENCES analysis.hexagon_grid (grid_id) ON DELETE CASCADE,
  code TEXT NOT NULL,
  lad_code TEXT NOT NULL,
  group_id TEXT NOT NULL,
  measure TEXT NOT NULL,
  period_start DATE NOT NULL,
  period_end DATE NOT NULL,
  incidents INTEGER NOT NULL,
  value DOUBLE PRECISION,
  gi_z DOUBLE PRECISION,
  p_value DOUBLE PRECISION,
  q_value DOUBLE PRECISION,
  class TEXT NOT NULL CHECK (class IN ('hot', 'cold', 'not_significant')),
  certainty SMALLINT,
  expires_on DATE NOT NULL,
  run_id BIGINT NOT NULL REFERENCES analysis.run (run_id),
  PRIMARY KEY (grid_id, code, group_id, measure, period_end)
);
