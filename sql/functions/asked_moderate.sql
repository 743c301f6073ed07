-- What a moderator does with a question. Each step looks whether the session may see the question, whether the question stands where the
-- step begins, and writes its event to the audit trail: none is taken without one. Words of residents never stand in an event.

-- The question as it stands, locked, for a moderator of its district; an error for anybody else and for a step out of order.
CREATE OR REPLACE FUNCTION asked.opened(p_question BIGINT, p_states TEXT[]) RETURNS asked.question -- noqa: CP05
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_found asked.question%ROWTYPE;
BEGIN
  SELECT * INTO v_found FROM asked.question AS q WHERE q.question_id = p_question FOR UPDATE;
  IF NOT FOUND OR NOT (asked.moderating() AND analysis.area_visible(v_found.lad_code)) THEN
    RAISE EXCEPTION 'no such question' USING ERRCODE = 'HG003';
  END IF;
  IF v_found.state <> ALL (p_states) THEN
    RAISE EXCEPTION 'the question is % already', v_found.state USING ERRCODE = 'HG004';
  END IF;
  RETURN v_found;
END
$$;

CREATE OR REPLACE FUNCTION asked.noted(p_action TEXT, p_question asked.question, p_detail JSONB) RETURNS VOID -- noqa: CP05
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT audit.record(
    coalesce(current_setting('homeground.person', TRUE), ''), p_action, 'question',
    jsonb_build_object('question', p_question.question_id, 'district', p_question.lad_code) || p_detail
  )
$$;

CREATE OR REPLACE FUNCTION asked.ended(p_ending TEXT) RETURNS VOID
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO answered.ending AS e (month, ending, questions)
  VALUES (date_trunc('month', now() AT TIME ZONE 'UTC')::DATE, p_ending, 1)
  ON CONFLICT (month, ending) DO UPDATE SET questions = e.questions + 1
$$;

-- The words that may be shown once there is an answer.
CREATE OR REPLACE FUNCTION asked.accept(p_question BIGINT, p_shown TEXT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_found CONSTANT asked.question := asked.opened(p_question, ARRAY['waiting', 'accepted', 'passed']);
BEGIN
  IF length(btrim(p_shown)) = 0 THEN
    RAISE EXCEPTION 'no words to show' USING ERRCODE = 'HG005';
  END IF;
  UPDATE asked.question
  SET
    state = CASE state WHEN 'waiting' THEN 'accepted' ELSE state END,
    shown = p_shown,
    changed_on = (now() AT TIME ZONE 'UTC')::DATE
  WHERE question_id = p_question;
  PERFORM asked.noted('question_accepted', v_found, jsonb_build_object('summary', p_shown <> v_found.words));
END
$$;

CREATE OR REPLACE FUNCTION asked.refuse(p_question BIGINT, p_reason TEXT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_found CONSTANT asked.question := asked.opened(p_question, ARRAY['waiting', 'accepted', 'passed']);
  v_today CONSTANT DATE := (now() AT TIME ZONE 'UTC')::DATE;
BEGIN
  UPDATE asked.question
  SET state = 'refused', reason = p_reason, changed_on = v_today, forget_on = v_today + (SELECT kept_days FROM asked.rule)
  WHERE question_id = p_question;
  PERFORM asked.ended(p_reason);
  PERFORM asked.noted('question_refused', v_found, jsonb_build_object('reason', p_reason));
END
$$;

-- To the body that can answer it.
CREATE OR REPLACE FUNCTION asked.pass_on(p_question BIGINT, p_body TEXT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_found CONSTANT asked.question := asked.opened(p_question, ARRAY['accepted', 'passed']);
BEGIN
  IF length(btrim(p_body)) < 2 THEN
    RAISE EXCEPTION 'no body was named' USING ERRCODE = 'HG005';
  END IF;
  UPDATE asked.question
  SET state = 'passed', body = p_body, changed_on = (now() AT TIME ZONE 'UTC')::DATE
  WHERE question_id = p_question;
  PERFORM asked.noted('question_passed', v_found, jsonb_build_object('body', p_body));
END
$$;

-- The answer of a body, which everyone may read from then on. A figure that was corrected names the release that shows it: one that was
-- published since the question came in, or one that was withdrawn since.
CREATE OR REPLACE FUNCTION asked.answer(p_question BIGINT, p_body TEXT, p_answer TEXT, p_outcome TEXT, p_correction BIGINT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_found CONSTANT asked.question := asked.opened(p_question, ARRAY['accepted', 'passed']);
  v_today CONSTANT DATE := (now() AT TIME ZONE 'UTC')::DATE;
BEGIN
  IF length(btrim(p_body)) < 2 OR length(btrim(p_answer)) = 0 THEN
    RAISE EXCEPTION 'an answer has words and a body that gives it' USING ERRCODE = 'HG005';
  END IF;
  IF
    p_outcome = 'corrected' AND NOT EXISTS (
      SELECT
      FROM published.release AS r
      LEFT JOIN published.withdrawal AS w ON r.release_id = w.release_id
      WHERE
        r.release_id = p_correction
        AND greatest(r.published_at, w.withdrawn_at) >= v_found.received_on::TIMESTAMP AT TIME ZONE 'UTC'
    )
  THEN
    RAISE EXCEPTION 'no release of that number corrects it' USING ERRCODE = 'HG006';
  END IF;
  UPDATE asked.question
  SET
    state = 'answered',
    body = p_body,
    answer = p_answer,
    outcome = p_outcome,
    correction = CASE WHEN p_outcome = 'corrected' THEN p_correction END,
    changed_on = v_today,
    forget_on = v_today + (SELECT kept_days FROM asked.rule)
  WHERE question_id = p_question;
  INSERT INTO answered.question (
    sort, geography, place_code, category, lad_code, question, body, answer, outcome, correction, asked_on
  )
  SELECT
    q.sort,
    q.geography,
    q.place_code,
    q.category,
    q.lad_code,
    q.shown,
    q.body,
    q.answer,
    q.outcome,
    q.correction,
    q.received_on
  FROM asked.question AS q
  WHERE q.question_id = p_question;
  PERFORM asked.ended(p_outcome);
  PERFORM asked.noted('question_answered', v_found, jsonb_build_object('body', p_body, 'outcome', p_outcome));
END
$$;

-- An answer that should not have been shown.
CREATE OR REPLACE FUNCTION asked.take_down(p_answer BIGINT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_district TEXT;
BEGIN
  DELETE FROM answered.question AS a
  WHERE a.answer_id = p_answer AND asked.moderating() AND analysis.area_visible(a.lad_code)
  RETURNING a.lad_code INTO v_district;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such answer' USING ERRCODE = 'HG003';
  END IF;
  PERFORM asked.ended('taken_down');
  PERFORM audit.record(
    coalesce(current_setting('homeground.person', TRUE), ''), 'answer_taken_down', 'question',
    jsonb_build_object('answer', p_answer, 'district', v_district)
  );
END
$$;
