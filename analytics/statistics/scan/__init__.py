"""Scan statistics in space and time (docs/scan.md)."""
