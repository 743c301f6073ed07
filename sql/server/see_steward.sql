-- Lets this transaction see the steward's desk and take its steps (steward.serving).
SELECT set_config('homeground.steward', 'yes', TRUE) AS steward
