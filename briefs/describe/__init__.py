"""The sentences and tables of a brief, a module for each part of it."""
