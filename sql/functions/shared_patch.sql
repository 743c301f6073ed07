-- The patch of a colleague that a code names, to somebody who may see every district that its members lie in; nothing to anybody else.
-- Whose it is does not come with it. At most one row.
CREATE OR REPLACE FUNCTION person.shared_patch(v_code TEXT)
RETURNS TABLE (code TEXT, name TEXT, source TEXT, districts TEXT[], members TEXT[], geom GEOMETRY)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT
    held.code,
    held.name,
    held.source,
    held.districts,
    held.members,
    held.geom
  FROM person.patch AS held
  WHERE held.code = v_code AND NOT EXISTS (SELECT 1 FROM unnest(held.districts) AS d (code) WHERE NOT analysis.area_visible(d.code))
$$;
