-- Ask the worker for a plan. Parameters: file_id, starts, months, least_fall, looks_back.
SELECT problem.ask_for_plan(:file_id, :starts, :months, :least_fall, :looks_back) AS task_id
