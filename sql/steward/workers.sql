-- How many workers gave a sign of life within so many seconds. Only for a steward. Parameter: seconds.
SELECT steward.workers(:seconds) AS workers
