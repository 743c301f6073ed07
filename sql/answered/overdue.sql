-- How many questions nobody has read in time, of the whole region: one row. Input: asked.question (by a function). Parameter: days.
SELECT asked.overdue(:days) AS questions
