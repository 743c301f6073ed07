-- What became of a commitment. Parameters: commitment_id, state.
SELECT problem.note_kept(:commitment_id, :state)
