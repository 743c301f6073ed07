-- A text as a literal of SQL, for statements that take no bound parameters.
SELECT quote_literal(:words) AS literal
