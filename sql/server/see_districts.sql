-- The districts that row-level security lets this transaction see: '*' or codes with commas.
SELECT set_config('homeground.districts', :districts, TRUE) AS districts
