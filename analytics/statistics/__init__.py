"""Statistics on arrays. No database, no file: each function is the method and nothing else."""
