-- A decision of the ethics board on a model, with its event: the only way in which a portal writes one. It is signed by the person of the
-- session, whom row-level security trusts, never by a name that somebody typed. p_seen: the decision that they saw as the latest, 0 for
-- none. p_words: conditions of an approval, the reason of a refusal or a withdrawal. p_until: the day of review, which ends an approval.
CREATE OR REPLACE FUNCTION analysis.decide_on_model(
  p_model BIGINT, p_seen BIGINT, p_decision TEXT, p_board TEXT, p_words TEXT, p_until DATE
) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := coalesce(current_setting('homeground.person', TRUE), '');
  v_words CONSTANT TEXT := btrim(coalesce(p_words, ''), E' \t\r\n');
  v_board CONSTANT TEXT := btrim(coalesce(p_board, ''), E' \t\r\n');
  v_until CONSTANT DATE := CASE WHEN p_decision = 'approved' THEN p_until ELSE current_date END;
  v_model analysis.risk_model%ROWTYPE;
  v_latest analysis.risk_model_decision%ROWTYPE;
  v_stands BOOLEAN;
  v_made BIGINT;
BEGIN
  IF NOT analysis.on_the_board() OR v_person = '' THEN
    RAISE EXCEPTION 'a decision is made by a member of the board' USING ERRCODE = 'HG020';
  END IF;
  -- two members who decide at once come one after the other, and the second sees that the first did
  SELECT * INTO v_model FROM analysis.risk_model AS m WHERE m.model_id = p_model FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such model' USING ERRCODE = 'HG021';
  END IF;
  SELECT * INTO v_latest
  FROM analysis.risk_model_decision AS d WHERE d.model_id = p_model ORDER BY d.decision_id DESC LIMIT 1;
  IF coalesce(v_latest.decision_id, 0) <> coalesce(p_seen, 0) THEN
    RAISE EXCEPTION 'the model was decided on meanwhile' USING ERRCODE = 'HG022';
  END IF;
  v_stands := coalesce(v_latest.decision = 'approved' AND current_date <= least(v_latest.valid_until, v_model.expires_on), FALSE);
  IF p_decision = 'approved' THEN
    IF coalesce(jsonb_array_length(v_model.card -> 'owner_missing'), 1) > 0 THEN
      RAISE EXCEPTION 'nobody answers for the model yet' USING ERRCODE = 'HG023';
    END IF;
    IF v_until IS NULL OR v_until < current_date OR v_until > v_model.expires_on THEN
      RAISE EXCEPTION 'the day of review lies before today or after the model ends' USING ERRCODE = 'HG024';
    END IF;
  ELSIF p_decision IN ('refused', 'withdrawn') THEN
    IF v_words = '' THEN
      RAISE EXCEPTION 'no reason was given' USING ERRCODE = 'HG025';
    END IF;
    IF (p_decision = 'withdrawn') <> v_stands OR v_latest.decision IS NOT DISTINCT FROM p_decision THEN
      RAISE EXCEPTION 'what stands is withdrawn, what does not stand is refused' USING ERRCODE = 'HG026';
    END IF;
  ELSE
    RAISE EXCEPTION 'no such decision' USING ERRCODE = 'HG026';
  END IF;
  IF v_board = '' OR length(v_board) > 200 OR length(v_words) > 2000 THEN
    RAISE EXCEPTION 'the board has no name, or the words are too long' USING ERRCODE = 'HG027';
  END IF;
  INSERT INTO analysis.risk_model_decision AS d (
    model_id, decision, board, signed_by, decided_on, valid_until, conditions, recorded_by
  )
  VALUES (p_model, p_decision, v_board, v_person, current_date, v_until, v_words, v_person)
  RETURNING d.decision_id INTO v_made;
  PERFORM audit.record(
    v_person, 'model ' || p_decision, 'risk_model ' || p_model,
    jsonb_build_object('model', p_model, 'board', v_board, 'until', v_until)
  );
  RETURN v_made;
END
$$;

-- Who looked at a model or took its record away, by role, from the audit trail: a count of people and of times, and no person. For members
-- of the board; nobody else gets a row.
CREATE OR REPLACE FUNCTION audit.use_of_model(p_model BIGINT)
RETURNS TABLE (role TEXT, people BIGINT, views BIGINT, taken BIGINT, last_at TIMESTAMPTZ)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT
    coalesce(e.detail ->> 'role', 'not noted') AS role,
    count(DISTINCT e.actor) AS people,
    count(*) FILTER (WHERE e.action = 'view') AS views,
    count(*) FILTER (WHERE e.action = 'export') AS taken,
    max(e.at) AS last_at
  FROM audit.event AS e
  WHERE
    analysis.on_the_board()
    AND e.subject IN ('risk_model', 'risk_model_record')
    AND e.action IN ('view', 'export')
    AND e.detail ->> 'model' = p_model::TEXT
  GROUP BY 1
  ORDER BY 1
$$;
