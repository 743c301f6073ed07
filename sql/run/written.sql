-- One row a table that counts are made of x month that was written to, with a mark that is another after each write; '-infinity' is of
-- writes that may have been to any month. Both the number of writes and the last of them are in the mark, so that none is overlooked that
-- was committed later. Inputs: record.written.
SELECT
  what,
  cast(month AS TEXT) AS month,
  concat_ws(' ', count(*), max(written_id)) AS mark
FROM record.written
GROUP BY what, month
ORDER BY what, month
