-- A decision of the board on one of its matters (analysis.rule_on). Returns its id. Parameters: sort, subject, digest, seen, decision,
-- board, words, until.
SELECT
  analysis.rule_on(
    :sort, :subject, :digest, cast(:seen AS BIGINT), :decision, :board, :words, cast(:until AS DATE)
  ) AS ruling_id
