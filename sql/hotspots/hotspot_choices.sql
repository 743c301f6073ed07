-- What hot spots this person may look at. One row a geography x group x measure x period, and for grids that a partnership chose one a
-- grid x group x measure x period; row-level security applies. districts: those that a chosen grid has cells in, of the ones this person
-- may see; NULL for the geographies of the whole region.
-- Inputs: analysis.hotspot, analysis.grid_hotspot, analysis.hexagon_grid.
SELECT DISTINCT
  geography,
  edition,
  group_id,
  measure,
  period_start,
  period_end,
  run_id,
  expires_on,
  NULL::BIGINT AS grid_id,
  NULL::TEXT AS grid_area,
  NULL::INTEGER AS grid_width_m,
  NULL::TEXT[] AS districts
FROM analysis.hotspot
UNION ALL
SELECT
  'hexagon' AS geography,
  grid.width_m || ' m ' || grid.area_code AS edition,
  spot.group_id,
  spot.measure,
  spot.period_start,
  spot.period_end,
  spot.run_id,
  spot.expires_on,
  grid.grid_id,
  grid.area_name AS grid_area,
  grid.width_m AS grid_width_m,
  array_agg(DISTINCT spot.lad_code ORDER BY spot.lad_code) AS districts
FROM analysis.grid_hotspot AS spot
INNER JOIN analysis.hexagon_grid AS grid ON spot.grid_id = grid.grid_id
GROUP BY
  grid.grid_id, grid.width_m, grid.area_code, grid.area_name, spot.group_id, spot.measure, spot.period_start, spot.period_end, spot.run_id,
  spot.expires_on
ORDER BY period_end DESC, geography ASC, edition ASC, grid_id ASC, group_id ASC, measure ASC;
