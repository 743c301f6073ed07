-- What a partner agency sees of the data desk: the state of the feeds that its account names (homeground.feeds), and nothing of any other.
-- The portal says which these are, with the person's name, as it does with districts.

CREATE OR REPLACE FUNCTION steward.delivers(p_feed TEXT) RETURNS BOOLEAN
LANGUAGE sql STABLE AS $$
  SELECT
    pg_catalog.btrim(coalesce(pg_catalog.current_setting('homeground.person', TRUE), '')) <> ''
    AND p_feed = ANY (pg_catalog.string_to_array(coalesce(pg_catalog.current_setting('homeground.feeds', TRUE), ''), ','))
$$;

-- Who decided on a delivery is not told, only why.
CREATE OR REPLACE FUNCTION steward.own_deliveries() RETURNS TABLE (
  delivery_id BIGINT, feed TEXT, slot TEXT, file_name TEXT, publisher TEXT, licence TEXT, period_start DATE, period_end DATE,
  rows_in BIGINT, rows_accepted BIGINT, rows_rejected BIGINT, rows_unplaced BIGINT, notes JSONB, decided TEXT, status TEXT,
  loaded_at TIMESTAMPTZ
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT
    d.delivery_id,
    d.feed,
    d.slot,
    d.file_name,
    d.publisher,
    d.licence,
    d.period_start,
    d.period_end,
    d.rows_in,
    d.rows_accepted,
    d.rows_rejected,
    d.rows_unplaced,
    d.notes - 'accepted' - 'refused',
    coalesce(d.notes -> 'accepted' ->> 'reason', d.notes -> 'refused' ->> 'reason', ''),
    d.status,
    d.loaded_at
  FROM raw.delivery AS d
  WHERE steward.delivers(d.feed)
$$;

-- Never the text of a row.
CREATE OR REPLACE FUNCTION steward.own_rejected(p_delivery BIGINT) RETURNS TABLE (
  field TEXT, reason TEXT, lines BIGINT, first_line BIGINT
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT
    r.field,
    r.reason,
    count(*) AS lines,
    min(r.line) AS first_line
  FROM raw.rejected_row AS r
  INNER JOIN raw.delivery AS d ON r.delivery_id = d.delivery_id
  WHERE steward.delivers(d.feed) AND r.delivery_id = p_delivery
  GROUP BY r.field, r.reason
$$;
