"""Editions of a brief: which one a file is, and what changed from one to another, corrections told apart from change in the world."""
