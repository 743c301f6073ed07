-- Lets this transaction see models that no ethics board has approved (analysis.risk_model_open).
SELECT set_config('homeground.analyst', 'yes', TRUE) AS analyst
