-- Ask for a candidate. Parameters: until (NULL: the newest month).
SELECT steward.ask_for_candidate(:until) AS task
