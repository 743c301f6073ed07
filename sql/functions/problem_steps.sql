-- What somebody does with a problem file. Each step looks whether the session has a person and may see the district, and writes its event
-- to the audit trail: none is taken without one. Words of a file never stand in an event.

-- The person of the session; an error where there is none.
CREATE OR REPLACE FUNCTION problem.person() RETURNS TEXT
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := btrim(coalesce(current_setting('homeground.person', TRUE), ''));
BEGIN
  IF v_person = '' THEN
    RAISE EXCEPTION 'nobody is signed in' USING ERRCODE = 'HG030';
  END IF;
  RETURN v_person;
END
$$;

-- The file, locked, for somebody of its district; an error for anybody else.
CREATE OR REPLACE FUNCTION problem.opened(p_file BIGINT) RETURNS problem.file -- noqa: CP05
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_found problem.file%ROWTYPE;
BEGIN
  PERFORM problem.person();
  SELECT * INTO v_found FROM problem.file AS f WHERE f.file_id = p_file FOR UPDATE;
  IF NOT FOUND OR NOT analysis.area_visible(v_found.lad_code) THEN
    RAISE EXCEPTION 'no such file' USING ERRCODE = 'HG031';
  END IF;
  RETURN v_found;
END
$$;

CREATE OR REPLACE FUNCTION problem.noted(p_action TEXT, p_file problem.file, p_detail JSONB) RETURNS VOID -- noqa: CP05
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT audit.record(
    problem.person(), p_action, 'problem_file',
    jsonb_build_object('file', p_file.file_id, 'district', p_file.lad_code) || p_detail
  )
$$;

-- A file about a published place and a published kind. Returns its number.
CREATE OR REPLACE FUNCTION problem.open_file(
  p_geography TEXT, p_code TEXT, p_group TEXT, p_title TEXT, p_owner TEXT, p_panel TEXT
) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := problem.person();
  v_lad TEXT;
  v_areas TEXT[];
  v_made problem.file%ROWTYPE;
BEGIN
  SELECT p.parent_lad INTO v_lad
  FROM published.place AS p
  INNER JOIN published.release AS r ON p.release_id = r.release_id
  WHERE r.status = 'current' AND p.geography = p_geography AND p.place_code = p_code AND p.geography IN ('lsoa', 'msoa')
  LIMIT 1;
  IF NOT FOUND OR v_lad IS NULL OR NOT analysis.area_visible(v_lad) THEN
    RAISE EXCEPTION 'no such place was published, or it is of another district' USING ERRCODE = 'HG036';
  END IF;
  IF
    NOT EXISTS (
      SELECT
      FROM published.category AS c
      INNER JOIN published.release AS r ON c.release_id = r.release_id
      INNER JOIN analysis.category_group AS g ON c.category = g.group_id
      WHERE r.status = 'current' AND c.category = p_group
    )
  THEN
    RAISE EXCEPTION 'no such kind was published' USING ERRCODE = 'HG036';
  END IF;
  SELECT array_agg(a.code ORDER BY a.code) INTO v_areas
  FROM (
    SELECT p_code AS code WHERE p_geography = 'lsoa'
    UNION ALL
    SELECT ap.child_code
    FROM place.area_parent AS ap
    WHERE
      p_geography = 'msoa'
      AND ap.child_geography = 'lsoa'
      AND ap.child_edition = '2021'
      AND ap.parent_geography = 'msoa'
      AND ap.parent_code = p_code
  ) AS a;
  INSERT INTO problem.file (title, geography, place_code, areas, lad_code, group_id, owner, panel, opened_by)
  VALUES (btrim(p_title), p_geography, p_code, v_areas, v_lad, p_group, btrim(p_owner), btrim(p_panel), v_person)
  RETURNING * INTO v_made;
  PERFORM problem.noted(
    'problem_opened', v_made, jsonb_build_object('place', p_geography || '.' || p_code, 'kind', p_group)
  );
  RETURN v_made.file_id;
END
$$;

-- A step in words. Scanning goes by the release that is current now, whatever the session says.
CREATE OR REPLACE FUNCTION problem.write(p_file BIGINT, p_step TEXT, p_words TEXT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := problem.person();
  v_found CONSTANT problem.file := problem.opened(p_file);
  v_release BIGINT;
BEGIN
  IF p_step = 'scanning' THEN
    SELECT r.release_id INTO v_release FROM published.release AS r WHERE r.status = 'current';
    IF NOT FOUND THEN
      RAISE EXCEPTION 'nothing is published to scan' USING ERRCODE = 'HG036';
    END IF;
  END IF;
  INSERT INTO problem.writing (file_id, step, words, release_id, written_by)
  VALUES (p_file, p_step, btrim(p_words), v_release, v_person);
  PERFORM problem.noted('problem_written', v_found, jsonb_build_object('step', p_step, 'release', v_release));
END
$$;

-- Ask the worker for a plan. p_looks_back: that the month of the start has begun and this will be no test, said by whoever asks.
CREATE OR REPLACE FUNCTION problem.ask_for_plan(
  p_file BIGINT, p_starts DATE, p_months INTEGER, p_least_fall INTEGER, p_looks_back BOOLEAN
) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := problem.person();
  v_found CONSTANT problem.file := problem.opened(p_file);
  v_task BIGINT;
BEGIN
  IF EXISTS (SELECT FROM problem.response AS r WHERE r.file_id = p_file) THEN
    RAISE EXCEPTION 'the response has its start, and its plan stands' USING ERRCODE = 'HG033';
  END IF;
  IF coalesce(p_looks_back, FALSE) <> (p_starts <= (now() AT TIME ZONE 'UTC')::DATE) THEN
    RAISE EXCEPTION 'a plan is written before its month, or says that it looks back' USING ERRCODE = 'HG037';
  END IF;
  INSERT INTO problem.task (kind, file_id, starts, months, least_fall, asked_by)
  VALUES ('plan', p_file, p_starts, p_months, p_least_fall, v_person)
  RETURNING task_id INTO v_task;
  PERFORM problem.noted('plan_asked', v_found, jsonb_build_object('starts', p_starts, 'months', p_months, 'task', v_task));
  RETURN v_task;
END
$$;

-- The response and the day on which it starts (problem.check_response holds it to the plan).
CREATE OR REPLACE FUNCTION problem.respond(p_file BIGINT, p_starts_on DATE, p_words TEXT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := problem.person();
  v_found CONSTANT problem.file := problem.opened(p_file);
  v_plan BIGINT;
BEGIN
  IF EXISTS (SELECT FROM problem.task AS t WHERE t.file_id = p_file AND t.kind = 'plan' AND t.state IN ('waiting', 'running')) THEN
    RAISE EXCEPTION 'a plan is being made' USING ERRCODE = 'HG038';
  END IF;
  INSERT INTO problem.response (file_id, plan_id, starts_on, words, written_by)
  VALUES (p_file, 0, p_starts_on, btrim(p_words), v_person)
  RETURNING plan_id INTO v_plan;
  PERFORM problem.noted('response_started', v_found, jsonb_build_object('starts_on', p_starts_on, 'plan', v_plan));
END
$$;

-- What a body commits itself to, and by when.
CREATE OR REPLACE FUNCTION problem.commit_to(p_file BIGINT, p_body TEXT, p_words TEXT, p_due DATE) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := problem.person();
  v_found CONSTANT problem.file := problem.opened(p_file);
  v_made BIGINT;
BEGIN
  IF NOT EXISTS (SELECT FROM problem.response AS r WHERE r.file_id = p_file) THEN
    RAISE EXCEPTION 'there is no response yet' USING ERRCODE = 'HG035';
  END IF;
  INSERT INTO problem.commitment (file_id, body, words, due, written_by)
  VALUES (p_file, btrim(p_body), btrim(p_words), p_due, v_person)
  RETURNING commitment_id INTO v_made;
  PERFORM problem.noted('commitment_made', v_found, jsonb_build_object('commitment', v_made, 'body', btrim(p_body), 'due', p_due));
END
$$;

-- What became of a commitment: kept, late or dropped.
CREATE OR REPLACE FUNCTION problem.note_kept(p_commitment BIGINT, p_state TEXT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := problem.person();
  v_found problem.file%ROWTYPE;
BEGIN
  v_found := problem.opened((SELECT c.file_id FROM problem.commitment AS c WHERE c.commitment_id = p_commitment));
  INSERT INTO problem.kept (commitment_id, state, written_by) VALUES (p_commitment, p_state, v_person);
  PERFORM problem.noted('commitment_noted', v_found, jsonb_build_object('commitment', p_commitment, 'state', p_state));
END
$$;

-- Ask the worker what became of the response.
CREATE OR REPLACE FUNCTION problem.ask_for_result(p_file BIGINT) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := problem.person();
  v_found CONSTANT problem.file := problem.opened(p_file);
  v_task BIGINT;
BEGIN
  IF NOT EXISTS (SELECT FROM problem.response AS r WHERE r.file_id = p_file) THEN
    RAISE EXCEPTION 'there is no response yet' USING ERRCODE = 'HG035';
  END IF;
  INSERT INTO problem.task (kind, file_id, asked_by) VALUES ('result', p_file, v_person) RETURNING task_id INTO v_task;
  PERFORM problem.noted('result_asked', v_found, jsonb_build_object('task', v_task));
  RETURN v_task;
END
$$;

-- What everyone would read of a file as it stands. It names every part one by one; of a plan not the places that are compared, of a result
-- what was worked out from published figures, and of nobody who wrote it.
CREATE OR REPLACE FUNCTION problem.public_form(p_file BIGINT) RETURNS JSONB
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'title', f.title,
    'geography', f.geography,
    'place_code', f.place_code,
    'lad_code', f.lad_code,
    'group_id', f.group_id,
    'kind', coalesce((SELECT g.label FROM analysis.category_group AS g WHERE g.group_id = f.group_id), f.group_id),
    'owner', f.owner,
    'panel', f.panel,
    'opened_on', (f.opened_at AT TIME ZONE 'UTC')::DATE,
    'steps', (
      SELECT coalesce(jsonb_object_agg(w.step, w.words), '{}')
      FROM (
        SELECT DISTINCT ON (x.step)
          x.step,
          x.words
        FROM problem.writing AS x
        WHERE x.file_id = f.file_id
        ORDER BY x.step, x.writing_id DESC
      ) AS w
    ),
    'scan_release', (
      SELECT x.release_id FROM problem.writing AS x
      WHERE x.file_id = f.file_id AND x.step = 'scanning' ORDER BY x.writing_id DESC LIMIT 1
    ),
    'plan', (
      SELECT jsonb_build_object(
        'starts', p.starts, 'months', p.months, 'least_fall', p.least_fall, 'looks_back', p.looks_back, 'seal', p.seal,
        'written_on', (p.written_at AT TIME ZONE 'UTC')::DATE,
        'before_it', (SELECT count(*) FROM problem.plan AS o WHERE o.file_id = f.file_id) - 1
      )
      FROM problem.plan AS p WHERE p.file_id = f.file_id ORDER BY p.plan_id DESC LIMIT 1
    ),
    'response', (
      SELECT jsonb_build_object('starts_on', r.starts_on, 'words', r.words) FROM problem.response AS r WHERE r.file_id = f.file_id
    ),
    'commitments', (
      SELECT coalesce(
        jsonb_agg(
          jsonb_build_object(
            'body', c.body, 'words', c.words, 'due', c.due, 'state', k.state, 'noted_on', (k.written_at AT TIME ZONE 'UTC')::DATE
          ) ORDER BY c.due, c.commitment_id
        ), '[]'
      )
      FROM problem.commitment AS c
      LEFT JOIN LATERAL (
        SELECT x.state, x.written_at FROM problem.kept AS x WHERE x.commitment_id = c.commitment_id ORDER BY x.kept_id DESC LIMIT 1
      ) AS k ON TRUE
      WHERE c.file_id = f.file_id
    ),
    'result', (
      SELECT jsonb_build_object(
        'told', r.told, 'before_release', r.before_release, 'after_release', r.after_release,
        'read_on', (r.read_at AT TIME ZONE 'UTC')::DATE
      )
      FROM problem.result AS r WHERE r.file_id = f.file_id ORDER BY r.result_id DESC LIMIT 1
    )
  )
  FROM problem.file AS f
  WHERE f.file_id = p_file
$$;

-- Propose to show a file to everyone as it stands ('publish'), or to take it down ('take_down', with a reason). Returns the proposal.
CREATE OR REPLACE FUNCTION problem.propose(p_file BIGINT, p_kind TEXT, p_reason TEXT) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := problem.person();
  v_found CONSTANT problem.file := problem.opened(p_file);
  v_made BIGINT;
BEGIN
  IF
    EXISTS (
      SELECT
      FROM problem.proposal AS p
      WHERE p.file_id = p_file AND NOT EXISTS (SELECT FROM problem.verdict AS v WHERE v.proposal_id = p.proposal_id)
    )
  THEN
    RAISE EXCEPTION 'a proposal of this file waits' USING ERRCODE = 'HG039';
  END IF;
  IF p_kind = 'publish' AND NOT EXISTS (SELECT FROM problem.writing AS w WHERE w.file_id = p_file AND w.step = 'objective') THEN
    RAISE EXCEPTION 'the file says no objective' USING ERRCODE = 'HG03A';
  END IF;
  IF p_kind = 'take_down' AND NOT EXISTS (SELECT FROM published.problem_file AS s WHERE s.file_id = p_file) THEN
    RAISE EXCEPTION 'the file is not shown' USING ERRCODE = 'HG039';
  END IF;
  INSERT INTO problem.proposal (file_id, kind, content, reason, proposed_by)
  VALUES (p_file, p_kind, CASE p_kind WHEN 'publish' THEN problem.public_form(p_file) END, btrim(coalesce(p_reason, '')), v_person)
  RETURNING proposal_id INTO v_made;
  PERFORM problem.noted('problem_proposed', v_found, jsonb_build_object('proposal', v_made, 'kind', p_kind));
  RETURN v_made;
END
$$;

-- Agree to a proposal as another person ('agreed'), or say no and take one's own back ('refused', with a reason).
CREATE OR REPLACE FUNCTION problem.decide(p_proposal BIGINT, p_verdict TEXT, p_reason TEXT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := problem.person();
  v_proposal problem.proposal%ROWTYPE;
  v_found problem.file%ROWTYPE;
BEGIN
  SELECT p.* INTO v_proposal FROM problem.proposal AS p WHERE p.proposal_id = p_proposal;
  v_found := problem.opened(v_proposal.file_id);
  IF EXISTS (SELECT FROM problem.verdict AS v WHERE v.proposal_id = p_proposal) THEN
    RAISE EXCEPTION 'somebody has decided' USING ERRCODE = 'HG039';
  END IF;
  IF p_verdict = 'agreed' AND v_proposal.proposed_by = v_person THEN
    RAISE EXCEPTION 'another person agrees to it' USING ERRCODE = 'HG03B';
  END IF;
  IF p_verdict = 'refused' AND btrim(coalesce(p_reason, '')) = '' THEN
    RAISE EXCEPTION 'a refusal has a reason' USING ERRCODE = 'HG03C';
  END IF;
  INSERT INTO problem.verdict (proposal_id, proposed_by, verdict, given_by, reason)
  VALUES (p_proposal, v_proposal.proposed_by, p_verdict, v_person, btrim(coalesce(p_reason, '')));
  PERFORM problem.noted(
    'problem_' || p_verdict, v_found,
    jsonb_build_object('proposal', p_proposal, 'kind', v_proposal.kind, 'proposed_by', v_proposal.proposed_by)
  );
END
$$;
