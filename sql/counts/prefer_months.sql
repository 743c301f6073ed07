-- For this transaction: no sequential scan where an index serves. Of the order of months in a table PostgreSQL keeps one figure for all of
-- it, by which the index by month seems useless; of a month that was added it leaves a few pages to read.
SET LOCAL enable_seqscan TO off
