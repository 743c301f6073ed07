-- The dashboard that a code names, of a colleague or one's own, less the tiles of places that may not be seen. At most one row.
-- Inputs: person.shared_dashboard. Parameters: code.
SELECT
  shared.code,
  shared.name,
  shared.own,
  shared.measures,
  shared.places,
  shared.left_out
FROM person.shared_dashboard(:code) AS shared;
