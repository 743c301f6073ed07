-- One row an H3 cell in use. Inputs: place.h3_cell.
SELECT cell
FROM place.h3_cell
