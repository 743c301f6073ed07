"""Emerging hot spot analysis: how significance at each step, and the trend of it, make one of 17 patterns (docs/emerging.md)."""
