-- One row a resolution: how many H3 cells are in use.
-- Inputs: place.h3_cell.
SELECT
  resolution,
  count(*) AS cells
FROM place.h3_cell
GROUP BY resolution
ORDER BY resolution
