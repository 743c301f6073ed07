-- Whether the session is that of somebody who moderates: the portal says so for those whose role may (homeground.moderates).
-- No search_path is set, as in analysis.area_visible.
CREATE OR REPLACE FUNCTION asked.moderating() RETURNS BOOLEAN
LANGUAGE sql STABLE AS $$
  SELECT coalesce(pg_catalog.current_setting('homeground.moderates', TRUE), '') = 'yes'
$$;
