-- The public register of models: one row a model that a board decided on, with the decision that stands and those before it. It names the
-- columns of the transparency record one by one, and none of them is a figure of the model: neither its scores nor what it expects of a
-- place. A barrier: no condition of a reader is tried on a model that is not in the register.
CREATE OR REPLACE VIEW published.model_register WITH (security_barrier = TRUE) AS
SELECT
  model.model_id,
  model.card ->> 'group_label' AS kind,
  model.period_start,
  model.period_end,
  model.expires_on,
  CASE
    WHEN latest.decision <> 'approved' THEN latest.decision
    WHEN current_date <= least(latest.valid_until, model.expires_on) THEN 'approved'
    ELSE 'ended'
  END AS state,
  latest.decisions,
  model.transparency -> 'Metadata' ->> 'Tool name' AS name,
  model.transparency -> 'Metadata' ->> 'Version' AS version,
  model.transparency -> 'Metadata' ->> 'Date of the record' AS recorded_on,
  model.transparency -> 'Tier 1: overview' ->> 'What it is' AS what_it_is,
  model.transparency -> 'Tier 1: overview' ->> 'Website' AS website,
  model.transparency -> 'Tier 1: overview' ->> 'Contact' AS contact,
  model.transparency -> 'Tier 2, 1: ownership and responsibility' ->> 'Organisation' AS organisation,
  model.transparency -> 'Tier 2, 1: ownership and responsibility' ->> 'Team' AS team,
  model.transparency -> 'Tier 2, 1: ownership and responsibility' ->> 'Senior responsible owner' AS owner,
  model.transparency -> 'Tier 2, 1: ownership and responsibility' ->> 'External supplier' AS supplier,
  model.transparency -> 'Tier 2, 2: description and rationale' ->> 'Purpose' AS purpose,
  model.transparency -> 'Tier 2, 2: description and rationale' ->> 'Benefit' AS benefit,
  model.transparency -> 'Tier 2, 2: description and rationale' ->> 'Alternatives considered' AS alternatives,
  model.transparency -> 'Tier 2, 2: description and rationale' ->> 'Not to be used to' AS must_not,
  model.transparency -> 'Tier 2, 3: decision-making process' ->> 'Place in the process' AS place_in_process,
  model.transparency -> 'Tier 2, 3: decision-making process' ->> 'Human review' AS human_review,
  model.transparency -> 'Tier 2, 3: decision-making process' ->> 'Appeal' AS appeal,
  model.transparency -> 'Tier 2, 4: tool specification and data' ->> 'Architecture' AS architecture,
  model.transparency -> 'Tier 2, 4: tool specification and data' ->> 'Terms' AS terms,
  model.transparency -> 'Tier 2, 4: tool specification and data' ->> 'Left out on purpose' AS left_out,
  model.transparency -> 'Tier 2, 4: tool specification and data' ->> 'Source data' AS source_data,
  model.transparency -> 'Tier 2, 4: tool specification and data' ->> 'Personal data' AS personal_data,
  model.transparency -> 'Tier 2, 5: risks, mitigations and impact assessments' ->> 'Risks' AS risks,
  model.transparency -> 'Tier 2, 5: risks, mitigations and impact assessments' ->> 'Mitigations' AS mitigations,
  model.transparency -> 'Tier 2, 5: risks, mitigations and impact assessments' ->> 'Impact assessments' AS impact_assessments
FROM analysis.risk_model AS model
INNER JOIN LATERAL (
  SELECT
    (array_agg(made.decision ORDER BY made.decision_id DESC))[1] AS decision,
    (array_agg(made.valid_until ORDER BY made.decision_id DESC))[1] AS valid_until,
    -- who signed stays inside
    jsonb_agg(
      jsonb_build_object(
        'decision', made.decision, 'board', made.board, 'decided_on', made.decided_on, 'valid_until', made.valid_until,
        'words', made.conditions
      ) ORDER BY made.decision_id DESC
    ) AS decisions
  FROM analysis.risk_model_decision AS made
  WHERE made.model_id = model.model_id
) AS latest ON latest.decision IS NOT NULL;
