"""Reach of services: how far homes are from them, and where one more would reach most."""
