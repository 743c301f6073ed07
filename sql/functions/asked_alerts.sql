-- What stands between whoever asks for news of an area and the table: the place has to be published, and no more come in on one day than
-- questions may. With the owner's rights, because whoever adds a row may read nothing; it can be called by no statement. A row comes in
-- whether the address is there or not, so that nobody learns who gets news.
CREATE OR REPLACE FUNCTION asked.take_in_alert() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_today CONSTANT DATE := (now() AT TIME ZONE 'UTC')::DATE;
  v_most INTEGER;
BEGIN
  IF
    NOT EXISTS (
      SELECT
      FROM published.place AS p
      INNER JOIN published.release AS r ON p.release_id = r.release_id
      WHERE r.status = 'current' AND p.geography = NEW.geography AND p.place_code = NEW.place_code
    )
  THEN
    RAISE EXCEPTION 'no such place was published' USING ERRCODE = 'HG001';
  END IF;
  SELECT most_a_day INTO STRICT v_most FROM asked.rule;
  INSERT INTO asked.alert_day AS d (day, taken) SELECT v_today, 1 WHERE v_most > 0
  ON CONFLICT (day) DO UPDATE SET taken = d.taken + 1 WHERE d.taken < v_most;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no more are taken in today' USING ERRCODE = 'HG002';
  END IF;
  NEW.token := replace(gen_random_uuid()::TEXT, '-', '');
  NEW.asked_on := v_today;
  NEW.asked_back_on := NULL;
  NEW.confirmed_on := NULL;
  NEW.told_until := NULL;
  RETURN NEW;
END
$$;
DROP TRIGGER IF EXISTS take_in_alert ON asked.alert;
CREATE TRIGGER take_in_alert BEFORE INSERT ON asked.alert FOR EACH ROW EXECUTE FUNCTION asked.take_in_alert();
REVOKE ALL ON FUNCTION asked.take_in_alert() FROM public;

-- What the owner of an address says by the link of a letter: done at once, and no row of it stays. A link that leads nowhere is an error;
-- it has 122 random bits, so nobody finds one by trying.
CREATE OR REPLACE FUNCTION asked.alert_said() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_today CONSTANT DATE := (now() AT TIME ZONE 'UTC')::DATE;
BEGIN
  IF NEW.step = 'confirm' THEN
    UPDATE asked.alert AS a
    SET confirmed_on = coalesce(a.confirmed_on, v_today), told_until = coalesce(a.told_until, v_today)
    WHERE a.token = NEW.token AND a.asked_back_on IS NOT NULL AND (a.confirmed_on IS NOT NULL OR a.asked_on >= v_today - 7);
  ELSE
    DELETE FROM asked.alert AS a WHERE a.token = NEW.token;
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'that link leads nowhere' USING ERRCODE = 'HG007';
  END IF;
  RETURN NULL;
END
$$;
DROP TRIGGER IF EXISTS alert_said ON asked.alert_step;
CREATE TRIGGER alert_said BEFORE INSERT ON asked.alert_step FOR EACH ROW EXECUTE FUNCTION asked.alert_said();
REVOKE ALL ON FUNCTION asked.alert_said() FROM public;
