-- How many problem files the person sees. Input: problem.file.
SELECT count(*) AS files
FROM problem.file
