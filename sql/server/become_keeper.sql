-- From here to the end of the transaction, or to leave_keeper, everything is made by the keeper, and nothing is done with more rights.
SET LOCAL ROLE homeground_keeper
