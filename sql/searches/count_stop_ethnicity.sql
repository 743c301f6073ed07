-- Fills analysis.stop_ethnicity_count: one row a district x month x ethnic group as the person gave it x as the officer saw it.
-- Inputs: stop_of_person (searches/stage_stop_ethnicity).
INSERT INTO analysis.stop_ethnicity_count (lad_code, month, self_defined, officer_defined, stops, found, found_known)
SELECT
  lad_code,
  month,
  self_defined,
  officer_defined,
  count(*) AS stops,
  count(*) FILTER (WHERE linked) AS found,
  count(linked) AS found_known
FROM stop_of_person
GROUP BY lad_code, month, self_defined, officer_defined
