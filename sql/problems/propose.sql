-- Propose to show a file to everyone, or to take it down. Parameters: file_id, kind, reason.
SELECT problem.propose(:file_id, :kind, :reason) AS proposal_id
