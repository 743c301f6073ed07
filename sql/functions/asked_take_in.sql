-- What stands between whoever sends a question and the table: the place and the kind have to be published, and no more come in online than
-- the rule says. With the owner's rights, because whoever adds a question may read nothing; it can be called by no statement.
CREATE OR REPLACE FUNCTION asked.take_in() RETURNS TRIGGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_rule asked.rule%ROWTYPE;
  v_lad TEXT;
BEGIN
  SELECT CASE p.geography WHEN 'all' THEN '' WHEN 'lad' THEN p.place_code ELSE coalesce(p.parent_lad, '') END INTO v_lad
  FROM published.place AS p
  INNER JOIN published.release AS r ON p.release_id = r.release_id
  WHERE r.status = 'current' AND p.geography = NEW.geography AND p.place_code = NEW.place_code
  LIMIT 1;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such place was published' USING ERRCODE = 'HG001';
  END IF;
  IF
    NEW.category <> '' AND NOT EXISTS (
      SELECT
      FROM published.category AS c
      INNER JOIN published.release AS r ON c.release_id = r.release_id
      WHERE r.status = 'current' AND c.category = NEW.category
    )
  THEN
    RAISE EXCEPTION 'no such kind was published' USING ERRCODE = 'HG001';
  END IF;
  NEW.lad_code := v_lad;
  -- a day of the database and not of the session, which may set its own time zone
  NEW.received_on := (now() AT TIME ZONE 'UTC')::DATE;
  IF NEW.came = 'online' THEN
    SELECT * INTO STRICT v_rule FROM asked.rule;
    INSERT INTO asked.day AS d (day, taken) SELECT NEW.received_on, 1 WHERE v_rule.most_a_day > 0
    ON CONFLICT (day) DO UPDATE SET taken = d.taken + 1 WHERE d.taken < v_rule.most_a_day;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'no more questions are taken in today' USING ERRCODE = 'HG002';
    END IF;
    IF (SELECT count(*) FROM asked.question AS q WHERE q.state = 'waiting') >= v_rule.most_waiting THEN
      RAISE EXCEPTION 'too many questions wait for a moderator' USING ERRCODE = 'HG002';
    END IF;
  END IF;
  RETURN NEW;
END
$$;
DROP TRIGGER IF EXISTS take_in ON asked.question;
CREATE TRIGGER take_in BEFORE INSERT ON asked.question FOR EACH ROW EXECUTE FUNCTION asked.take_in();
REVOKE ALL ON FUNCTION asked.take_in() FROM public;
