-- Appends one event to the chain and returns its id. The only way to write to audit.event.
-- The lock on the head makes the chain linear: two writers never hash the same predecessor. No role but the keeper can take it.
-- The credential is what the database knows. An event of the professional role bears the person of its transaction (homeground.person, set
-- with the districts that row-level security trusts) and no other.
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
  IF
    audit.session_is('homeground_professional')
    AND coalesce(nullif(current_setting('homeground.person', TRUE), '') <> p_actor, TRUE)
  THEN
    RAISE EXCEPTION 'an event of this role bears the person of its session';
  END IF;
  SELECT head.hash INTO STRICT v_previous FROM audit.head AS head FOR UPDATE;
  v_at := clock_timestamp();
  v_id := nextval(pg_get_serial_sequence('audit.event', 'event_id'));
  v_hash := audit.event_hash(2::SMALLINT, v_previous, v_id, v_at, p_actor, session_user, p_action, p_subject, p_detail);
  INSERT INTO audit.event (event_id, at, actor, credential, action, subject, detail, version, previous_hash, hash)
  OVERRIDING SYSTEM VALUE
  VALUES (v_id, v_at, p_actor, session_user, p_action, p_subject, p_detail, 2, v_previous, v_hash);
  UPDATE audit.head SET events = events + 1, hash = v_hash;
  RETURN v_id;
END
$$;
