-- For this transaction: no nested loops. Right after a load the tables have no statistics yet (only their owner may ANALYZE), and a
-- planner that takes 40,000 rows for one joined them in a nested loop for ten minutes, where a hash join takes a tenth of a second.
SET LOCAL enable_nestloop TO off
