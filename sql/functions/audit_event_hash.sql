-- SHA-256 of one event and the hash before it, in hexadecimal; the time is hashed in UTC so that no session setting matters.
CREATE OR REPLACE FUNCTION audit.event_hash(
  p_previous TEXT, p_at TIMESTAMPTZ, p_actor TEXT, p_action TEXT, p_subject TEXT, p_detail JSONB
) RETURNS TEXT
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT encode(
    sha256(
      convert_to(
        concat_ws(
          chr(31), p_previous, to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
          p_actor, p_action, p_subject, p_detail::TEXT
        ),
        'UTF8'
      )
    ),
    'hex'
  )
$$;
