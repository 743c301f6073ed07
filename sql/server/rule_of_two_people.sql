-- Sets whether every release needs two people, where that is not what stands. Parameters: two_people.
UPDATE steward.rule
SET two_people = :two_people
WHERE two_people IS DISTINCT FROM :two_people
