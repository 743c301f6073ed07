-- Deletes the questions whose time has come, with their receipts, and days that are long over. Returns how many questions went. Anybody who
-- may call it may only hasten what is due.
CREATE OR REPLACE FUNCTION asked.forget() RETURNS INTEGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_today CONSTANT DATE := (now() AT TIME ZONE 'UTC')::DATE;
  v_gone INTEGER;
BEGIN
  DELETE FROM asked.question WHERE forget_on <= v_today;
  GET DIAGNOSTICS v_gone = ROW_COUNT;
  DELETE FROM asked.day WHERE day < v_today - 31;
  RETURN v_gone;
END
$$;
