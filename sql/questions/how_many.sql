-- How many questions of the moderator's districts there are, and answers of any. One row. Inputs: asked.question, answered.question.
SELECT (SELECT count(*) FROM asked.question) + (SELECT count(*) FROM answered.question) AS questions
