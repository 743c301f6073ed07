-- The crate that stands for a force stands no longer: the next one took its place, or it was removed. Parameters: force_code, why.
UPDATE hub.crate
SET left_at = clock_timestamp(), why_left = :why
WHERE force_code = :force_code AND left_at IS NULL
