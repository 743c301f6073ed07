-- What became of a question, to whoever has both halves of its receipt; nothing to anybody else, and nothing of its words. At most one row.
-- A receipt whose time is over opens nothing, though the row may still be there.
CREATE OR REPLACE FUNCTION asked.state_of(v_reference TEXT, v_hash TEXT)
RETURNS TABLE (
  state TEXT, reason TEXT, body TEXT, answer TEXT, outcome TEXT, correction BIGINT, geography TEXT, place_code TEXT, category TEXT,
  received_on DATE, changed_on DATE, forget_on DATE
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT
    q.state,
    q.reason,
    q.body,
    q.answer,
    q.outcome,
    q.correction,
    q.geography,
    q.place_code,
    q.category,
    q.received_on,
    q.changed_on,
    q.forget_on
  FROM asked.question AS q
  WHERE
    q.reference = v_reference
    AND q.code_hash = v_hash
    AND coalesce(q.forget_on > (now() AT TIME ZONE 'UTC')::DATE, TRUE)
$$;
