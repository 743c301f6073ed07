-- Whether the person of this session may see rows of a district. Their districts stand in the session setting
-- homeground.districts: a comma-separated list, or * for all; unset means none.
-- No search_path is set: PostgreSQL would then call the function for each row instead of folding it into the query, which cost two
-- seconds a page. It runs with the rights of its caller, and every name in it is qualified.
CREATE OR REPLACE FUNCTION analysis.area_visible(p_lad TEXT) RETURNS BOOLEAN
LANGUAGE sql STABLE AS $$
  SELECT
    coalesce(pg_catalog.current_setting('homeground.districts', TRUE), '') = '*'
    OR p_lad = ANY(pg_catalog.string_to_array(coalesce(pg_catalog.current_setting('homeground.districts', TRUE), ''), ','))
$$;

-- Whether the session names any district at all: what is said of the whole region is for a person who was given a part of it.
CREATE OR REPLACE FUNCTION analysis.any_area_visible() RETURNS BOOLEAN
LANGUAGE sql STABLE AS $$
  SELECT coalesce(pg_catalog.current_setting('homeground.districts', TRUE), '') <> ''
$$;
