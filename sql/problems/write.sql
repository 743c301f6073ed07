-- Write a step of a file. Parameters: file_id, step, words.
SELECT problem.write(:file_id, :step, :words)
