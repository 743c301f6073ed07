-- Residents by ethnic group, census of 2021; row-level security applies. One row a group.
-- Inputs: analysis.ethnic_residents. Parameters: district ('' for all that the person may see).
SELECT
  ethnicity,
  sum(residents) AS residents
FROM analysis.ethnic_residents
WHERE :district = '' OR lad_code = :district
GROUP BY ethnicity
ORDER BY ethnicity;
