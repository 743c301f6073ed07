-- Makes the monthly partition of record.incident that a load needs. Runs as the owner, because the pipeline may not create tables.
CREATE OR REPLACE FUNCTION record.ensure_month(p_month DATE) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, record, pg_temp AS $$
DECLARE
  v_start DATE := date_trunc('month', p_month)::DATE;
  v_name TEXT := 'incident_' || to_char(p_month, 'YYYY_MM');
BEGIN
  PERFORM pg_advisory_xact_lock(7305812);
  IF to_regclass('record.' || v_name) IS NULL THEN
    EXECUTE format(
      'CREATE TABLE record.%I PARTITION OF record.incident FOR VALUES FROM (%L) TO (%L)',
      v_name, v_start, (v_start + INTERVAL '1 month')::DATE
    );
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON record.%I TO homeground_pipeline', v_name);
  END IF;
END
$$;
