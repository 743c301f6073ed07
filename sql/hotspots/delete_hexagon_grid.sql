-- Forgets a hexagon grid; its cells and hot spots go with it. Grain: one row. Inputs: bound values.
DELETE FROM analysis.hexagon_grid
WHERE grid_id = :grid_id
