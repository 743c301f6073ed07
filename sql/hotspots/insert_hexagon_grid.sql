-- Keeps a chosen hexagon grid; no row where it was chosen before. Grain: one row. Inputs: bound values.
INSERT INTO analysis.hexagon_grid (area_kind, area_code, area_name, width_m, cell_m2)
VALUES (:area_kind, :area_code, :area_name, :width_m, :cell_m2)
ON CONFLICT (area_kind, area_code, width_m) DO NOTHING
