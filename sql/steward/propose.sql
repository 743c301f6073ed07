-- Propose to publish a candidate or to withdraw a release. Parameters: kind ('publish' or 'withdraw'), of, reason.
SELECT steward.propose(:kind, :of, :reason) AS proposal
