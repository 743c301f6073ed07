-- Appends one event to the chain and returns its id. The only way to write to audit.event.
-- The advisory lock makes the chain linear: two writers never hash the same predecessor.
CREATE OR REPLACE FUNCTION audit.record(
  p_actor TEXT, p_action TEXT, p_subject TEXT, p_detail JSONB
) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, audit, pg_temp AS $$
DECLARE
  v_previous TEXT;
  v_at TIMESTAMPTZ := clock_timestamp();
  v_id BIGINT;
BEGIN
  PERFORM pg_advisory_xact_lock(7305811);
  SELECT hash INTO v_previous FROM audit.event ORDER BY event_id DESC LIMIT 1;
  v_previous := coalesce(v_previous, repeat('0', 64));
  INSERT INTO audit.event (at, actor, action, subject, detail, previous_hash, hash)
  VALUES (
    v_at, p_actor, p_action, p_subject, p_detail, v_previous,
    audit.event_hash(v_previous, v_at, p_actor, p_action, p_subject, p_detail)
  )
  RETURNING event_id INTO v_id;
  RETURN v_id;
END
$$;
