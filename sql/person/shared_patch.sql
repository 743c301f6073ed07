-- The patch that a code names, of a colleague or one's own, where every district of it may be seen. At most one row. Parameters: code.
SELECT
  shared.code,
  shared.name,
  shared.source,
  shared.districts,
  shared.members,
  st_astext(shared.geom) AS drawn
FROM person.shared_patch(:code) AS shared;
