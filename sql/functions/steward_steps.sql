-- What a steward does. Each step is taken by the person of the session (steward.person) and writes its event to the audit trail: none is
-- taken without one. What takes long is a task of the worker, which alone may load and publish.

-- Ask that a held delivery is loaded ('accept') or dropped ('refuse'), with the reason. Returns the task.
CREATE OR REPLACE FUNCTION steward.decide(p_delivery BIGINT, p_decision TEXT, p_reason TEXT) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := steward.person();
  v_of TEXT;
  v_task BIGINT;
BEGIN
  IF p_decision NOT IN ('accept', 'refuse') OR btrim(coalesce(p_reason, '')) = '' THEN
    RAISE EXCEPTION 'a decision is accept or refuse and has a reason' USING ERRCODE = 'HG013';
  END IF;
  SELECT d.feed || ' ' || d.slot INTO v_of FROM raw.delivery AS d WHERE d.delivery_id = p_delivery AND d.status = 'held' FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'delivery % does not wait', p_delivery USING ERRCODE = 'HG014';
  END IF;
  INSERT INTO steward.task (kind, delivery_id, reason, asked_by)
  VALUES (p_decision, p_delivery, btrim(p_reason), v_person)
  RETURNING task_id INTO v_task;
  PERFORM audit.record(
    v_person, 'delivery_decided', v_of,
    jsonb_build_object('delivery', p_delivery, 'decision', p_decision, 'reason', btrim(p_reason), 'task', v_task)
  );
  RETURN v_task;
END
$$;

-- Ask for a candidate: what would be published of the months until the one that is named, or of the newest. Returns the task.
CREATE OR REPLACE FUNCTION steward.ask_for_candidate(p_until DATE) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := steward.person();
  v_task BIGINT;
BEGIN
  INSERT INTO steward.task (kind, until, asked_by)
  VALUES ('build', p_until, v_person)
  RETURNING task_id INTO v_task;
  PERFORM audit.record(v_person, 'candidate_asked', 'release', jsonb_build_object('until', p_until, 'task', v_task));
  RETURN v_task;
END
$$;

-- Propose to publish a candidate (p_kind 'publish', p_of its number) or to withdraw a release ('withdraw'). Returns the proposal.
CREATE OR REPLACE FUNCTION steward.propose(p_kind TEXT, p_of BIGINT, p_reason TEXT) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := steward.person();
  v_proposal BIGINT;
BEGIN
  IF p_kind NOT IN ('publish', 'withdraw') OR length(btrim(coalesce(p_reason, ''))) NOT BETWEEN 1 AND 400 THEN
    RAISE EXCEPTION 'a proposal is to publish or to withdraw and has a reason' USING ERRCODE = 'HG013';
  END IF;
  -- one at a time, so that no two proposals of the same thing stand open
  LOCK TABLE steward.proposal IN SHARE ROW EXCLUSIVE MODE;
  IF
    (p_kind = 'publish' AND NOT EXISTS (SELECT FROM steward.candidate AS c WHERE c.candidate_id = p_of))
    OR (p_kind = 'withdraw' AND NOT EXISTS (SELECT FROM published.release AS r WHERE r.release_id = p_of AND r.status <> 'withdrawn'))
    OR EXISTS (
      SELECT
      FROM steward.proposal AS p
      LEFT JOIN steward.verdict AS v ON p.proposal_id = v.proposal_id
      WHERE
        p.kind = p_kind
        AND coalesce(p.candidate_id, p.release_id) = p_of
        AND coalesce(v.verdict, '') <> 'refused'
        -- one that was approved and could not be carried out may be proposed again
        AND NOT EXISTS (
          SELECT FROM steward.task AS t
          WHERE t.proposal_id = p.proposal_id AND t.state = 'failed'
        )
    )
  THEN
    RAISE EXCEPTION 'nothing to % of that number, or it is proposed already', p_kind USING ERRCODE = 'HG014';
  END IF;
  INSERT INTO steward.proposal (kind, candidate_id, release_id, reason, proposed_by)
  VALUES (
    p_kind, CASE p_kind WHEN 'publish' THEN p_of END, CASE p_kind WHEN 'withdraw' THEN p_of END, btrim(p_reason), v_person
  )
  RETURNING proposal_id INTO v_proposal;
  PERFORM audit.record(
    v_person, 'release_proposed', p_kind, jsonb_build_object('proposal', v_proposal, 'of', p_of, 'reason', btrim(p_reason))
  );
  RETURN v_proposal;
END
$$;

-- Approve a proposal, as another person than the one who made it. A release is withdrawn at once; publishing becomes a task of the worker.
CREATE OR REPLACE FUNCTION steward.approve(p_proposal BIGINT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := steward.person();
  v_found steward.proposal%ROWTYPE;
BEGIN
  SELECT p.* INTO v_found FROM steward.proposal AS p WHERE p.proposal_id = p_proposal FOR UPDATE;
  IF NOT FOUND OR EXISTS (SELECT FROM steward.verdict AS v WHERE v.proposal_id = p_proposal) THEN
    RAISE EXCEPTION 'proposal % does not wait', p_proposal USING ERRCODE = 'HG014';
  END IF;
  IF v_found.proposed_by = v_person THEN
    RAISE EXCEPTION 'another person approves it' USING ERRCODE = 'HG011';
  END IF;
  INSERT INTO steward.verdict (proposal_id, proposed_by, verdict, given_by)
  VALUES (p_proposal, v_found.proposed_by, 'approved', v_person);
  PERFORM audit.record(
    v_person, 'release_approved', v_found.kind,
    jsonb_build_object('proposal', p_proposal, 'of', coalesce(v_found.candidate_id, v_found.release_id), 'proposed_by', v_found.proposed_by)
  );
  IF v_found.kind = 'publish' THEN
    INSERT INTO steward.task (kind, proposal_id, reason, asked_by) VALUES ('publish', p_proposal, v_found.reason, v_person);
    RETURN;
  END IF;
  UPDATE published.release SET status = 'withdrawn' WHERE release_id = v_found.release_id AND status <> 'withdrawn';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'release % is withdrawn already', v_found.release_id USING ERRCODE = 'HG014';
  END IF;
  INSERT INTO published.withdrawal (release_id, reason) VALUES (v_found.release_id, v_found.reason);
  INSERT INTO steward.outcome (proposal_id, release_id) VALUES (p_proposal, v_found.release_id);
  PERFORM audit.record(
    v_person, 'release_withdrawn', 'release ' || v_found.release_id,
    jsonb_build_object('reason', v_found.reason, 'proposal', p_proposal, 'proposed_by', v_found.proposed_by)
  );
END
$$;

-- Say no to a proposal, or take one's own back. It can be proposed anew.
CREATE OR REPLACE FUNCTION steward.refuse(p_proposal BIGINT, p_reason TEXT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_person CONSTANT TEXT := steward.person();
  v_found steward.proposal%ROWTYPE;
BEGIN
  IF length(btrim(coalesce(p_reason, ''))) NOT BETWEEN 1 AND 400 THEN
    RAISE EXCEPTION 'a refusal has a reason' USING ERRCODE = 'HG013';
  END IF;
  SELECT p.* INTO v_found FROM steward.proposal AS p WHERE p.proposal_id = p_proposal FOR UPDATE;
  IF NOT FOUND OR EXISTS (SELECT FROM steward.verdict AS v WHERE v.proposal_id = p_proposal) THEN
    RAISE EXCEPTION 'proposal % does not wait', p_proposal USING ERRCODE = 'HG014';
  END IF;
  INSERT INTO steward.verdict (proposal_id, proposed_by, verdict, given_by, reason)
  VALUES (p_proposal, v_found.proposed_by, 'refused', v_person, btrim(p_reason));
  PERFORM audit.record(
    v_person, 'release_refused', v_found.kind,
    jsonb_build_object('proposal', p_proposal, 'of', coalesce(v_found.candidate_id, v_found.release_id), 'reason', btrim(p_reason))
  );
END
$$;
