-- The response and the day on which it starts. Parameters: file_id, starts_on, words.
SELECT problem.respond(:file_id, :starts_on, :words)
