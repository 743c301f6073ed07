-- Notes that an attempt to load a feed has begun; gives its id. The caller holds the feed's lock.
INSERT INTO queue.run (feed, job_id, attempt)
VALUES (:feed, :job_id, :attempt)
RETURNING run_id
