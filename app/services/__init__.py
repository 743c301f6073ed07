"""Reach of services."""
