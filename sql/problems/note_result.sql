-- Keep a result (problem.check_result looks whether the response stands on the plan). Parameters: file_id, plan_id, found, told,
-- before_release, after_release, asked_by.
INSERT INTO problem.result (file_id, plan_id, found, told, before_release, after_release, asked_by)
VALUES (:file_id, :plan_id, cast(:found AS JSONB), cast(:told AS JSONB), :before_release, :after_release, :asked_by)
