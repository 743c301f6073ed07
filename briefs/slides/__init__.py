"""Slides of a brief or an assessment: one message each, with a chart that can be edited where it was made of published numbers."""
