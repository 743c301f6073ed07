-- Whether the session is that of a steward: the portal says so for those whose role is (homeground.steward), with the person's name.
-- No search_path is set, as in analysis.area_visible.
CREATE OR REPLACE FUNCTION steward.serving() RETURNS BOOLEAN
LANGUAGE sql STABLE AS $$
  SELECT
    coalesce(pg_catalog.current_setting('homeground.steward', TRUE), '') = 'yes'
    AND pg_catalog.btrim(coalesce(pg_catalog.current_setting('homeground.person', TRUE), '')) <> ''
$$;

-- The person of a steward's session; an error for anybody else. The same setting that row-level security and the audit trail go by.
CREATE OR REPLACE FUNCTION steward.person() RETURNS TEXT
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT steward.serving() THEN
    RAISE EXCEPTION 'only a steward may' USING ERRCODE = 'HG010';
  END IF;
  RETURN current_setting('homeground.person', TRUE);
END
$$;
