-- A question that came on paper, typed in by a clerk: no measure of a day holds it up. Returns its number. A professional adds those of the
-- districts that their session names.
CREATE OR REPLACE FUNCTION asked.add_paper(
  p_actor TEXT, p_reference TEXT, p_hash TEXT, p_sort TEXT, p_geography TEXT, p_place TEXT, p_category TEXT, p_words TEXT
) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_id BIGINT;
  v_lad TEXT;
BEGIN
  -- before anything is looked at: an answer would tell of places
  IF audit.session_is('homeground_professional') AND NOT asked.moderating() THEN
    RAISE EXCEPTION 'no such place for this person' USING ERRCODE = 'HG003';
  END IF;
  INSERT INTO asked.question (reference, code_hash, sort, geography, place_code, category, words, came)
  VALUES (p_reference, p_hash, p_sort, p_geography, p_place, p_category, p_words, 'paper')
  RETURNING question_id, lad_code INTO v_id, v_lad;
  IF audit.session_is('homeground_professional') AND NOT analysis.area_visible(v_lad) THEN
    RAISE EXCEPTION 'no such place for this person' USING ERRCODE = 'HG003';
  END IF;
  PERFORM audit.record(p_actor, 'question_typed_in', 'question', jsonb_build_object('question', v_id, 'district', v_lad));
  RETURN v_id;
END
$$;
