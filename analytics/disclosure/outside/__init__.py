"""The gate and the attack for people outside the project: plain frames in, plain frames out, no database and no settings."""
