-- Whether a risk model may be seen by the person of this session: an analyst may (session setting homeground.analyst is 'yes') and so may a
-- member of the board that decides on it; others only while its latest decision is an approval that is valid today, and the model itself
-- has not expired.
CREATE OR REPLACE FUNCTION analysis.risk_model_open(p_model BIGINT) RETURNS BOOLEAN
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT
    coalesce(current_setting('homeground.analyst', TRUE), '') = 'yes'
    OR analysis.on_the_board()
    OR EXISTS (
      SELECT 1
      FROM analysis.risk_model AS model
      INNER JOIN LATERAL (
        SELECT
          decision.decision,
          decision.valid_until
        FROM analysis.risk_model_decision AS decision
        WHERE decision.model_id = model.model_id
        ORDER BY decision.decision_id DESC
        LIMIT 1
      ) AS latest ON TRUE
      WHERE
        model.model_id = p_model
        AND latest.decision = 'approved'
        AND current_date <= least(latest.valid_until, model.expires_on)
    )
$$;
