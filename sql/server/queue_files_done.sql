-- One row a file of the task queue's schema that this database has.
SELECT name
FROM queue.schema_file
