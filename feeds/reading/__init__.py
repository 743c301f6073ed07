"""Files as published: which feed they are of, and their rows."""
