"""Scan statistics: where, and when, a group of neighbouring places has more incidents than chance gives (docs/scan.md)."""
