-- Whether the person of this session may see rows of a district. Their districts stand in the session setting
-- homeground.districts: a comma-separated list, or * for all; unset means none.
CREATE OR REPLACE FUNCTION analysis.area_visible(p_lad TEXT) RETURNS BOOLEAN
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT
    coalesce(current_setting('homeground.districts', TRUE), '') = '*'
    OR p_lad = any(string_to_array(coalesce(current_setting('homeground.districts', TRUE), ''), ','))
$$;
