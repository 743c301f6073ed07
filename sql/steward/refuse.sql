-- Say no to a proposal, or take one's own back. Parameters: proposal, reason.
SELECT steward.refuse(:proposal, :reason) AS refused
