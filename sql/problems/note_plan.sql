-- Keep a plan (problem.check_plan looks at the order). Parameters: file_id, plan, digest, starts, months, least_fall (percent), asked_by.
INSERT INTO problem.plan (file_id, plan, digest, starts, months, least_fall, looks_back, asked_by)
VALUES (:file_id, cast(:plan AS JSONB), :digest, :starts, :months, :least_fall, FALSE, :asked_by)
