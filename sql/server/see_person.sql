-- The person of this transaction: the only one whom events of the professional role may name.
SELECT set_config('homeground.person', :person, TRUE) AS person
