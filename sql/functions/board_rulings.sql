-- The board's queue beyond models: what is before it, its decision, and what follows from one.

-- Partners' feeds that the board refused, or whose approval it took back: nobody of the professional credential sees their events or
-- indicators any more. No search_path of a session takes part: every name is qualified.
CREATE OR REPLACE FUNCTION analysis.closed_feeds() RETURNS TEXT[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(latest.subject), '{}')
  FROM (
    SELECT DISTINCT ON (r.subject)
      r.subject,
      r.decision
    FROM analysis.board_ruling AS r
    WHERE r.sort = 'feed'
    ORDER BY r.subject ASC, r.ruling_id DESC
  ) AS latest
  WHERE latest.decision IN ('refused', 'withdrawn')
$$;

-- Everything before the board beside models, as it is now, with the latest decision. changed: whether it is another than what was decided
-- on. For members of the board; nobody else gets a row.
CREATE OR REPLACE FUNCTION analysis.board_matters() RETURNS TABLE (
  sort TEXT, subject TEXT, label TEXT, what TEXT, why TEXT, digest TEXT, algorithm BOOLEAN, ruling_id BIGINT, decision TEXT, board TEXT,
  signed_by TEXT, decided_on DATE, valid_until DATE, words TEXT, changed BOOLEAN
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH
  matter (sort, subject, label, what, why, algorithm) AS (
    SELECT
      'definition',
      g.group_id,
      g.label,
      concat('Counts as one kind: ', coalesce(string_agg(m.category, ', ' ORDER BY m.category), 'nothing'), '.'),
      g.description,
      g.hotspot_input
    FROM analysis.category_group AS g
    LEFT JOIN analysis.category_group_member AS m ON g.group_id = m.group_id
    WHERE g.kind = 'overlay'
    GROUP BY g.group_id, g.label, g.description, g.hotspot_input
    UNION ALL
    SELECT
      'factor',
      f.factor_id,
      f.label,
      concat(f.theme, ', a ', f.side, ' factor, in ', f.unit, ', from ', f.source, '. Counts where: ', coalesce(l.label, 'not said'), '.'),
      f.caution,
      TRUE
    FROM analysis.factor AS f
    LEFT JOIN analysis.factor_level AS l ON f.factor_id = l.factor_id AND f.period_end = l.period_end AND l.is_default
    WHERE f.period_end IN (SELECT max(newest.period_end) FROM analysis.factor AS newest)
    UNION ALL
    SELECT
      'grid',
      concat(h.area_kind, ':', h.area_code, ':', h.width_m),
      concat('Hexagons ', h.width_m, ' m wide, ', h.area_name),
      concat('Hot spots of ', h.area_name, ' on hexagons ', h.width_m, ' m wide.'),
      'A grid that the partnership chose: other widths find other hot spots.',
      TRUE
    FROM analysis.hexagon_grid AS h
    UNION ALL
    SELECT
      'feed',
      d.feed,
      d.feed,
      concat('Records of ', (array_agg(d.publisher ORDER BY d.delivery_id DESC))[1], ', ',
        (array_agg(d.licence ORDER BY d.delivery_id DESC))[1], '.'),
      'Shown beside police figures to professionals of the districts, never added to them and never published.',
      FALSE
    FROM raw.delivery AS d
    WHERE d.status = 'loaded' AND d.licence LIKE 'By agreement%'
    GROUP BY d.feed
    UNION ALL
    SELECT
      'use',
      u.use_id::TEXT,
      u.title,
      u.what,
      u.why,
      u.algorithm
    FROM analysis.board_use AS u
  )

  SELECT
    m.sort,
    m.subject,
    m.label,
    m.what,
    m.why,
    now_is.digest,
    m.algorithm,
    latest.ruling_id,
    latest.decision,
    latest.board,
    latest.signed_by,
    latest.decided_on,
    latest.valid_until,
    latest.words,
    -- a ruling from before the switch was in the digest has it in a column of its own
    coalesce(latest.digest <> now_is.digest AND (latest.digest <> now_is.words_digest OR latest.algorithm <> m.algorithm), FALSE)
  FROM matter AS m
  CROSS JOIN LATERAL (
    SELECT
      encode(sha256(convert_to(jsonb_build_array(m.label, m.what, m.why, m.algorithm)::TEXT, 'UTF8')), 'hex') AS digest,
      encode(sha256(convert_to(jsonb_build_array(m.label, m.what, m.why)::TEXT, 'UTF8')), 'hex') AS words_digest
  ) AS now_is
  LEFT JOIN LATERAL (
    SELECT r.*
    FROM analysis.board_ruling AS r
    WHERE r.sort = m.sort AND r.subject = m.subject
    ORDER BY r.ruling_id DESC
    LIMIT 1
  ) AS latest ON TRUE
  WHERE analysis.on_the_board()
$$;

-- A decision of the board on one of these, with its event: signed by the person of the session. p_digest: of what the member read; p_seen:
-- the ruling that they saw as the latest, 0 for none. p_words, p_until: as in analysis.decide_on_model.
CREATE OR REPLACE FUNCTION analysis.rule_on(
  p_sort TEXT, p_subject TEXT, p_digest TEXT, p_seen BIGINT, p_decision TEXT, p_board TEXT, p_words TEXT, p_until DATE
) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := coalesce(current_setting('homeground.person', TRUE), '');
  v_words CONSTANT TEXT := btrim(coalesce(p_words, ''), E' \t\r\n');
  v_board CONSTANT TEXT := btrim(coalesce(p_board, ''), E' \t\r\n');
  v_until CONSTANT DATE := CASE WHEN p_decision = 'approved' THEN p_until ELSE current_date END;
  v_matter RECORD;
  v_stands BOOLEAN;
  v_made BIGINT;
BEGIN
  IF NOT analysis.on_the_board() OR v_person = '' THEN
    RAISE EXCEPTION 'a decision is made by a member of the board' USING ERRCODE = 'HG020';
  END IF;
  -- two members who decide at once come one after the other, and the second sees that the first did
  PERFORM pg_advisory_xact_lock(hashtextextended(concat('board ', p_sort, ' ', p_subject), 0));
  SELECT * INTO v_matter FROM analysis.board_matters() AS m WHERE m.sort = p_sort AND m.subject = p_subject;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is nothing of that name before the board' USING ERRCODE = 'HG021';
  END IF;
  IF coalesce(v_matter.ruling_id, 0) <> coalesce(p_seen, 0) OR v_matter.digest IS DISTINCT FROM p_digest THEN
    RAISE EXCEPTION 'it was decided on, or changed, meanwhile' USING ERRCODE = 'HG022';
  END IF;
  v_stands := coalesce(v_matter.decision = 'approved' AND current_date <= v_matter.valid_until, FALSE);
  IF p_decision = 'approved' THEN
    IF v_until IS NULL OR v_until < current_date OR v_until > current_date + 731 THEN
      RAISE EXCEPTION 'the day of review lies before today or more than two years ahead' USING ERRCODE = 'HG024';
    END IF;
  ELSIF p_decision IN ('refused', 'withdrawn') THEN
    IF v_words = '' THEN
      RAISE EXCEPTION 'no reason was given' USING ERRCODE = 'HG025';
    END IF;
    IF (p_decision = 'withdrawn') <> v_stands OR (v_matter.decision IS NOT DISTINCT FROM p_decision AND NOT v_matter.changed) THEN
      RAISE EXCEPTION 'what stands is withdrawn, what does not stand is refused' USING ERRCODE = 'HG026';
    END IF;
  ELSE
    RAISE EXCEPTION 'no such decision' USING ERRCODE = 'HG026';
  END IF;
  IF v_board = '' OR length(v_board) > 200 OR length(v_words) > 2000 THEN
    RAISE EXCEPTION 'the board has no name, or the words are too long' USING ERRCODE = 'HG027';
  END IF;
  INSERT INTO analysis.board_ruling AS r (
    sort, subject, label, what, why, digest, algorithm, decision, board, signed_by, decided_on, valid_until, words
  )
  VALUES (
    p_sort, p_subject, v_matter.label, v_matter.what, v_matter.why, v_matter.digest, v_matter.algorithm, p_decision, v_board, v_person,
    current_date, v_until, v_words
  )
  RETURNING r.ruling_id INTO v_made;
  PERFORM audit.record(
    v_person, p_sort || ' ' || p_decision, p_sort || ' ' || p_subject,
    jsonb_build_object('ruling', v_made, 'board', v_board, 'until', v_until)
  );
  RETURN v_made;
END
$$;

-- Puts a use before the board, in the name of the session's person, with its event. Whoever sees a district may ask; ten may wait of one
-- person.
CREATE OR REPLACE FUNCTION analysis.ask_the_board(p_title TEXT, p_what TEXT, p_why TEXT, p_algorithm BOOLEAN) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := coalesce(current_setting('homeground.person', TRUE), '');
  v_title CONSTANT TEXT := btrim(coalesce(p_title, ''), E' \t\r\n');
  v_what CONSTANT TEXT := btrim(coalesce(p_what, ''), E' \t\r\n');
  v_why CONSTANT TEXT := btrim(coalesce(p_why, ''), E' \t\r\n');
  v_made BIGINT;
BEGIN
  IF NOT analysis.any_area_visible() OR v_person = '' THEN
    RAISE EXCEPTION 'the board is asked by somebody of the partnership who sees a district' USING ERRCODE = 'HG040';
  END IF;
  IF length(v_title) NOT BETWEEN 3 AND 100 OR length(v_what) NOT BETWEEN 10 AND 2000 OR length(v_why) NOT BETWEEN 10 AND 2000
    OR p_algorithm IS NULL THEN
    RAISE EXCEPTION 'a title, what is to be done and what it is good for are needed' USING ERRCODE = 'HG041';
  END IF;
  IF (
    SELECT count(*)
    FROM analysis.board_use AS u
    WHERE
      u.asked_by = v_person
      AND NOT EXISTS (SELECT 1 FROM analysis.board_ruling AS r WHERE r.sort = 'use' AND r.subject = u.use_id::TEXT)
  ) >= 10 THEN
    RAISE EXCEPTION 'ten uses of this person wait for a decision' USING ERRCODE = 'HG042';
  END IF;
  INSERT INTO analysis.board_use AS u (title, what, why, algorithm, asked_by)
  VALUES (v_title, v_what, v_why, p_algorithm, v_person)
  RETURNING u.use_id INTO v_made;
  PERFORM audit.record(v_person, 'board asked', 'use ' || v_made, jsonb_build_object('use', v_made, 'algorithm', p_algorithm));
  RETURN v_made;
END
$$;

-- The public register beyond models: one row a definition, factor, grid or use in which a machine takes part and that a board decided on,
-- as it was when it was decided last, with the decisions before. Who signed and who asked stay inside.
CREATE OR REPLACE VIEW published.board_register WITH (security_barrier = TRUE) AS
SELECT
  latest.sort,
  latest.subject,
  latest.label,
  latest.what,
  latest.why,
  CASE
    WHEN latest.decision <> 'approved' THEN latest.decision
    WHEN current_date <= latest.valid_until THEN 'approved'
    ELSE 'ended'
  END AS state,
  made.decisions
FROM (
  SELECT DISTINCT ON (r.sort, r.subject)
    r.ruling_id,
    r.sort,
    r.subject,
    r.label,
    r.what,
    r.why,
    r.algorithm,
    r.decision,
    r.valid_until
  FROM analysis.board_ruling AS r
  ORDER BY r.sort ASC, r.subject ASC, r.ruling_id DESC
) AS latest
INNER JOIN LATERAL (
  SELECT
    jsonb_agg(
      jsonb_build_object(
        'decision', r.decision, 'board', r.board, 'decided_on', r.decided_on, 'valid_until', r.valid_until, 'words', r.words
      ) ORDER BY r.ruling_id DESC
    ) AS decisions
  FROM analysis.board_ruling AS r
  -- what was said while no machine took part was said inside
  WHERE r.sort = latest.sort AND r.subject = latest.subject AND r.algorithm
) AS made ON made.decisions IS NOT NULL
WHERE latest.algorithm;
