-- Notes which months a statement changed. It says so itself, in homeground.months_written: months with commas between them, or 'none'. What
-- says nothing may have changed any month. Once a statement, never once a row: COPY of a month stays as quick as it was.
CREATE OR REPLACE FUNCTION record.note_written() RETURNS TRIGGER
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_months TEXT := coalesce(nullif(current_setting('homeground.months_written', TRUE), ''), '-infinity');
BEGIN
  IF TG_OP = 'TRUNCATE' OR TG_TABLE_NAME <> 'incident' THEN
    v_months := '-infinity';
  ELSE
    -- one statement's word is not the next one's
    PERFORM set_config('homeground.months_written', '', TRUE);
  END IF;
  IF v_months <> 'none' THEN
    INSERT INTO record.written (what, month)
    SELECT TG_TABLE_NAME, m::DATE FROM unnest(string_to_array(v_months, ',')) AS m;
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER note_written
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON record.incident
FOR EACH STATEMENT EXECUTE FUNCTION record.note_written();

CREATE OR REPLACE TRIGGER note_written
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON record.event
FOR EACH STATEMENT EXECUTE FUNCTION record.note_written();

-- a location that is new changes no count before an incident lies on it
CREATE OR REPLACE TRIGGER note_written
AFTER UPDATE OR DELETE OR TRUNCATE ON place.location_place
FOR EACH STATEMENT EXECUTE FUNCTION record.note_written();

CREATE OR REPLACE TRIGGER note_written
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON place.edition_change
FOR EACH STATEMENT EXECUTE FUNCTION record.note_written();
