-- For this transaction: whatever scan the planner thinks best, as before counts/prefer_months.
SET LOCAL enable_seqscan TO on
