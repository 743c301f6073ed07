-- What a body commits itself to. Parameters: file_id, body, words, due.
SELECT problem.commit_to(:file_id, :body, :words, :due)
