-- Whether every release needs two people. Inputs: steward.rule.
SELECT two_people
FROM steward.rule
