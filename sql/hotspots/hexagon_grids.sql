-- One row a hexagon grid that was chosen, in the order in which they were. Inputs: analysis.hexagon_grid.
SELECT
  grid_id,
  area_kind,
  area_code,
  area_name,
  width_m
FROM analysis.hexagon_grid
ORDER BY grid_id
