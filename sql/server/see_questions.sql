-- Lets this transaction see and moderate questions of residents, those of its districts (asked.moderating).
SELECT set_config('homeground.moderates', 'yes', TRUE) AS moderates
