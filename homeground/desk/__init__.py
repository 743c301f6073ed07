"""What the steward's desk asks of the worker."""
