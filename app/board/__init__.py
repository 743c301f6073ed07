"""The ethics board: what waits for its decision, and the public register of what it decided."""
