-- How questions of residents ended: one row a way, with how many, and since which month they are counted. Input: answered.ending.
SELECT
  ending,
  sum(questions)::BIGINT AS questions,
  min(month) AS since
FROM answered.ending
GROUP BY ending;
