-- Makes the monthly partition of record.incident that a load needs. Runs as the owner, because the pipeline may not create tables.
-- Two loads at once: making a partition locks the whole, so the second waits for the first and then finds it made.
CREATE OR REPLACE FUNCTION record.ensure_month(p_month DATE) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, record, pg_temp AS $$
DECLARE
  v_start DATE := date_trunc('month', p_month)::DATE;
  v_name TEXT := 'incident_' || to_char(p_month, 'YYYY_MM');
BEGIN
  IF to_regclass('record.' || v_name) IS NULL THEN
    BEGIN
      EXECUTE format(
        'CREATE TABLE record.%I PARTITION OF record.incident FOR VALUES FROM (%L) TO (%L)',
        v_name, v_start, (v_start + INTERVAL '1 month')::DATE
      );
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON record.%I TO homeground_pipeline', v_name);
    EXCEPTION
      WHEN duplicate_table OR unique_violation THEN
        NULL;
    END;
  END IF;
END
$$;
