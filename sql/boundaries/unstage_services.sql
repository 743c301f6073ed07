-- Drop the table of this transaction, so that the stage may run twice in one.
DROP TABLE boundaries_service
