"""What the desks ask of the worker: the data steward's, and problem files."""
