-- Whether the session is that of a member of the ethics board: the portal says so for those whose role it is (homeground.board).
-- No search_path is set, as in analysis.area_visible.
CREATE OR REPLACE FUNCTION analysis.on_the_board() RETURNS BOOLEAN
LANGUAGE sql STABLE AS $$
  SELECT coalesce(pg_catalog.current_setting('homeground.board', TRUE), '') = 'yes'
$$;
