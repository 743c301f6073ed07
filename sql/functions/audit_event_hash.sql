-- SHA-256 of one event and the hash before it, in hexadecimal; the time is hashed in UTC so that no session setting matters.
-- Version 1 left out the number of the event and the credential, and joined texts by a character that they may hold.
CREATE OR REPLACE FUNCTION audit.event_hash(
  p_version SMALLINT, p_previous TEXT, p_id BIGINT, p_at TIMESTAMPTZ, p_actor TEXT, p_credential TEXT, p_action TEXT, p_subject TEXT,
  p_detail JSONB
) RETURNS TEXT
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT encode(
    sha256(
      convert_to(
        CASE
          WHEN p_version = 1 THEN concat_ws(
            chr(31), p_previous, to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
            p_actor, p_action, p_subject, p_detail::TEXT
          )
          ELSE jsonb_build_array(
            p_version, p_previous, p_id, to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
            p_actor, p_credential, p_action, p_subject, p_detail
          )::TEXT
        END,
        'UTF8'
      )
    ),
    'hex'
  )
$$;
