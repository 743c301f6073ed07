-- One row an H3 cell and the district of its centre. Inputs: place.h3_cell. Parameter: cells (NULL = all).
SELECT
  cell,
  lad_code
FROM place.h3_cell
WHERE cast(:cells AS BIGINT[]) IS NULL OR cell = any(cast(:cells AS BIGINT[]))
