-- Tells the planner what a load has written: without it the first joins are planned for empty tables.
-- filled: a table, or a schema for all of its tables.
SELECT record.refresh_statistics(:filled);
