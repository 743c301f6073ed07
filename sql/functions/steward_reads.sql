-- What a steward sees of what lies closed: deliveries without their rows, why rows were rejected without the rows, what the worker does,
-- and who used what. Empty for every other session.

CREATE OR REPLACE FUNCTION steward.deliveries() RETURNS TABLE (
  delivery_id BIGINT, feed TEXT, slot TEXT, file_name TEXT, publisher TEXT, licence TEXT, period_start DATE, period_end DATE,
  rows_in BIGINT, rows_accepted BIGINT, rows_rejected BIGINT, rows_unplaced BIGINT, notes JSONB, status TEXT, loaded_at TIMESTAMPTZ
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
    d.notes,
    d.status,
    d.loaded_at
  FROM raw.delivery AS d
  WHERE steward.serving()
$$;

-- Never the text of a row.
CREATE OR REPLACE FUNCTION steward.rejected(p_delivery BIGINT) RETURNS TABLE (
  field TEXT, reason TEXT, lines BIGINT, first_line BIGINT
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT
    r.field,
    r.reason,
    count(*) AS lines,
    min(r.line) AS first_line
  FROM raw.rejected_row AS r
  WHERE steward.serving() AND r.delivery_id = p_delivery
  GROUP BY r.field, r.reason
$$;

-- The newest run of each feed that the worker has tried.
CREATE OR REPLACE FUNCTION steward.runs() RETURNS TABLE (
  feed TEXT, outcome TEXT, message TEXT, started_at TIMESTAMPTZ, finished_at TIMESTAMPTZ
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT ON (r.feed)
    r.feed,
    r.outcome,
    r.message,
    r.started_at,
    r.finished_at
  FROM queue.run AS r
  WHERE steward.serving()
  ORDER BY r.feed ASC, r.run_id DESC
$$;

-- How many workers gave a sign of life within so many seconds.
CREATE OR REPLACE FUNCTION steward.workers(p_seconds DOUBLE PRECISION) RETURNS BIGINT
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*)
  FROM queue.procrastinate_workers AS w
  WHERE steward.serving() AND w.last_heartbeat > now() - make_interval(secs => p_seconds)
$$;

-- Which feeds each part of the analysis read when it last ran; as the part 'release', of which the current release is made.
CREATE OR REPLACE FUNCTION steward.inputs() RETURNS TABLE (stage TEXT, feed TEXT)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT
    r.stage,
    d.feed
  FROM (
    SELECT DISTINCT ON (a.stage)
      a.stage,
      a.delivery_ids
    FROM analysis.run AS a
    WHERE a.finished_at IS NOT NULL AND cardinality(a.delivery_ids) > 0
    ORDER BY a.stage ASC, a.run_id DESC
  ) AS r
  INNER JOIN raw.delivery AS d ON d.delivery_id = any(r.delivery_ids)
  WHERE steward.serving()
  UNION
  SELECT
    'release' AS stage,
    s.feed
  FROM published.source AS s
  INNER JOIN published.release AS p ON s.release_id = p.release_id
  WHERE steward.serving() AND p.status = 'current'
$$;

-- What people looked at and took away since a day: one row a subject x action x role. No person is named.
CREATE OR REPLACE FUNCTION steward.uses(p_since DATE) RETURNS TABLE (
  subject TEXT, action TEXT, role TEXT, people BIGINT, times BIGINT, last_at TIMESTAMPTZ
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT
    e.subject,
    e.action,
    coalesce(e.detail ->> 'role', '') AS role,
    count(DISTINCT e.actor) AS people,
    count(*) AS times,
    max(e.at) AS last_at
  FROM audit.event AS e
  WHERE steward.serving() AND e.at >= p_since AND e.action IN ('view', 'export', 'figure_asked')
  GROUP BY e.subject, e.action, coalesce(e.detail ->> 'role', '')
$$;
