"""Leaflet.draw 1.0.4 as published on npm, unchanged: no package of Python brings it, and a closed network has no other host to ask."""
