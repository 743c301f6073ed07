-- One figure that was given for an area somebody asked for. Returns its id.
INSERT INTO published.answer (release_id, name, members, category, period_start, period_end, count, certificate)
VALUES (
  :release_id, :name, cast(:members AS TEXT[]), :category, :period_start, :period_end, :count, cast(:certificate AS JSONB)
)
RETURNING answer_id
