-- Passes a question to the body that can answer it. Parameters: question, body.
SELECT asked.pass_on(:question, :body)
