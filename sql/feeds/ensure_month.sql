-- Makes the partition of a month where it is missing.
SELECT record.ensure_month(:month);
