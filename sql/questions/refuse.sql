-- Refuses a question for one of the public reasons. Parameters: question, reason.
SELECT asked.refuse(:question, :reason)
