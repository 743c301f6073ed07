-- One row an H3 cell and the district of its centre. Inputs: place.h3_cell.
SELECT
  cell,
  lad_code
FROM place.h3_cell
