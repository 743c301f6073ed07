-- Publishes the answer of a body. Parameters: question, body, answer, outcome, correction (a release, or NULL).
SELECT asked.answer(:question, :body, :answer, :outcome, cast(:correction AS BIGINT))
