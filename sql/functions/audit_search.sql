-- The newest events of the trail that meet all that is asked, for a member of the ethics board; what is NULL or '' asks nothing. The search
-- is an event itself, written before anything is given, and it finds what was there before it. p_below: events with a smaller number alone,
-- for the next page. Days are of UTC, both of them in the span. Words are looked for anywhere, in any case; those of a place in the detail
-- too.
CREATE OR REPLACE FUNCTION audit.search_events(
  p_person TEXT, p_place TEXT, p_action TEXT, p_since DATE, p_until DATE, p_below BIGINT, p_most BIGINT
) RETURNS TABLE (event_id BIGINT, at TIMESTAMPTZ, actor TEXT, credential TEXT, action TEXT, subject TEXT, detail JSONB)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := coalesce(current_setting('homeground.person', TRUE), '');
  v_search BIGINT;
BEGIN
  IF NOT analysis.on_the_board() OR v_person = '' THEN
    RAISE EXCEPTION 'the audit trail is searched by a member of the board' USING ERRCODE = 'HG020';
  END IF;
  v_search := audit.record(
    v_person, 'search', 'audit_trail',
    jsonb_strip_nulls(
      jsonb_build_object(
        'person', nullif(left(p_person, 200), ''), 'place', nullif(left(p_place, 200), ''), 'action', nullif(left(p_action, 200), ''),
        'since', p_since, 'until', p_until, 'below', p_below, 'role', 'board'
      )
    )
  );
  RETURN QUERY
  SELECT
    e.event_id,
    e.at,
    e.actor,
    e.credential,
    e.action,
    e.subject,
    e.detail
  FROM audit.event AS e
  WHERE
    e.event_id < least(v_search, p_below)
    AND (coalesce(p_person, '') = '' OR strpos(lower(e.actor), lower(p_person)) > 0)
    AND (coalesce(p_action, '') = '' OR strpos(lower(e.action), lower(p_action)) > 0)
    AND (coalesce(p_place, '') = '' OR strpos(lower(e.subject || ' ' || e.detail::TEXT), lower(p_place)) > 0)
    AND (p_since IS NULL OR e.at >= p_since::TIMESTAMP AT TIME ZONE 'UTC')
    AND (p_until IS NULL OR e.at < (p_until + 1)::TIMESTAMP AT TIME ZONE 'UTC')
  ORDER BY e.event_id DESC
  LIMIT least(greatest(p_most, 1), 20000);
END
$$;

-- What a check of every link of the trail says, for a member of the board: how many events there are, the number of the first that does not
-- follow from its content and the one before it (NULL for a whole chain), and whether the end is the one that was kept.
CREATE OR REPLACE FUNCTION audit.chain_state()
RETURNS TABLE (events BIGINT, broken BIGINT, end_holds BOOLEAN)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT analysis.on_the_board() THEN
    RAISE EXCEPTION 'the audit trail is checked by a member of the board' USING ERRCODE = 'HG020';
  END IF;
  RETURN QUERY
  WITH linked AS (
    SELECT
      e.event_id,
      e.hash,
      e.previous_hash <> lag(e.hash, 1, repeat('0', 64)) OVER (ORDER BY e.event_id)
      OR e.hash <> audit.event_hash(
        e.version, e.previous_hash, e.event_id, e.at, e.actor, e.credential, e.action, e.subject, e.detail
      ) AS wrong
    FROM audit.event AS e
  ),

  counted AS (
    SELECT
      count(*) AS events,
      min(l.event_id) FILTER (WHERE l.wrong) AS broken,
      coalesce((array_agg(l.hash ORDER BY l.event_id DESC))[1], repeat('0', 64)) AS hash
    FROM linked AS l
  )

  SELECT
    c.events,
    c.broken,
    c.events = h.events AND c.hash = h.hash
  FROM counted AS c
  CROSS JOIN audit.head AS h;
END
$$;
