-- Agree to a proposal, or say no to it. Parameters: proposal_id, verdict, reason.
SELECT problem.decide(:proposal_id, :verdict, :reason)
