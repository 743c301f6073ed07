-- The release that was published by a proposal; the database looks whether it is what was approved. Parameters: proposal_id, release_id.
INSERT INTO steward.outcome (proposal_id, release_id)
VALUES (:proposal_id, :release_id)
