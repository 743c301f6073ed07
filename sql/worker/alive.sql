-- How many workers gave a sign of life within so many seconds.
SELECT count(*) AS workers
FROM queue.procrastinate_workers
WHERE last_heartbeat > now() - make_interval(secs => :seconds)
