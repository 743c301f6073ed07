-- Ask the worker what became of the response. Parameter: file_id.
SELECT problem.ask_for_result(:file_id) AS task_id
