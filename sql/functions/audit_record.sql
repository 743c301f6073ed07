-- Appends one event to the chain and returns its id. The only way to write to audit.event.
-- The lock on the head makes the chain linear: two writers never hash the same predecessor. No role but the keeper can take it.
CREATE OR REPLACE FUNCTION audit.record(
  p_actor TEXT, p_action TEXT, p_subject TEXT, p_detail JSONB
) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, audit, pg_temp AS $$
DECLARE
  v_previous TEXT;
  v_at TIMESTAMPTZ;
  v_id BIGINT;
  v_hash TEXT;
BEGIN
  SELECT head.hash INTO STRICT v_previous FROM audit.head AS head FOR UPDATE;
  v_at := clock_timestamp();
  v_hash := audit.event_hash(v_previous, v_at, p_actor, p_action, p_subject, p_detail);
  INSERT INTO audit.event (at, actor, action, subject, detail, previous_hash, hash)
  VALUES (v_at, p_actor, p_action, p_subject, p_detail, v_previous, v_hash)
  RETURNING event_id INTO v_id;
  UPDATE audit.head SET events = events + 1, hash = v_hash;
  RETURN v_id;
END
$$;
