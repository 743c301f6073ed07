-- Notes which files of the task queue's schema this database has. One row a name.
INSERT INTO queue.schema_file (name)
SELECT unnest(cast(:names AS TEXT[]))
