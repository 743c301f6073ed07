-- Back to the account that logged in.
SET LOCAL ROLE NONE
