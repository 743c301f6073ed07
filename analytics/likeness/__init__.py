"""Kinds of places, and areas that are alike."""
