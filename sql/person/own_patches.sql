-- Patches that the person of this transaction drew or listed; row-level security by person. One row a patch. Inputs: person.patch.
SELECT
  code,
  name,
  source,
  districts,
  members,
  st_astext(geom) AS drawn
FROM person.patch
ORDER BY lower(name), code;
