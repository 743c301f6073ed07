-- Tells the planner of the cells that were just added.
SELECT record.refresh_statistics('place.h3_cell')
