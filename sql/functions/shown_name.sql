-- A place as it is shown: the name that people use, of it or of the area around it, with the official one, which says the district and
-- tells apart what bears one name. One that says the former already stands alone. published.release.Place.label has the same rule.
CREATE OR REPLACE FUNCTION place.shown_name(p_name TEXT, p_local_name TEXT, p_around TEXT) RETURNS TEXT
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN pg_catalog.starts_with(p_name, coalesce(nullif(p_local_name, ''), p_around)) THEN p_name
    ELSE coalesce(nullif(p_local_name, ''), p_around) || ' (' || p_name || ')'
  END
$$;
