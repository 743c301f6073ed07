-- Approve what another person proposed. Parameters: proposal.
SELECT steward.approve(:proposal) AS approved
